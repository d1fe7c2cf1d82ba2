// The controls of an explorer, each {name, node, value, set, reset}: numbers lie on a slider, words are buttons of which
// one is pressed. A control of the model is {name, label, unit, digits, values, start}; `onMove` is called by the reader's moves.

var advlibControls = (() => {
  "use strict";

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function written(control, value) {
    const digits = { minimumFractionDigits: control.digits, maximumFractionDigits: control.digits };
    return `${value.toLocaleString("en", digits)} ${control.unit}`.trim();
  }

  // A slider runs over the places of a list, so that the list may be spaced as it likes.
  function slider(control, onMove) {
    const id = `advlib-control-${Math.random()}`;
    const input = element("input", { type: "range", id, min: 0, max: control.values.length - 1, step: 1 });
    const output = element("output", { htmlFor: id });
    const value = () => control.values[input.valueAsNumber];
    const set = (wanted) => {
      input.value = control.values.indexOf(wanted);
      tell();
    };
    const tell = () => {
      output.value = written(control, value());
      input.setAttribute("aria-valuetext", output.value);
    };
    input.dataset.name = control.name;
    input.addEventListener("input", () => (tell(), onMove()));
    const label = element("label", { htmlFor: id }, control.label);
    const node = element("div", { className: "advlib-control" }, label, input, output);
    return { node, value, set };
  }

  function choice(control, onMove) {
    const id = `advlib-control-${Math.random()}`;
    const inputs = control.values.map((value) => element("input", { type: "radio", name: id, value }));
    const buttons = inputs.map((input) => element("label", {}, input, input.value));
    const label = element("span", { id }, control.label);
    const node = element("div", { className: "advlib-control advlib-choice", role: "radiogroup" }, label, ...buttons);
    node.setAttribute("aria-labelledby", id);
    node.dataset.name = control.name;
    node.addEventListener("input", onMove);
    const value = () => inputs.find(({ checked }) => checked).value;
    const set = (wanted) => inputs.forEach((input) => (input.checked = input.value === wanted));
    return { node, value, set };
  }

  function make(control, onMove) {
    const kind = typeof control.start === "string" ? choice : slider;
    const { set, ...made } = kind(control, onMove);
    const reset = () => set(control.start);
    reset();
    return { name: control.name, set, reset, ...made };
  }

  return { element, make };
})();
