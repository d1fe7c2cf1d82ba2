// Dense ReLU networks of a few layers, the twin of advlib/pages/live/draws.py (`dense_networks`): values, gradients,
// and the shares of the layers in the change of a gradient.

(() => {
  "use strict";
  const { normals } = advlibLive;

  const [OUTPUT, INPUT, ASIDE] = [100, 101, 102]; // streams beside those of the layers

  function norm(x) {
    let squares = 0;
    for (let i = 0; i < x.length; i++) squares += x[i] * x[i];
    return Math.sqrt(squares);
  }
  function positive(x) {
    const y = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) if (x[i] > 0) y[i] = x[i];
    return y;
  }

  // A matrix is {rows, columns, entries}, row by row.
  function gaussian(rows, columns, std, { seed, stream, network }) {
    const entries = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const row = normals(columns, seed, stream, network, i);
      for (let j = 0; j < columns; j++) entries[i * columns + j] = std * row[j];
    }
    return { rows, columns, entries };
  }
  function times({ rows, columns, entries }, x) {
    const product = new Float64Array(rows);
    for (let i = 0, at = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += entries[at++] * x[j];
      product[i] = sum;
    }
    return product;
  }
  function timesTransposed({ rows, columns, entries }, y) {
    const product = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      if (y[i] === 0) continue;
      for (let j = 0, at = i * columns; j < columns; j++) product[j] += y[i] * entries[at++];
    }
    return product;
  }

  // One network of a batch: its weights and its output weights.
  function denseNetwork(widths, network, seed) {
    const std = (columns) => Math.sqrt(2 / columns);
    const weights = widths
      .slice(1)
      .map((rows, i) => gaussian(rows, widths[i], std(widths[i]), { seed, stream: i, network }));
    const last = widths.at(-1);
    return { widths, weights, top: gaussian(1, last, std(last), { seed, stream: OUTPUT, network }).entries };
  }
  // An input on the sphere of radius sqrt(d).
  function input(dim, network, seed, stream, index) {
    const drawn = normals(dim, seed, stream, network, index);
    const scale = Math.sqrt(dim) / norm(drawn);
    return drawn.map((value) => scale * value);
  }

  // All preactivations, given the first layer's.
  function layersFrom({ weights }, first) {
    const layers = [first];
    for (const matrix of weights.slice(1)) layers.push(times(matrix, positive(layers[layers.length - 1])));
    return layers;
  }
  const readout = ({ top }, layers) => layers.at(-1).reduce((sum, z, i) => sum + (z > 0 ? z * top[i] : 0), 0);

  // y where z is positive.
  function masked(y, z) {
    const kept = new Float64Array(y.length);
    for (let i = 0; i < y.length; i++) if (z[i] > 0) kept[i] = y[i];
    return kept;
  }
  // x + t y.
  function moved(x, t, y) {
    const sum = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) sum[i] = x[i] + t * y[i];
    return sum;
  }
  // A row at layer `above`, pulled back to the input through the layers below it, whose preactivations are given.
  function pullBack({ weights }, layers, row, above = weights.length) {
    for (let i = above - 1; i >= 0; i--) row = timesTransposed(weights[i], masked(row, layers[i]));
    return row;
  }
  const gradient = (net, layers) => pullBack(net, layers, net.top);

  // How much each layer adds to grad f(x) - grad f(y), as rows: the twin of `bottleneck.gradient_terms`.
  function gradientTerms(net, atX, atY) {
    let above = net.top;
    const terms = [];
    for (let j = net.weights.length - 1; j >= 0; j--) {
      const changed = above.map((value, i) => value * ((atX[j][i] > 0) - (atY[j][i] > 0)));
      terms.unshift(pullBack(net, atY, timesTransposed(net.weights[j], changed), j));
      above = timesTransposed(net.weights[j], masked(above, atX[j]));
    }
    return terms;
  }

  const dense = { INPUT, ASIDE, norm, moved, times, denseNetwork, input, layersFrom, readout, gradient, gradientTerms };
  Object.assign(advlibLive, { dense });
})();
