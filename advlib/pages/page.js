// Explorers of a built page: their frames stand in the page, deflated, or are computed in it by the scripts of live/.

(() => {
  "use strict";

  const SLICE = 8; // milliseconds of work between two pauses
  const SHOWN = 100; // milliseconds from one picture to the next

  const pause = () => new Promise((resolve) => setTimeout(resolve));

  // The frames of a kernel, each better than the one before, and null for each pause between them.
  async function* computed(kernel, question, data) {
    const steps = kernel(question, data);
    let [shown, best] = [-Infinity, null];
    for (let done = false; !done; ) {
      const end = performance.now() + SLICE;
      while (!done && performance.now() < end) {
        const step = steps.next();
        done = step.done;
        best = step.value ?? best;
      }
      const due = best && (done || performance.now() > shown + SHOWN);
      yield due ? best() : null;
      if (due) [shown, best] = [performance.now(), null];
      await pause();
    }
  }

  // Frames that the page holds, by the values of their parameters.
  async function inflated(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }
  function stored(base64) {
    const frames = inflated(base64);
    return async function* (question) {
      yield (await frames)[Object.values(question).join(",")];
    };
  }

  const startOf = ({ parameters }) => Object.fromEntries(parameters.map(({ name, start }) => [name, start]));
  const { same } = advlibQuestions;

  // What the package computed for the start of the sliders is the first frame, to the last digit.
  function live(model) {
    const start = startOf(model);
    return async function* (question) {
      if (same(question, start)) yield model.first;
      else yield* computed(advlibLive[model.name], question, await model.data);
    };
  }

  // The frames that go on from one; a kernel of draws has `more` for them. For the first it takes the one that this page
  // computed itself, if it has, as it keeps what it drew for its own.
  function more(model) {
    const own = (frame) => (frame === model.first ? (model.own ?? frame) : frame);
    return model.live && ((frame) => computed(advlibLive[model.name].more, own(frame), model.most));
  }

  // Whether two frames agree, numbers to 1e-6.
  function close(one, other) {
    const numbers = typeof one === "number" && typeof other === "number";
    if (numbers) return Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));
    if (one === null || typeof one !== "object") return one === other;
    const names = Object.keys(one);
    return names.length === Object.keys(other ?? {}).length && names.every((name) => close(one[name], other[name]));
  }
  async function agrees(model) {
    let last = null;
    for await (const frame of computed(advlibLive[model.name], startOf(model), await model.data)) last = frame ?? last;
    model.own = last;
    return close(model.first, last);
  }
  const DOUBT =
    "This browser computes other numbers than the package did, so this is the picture made when the page was built.";
  async function trust(root, model, unmount) {
    if (await agrees(model).catch(() => false)) return;
    await unmount();
    root.classList.remove("advlib-mounted");
    const note = Object.assign(document.createElement("p"), { className: "advlib-note", textContent: DOUBT });
    root.append(note);
  }

  // The page's address holds the places of sliders that are not at their start, as in ?one_step.dim=300.
  const controlsOf = ({ parameters, dials }) => [...parameters, ...dials];
  function fromAddress(model) {
    const asked = new URLSearchParams(location.search);
    const found = controlsOf(model).map(({ name, values }) => {
      const written = asked.get(`${model.name}.${name}`);
      return [name, values.find((value) => String(value) === written)];
    });
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
  }
  function toAddress(model, setting) {
    const address = new URL(location.href);
    for (const { name, start, values } of controlsOf(model)) {
      if (setting[name] === start || !values.includes(setting[name])) address.searchParams.delete(`${model.name}.${name}`);
      else address.searchParams.set(`${model.name}.${name}`, setting[name]);
    }
    history.replaceState(history.state, "", address);
  }

  function mount(root) {
    const { frames, data, ...model } = JSON.parse(root.querySelector("script").textContent);
    for (const { params } of model.charts) params.unshift({ name: "frame", value: model.first });
    model.data = data && inflated(data); // once, for all questions
    const ask = model.live ? live(model) : stored(frames);
    const settled = (setting) => toAddress(model, setting);
    const options = { setting: fromAddress(model), settled, more: more(model) };
    const unmount = advlibExplorer.mount(root, model, ask, options);
    if (model.live) trust(root, model, unmount);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".advlib-explorer > script").forEach(({ parentElement }) => mount(parentElement));
  });
})();
