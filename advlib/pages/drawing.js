// Pictures to choose one from, and a pad to draw another on: a control whose value is the number of a picture or, once
// something is drawn, its ink. Where a drawing is wiped the picture chosen last is back.

var advlibDrawing = (() => {
  "use strict";
  const { element } = advlibControls;
  const { SIDE, paint, normalised } = advlibInk;

  // One radio button for each picture, called by its name.
  function offer({ values, pictures }) {
    const name = `advlib-control-${Math.random()}`;
    const radios = values.map((value) => element("input", { type: "radio", name, value }));
    const labels = Object.entries(pictures).map(([called, ink], i) => {
      const canvas = element("canvas", { width: SIDE, height: SIDE });
      paint(canvas, ink);
      radios[i].setAttribute("aria-label", called);
      return element("label", {}, radios[i], canvas);
    });
    return { radios, labels };
  }

  class Gallery {
    constructor(control, onMove) {
      Object.assign(this, { control, onMove, ...offer(control) });
      const changed = () => this.node.dispatchEvent(new Event("change"));
      this.pad = new advlibPad.Pad((stretches) => this.drawn(stretches), changed);
      this.lay();
    }
    lay() {
      const { label, name } = this.control;
      const caption = element("span", { id: `advlib-control-${Math.random()}` }, label);
      const choices = element("div", { className: "advlib-pictures", role: "radiogroup" }, ...this.labels);
      choices.setAttribute("aria-labelledby", caption.id);
      choices.dataset.name = name;
      choices.addEventListener("input", () => this.choose());
      this.node = element("div", { className: "advlib-control advlib-gallery" }, caption, choices, this.pad.node);
    }

    choose() {
      this.pad.clear();
      this.take(this.control.values[this.radios.findIndex(({ checked }) => checked)]);
    }
    drawn(stretches) {
      this.take(stretches.length ? normalised(stretches) : this.chosen);
    }
    take(value) {
      this.stand(value);
      this.onMove();
    }
    stand(value) {
      this.current = value;
      if (typeof value === "number") this.chosen = value;
      this.radios.forEach((radio, i) => (radio.checked = this.control.values[i] === value));
    }
    set(wanted) {
      if (wanted === this.current) return;
      if (typeof wanted === "string") this.pad.show(wanted);
      else this.pad.clear();
      this.stand(wanted);
    }
  }

  function pictures(control, onMove) {
    const gallery = new Gallery(control, onMove);
    return { node: gallery.node, value: () => gallery.current, set: (wanted) => gallery.set(wanted) };
  }

  return { pictures };
})();
