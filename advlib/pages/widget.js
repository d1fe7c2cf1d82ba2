// An explorer in Jupyter, a module after explorer.js: sliders and frame are traits, which the page, the kernel and other
// widgets set; the trait `value` says which parameters the frame is for.

const advlibWidget = (() => {
  "use strict";

  const { mount } = advlibExplorer;
  const { same, SILENT } = advlibQuestions;
  const { element } = advlibControls;

  const traits = (model, names) => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  function store(model, setting) {
    for (const [name, value] of Object.entries(setting)) model.set(name, value);
    model.save_changes();
  }

  // Ends once the kernel's frame is there; fails where it refuses, or where there is none.
  function answered(model, question) {
    const asked = () => traits(model, Object.keys(question));
    return new Promise((resolve, reject) => {
      const end = (finish, result) => {
        model.off("change", hear);
        model.off("msg:custom", refused);
        finish(result);
      };
      const hear = () => same(asked(), model.get("value")) && end(resolve); // the kernel may have set others too
      const refused = ({ problem }) => end(reject, new Error(problem));
      store(model, question);
      model.on("change", hear);
      model.on("msg:custom", refused);
      try {
        model.send({}); // fails at once where the connection is closed; the kernel takes no notice
      } catch {
        end(reject, new Error(SILENT));
      }
      hear();
    });
  }

  // The still picture that stands in another output, for a notebook without a kernel, is hidden as long as the live
  // one is there.
  function render({ model, el }) {
    const drawn = model.get("_model");
    const dials = drawn.dials.map(({ name }) => name);
    async function* ask(question) {
      await answered(model, question);
      yield model.get("frame");
    }
    let follow = () => {};
    const changed = () => {
      follow({ ...model.get("value"), ...traits(model, dials) }, model.get("frame"));
    };
    const listen = (told) => {
      follow = told;
      changed();
    };
    model.on("change", changed);
    const dialled = (setting) => store(model, setting);
    const unmount = mount(el, drawn, ask, { patience: 10, dialled, listen });
    const hidden = element("style", { textContent: `#${model.get("_still")} { display: none }` });
    el.querySelector(".advlib-live").append(hidden);
    for (const node of el.querySelectorAll("input, button, canvas[tabindex]")) {
      node.dataset.lmSuppressShortcuts = "true"; // its keys are its own, not the notebook's
    }
    return () => (model.off("change", changed), unmount());
  }

  return { render };
})();

export default advlibWidget;
