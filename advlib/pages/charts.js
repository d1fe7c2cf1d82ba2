// The pictures of an explorer: Vega charts as wide as there is room, and behind each what it showed before a move.

var advlibCharts = (() => {
  "use strict";
  const { element } = advlibControls;

  // A picture is an image to a screen reader, and what is within it has no name of its own: handles lie beside it, on
  // its `stage`.
  class Picture {
    constructor(spec) {
      this.spec = spec;
      this.node = element("div", { className: "advlib-chart" });
      this.stage = element("div", { className: "advlib-stage" }, this.node);
      this.view = null;
      this.teller = null;
    }

    async draw() {
      const options = { renderer: "svg", actions: false, tooltip: () => {} };
      const { view, finalize } = await globalThis.advlibVegaEmbed(this.node, this.spec, options);
      this.node.role = "img"; // with the name that Vega gives it
      this.node.querySelector("svg").setAttribute("aria-hidden", "true");
      const { left, right } = view.padding();
      const observer = new ResizeObserver(() => {
        this.exorcise();
        if (this.node.clientWidth > 0) this.fit(view, this.node.clientWidth - left - right).runAsync();
      });
      observer.observe(this.node);
      this.view = view;
      this.teller = new advlibValues.Teller(this.stage, view, `Values in: ${this.spec.title}`);
      this.close = () => (observer.disconnect(), finalize());
    }

    // Where there is room, a picture may have another height.
    fit(view, width) {
      const wide = this.spec.usermeta?.wide;
      if (wide) view.height(width < wide.from ? this.spec.height : wide.height);
      return view.width(width);
    }

    async run(signals) {
      for (const [name, value] of Object.entries(signals)) this.view.signal(name, value);
      await this.view.runAsync();
      this.teller.again();
    }

    // What was shown before a move stays behind it, faintly.
    exorcise() {
      this.node.querySelector(".advlib-ghost")?.remove();
    }
    haunt() {
      this.exorcise();
      const ghost = this.node.querySelector("svg").cloneNode(true);
      ghost.classList.add("advlib-ghost");
      ghost.setAttribute("aria-hidden", "true");
      this.node.append(ghost);
    }
  }

  return { Picture };
})();
