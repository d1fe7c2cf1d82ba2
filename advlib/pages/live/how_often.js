// The frames of the explorer of shares and steps against the width, as `how_often_frame` makes them.

(() => {
  "use strict";
  const { planeNetwork, firstZero, someZero } = advlibLive;

  const WIDTHS = [10, 20, 30, 50, 100, 200, 300, 500, 1000];
  const DRAWS = 400;
  const CAPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20];
  const KINDS = { ReLU: ["signs", "relu"], "ReLU, Gaussian top": ["gaussian", "relu"], tanh: ["signs", "tanh"] };

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  function spread(values) {
    const center = mean(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
  }
  const known = (value) => (Number.isNaN(value) ? null : value);

  function column({ steps, norms }) {
    const within = CAPS.map((cap) => steps.filter((step) => step < cap));
    const lengths = steps.map((step, i) => step * norms[i]).filter(Number.isFinite);
    return {
      share: within.map((some) => some.length / steps.length),
      step: within.map((some) => known(mean(some))),
      spread: within.map((some) => known(spread(some))),
      length: known(mean(lengths)),
      norm: mean(norms),
      norm_spread: spread(norms),
    };
  }
  function frame(dim, kind, lengths, found) {
    const columns = found.map(column);
    const names = Object.keys(columns[0]);
    const lists = Object.fromEntries(names.map((name) => [name, columns.map((column) => column[name])]));
    return { dim, kind, draws: found[0].steps.length, lengths, ...lists };
  }

  advlibLive.how_often = function* ({ dim, kind }, data) {
    const [top, activation] = KINDS[kind];
    const zero = activation === "relu" ? firstZero : someZero;
    const found = WIDTHS.map(() => ({ steps: [], norms: [] }));
    for (let draw = 0; draw < DRAWS; draw++) {
      WIDTHS.forEach((width, i) => {
        const network = planeNetwork(dim, width, width, draw, top, activation);
        found[i].steps.push(zero(network, CAPS.at(-1)));
        found[i].norms.push(network.gradientNorm);
      });
      if (draw > 0) yield () => frame(dim, kind, data[kind], found);
    }
  };
})();
