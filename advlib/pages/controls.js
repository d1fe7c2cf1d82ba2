// The controls of an explorer, made of those of its model, {name, label, unit, digits, values, start, bar}: numbers lie on a
// slider, words are buttons of which one is pressed, and a bar has its top dragged. Each has a `node`, a `value()`, `set` and
// `reset`; `onMove` is called by the reader's moves.

var advlibControls = (() => {
  "use strict";

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function written(control, value) {
    const most = control.values.includes(value) ? control.digits : 6; // between two places it is written out
    const digits = { minimumFractionDigits: control.digits, maximumFractionDigits: most };
    return `${value.toLocaleString("en", digits)} ${control.unit}`.trim();
  }

  function nearest(places, wanted) {
    const gaps = places.map((place) => Math.abs(place - wanted));
    return gaps.indexOf(Math.min(...gaps));
  }

  // A slider runs over the places of a list, so that the list may be spaced as it likes; set to a value between two of
  // them it stands at the nearer one, and says the value.
  function slider(control, onMove) {
    const id = `advlib-control-${Math.random()}`;
    const input = element("input", { type: "range", id, min: 0, max: control.values.length - 1, step: 1 });
    const output = element("output", { htmlFor: id, ariaHidden: "true" }); // the slider says it too
    let current;
    const value = () => current;
    const stand = (wanted) => {
      current = wanted;
      output.value = written(control, current);
      input.setAttribute("aria-valuetext", output.value);
    };
    const set = (wanted) => {
      input.value = nearest(control.values, wanted);
      stand(wanted);
    };
    input.dataset.name = control.name;
    input.addEventListener("input", () => (stand(control.values[input.valueAsNumber]), onMove()));
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

  // The top of a bar: an upright slider over logarithms that stops at the places of the list; handles.js lays it on its bar.
  const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
  const WAYS = { ...STEPS, Home: -Infinity, End: Infinity };
  function bar(control, onMove) {
    const heights = control.values.map(Math.log);
    const ends = { min: heights[0], max: heights.at(-1), step: "any" };
    const node = element("input", { type: "range", className: "advlib-bar", ariaLabel: control.label, ...ends });
    let current;
    const set = (wanted) => {
      current = wanted;
      node.value = Math.log(wanted);
      node.setAttribute("aria-valuetext", written(control, wanted));
    };
    const go = (place) => set(control.values[Math.max(0, Math.min(heights.length - 1, place))]);
    node.dataset.name = control.name;
    node.addEventListener("input", () => (go(nearest(heights, node.valueAsNumber)), onMove()));
    node.addEventListener("keydown", (event) => {
      if (!(event.key in WAYS)) return;
      event.preventDefault();
      go(nearest(control.values, current) + WAYS[event.key]);
      onMove();
      node.dispatchEvent(new Event("change"));
    });
    return { node, value: () => current, set };
  }

  function make(control, onMove) {
    const words = typeof control.start === "string" ? choice : slider;
    const kind = control.pictures ? advlibDrawing.pictures : control.bar !== null ? bar : words;
    const { set, ...made } = kind(control, onMove);
    const reset = () => set(control.start);
    reset();
    return { ...control, set, reset, ...made };
  }

  return { element, make };
})();
