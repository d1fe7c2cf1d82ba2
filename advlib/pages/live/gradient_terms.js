// The frames of the explorer of the gradient's change, as `gradient_terms_frame` makes them.

(() => {
  "use strict";
  const { angleMap } = advlibLive;
  const { INPUT, ASIDE, norm, times, denseNetwork, input, layersFrom, gradient, gradientTerms } = advlibLive.dense;

  const [LAYERS, NETWORKS] = [4, 100];
  const PARTS = [0.1, 0.25, 0.5, 0.75, 0.9];
  const ANGLES = Array.from({ length: 11 }, (_, i) => Number((10 ** (i / 5 - 2)).toPrecision(3)));

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

  // What a frame says of one angle: rows are those of the layers and, the last, of their sum.
  function lengths(found, i) {
    const size = Math.max(norm(found.map((one) => one.size)), 1e-30);
    const rows = Array.from({ length: LAYERS + 1 }, (_, j) => found.map((one) => one.angles[i][j]));
    const mean = rows.map((row) => norm(row) / size);
    const spread = rows.map((row) => {
      const relative = Float64Array.from(row, (length, n) => (found[n].size > 0 ? length / found[n].size : 0)).sort();
      return PARTS.map((part) => relative[Math.floor(part * (relative.length - 1))]);
    });
    const absent = rows.map((row) => row.filter((length) => length === 0).length);
    const layers = { terms: mean, spread, absent };
    for (const name in layers) layers[name] = layers[name].slice(0, LAYERS);
    return { ...layers, whole: mean[LAYERS], whole_spread: spread[LAYERS] };
  }
  function frame(question, found) {
    const columns = ANGLES.map((_, i) => lengths(found, i));
    const names = Object.keys(columns[0]);
    const lists = Object.fromEntries(names.map((name) => [name, columns.map((column) => column[name])]));
    const law = { law: laws.map(({ terms }) => terms), law_whole: laws.map(({ whole }) => whole) };
    return { ...question, networks: found.length, ...lists, ...law };
  }

  advlibLive.gradient_terms = function* ({ dim, narrow }) {
    const found = [];
    for (let n = 0; n < NETWORKS; n++) {
      const net = denseNetwork([dim, dim, narrow, dim, dim], n, 0);
      const x = input(dim, n, 0, INPUT, 0);
      found.push(lengthsAt(net, x, beside(x, input(dim, n, 0, ASIDE, 0))));
      yield () => frame({ dim, narrow }, found);
    }
  };
})();
