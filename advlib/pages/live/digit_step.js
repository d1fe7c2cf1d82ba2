// The frames of the explorer of a trained network, as `digit_step_frame` makes them: the network before training is
// drawn, and what training changed comes in whole numbers.

(() => {
  "use strict";
  const { normals, keptSigns, firstZero } = advlibLive;
  const { norm, times } = advlibLive.dense;

  const [WEIGHTS, SIGNS] = [0, 1]; // streams
  const LENGTHS = Array.from({ length: 81 }, (_, i) => i / 200);
  const unit = (x) => {
    const length = norm(x);
    return x.map((value) => value / length);
  };

  // Networks, made once of what training changed.
  const made = new WeakMap();
  function network(trained) {
    if (!made.has(trained)) {
      const { change, scale } = trained;
      const [rows, columns] = [change.length, change[0].length];
      const entries = new Float64Array(rows * columns);
      change.forEach((row, l) => {
        const start = normals(columns, 0, WEIGHTS, 0, l);
        row.forEach((value, j) => (entries[l * columns + j] = start[j] + scale * value));
      });
      made.set(trained, { first: { rows, columns, entries }, signs: keptSigns(rows, 0, SIGNS, 0).slice(0, rows) });
    }
    return made.get(trained);
  }

  // What a network makes of an image: preactivations, value and gradient.
  function look({ first, signs }, x) {
    const p = times(first, x);
    const factor = 1 / Math.sqrt(first.rows);
    const gradient = new Float64Array(first.columns);
    let value = 0;
    p.forEach((z, l) => {
      if (!(z > 0)) return;
      value += factor * signs[l] * z;
      for (let j = 0; j < first.columns; j++) gradient[j] += factor * signs[l] * first.entries[l * first.columns + j];
    });
    return { p, value, gradient };
  }
  // f at every length of a direction, given the preactivations.
  function along({ first, signs }, p, direction) {
    const q = times(first, direction);
    return LENGTHS.map((length) => {
      const sum = p.reduce((sum, z, l) => sum + signs[l] * Math.max(0, z + length * q[l]), 0);
      return sum / Math.sqrt(first.rows);
    });
  }

  // One of the images offered, or a drawing: its ink, what it shows, if known, and the seed of a random perturbation.
  function chosen(digit, { images, labels }) {
    if (typeof digit === "string") return { ink: digit, label: null, seed: images.length };
    return { ink: images[digit], label: labels[digit], seed: digit };
  }

  advlibLive.digit_step = function* ({ constant, digit }, data) {
    const trained = data.networks[constant];
    const net = network(trained);
    const { ink, label, seed } = chosen(digit, data);
    const x = unit(Float64Array.from(ink, (pixel) => parseInt(pixel, 16)));
    const { p, value, gradient } = look(net, x);
    const gradientNorm = norm(gradient);
    const direction = gradient.map((slope) => (-Math.sign(value) * slope) / gradientNorm);
    const random = unit(normals(x.length, seed, 0));
    const rate = times(net.first, direction).map((speed) => gradientNorm * speed);
    const step = firstZero({ width: net.first.rows, p, a: net.signs, rate, value, gradientNorm }, 1e6);
    yield () => ({
      image: Array.from(x),
      direction: Array.from(direction),
      random: Array.from(random),
      f: along(net, p, direction),
      f_random: along(net, p, random),
      zero: step < Infinity ? step * gradientNorm : null,
      label,
      moved: trained.moved,
      error: trained.error,
    });
  };
})();
