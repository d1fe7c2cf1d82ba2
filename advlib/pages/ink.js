// The ink of a picture, 28 x 28 hexadecimal digits row by row: painted, and made of a drawing, which is set as the digits
// of MNIST are: within 20 x 20 pixels, its centre of mass in the middle.
//
// A drawing is a list of stretches [x0, y0, x1, y1]; a dot is one of no length.

var advlibInk = (() => {
  "use strict";

  const SIDE = 28; // pixels of a picture
  const BOX = 20; // pixels of the box that a drawing fills
  const PEN = 1.7; // pixels of a picture from the middle of a stroke to where its ink ends
  const MIDDLE = SIDE / 2 + 0.5; // where the data have their centre of mass
  const LEAST = 14; // a drawing that is smaller is not made as large as the box
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
    const places = stretches.flatMap((ends) => [ends[axis], ends[axis + 2]]);
    return Math.max(...places) - Math.min(...places);
  }

  // A drawing as the ink of a picture.
  function normalised(stretches) {
    const largest = Math.max(LEAST, extent(stretches, 0), extent(stretches, 1));
    const scale = (BOX - 2) / largest; // a stroke is 2 pixels wide
    const [x, y] = [middle(stretches, 0), middle(stretches, 1)];
    const centre = [x, y, x, y];
    const set = stretches.map((ends) => ends.map((place, i) => scale * (place - centre[i]) + MIDDLE));
    return inked(set).map((value) => Math.round(FULL * value).toString(16)).join("");
  }

  return { SIDE, paint, squared, normalised };
})();
