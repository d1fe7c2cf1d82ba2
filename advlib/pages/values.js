// What the marks of a picture say, the words of their `tooltip`: beside the mark nearest to the pointer, or to the
// finger that taps, and by a slider that walks from mark to mark and is seen while it has the focus.

var advlibValues = (() => {
  "use strict";
  const { element } = advlibControls;

  const REACH = 24; // pixels from the pointer to the nearest mark
  const LARGE = 8; // by so many pixels a point beside the pointer goes before a bar below it

  // The marks below this one that say something, with the boxes that they fill.
  function* marks({ marktype, items }, x = 0, y = 0) {
    for (const item of items) {
      if (marktype === "group") for (const mark of item.items) yield* marks(mark, x + (item.x || 0), y + (item.y || 0));
      else if (item.tooltip && item.defined !== false) yield { words: item.tooltip, ...box(item, marktype, x, y) };
    }
  }
  function box(item, marktype, x, y) {
    const large = ["rect", "image"].includes(marktype);
    const filled = large || ["symbol", "rule"].includes(marktype);
    const { x1, y1, x2, y2 } = filled ? item.bounds : { x1: item.x, y1: item.y, x2: item.x, y2: item.y };
    return { left: x + x1, right: x + x2, top: y + y1, bottom: y + y2, large };
  }

  const beyond = (low, place, high) => Math.max(low - place, 0, place - high);
  function distance({ left, right, top, bottom, large }, x, y) {
    return Math.hypot(beyond(left, x, right), beyond(top, y, bottom)) + (large ? LARGE : 0);
  }
  function nearest(all, x, y) {
    const gaps = all.map((mark) => distance(mark, x, y));
    const least = Math.min(...gaps);
    return least <= REACH ? all[gaps.lastIndexOf(least)] : null;
  }

  // The words at a mark, ringed, as far within the picture as they have room.
  class Words {
    constructor(stage) {
      this.span = element("span");
      this.node = element("div", { className: "advlib-words", hidden: true }, this.span);
      this.node.setAttribute("aria-hidden", "true");
      this.stage = stage;
      stage.append(this.node);
    }
    show(mark, origin) {
      this.node.hidden = !mark;
      if (!mark) return;
      const [left, top] = origin;
      const room = this.stage.clientWidth;
      const x = left + (mark.left + mark.right) / 2;
      const y = top + (mark.large ? mark.top : (mark.top + mark.bottom) / 2);
      this.span.textContent = mark.words;
      this.span.style.maxWidth = `${room}px`;
      const width = this.span.offsetWidth;
      const start = Math.max(0, Math.min(room - width, x - width / 2));
      this.node.classList.toggle("advlib-below", y < this.span.offsetHeight + 12);
      Object.assign(this.node.style, { left: `${x}px`, top: `${y}px` });
      this.span.style.left = `${start - x}px`;
    }
  }

  // Makes a picture tell; `again` is to be called whenever the picture has changed.
  class Teller {
    constructor(stage, view, name) {
      Object.assign(this, { stage, view });
      this.words = new Words(stage);
      this.reader = element("input", { type: "range", className: "advlib-reader", min: 0, value: 0, ariaLabel: name });
      this.reader.dataset.lmSuppressShortcuts = "true"; // in JupyterLab its keys are its own
      this.hush();
      this.listen();
      if (this.marks().length) stage.append(this.reader);
    }
    listen() {
      const { stage, reader } = this;
      for (const event of ["pointermove", "pointerdown"]) stage.addEventListener(event, (at) => this.point(at));
      stage.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || this.hush());
      stage.addEventListener("keydown", ({ key }) => key === "Escape" && this.hush());
      for (const event of ["focus", "input"]) reader.addEventListener(event, () => this.read());
      reader.addEventListener("blur", () => this.hush());
    }
    marks() {
      return [...marks(this.view.scenegraph().root)];
    }
    origin() {
      const { left, top } = this.view.padding();
      const [x, y] = this.view.origin();
      return [left + x, top + y];
    }
    say(find) {
      this.again = () => this.words.show(find(this.marks()), this.origin());
      this.again();
    }
    hush() {
      this.again = () => {};
      this.words.show(null);
    }
    point({ clientX, clientY }) {
      const { left, top } = this.stage.getBoundingClientRect();
      const [x, y] = this.origin();
      this.say((found) => nearest(found, clientX - left - x, clientY - top - y));
    }
    read() {
      this.say((found) => {
        this.reader.max = found.length - 1;
        const mark = found[this.reader.valueAsNumber];
        this.reader.setAttribute("aria-valuetext", mark?.words ?? "");
        return mark;
      });
    }
  }

  return { Teller };
})();
