// The frames of the explorer of the gradient's change, as `gradient_terms_frame` makes them.

(() => {
  "use strict";
  const { angleMap } = advlibLive;
  const { INPUT, ASIDE, times, denseNetwork, input, layersFrom, gradient, gradientTerms } = advlibLive.dense;

  const [LAYERS, INPUTS] = [4, 20];
  const ANGLES = Array.from({ length: 22 }, (_, i) => Number((10 ** (i / 8 - 2.5)).toPrecision(3)));

  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const square = (x) => dot(x, x);

  // A direction of length sqrt(d), orthogonal to x.
  function beside(x, direction) {
    const along = dot(direction, x) / x.length;
    const v = direction.map((value, i) => value - along * x[i]);
    const scale = Math.sqrt(x.length / square(v));
    return v.map((value) => scale * value);
  }

  // Squares of the terms and of their sum at every angle, for one input.
  function squaresAt(net, x, v) {
    const [p, q] = [x, v].map((y) => times(net.weights[0], y));
    const atX = layersFrom(net, p);
    const angles = ANGLES.map((angle) => {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const terms = gradientTerms(net, atX, layersFrom(net, p.map((value, i) => cos * value + sin * q[i])));
      const whole = terms.reduce((sum, term) => sum.map((value, i) => value + term[i]));
      return { terms: terms.map(square), whole: square(whole) };
    });
    return { size: square(gradient(net, atX)), angles };
  }

  // What wide layers tend to, at one angle.
  function law(angle) {
    const shares = [angle / Math.PI];
    for (let i = 1; i < LAYERS; i++) shares.push(angleMap(Math.PI * shares[i - 1]) / Math.PI);
    const kept = shares.reduce((product, share) => product * (1 - share), 1);
    return { terms: shares.map((share) => Math.sqrt(2 * share)), whole: Math.sqrt(2 - 2 * kept) };
  }
  const laws = ANGLES.map(law);

  function frame(question, found) {
    const sum = (of) => found.reduce((total, one) => total + of(one), 0);
    const size = Math.max(sum((one) => one.size), found.length * 1e-30);
    const length = (of) => Math.sqrt(sum(of) / size);
    return {
      ...question,
      terms: ANGLES.map((_, i) => laws[i].terms.map((_, j) => length((one) => one.angles[i].terms[j]))),
      whole: ANGLES.map((_, i) => length((one) => one.angles[i].whole)),
      law: laws.map(({ terms }) => terms),
      law_whole: laws.map(({ whole }) => whole),
    };
  }

  advlibLive.gradient_terms = function* ({ dim, narrow, seed }) {
    const net = denseNetwork([dim, dim, narrow, dim, dim], 0, seed);
    const found = [];
    for (let n = 0; n < INPUTS; n++) {
      const x = input(dim, 0, seed, INPUT, n);
      found.push(squaresAt(net, x, beside(x, input(dim, 0, seed, ASIDE, n))));
      yield () => frame({ dim, narrow, seed }, found);
    }
  };
})();
