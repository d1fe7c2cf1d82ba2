// The frames of the explorer of the gradient's change, as `gradient_terms_frame` makes them.

(() => {
  "use strict";
  const { angleMap, crowd, sample, insert, quantile } = advlibLive;
  const { INPUT, ASIDE, norm, times, denseNetwork, input, layersFrom, gradient, gradientTerms } = advlibLive.dense;

  const [LAYERS, DRAWS] = [4, 100];
  const PARTS = [0.1, 0.25, 0.5, 0.75, 0.9];
  const ANGLES = Array.from({ length: 21 }, (_, i) => Number((10 ** (i / 10 - 2)).toPrecision(3)));

  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const square = (x) => dot(x, x);

  // A direction of length sqrt(d), orthogonal to x.
  function beside(x, direction) {
    const along = dot(direction, x) / x.length;
    const v = direction.map((value, i) => value - along * x[i]);
    const scale = Math.sqrt(x.length / square(v));
    return v.map((value) => scale * value);
  }

  // Lengths of the terms and of their sum at every angle, in one network.
  function lengthsAt(net, x, v) {
    const [p, q] = [x, v].map((y) => times(net.weights[0], y));
    const atX = layersFrom(net, p);
    const angles = ANGLES.map((angle) => {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const terms = gradientTerms(net, atX, layersFrom(net, p.map((value, i) => cos * value + sin * q[i])));
      const whole = terms.reduce((sum, term) => sum.map((value, i) => value + term[i]));
      return [...terms, whole].map(norm);
    });
    return { size: norm(gradient(net, atX)), angles };
  }

  // What wide layers tend to, at one angle.
  function law(angle) {
    const shares = [angle / Math.PI];
    for (let i = 1; i < LAYERS; i++) shares.push(angleMap(Math.PI * shares[i - 1]) / Math.PI);
    const kept = shares.reduce((product, share) => product * (1 - share), 1);
    return { terms: shares.map((share) => Math.sqrt(2 * share)), whole: Math.sqrt(2 - 2 * kept) };
  }
  const laws = ANGLES.map(law);

  // What is found of one term at one angle: squares of its lengths, in how many networks it is 0, and its lengths over
  // those of their gradients. The last row is that of the terms' sum.
  const row = () => ({ squares: 0, absent: 0, relative: sample() });
  const begin = () => ({ squares: 0, angles: ANGLES.map(() => Array.from({ length: LAYERS + 1 }, row)) });

  function add(found, widths, n) {
    const [x, across] = [INPUT, ASIDE].map((stream) => input(widths[0], n, 0, stream, 0));
    const { size, angles } = lengthsAt(denseNetwork(widths, n, 0), x, beside(x, across));
    found.squares += size * size;
    angles.forEach((lengths, i) => {
      lengths.forEach((length, j) => {
        const row = found.angles[i][j];
        row.squares += length * length;
        row.absent += length === 0;
        insert(row.relative, size > 0 ? length / size : 0);
      });
    });
  }

  // What a frame says of one angle, given the length of all gradients.
  function lengths(rows, size) {
    const mean = rows.map(({ squares }) => Math.sqrt(squares) / size);
    const spread = rows.map(({ relative }) => PARTS.map((part) => quantile(relative, part)));
    const absent = rows.map((row) => row.absent);
    const layers = { terms: mean, spread, absent };
    for (const name in layers) layers[name] = layers[name].slice(0, LAYERS);
    return { ...layers, whole: mean[LAYERS], whole_spread: spread[LAYERS] };
  }
  function frame([dim, , narrow], { squares, angles }) {
    const size = Math.max(Math.sqrt(squares), 1e-30);
    const columns = angles.map((rows) => lengths(rows, size));
    const names = Object.keys(columns[0]);
    const lists = Object.fromEntries(names.map((name) => [name, columns.map((column) => column[name])]));
    const law = { law: laws.map(({ terms }) => terms), law_whole: laws.map(({ whole }) => whole) };
    return { dim, narrow, ...lists, ...law };
  }

  const widthsOf = ({ dim, narrow }) => [dim, dim, narrow, dim, dim];
  advlibLive.gradient_terms = crowd(DRAWS, widthsOf, { begin, add, frame });
})();
