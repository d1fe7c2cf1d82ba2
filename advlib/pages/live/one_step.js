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

  // Goes on from a frame until it has so many draws.
  function* more(frame, draws) {
    const { dim, width, flipped } = frame;
    const counts = [...flipped];
    for (let draw = frame.draws; draw < draws; draw++) {
      const zero = firstZero(planeNetwork(dim, width, CROWD, draw), END);
      for (let i = place(zero); i < counts.length; i++) counts[i]++;
      yield () => ({ ...frame, flipped: [...counts], draws: draw + 1 });
    }
  }

  advlibLive.one_step = function* ({ dim, width, seed }) {
    const flipped = Array(END * PER_UNIT + 1).fill(0);
    yield* more({ ...ray(dim, width, seed), flipped, draws: 0 }, DRAWS);
  };
  advlibLive.one_step.more = more;
})();
