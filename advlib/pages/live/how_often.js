// The frames of the explorer of shares and steps against the width, as `how_often_frame` makes them.

(() => {
  "use strict";
  const { planeNetwork, firstZero, someZero } = advlibLive;

  const WIDTHS = [10, 20, 30, 50, 100, 200, 300, 500, 1000];
  const DRAWS = 400;
  const places = (from, to, parts) => Array.from({ length: to - from + 1 }, (_, i) => (from + i) / parts);
  const CAPS = [...places(1, 30, 10), ...places(7, 20, 2), ...places(11, 20, 1)];
  const KINDS = { ReLU: ["signs", "relu"], "ReLU, Gaussian top": ["gaussian", "relu"], tanh: ["signs", "tanh"] };

  // Count, mean and squares about it of values that come one by one (Welford 1962).
  class Moments {
    constructor(count, mean, spread) {
      this.count = Math.round(count);
      this.mean = mean ?? 0;
      this.squares = (spread ?? 0) ** 2 * (this.count - 1);
    }
    add(value) {
      const gap = value - this.mean;
      this.mean += gap / ++this.count;
      this.squares += gap * (value - this.mean);
    }
    get known() {
      return this.count ? this.mean : null;
    }
    get spread() {
      return this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : null;
    }
  }

  // The draws of one width that a frame has, without it none.
  class Column {
    constructor(frame, i) {
      const [draws, share] = [frame?.draws ?? 0, frame?.share[i]];
      this.steps = CAPS.map((_, j) => new Moments(draws && share[j] * draws, frame?.step[i][j], frame?.spread[i][j]));
      this.lengths = new Moments(draws && share.at(-1) * draws, frame?.length[i], 0);
      this.norms = new Moments(draws, frame?.norm[i], frame?.norm_spread[i]);
    }
    add(step, norm) {
      this.steps.forEach((moments, j) => step < CAPS[j] && moments.add(step));
      if (step < Infinity) this.lengths.add(step * norm);
      this.norms.add(norm);
    }
    get record() {
      return {
        share: this.steps.map(({ count }) => count / this.norms.count),
        step: this.steps.map(({ known }) => known),
        spread: this.steps.map(({ spread }) => spread),
        length: this.lengths.known,
        norm: this.norms.mean,
        norm_spread: this.norms.spread,
      };
    }
  }
  function frame(parts, columns) {
    const records = columns.map(({ record }) => record);
    const names = Object.keys(records[0]);
    return { ...parts, ...Object.fromEntries(names.map((name) => [name, records.map((record) => record[name])])) };
  }

  function* drawn({ dim, kind, lengths }, columns, from, draws) {
    const [top, activation] = KINDS[kind];
    const zero = activation === "relu" ? firstZero : someZero;
    for (let draw = from; draw < draws; draw++) {
      WIDTHS.forEach((width, i) => {
        const network = planeNetwork(dim, width, width, draw, top, activation);
        columns[i].add(zero(network, CAPS.at(-1)), network.gradientNorm);
      });
      if (draw > 0) yield () => frame({ dim, kind, draws: draw + 1, lengths }, columns);
    }
  }

  advlibLive.how_often = ({ dim, kind }, data) => {
    const columns = WIDTHS.map(() => new Column());
    return drawn({ dim, kind, lengths: data[kind] }, columns, 0, DRAWS);
  };
  advlibLive.how_often.more = (frame, draws) => {
    const columns = WIDTHS.map((_, i) => new Column(frame, i));
    return drawn(frame, columns, frame.draws, draws);
  };
})();
