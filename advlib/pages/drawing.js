// Pictures to choose one from, and a pad to draw another on: a control whose value is the number of a picture or, once
// something is drawn, its ink, 28 x 28 hexadecimal digits row by row. A drawing is set as the digits of MNIST are: within
// 20 x 20 pixels, its centre of mass in the middle.

var advlibDrawing = (() => {
  "use strict";
  const { element } = advlibControls;

  const SIDE = 28; // pixels of a picture
  const BOX = 20; // pixels of the box that a drawing fills
  const PAD = 140; // pixels of the pad on its own scale
  const PEN = 1.7; // pixels of a picture from the middle of a stroke to where its ink ends
  const MIDDLE = SIDE / 2 + 0.5; // where the data have their centre of mass
  const FULL = 15;

  const numbers = (count) => Array.from({ length: count }, (_, i) => i);

  function paint(canvas, ink) {
    const pixels = new ImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      pixels.data.fill(255 - 17 * parseInt(ink[i], 16), 4 * i, 4 * i + 3);
      pixels.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(pixels, 0, 0);
  }

  // The stretches of strokes, each from point to point, the first of a stroke being its first point alone.
  const stretchesOf = (strokes) =>
    strokes.flatMap((points) => points.map(([x, y], i) => [...points[Math.max(0, i - 1)], x, y]));

  // The square of the distance of a point from a stretch.
  function squared(x, y, [x0, y0, x1, y1]) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.max(0, Math.min(1, along));
    return (x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2;
  }
  // Ink in each pixel, from 0 to 1, of stretches in the picture's own units.
  function inked(stretches) {
    return numbers(SIDE * SIDE).map((i) => {
      const [x, y] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
      let nearest = Infinity;
      for (const stretch of stretches) nearest = Math.min(nearest, squared(x, y, stretch));
      return Math.max(0, Math.min(1, PEN - Math.sqrt(nearest)));
    });
  }

  // Where the middle of all ink lies along an axis, 0 or 1; a point weighs a little.
  function middle(stretches, axis) {
    const weights = stretches.map(([x0, y0, x1, y1]) => Math.hypot(x1 - x0, y1 - y0) + 0.01);
    const total = weights.reduce((sum, weight) => sum + weight);
    return stretches.reduce((sum, ends, i) => sum + weights[i] * (ends[axis] + ends[axis + 2]), 0) / (2 * total);
  }
  function extent(stretches, axis) {
    const places = stretches.map((ends) => ends[axis + 2]);
    return Math.max(...places) - Math.min(...places);
  }

  // Strokes on the pad as the ink of a picture.
  function normalised(strokes) {
    const stretches = stretchesOf(strokes);
    const largest = Math.max(PAD / 10, extent(stretches, 0), extent(stretches, 1));
    const scale = (BOX - 2) / largest; // a stroke is 2 pixels wide
    const [x, y] = [middle(stretches, 0), middle(stretches, 1)];
    const centre = [x, y, x, y];
    const set = stretches.map((ends) => ends.map((place, i) => scale * (place - centre[i]) + MIDDLE));
    return inked(set).map((value) => Math.round(FULL * value).toString(16)).join("");
  }

  // A pad to draw on with the pointer. `drawn` gets the ink after each move, `lifted` is called after each stroke.
  function pad(drawn, lifted) {
    const canvas = element("canvas", { className: "advlib-pad", width: PAD, height: PAD });
    const context = canvas.getContext("2d");
    Object.assign(context, { lineWidth: 11, lineCap: "round", lineJoin: "round" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "A pad to draw a zero or a one on with the pointer");
    let strokes = [];

    const place = ({ offsetX, offsetY }) => [offsetX, offsetY].map((at) => (at * PAD) / canvas.clientWidth);
    function extend(point) {
      const points = strokes.at(-1);
      const [x, y] = points.at(-1) ?? point;
      if (points.length && Math.hypot(point[0] - x, point[1] - y) < 2) return;
      points.push(point);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(...point);
      context.stroke();
      drawn(normalised(strokes));
    }
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      if (!strokes.length) context.clearRect(0, 0, PAD, PAD);
      strokes.push([]);
      extend(place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) extend(place(event));
    });
    canvas.addEventListener("lostpointercapture", lifted);

    function clear() {
      strokes = [];
      context.clearRect(0, 0, PAD, PAD);
    }
    // Ink from elsewhere.
    function show(ink) {
      clear();
      const small = element("canvas", { width: SIDE, height: SIDE });
      paint(small, ink);
      context.drawImage(small, 0, 0, PAD, PAD);
    }
    return { canvas, clear, show };
  }

  function pictures(control, onMove) {
    const id = `advlib-control-${Math.random()}`;
    const radios = control.values.map((value) => element("input", { type: "radio", name: id, value }));
    const offered = Object.entries(control.pictures).map(([name, ink], i) => {
      const canvas = element("canvas", { width: SIDE, height: SIDE });
      paint(canvas, ink);
      radios[i].setAttribute("aria-label", name);
      return element("label", {}, radios[i], canvas);
    });
    let current;
    const tick = () => radios.forEach((radio, i) => (radio.checked = control.values[i] === current));
    const take = (value) => {
      current = value;
      tick();
      onMove();
    };
    const { canvas, clear, show } = pad(take, () => node.dispatchEvent(new Event("change")));
    const set = (wanted) => {
      if (wanted === current) return;
      if (typeof wanted === "string") show(wanted);
      else clear();
      current = wanted;
      tick();
    };
    const choices = element("div", { className: "advlib-pictures", role: "radiogroup" }, ...offered);
    choices.addEventListener("input", () => {
      clear();
      take(control.values[radios.findIndex(({ checked }) => checked)]);
    });
    const label = element("span", { id }, control.label);
    choices.setAttribute("aria-labelledby", id);
    choices.dataset.name = control.name;
    const hint = element("span", {}, "or draw one:");
    const drawn = element("div", { className: "advlib-drawn" }, hint, canvas);
    const node = element("div", { className: "advlib-control advlib-gallery" }, label, choices, drawn);
    return { node, value: () => current, set };
  }

  return { pictures, normalised };
})();
