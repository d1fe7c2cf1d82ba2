// The angle of two inputs on their way through a random ReLU network, the twin of advlib/depth.py, and the frames of
// its explorer, as `depth_frame` makes them.

(() => {
  "use strict";
  const { angleMap, normals } = advlibLive;

  const LAYERS = [...Array.from({ length: 41 }, (_, i) => i), 50, 70, 100, 150, 200, 300, 500, 700, 1000];
  const DEPTH = LAYERS.at(-1);
  const degrees = (angle) => (180 / Math.PI) * angle;

  // The angle between two vectors of these lengths, accurate for small ones (Kahan).
  function angleBetween(x, xLength, y, yLength) {
    let apart = 0;
    let together = 0;
    for (let i = 0; i < x.length; i++) {
      const a = x[i] / xLength;
      const b = y[i] / yLength;
      apart += (a - b) * (a - b);
      together += (a + b) * (a + b);
    }
    return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
  }

  // The images of the two inputs behind one more layer.
  function behind({ angle, ratio }, width, seed, layer) {
    const [one, other] = [0, 1].map((row) => normals(width, seed, 0, layer, row));
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    let oneSquare = 0;
    let otherSquare = 0;
    for (let i = 0; i < width; i++) {
      other[i] = Math.max(0, one[i] * cos + other[i] * sin);
      one[i] = Math.max(0, one[i]);
      oneSquare += one[i] * one[i];
      otherSquare += other[i] * other[i];
    }
    const oneLength = Math.sqrt(oneSquare);
    const otherLength = Math.sqrt(otherSquare);
    return { angle: angleBetween(one, oneLength, other, otherLength), ratio: (ratio * otherLength) / oneLength };
  }

  const atLayers = (path) => LAYERS.map((layer) => (Number.isFinite(path[layer]) ? path[layer] : null));

  advlibLive.depth = function* ({ start, width, seed }) {
    const limit = [(start * Math.PI) / 180];
    const images = [{ angle: limit[0], ratio: 1 }];
    for (let layer = 0; layer < DEPTH; layer++) {
      limit.push(angleMap(limit[layer]));
      images.push(behind(images[layer], width, seed, layer));
      yield;
    }
    const [angle, ratio] = [images.map((pair) => degrees(pair.angle)), images.map((pair) => pair.ratio)];
    const paths = { limit: limit.map(degrees), angle, ratio };
    const seen = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, atLayers(path)]));
    yield () => ({ start, width, seed, ...seen });
  };
})();
