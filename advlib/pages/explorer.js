// Draws an explorer: controls (controls.js, handles.js), Vega charts and one line of text, from one frame of data.
//
// advlibExplorer.mount(root, model, ask) draws `model` into `root` and returns a function that takes it down again.
// A model is {title, parameters, dials, charts, mover, note}. Explorers of a built page are mounted by page.js.
// Every chart is a Vega-Lite spec that holds a parameter `frame`, one for each dial, and `summary`, the line of text.
// `ask(parameters)` iterates, asynchronously, over frames for these values, each better than the one before, and over
// null where it only pauses. A dial (the step) moves within the frame and asks nothing.
// Until the frame is there the picture is marked as an old one; where none comes the controls go back to the picture's
// values, and the note says why.

var advlibExplorer = (() => {
  "use strict";

  const { element, make } = advlibControls;

  const read = (controls) => Object.fromEntries(controls.map(({ name, value }) => [name, value()]));

  const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

  const SILENT =
    "No kernel answers: the sliders are back at what the picture shows. In Jupyter, run this cell again to move them.";

  function silence(seconds) {
    return new Promise((_, reject) => {
      if (seconds < Infinity) setTimeout(() => reject(new Error(SILENT)), 1000 * seconds);
    });
  }

  // At most one question is under way; of those that come meanwhile only the last is asked, once the one before has a
  // first frame. `show` gets each frame, a late one too if nothing else was asked since; `fail` gets what went wrong;
  // and when nothing is under way any more, `rest` gets the question whose answer is shown. `request` asks; `hear` is
  // told what else is shown now, and refuses where a question is under way, as its answer comes last.
  function latest(ask, shown, patience, { wait, show, fail, rest }) {
    let count = 0;
    let busy = false;
    let waiting = null;

    async function answered(question) {
      const number = ++count;
      for await (const frame of ask(question)) {
        if (number !== count) return;
        if (frame) {
          shown = question;
          await show(frame);
        }
        if (waiting && shown === question) return;
      }
      if (!busy) rest(shown);
    }

    function hear(question) {
      if (busy) return false;
      count += 1;
      shown = question;
      return true;
    }

    async function request(question) {
      waiting = question;
      if (busy || same(question, shown)) return;
      busy = true;
      while (waiting) {
        const asked = waiting;
        waiting = null;
        wait();
        try {
          await Promise.race([answered(asked), silence(patience)]);
        } catch (problem) {
          waiting = null;
          fail(problem.message);
        }
      }
      busy = false;
      rest(shown);
    }
    return { request, hear };
  }

  // Four controls are seen, the dials among them; other parameters lie folded.
  function shelves(parameters, dials) {
    const shelf = (controls) => element("div", { className: "advlib-controls" }, ...controls.map(({ node }) => node));
    const room = 4 - dials.length;
    const folded = parameters.slice(room);
    const seen = shelf([...parameters.slice(0, room), ...dials]);
    if (!folded.length) return [seen];
    return [seen, element("details", {}, element("summary", { textContent: "More" }), shelf(folded))];
  }

  // What a picture showed before a move stays behind it, faintly.
  const exorcise = (node) => node.querySelector(".advlib-ghost")?.remove();
  function haunt(node) {
    exorcise(node);
    const ghost = node.querySelector("svg").cloneNode(true);
    ghost.classList.add("advlib-ghost");
    ghost.setAttribute("aria-hidden", "true");
    node.append(ghost);
  }
  const PAUSE = 1000; // milliseconds between two moves that are not one

  async function draw(node, spec) {
    const { view, finalize } = await globalThis.advlibVegaEmbed(node, spec, {
      renderer: "svg",
      actions: false,
      tooltip: false,
    });
    const { left, right } = view.padding();
    node.role = "img"; // with the name that Vega gives it; its marks have none
    node.querySelector("svg").setAttribute("aria-hidden", "true");
    const observer = new ResizeObserver(() => {
      exorcise(node);
      if (node.clientWidth > 0) view.width(node.clientWidth - left - right).runAsync();
    });
    observer.observe(node);
    return { view, close: () => (observer.disconnect(), finalize()) };
  }

  // `setting` is where the sliders stand at first, if not at their start; `settled` gets their places after each move,
  // `dialled` those of the dials during it. `listen` is called once all is drawn, with a function that takes a setting
  // and its frame from elsewhere.
  function mount(root, model, ask, options = {}) {
    const { patience = Infinity, setting = {}, settled = () => {}, dialled = () => {}, listen = () => {} } = options;
    const charts = model.charts.map(() => element("div", { className: "advlib-chart" }));
    const summary = element("p", { className: "advlib-summary" });
    let views = [];
    let frame = null;

    async function show() {
      stage.sync();
      const signals = { ...(frame && { frame }), ...read(dials) };
      const run = ({ view }) => {
        for (const [name, value] of Object.entries(signals)) view.signal(name, value);
        return view.runAsync();
      };
      await Promise.all(views.map(run));
      if (views.length) summary.textContent = views[0].view.signal("summary");
    }

    let moved = -Infinity;
    function move() {
      if (performance.now() - moved > PAUSE && views.length) charts.forEach(haunt);
      moved = performance.now();
      request(read(parameters));
    }
    const parameters = model.parameters.map((control) => make(control, move));
    const turn = () => (dialled(read(dials)), show());
    const dials = model.dials.map((control) => make(control, turn));
    const controls = [...parameters, ...dials];
    const stage = advlibHandles.stage(charts[0], parameters, model.mover, move);
    const reset = element("button", { type: "button", textContent: "Reset" });
    reset.addEventListener("click", () => {
      controls.forEach((control) => control.reset());
      charts.forEach(exorcise);
      settled(read(controls));
      request(read(parameters));
      turn();
    });
    controls.forEach(({ node }) => node.addEventListener("change", () => settled(read(controls))));

    const note = element("p", { className: "advlib-note", textContent: model.note });
    const said = element("div", { className: "advlib-said", ariaLive: "polite" }, summary, note); // the one live region
    const { request, hear } = latest(ask, read(parameters), patience, {
      wait: () => [live, summary].forEach((node) => node.setAttribute("aria-busy", "true")),
      show: (answer) => {
        frame = answer;
        live.setAttribute("aria-busy", "false"); // the picture is no old one any more, though it may grow
        note.textContent = model.note;
        return show();
      },
      fail: (problem) => (note.textContent = problem),
      rest: (shown) => {
        parameters.forEach(({ name, set }) => set(shown[name]));
        stage.sync();
        [live, summary].forEach((node) => node.setAttribute("aria-busy", "false"));
        if (told) follow(...told);
      },
    });

    let told = null; // from elsewhere, while a question was under way
    function follow(setting, answer) {
      told = null;
      if (answer === frame && same(read(controls), setting)) return;
      if (!hear(Object.fromEntries(parameters.map(({ name }) => [name, setting[name]])))) {
        told = [setting, answer];
        return;
      }
      controls.forEach(({ name, set }) => set(setting[name]));
      frame = answer;
      note.textContent = model.note;
      show();
    }

    const live = element(
      "div",
      { className: "advlib-live", role: "group", ariaLabel: model.title },
      ...shelves(parameters.filter(({ bar }) => bar === null), dials),
      element("div", { className: "advlib-charts" }, stage.node, ...charts.slice(1)),
      element("div", { className: "advlib-foot" }, said, reset),
    );
    root.append(live);
    root.classList.add("advlib-explorer", "advlib-mounted");
    const ready = Promise.all(charts.map((node, i) => draw(node, model.charts[i]))).then((drawn) => {
      views = drawn;
      stage.place(views[0].view);
      controls.filter(({ name }) => name in setting).forEach(({ name, set }) => set(setting[name]));
      request(read(parameters));
      listen(follow);
      return show();
    });
    return () => ready.then(() => (views.forEach(({ close }) => close()), live.remove()));
  }

  return { mount, same, element, SILENT };
})();
