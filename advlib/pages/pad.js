// A pad to draw on. The pointer draws strokes; the arrow keys move a cursor over places in a grid, the space bar draws
// there or erases what is there, with shift the cursor draws as it goes, and escape clears the pad.
//
// To a screen reader it is a slider, whose value is where the cursor is and whether there is ink: a move says it.

var advlibPad = (() => {
  "use strict";
  const { element } = advlibControls;
  const { SIDE, paint, squared } = advlibInk;

  const PAD = 140; // units of the pad
  const PLACES = 14; // of the cursor, along each side
  const CELL = PAD / PLACES;
  const NEAR = (0.6 * CELL) ** 2; // square of the distance up to which ink is at the cursor
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const HINT = "Arrow keys move, with Shift they draw; Space draws or erases; Escape clears.";

  // `drawn` gets the stretches after each change, none once all is gone; `lifted` is called when a change is whole.
  class Pad {
    constructor(drawn, lifted) {
      Object.assign(this, { drawn, lifted, stretches: [], pen: null, at: [PLACES / 2, PLACES / 2] });
      this.canvas = element("canvas", { className: "advlib-pad", width: PAD, height: PAD, tabIndex: 0 });
      this.cursor = element("span", { className: "advlib-cursor" });
      const sheet = element("div", { className: "advlib-sheet" }, this.canvas, this.cursor);
      const hint = element("span", { id: `advlib-hint-${Math.random()}`, textContent: HINT });
      const caption = element("span", { textContent: "or draw one:" });
      this.node = element("div", { className: "advlib-drawn" }, caption, sheet, hint);
      this.context = this.canvas.getContext("2d");
      Object.assign(this.context, { lineWidth: 11, lineCap: "round", lineJoin: "round" });
      this.describe(hint.id);
      this.listen();
      this.stand();
    }
    describe(hint) {
      const name = { label: "A pad to draw a zero or a one on", roledescription: "drawing pad", describedby: hint };
      const aria = { ...name, valuemin: 1, valuemax: PLACES ** 2 };
      this.canvas.setAttribute("role", "slider");
      for (const property in aria) this.canvas.setAttribute(`aria-${property}`, aria[property]);
    }
    listen() {
      const { canvas } = this;
      canvas.addEventListener("pointerdown", (event) => this.press(event));
      canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && this.follow(event));
      canvas.addEventListener("lostpointercapture", () => this.lifted());
      canvas.addEventListener("keydown", (event) => this.key(event));
    }

    press(event) {
      event.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.canvas.setPointerCapture(event.pointerId);
      this.pen = null;
      this.follow(event);
    }
    follow({ offsetX, offsetY }) {
      const [x, y] = [offsetX, offsetY].map((at) => (at * PAD) / this.canvas.clientWidth);
      const [x0, y0] = this.pen ?? [x, y];
      if (this.pen && Math.hypot(x - x0, y - y0) < 2) return;
      this.pen = [x, y];
      this.put([...this.stretches, [x0, y0, x, y]]);
    }

    // The middle of the cursor's place.
    get middle() {
      return this.at.map((place) => (place + 0.5) * CELL);
    }
    get inked() {
      return this.stretches.some((stretch) => squared(...this.middle, stretch) <= NEAR);
    }
    key(event) {
      const way = WAYS[event.key];
      if (!way && event.key !== " " && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (way) this.go(way, event.shiftKey);
      else if (event.key === " ") this.turn();
      else this.erase([]);
      if (!way || event.shiftKey) this.lifted();
      this.stand();
    }
    go(way, drawing) {
      const from = this.middle;
      this.at = this.at.map((place, i) => Math.max(0, Math.min(PLACES - 1, place + way[i])));
      if (drawing) this.dot(from);
    }
    turn() {
      const left = this.stretches.filter((stretch) => squared(...this.middle, stretch) > NEAR);
      if (left.length < this.stretches.length) this.erase(left);
      else this.dot(this.last ?? this.middle);
    }
    erase(left) {
      this.last = null;
      this.put(left);
    }
    // A dot at the cursor, joined to the one before it if that is beside it.
    dot(before) {
      const here = this.middle;
      const beside = Math.hypot(here[0] - before[0], here[1] - before[1]) < 1.5 * CELL;
      const way = beside ? [[...before, ...before], [...before, ...here]] : [];
      this.last = here;
      this.put([...this.stretches, ...way, [...here, ...here]]);
    }

    // Shows the cursor where it is, and says it.
    stand() {
      const [column, row] = this.at.map((place) => place + 1);
      [this.cursor.style.left, this.cursor.style.top] = this.middle.map((at) => `${(100 * at) / PAD}%`);
      this.canvas.setAttribute("aria-valuenow", (row - 1) * PLACES + column);
      const ink = this.inked ? "ink" : "blank";
      this.canvas.setAttribute("aria-valuetext", `row ${row}, column ${column} of ${PLACES}: ${ink}`);
    }

    put(stretches) {
      this.stretches = stretches;
      this.wipe();
      for (const [x0, y0, x1, y1] of stretches) {
        this.context.beginPath();
        this.context.moveTo(x0, y0);
        this.context.lineTo(x1 + 0.01, y1); // a line of no length would not be drawn
        this.context.stroke();
      }
      this.drawn(stretches);
    }
    wipe() {
      this.context.clearRect(0, 0, PAD, PAD);
    }
    clear() {
      this.stretches = [];
      this.last = null;
      this.wipe();
      this.stand();
    }
    // Ink from elsewhere, which the first stroke wipes.
    show(ink) {
      this.clear();
      const small = element("canvas", { width: SIDE, height: SIDE });
      paint(small, ink);
      this.context.drawImage(small, 0, 0, PAD, PAD);
    }
  }

  return { Pad };
})();
