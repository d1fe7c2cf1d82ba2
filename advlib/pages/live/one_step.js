// The frames of the explorer of one step, as `one_step_frame` makes them.

(() => {
  "use strict";
  const { planeNetwork, firstZero, alongRay } = advlibLive;

  const [END, PER_UNIT, DRAWS, CROWD] = [5, 50, 400, 100];

  // The place of the first step that is not smaller than this zero.
  function place(zero) {
    let i = Math.min(END * PER_UNIT + 1, Math.ceil(zero * PER_UNIT));
    while (i > 0 && (i - 1) / PER_UNIT >= zero) i--;
    return i;
  }

  function ray(dim, width, seed) {
    const draw = planeNetwork(dim, width, seed, 0);
    const zero = firstZero(draw, END);
    const found = { zero: zero < Infinity ? zero : null, f: alongRay(draw, END, PER_UNIT) };
    return { dim, width, seed, value: draw.value, gradient_norm: draw.gradientNorm, ...found };
  }

  advlibLive.one_step = function* ({ dim, width, seed }) {
    const one = ray(dim, width, seed);
    const counts = new Int32Array(END * PER_UNIT + 2);
    const frame = (draws) => {
      let sum = 0;
      const flipped = Array.from(counts.subarray(0, -1), (count) => (sum += count));
      return { ...one, flipped, draws };
    };
    for (let draw = 0; draw < DRAWS; draw++) {
      counts[place(firstZero(planeNetwork(dim, width, CROWD, draw), END))]++;
      yield () => frame(draw + 1);
    }
  };
})();
