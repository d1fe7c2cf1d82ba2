// The frames of the explorer of a trained network, as `digit_step_frame` makes them, from weights in whole numbers.

(() => {
  "use strict";
  const { normals, firstZero } = advlibLive;
  const { norm, times } = advlibLive.dense;

  const LENGTHS = Array.from({ length: 81 }, (_, i) => Math.round((i / 80) * 1e4) / 1e4);
  const unit = (x) => {
    const length = norm(x);
    return x.map((value) => value / length);
  };

  // Networks, made once of their whole numbers.
  const made = new WeakMap();
  function network(whole) {
    if (!made.has(whole)) {
      const entries = Float64Array.from(whole.weights.flat(), (value) => whole.scale * value);
      const [rows, columns] = [whole.weights.length, whole.weights[0].length];
      made.set(whole, { first: { rows, columns, entries }, signs: whole.signs });
    }
    return made.get(whole);
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

  advlibLive.digit_step = function* ({ constant, index }, data) {
    const whole = data.networks[constant];
    const net = network(whole);
    const x = unit(Float64Array.from(data.images[index]));
    const { p, value, gradient } = look(net, x);
    const gradientNorm = norm(gradient);
    const direction = gradient.map((slope) => (-Math.sign(value) * slope) / gradientNorm);
    const random = unit(normals(x.length, index, 0));
    const rate = times(net.first, direction).map((speed) => gradientNorm * speed);
    const step = firstZero({ width: net.first.rows, p, a: net.signs, rate, value, gradientNorm }, 1e6);
    yield () => ({
      image: Array.from(x),
      direction: Array.from(direction),
      random: Array.from(random),
      f: along(net, p, direction),
      f_random: along(net, p, random),
      zero: step < Infinity ? step * gradientNorm : null,
      label: data.labels[index],
      moved: whole.moved,
      error: whole.error,
    });
  };
})();
