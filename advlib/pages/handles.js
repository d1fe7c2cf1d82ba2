// Handles on a picture: the tops of its bars, and below them one that takes the lowest bar along to another place.
//
// A control with a `bar` stands there on the first picture's axis; the other axis is the logarithm to base 10 of its
// value. The bar at 0 is not taken along.

var advlibHandles = (() => {
  "use strict";
  const { element } = advlibControls;
  const GRIP = 10; // pixels of a handle along its way, as in explorer.css

  function mover(label, bars, onMove) {
    const id = `advlib-mover-${Math.random()}`;
    const input = element("input", { type: "range", id, min: bars[0].bar, max: bars.at(-1).bar, step: 1 });
    const heights = () => bars.map(({ value }) => value());
    let from = 0;
    const sync = () => {
      const lowest = Math.min(...heights());
      if (heights()[from] !== lowest) from = heights().indexOf(lowest);
      input.value = bars[from].bar;
      input.setAttribute("aria-valuetext", `${input.value} of ${input.max}`);
    };
    input.addEventListener("input", () => {
      const order = heights();
      order.splice(input.value - input.min, 0, ...order.splice(from, 1));
      order.forEach((height, i) => bars[i].set(height));
      from = input.value - input.min;
      sync();
      onMove();
    });
    input.addEventListener("change", () => bars[0].node.dispatchEvent(new Event("change")));
    return { node: element("div", { className: "advlib-mover" }, input, element("label", { htmlFor: id }, label)), sync };
  }

  // Lengths of the picture's frame that hold at any width of it.
  function ruler(view) {
    const { left, right, top } = view.padding();
    const [x, y] = [view.scale("x"), view.scale("y")];
    const across = (bar) => `${left}px + (100% - ${left + right}px) * ${x(bar) / view.width()}`;
    const down = (value) => top + y(Math.log10(value));
    return { across, down };
  }

  // Lays the handles of a picture on its stage.
  function handles(stage, controls, label, onMove) {
    const bars = controls.filter(({ bar }) => bar !== null);
    if (!bars.length) return { place: () => {}, sync: () => {} };
    const moved = bars.filter(({ bar }) => bar > 0);
    const { node: slide, sync } = mover(label, moved, onMove);
    const place = (view) => {
      const { across, down } = ruler(view);
      for (const { bar, node, values } of bars) {
        node.style.left = `calc(${across(bar)})`;
        node.style.top = `${down(values.at(-1)) - GRIP / 2}px`;
        node.style.height = `${down(values[0]) - down(values.at(-1)) + GRIP}px`;
      }
      const [first, last] = [moved[0], moved.at(-1)].map(({ bar }) => across(bar));
      slide.style.marginLeft = `calc(${first} - ${GRIP}px)`;
      slide.style.width = `calc(${last} - (${first}) + ${2 * GRIP}px)`;
    };
    stage.append(...bars.map(({ node }) => node), slide);
    return { place, sync };
  }

  return { handles };
})();
