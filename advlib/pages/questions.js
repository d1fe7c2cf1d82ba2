// Questions to whoever computes frames: at most one is under way, and of those that come meanwhile the last is asked.

var advlibQuestions = (() => {
  "use strict";

  const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

  const SILENT =
    "No kernel answers: the sliders are back at what the picture shows. In Jupyter, run this cell again to move them.";

  function silence(seconds) {
    return new Promise((_, reject) => {
      if (seconds < Infinity) setTimeout(() => reject(new Error(SILENT)), 1000 * seconds);
    });
  }

  // A question that waits is asked once the one before has a first frame. `show` gets each frame, a late one too if
  // nothing else was asked since; `fail` gets what went wrong; and when nothing is under way any more, `rest` gets the
  // question whose answer is shown. `wait` hears that a question is asked.
  class Questions {
    constructor(ask, shown, patience, { wait, show, fail, rest }) {
      Object.assign(this, { ask, shown, patience, wait, show, fail, rest });
      this.known = true; // whether what is shown answers the question `shown`
      this.count = 0;
      this.busy = false;
      this.waiting = null;
    }

    async answered(question) {
      const number = ++this.count;
      for await (const frame of this.ask(question)) {
        if (number !== this.count) return;
        if (frame) {
          this.hears(question);
          await this.show(frame);
        }
        if (this.waiting && this.shown === question) return;
      }
      if (!this.busy) this.rest(this.shown);
    }

    hears(question) {
      this.shown = question ?? this.shown;
      this.known = question !== null;
    }

    // Something else is shown now, the answer of this question or of none; it is refused while one is under way, as its
    // answer comes last.
    hear(question) {
      if (this.busy) return false;
      this.count += 1;
      this.hears(question);
      return true;
    }

    async next() {
      const asked = this.waiting;
      this.waiting = null;
      this.wait();
      try {
        await Promise.race([this.answered(asked), silence(this.patience)]);
      } catch (problem) {
        this.waiting = null;
        this.fail(problem.message);
      }
    }

    async request(question) {
      this.waiting = question;
      if (this.busy || (this.known && same(question, this.shown))) return;
      this.busy = true;
      while (this.waiting) await this.next();
      this.busy = false;
      this.rest(this.shown);
    }
  }

  return { Questions, same, SILENT };
})();
