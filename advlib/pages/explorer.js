// Draws an explorer: controls (controls.js, handles.js), pictures (charts.js) and one line of text, from one frame of
// data; buttons (runs.js) let it go on by itself.
//
// advlibExplorer.mount(root, model, ask) draws `model` into `root` and returns a function that takes it down again.
// A model is {title, parameters, dials, charts, mover, player, most, note}: `player` names a dial to walk through, and
// `most` how many draws a frame can come to have. Explorers of a built page are mounted by page.js.
// Every chart is a Vega-Lite spec that holds a parameter `frame`, one for each dial, and `summary`, the line of text.
// `ask(parameters)` iterates, asynchronously, over frames for these values, each better than the one before, and over
// null where it only pauses. A dial (the step) moves within the frame and asks nothing.
// Until the frame is there the picture is marked as an old one; where none comes the controls go back to the picture's
// values, and the note says why.

var advlibExplorer = (() => {
  "use strict";

  const { element, make } = advlibControls;
  const { Questions, same } = advlibQuestions;

  const read = (controls) => Object.fromEntries(controls.map(({ name, value }) => [name, value()]));
  const busy = (nodes, whether) => nodes.forEach((node) => node.setAttribute("aria-busy", whether));

  // Four controls are seen, the dials among them; other parameters lie folded.
  function shelves(parameters, dials) {
    const shelf = (controls) => element("div", { className: "advlib-controls" }, ...controls.map(({ node }) => node));
    const room = 4 - dials.length;
    const folded = parameters.slice(room);
    const seen = shelf([...parameters.slice(0, room), ...dials]);
    if (!folded.length) return [seen];
    return [seen, element("details", {}, element("summary", { textContent: "More" }), shelf(folded))];
  }

  const PAUSE = 1000; // milliseconds between two moves that are not one
  const nothing = () => {};
  const TOLD = { settled: nothing, dialled: nothing, listen: nothing };
  const DEFAULTS = { patience: Infinity, setting: {}, more: null, ...TOLD };
  const STRIDE = 350; // milliseconds from one place of a dial to the next
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // `setting` is where the sliders stand at first, if not at their start; `settled` gets their places after each move,
  // `dialled` those of the dials during it. `listen` is called once all is drawn, with a function that takes a setting
  // and its frame from elsewhere. `more` gives the frames that go on from one.
  class Explorer {
    constructor(root, model, ask, options) {
      Object.assign(this, { root, model, ...DEFAULTS, ...options });
      this.frame = model.charts[0].params.find(({ name }) => name === "frame").value;
      this.told = null; // from elsewhere, while a question was under way
      this.moved = -Infinity;
      this.pictures = model.charts.map((spec) => new advlibCharts.Picture(spec));
      this.makeControls();
      this.makeRuns();
      this.questions = new Questions(ask, read(this.parameters), this.patience, {
        wait: () => busy([this.live, this.summary], true),
        show: (frame) => this.shown(frame),
        fail: (problem) => (this.note.textContent = problem),
        rest: (shown) => this.rest(shown),
      });
      this.lay();
      this.ready = this.open();
    }

    makeControls() {
      const { parameters, dials, mover } = this.model;
      const move = () => this.move();
      this.parameters = parameters.map((control) => make(control, move));
      this.dials = dials.map((control) => make(control, () => (this.stop(), this.turn())));
      this.controls = [...this.parameters, ...this.dials];
      this.handles = advlibHandles.handles(this.pictures[0].stage, this.parameters, mover, move);
      this.controls.forEach(({ node }) => node.addEventListener("change", () => this.settled(read(this.controls))));
      this.reset = element("button", { type: "button", textContent: "Reset" });
      this.reset.addEventListener("click", () => this.restart());
    }

    makeRuns() {
      const { player, most } = this.model;
      const drawOn = () => advlibRuns.runner("Draw on", (going) => this.drawOn(going), () => busy([this.summary], false));
      const play = () => advlibRuns.runner("Play", (going) => this.play(going), () => this.played());
      this.drawer = this.more && most ? drawOn() : null;
      this.player = this.dials.find(({ name }) => name === player);
      this.runs = [this.drawer, this.player && play()].filter((run) => run);
    }

    buttons() {
      return element("div", { className: "advlib-runs" }, ...this.runs.map(({ node }) => node), this.reset);
    }

    lay() {
      const { model } = this;
      this.summary = element("p", { className: "advlib-summary" });
      this.note = element("p", { className: "advlib-note", textContent: model.note });
      const said = element("div", { className: "advlib-said", ariaLive: "polite" }, this.summary, this.note); // no other
      const slid = this.parameters.filter(({ bar }) => bar === null);
      this.live = element(
        "div",
        { className: "advlib-live", role: "group", ariaLabel: model.title },
        ...shelves(slid, this.dials),
        element("div", { className: "advlib-charts" }, ...this.pictures.map(({ stage }) => stage)),
        element("div", { className: "advlib-foot" }, said, this.buttons()),
      );
      this.blind = advlibRuns.watch(this.live, () => this.stop());
      this.root.append(this.live);
      this.root.classList.add("advlib-explorer", "advlib-mounted");
    }

    async open() {
      await Promise.all(this.pictures.map((picture) => picture.draw()));
      this.drawn = true;
      this.handles.place(this.pictures[0].view);
      this.set(this.controls.filter(({ name }) => name in this.setting), this.setting);
      this.ask();
      this.listen((...told) => this.follow(...told));
      return this.show();
    }

    set(controls, setting) {
      controls.forEach(({ name, set }) => set(setting[name]));
    }

    ask() {
      this.questions.request(read(this.parameters));
    }

    async show() {
      this.handles.sync();
      if (!this.drawn) return;
      const signals = { frame: this.frame, ...read(this.dials) };
      await Promise.all(this.pictures.map((picture) => picture.run(signals)));
      this.summary.textContent = this.pictures[0].view.signal("summary");
    }

    put(frame) {
      this.frame = frame;
      this.drawer?.node.setAttribute("aria-disabled", frame.draws >= this.model.most);
      this.note.textContent = this.model.note;
      return this.show();
    }

    shown(frame) {
      busy([this.live], false); // the picture is no old one any more, though it may grow
      return this.put(frame);
    }

    rest(shown) {
      this.set(this.parameters, shown);
      this.handles.sync();
      busy([this.live, this.summary], false);
      if (this.told) this.follow(...this.told);
    }

    stop() {
      this.runs.forEach((run) => run.stop());
    }

    move() {
      this.stop();
      if (performance.now() - this.moved > PAUSE && this.drawn) this.pictures.forEach((picture) => picture.haunt());
      this.moved = performance.now();
      this.ask();
    }

    turn() {
      this.dialled(read(this.dials));
      return this.show();
    }

    // Goes on from the frame that is shown, once no question is under way.
    async drawOn(going) {
      busy([this.summary], true);
      while (going() && !this.questions.hear(null)) await advlibRuns.pause(50);
      if (!going()) return;
      for await (const frame of this.more(this.frame)) {
        if (!going()) return;
        if (frame) await this.put(frame);
      }
    }

    // Walks the dial to its last place, from the first if it stands there; where motion is unwanted, one place a press.
    async play(going) {
      const { values, value, set } = this.player;
      if (value() === values.at(-1)) set(values[0]);
      busy([this.summary], true);
      for (let place = values.indexOf(value()) + 1; going() && place < values.length; place++) {
        set(values[place]);
        await this.turn();
        if (still()) return;
        await advlibRuns.pause(STRIDE);
      }
    }
    played() {
      busy([this.summary], false);
      this.settled(read(this.controls));
    }

    restart() {
      this.stop();
      this.controls.forEach((control) => control.reset());
      this.pictures.forEach((picture) => picture.exorcise());
      this.settled(read(this.controls));
      this.ask();
      this.turn();
    }

    follow(setting, frame) {
      this.told = null;
      if (frame === this.frame && same(read(this.controls), setting)) return;
      const question = Object.fromEntries(this.parameters.map(({ name }) => [name, setting[name]]));
      if (!this.questions.hear(question)) {
        this.told = [setting, frame];
        return;
      }
      this.set(this.controls, setting);
      this.put(frame);
    }

    async close() {
      await this.ready;
      this.stop();
      this.blind();
      this.pictures.forEach((picture) => picture.close());
      this.live.remove();
    }
  }

  function mount(root, model, ask, options = {}) {
    const explorer = new Explorer(root, model, ask, options);
    return () => explorer.close();
  }

  return { mount };
})();
