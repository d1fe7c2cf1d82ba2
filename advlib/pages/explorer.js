// Draws an explorer: sliders, Vega charts and one line of text, from one frame of data.
//
// advlibExplorer.mount(root, model, ask) draws `model` into `root` and returns a function that takes it down again.
// A model is {title, parameters, dials, charts, note}. Each control is {name, label, unit, digits, values, start}; its
// values are numbers or words.
// Every chart is a Vega-Lite spec that holds a parameter `frame`, one for each dial, and `summary`, the line of text.
// `ask(parameters)` promises the frame for these values. A dial (the step) moves within the frame and asks nothing.

var advlibExplorer = (() => {
  "use strict";

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function written(control, value) {
    const digits = { minimumFractionDigits: control.digits, maximumFractionDigits: control.digits };
    const text = typeof value === "string" ? value : value.toLocaleString("en", digits);
    return `${text} ${control.unit}`.trim();
  }

  // A slider runs over the places of a list, so that the list may be spaced as it likes.
  function slider(control, onMove) {
    const id = `advlib-control-${Math.random()}`;
    const input = element("input", { type: "range", id, min: 0, max: control.values.length - 1, step: 1 });
    const output = element("output", { htmlFor: id });
    const value = () => control.values[input.valueAsNumber];
    const tell = () => {
      output.value = written(control, value());
      input.setAttribute("aria-valuetext", output.value);
    };
    const reset = () => {
      input.value = control.values.indexOf(control.start);
      tell();
    };
    input.dataset.name = control.name;
    input.addEventListener("input", () => (tell(), onMove()));
    reset();
    const label = element("label", { htmlFor: id }, control.label);
    return { name: control.name, node: element("div", { className: "advlib-control" }, label, input, output), value, reset };
  }

  const read = (sliders) => Object.fromEntries(sliders.map(({ name, value }) => [name, value()]));

  // At most one question is under way; of those that come meanwhile only the last is asked.
  function latest(ask, show) {
    let busy = false;
    let waiting = null;
    return async function request(question) {
      if (busy) return void (waiting = question);
      busy = true;
      try {
        show(await ask(question));
      } finally {
        busy = false;
        const next = waiting;
        waiting = null;
        if (next) request(next);
      }
    };
  }

  async function draw(node, spec) {
    const { view, finalize } = await globalThis.advlibVegaEmbed(node, spec, {
      renderer: "svg",
      actions: false,
      tooltip: false,
    });
    const { left, right } = view.padding();
    const observer = new ResizeObserver(() => {
      if (node.clientWidth > 0) view.width(node.clientWidth - left - right).runAsync();
    });
    observer.observe(node);
    return { view, close: () => (observer.disconnect(), finalize()) };
  }

  function mount(root, model, ask) {
    const charts = model.charts.map(() => element("div", { className: "advlib-chart", role: "img" }));
    const summary = element("p", { className: "advlib-summary" });
    summary.setAttribute("aria-live", "polite");
    let views = [];
    let frame = null;

    async function show() {
      const signals = { ...(frame && { frame }), ...read(dials) };
      const run = ({ view }) => {
        for (const [name, value] of Object.entries(signals)) view.signal(name, value);
        return view.runAsync();
      };
      await Promise.all(views.map(run));
      if (views.length) summary.textContent = views[0].view.signal("summary");
      charts.forEach((node, i) => node.setAttribute("aria-label", `${model.charts[i].description} ${summary.textContent}`));
    }

    const request = latest(ask, (answer) => ((frame = answer), show()));
    const parameters = model.parameters.map((control) => slider(control, () => request(read(parameters))));
    const dials = model.dials.map((control) => slider(control, show));
    const controls = [...parameters, ...dials];
    const reset = element("button", { type: "button", textContent: "Reset" });
    reset.addEventListener("click", () => {
      controls.forEach((control) => control.reset());
      request(read(parameters));
    });

    const live = element(
      "div",
      { className: "advlib-live", role: "group", ariaLabel: model.title },
      element("div", { className: "advlib-controls" }, ...controls.map(({ node }) => node)),
      element("div", { className: "advlib-charts" }, ...charts),
      element("div", { className: "advlib-foot" }, summary, reset),
      element("p", { className: "advlib-note", textContent: model.note }),
    );
    root.append(live);
    root.classList.add("advlib-explorer", "advlib-mounted");
    const ready = Promise.all(charts.map((node, i) => draw(node, model.charts[i]))).then((drawn) => {
      views = drawn;
      return show();
    });
    return () => ready.then(() => (views.forEach(({ close }) => close()), live.remove()));
  }

  // In a built page the model and its frames stand in the page itself.
  function mountStatic(root) {
    const { frames, ...model } = JSON.parse(root.querySelector("script").textContent);
    return mount(root, model, async (question) => frames[Object.values(question).join(",")]);
  }

  // In Jupyter the kernel answers; a ticket tells whose answer it is.
  function render({ model, el }) {
    const ask = (question) =>
      new Promise((resolve) => {
        const ticket = Math.random();
        const hear = (answer) => {
          if (answer.ticket !== ticket) return;
          model.off("msg:custom", hear);
          resolve(answer.frame);
        };
        model.on("msg:custom", hear);
        model.send({ ticket, question });
      });
    const unmount = mount(el, model.get("model"), ask);
    for (const node of el.querySelectorAll("input, button")) {
      node.dataset.lmSuppressShortcuts = "true"; // its keys are its own, not the notebook's
    }
    return unmount;
  }

  return { mount, mountStatic, render };
})();

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".advlib-explorer > script").forEach(({ parentElement }) => advlibExplorer.mountStatic(parentElement));
});
