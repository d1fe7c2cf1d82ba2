// The frames of the explorer of three scales, as `three_scales_frame` makes them: two networks of the same weights. Their
// rows are drawn and added up in parts.

(() => {
  "use strict";
  const { normals, keptSigns } = advlibLive;
  const { INPUT, ASIDE, norm, input } = advlibLive.dense;

  const OUTPUT = 100; // stream of the signs
  const MANTISSAS = [1, 1.6, 2.5, 4, 6.3];
  const RADII = [-2, -1, 0, 1].flatMap((power) => MANTISSAS.map((m) => Math.round(m * 10 ** (power + 3)) / 1000));
  RADII.push(100);
  const PLACES = 25;
  const AT_ONCE = 50; // rows between two pauses
  const ACTIVATIONS = {
    relu: { at: (z) => (z > 0 ? z : 0), derivative: (z) => (z > 0 ? 1 : 0) },
    tanh: { at: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 },
  };

  // The rows of one draw are kept, somewhat longer than asked for, so that they need not be drawn for every move.
  let kept = { seed: null, rows: [] };
  function drawnRow(seed, l, dim) {
    if (kept.seed !== seed) kept = { seed, rows: [] };
    if (!(kept.rows[l]?.length >= dim)) kept.rows[l] = normals(2 ** Math.ceil(Math.log2(dim)), seed, 0, 0, l);
    return kept.rows[l];
  }
  function* drawn(dim, width, seed) {
    const rows = [];
    for (let l = 0; l < width; l++) {
      rows.push(drawnRow(seed, l, dim));
      if (l % AT_ONCE === 0) yield;
    }
    return { rows, dim, top: keptSigns(width, seed, OUTPUT, 0) };
  }

  // W v and c W, where the rows of W are those drawn over the root of their length.
  function* times({ rows, dim }, v) {
    const product = new Float64Array(rows.length);
    for (let l = 0; l < rows.length; l++) {
      const row = rows[l];
      let sum = 0;
      for (let j = 0; j < dim; j++) sum += row[j] * v[j];
      product[l] = sum / Math.sqrt(dim);
      if (l % (10 * AT_ONCE) === 0) yield;
    }
    return product;
  }
  function* combined({ rows, dim }, c) {
    const sum = new Float64Array(dim);
    for (let l = 0; l < rows.length; l++) {
      if (l % (10 * AT_ONCE) === 0) yield;
      if (c[l] === 0) continue;
      const [row, factor] = [rows[l], c[l]];
      for (let j = 0; j < dim; j++) sum[j] += factor * row[j];
    }
    return sum.map((value) => value / Math.sqrt(dim));
  }
  const unit = (v) => {
    const length = Math.max(norm(v), 1e-12);
    return v.map((value) => value / length);
  };

  // What one network looks like at every length; p is W x.
  function* views(net, psi, p, random) {
    const a = p.map((_, l) => net.top[l] / Math.sqrt(p.length));
    const slopes = p.map((z) => psi.derivative(z));
    const gradient = yield* combined(net, slopes.map((slope, l) => a[l] * slope));
    const size = Math.max(norm(gradient), 1e-30);
    const speeds = [];
    for (const direction of [unit(gradient), ...random]) speeds.push(yield* times(net, direction));
    const seen = { along: [], apart: [], switched: [], ray: [] };
    for (const radius of RADII) {
      const changes = [];
      for (const q of speeds) {
        const turned = a.map((top, l) => top * (psi.derivative(p[l] + radius * q[l]) - slopes[l]));
        changes.push(norm(yield* combined(net, turned)) / size);
      }
      const [along, ...apart] = changes;
      seen.along.push(along);
      seen.apart.push(apart.reduce((sum, change) => sum + change) / apart.length);
      const q = speeds[0];
      seen.switched.push(p.filter((z, l) => z > 0 !== z + radius * q[l] > 0).length / p.length);
      seen.ray.push(ray(psi, a, p, q, radius, size));
      yield;
    }
    return seen;
  }

  // Values along the ray, off that at x, over what the tangent has at its end.
  function ray(psi, a, p, q, radius, size) {
    const values = (t) => {
      let sum = 0;
      for (let l = 0; l < p.length; l++) sum += a[l] * psi.at(p[l] + t * q[l]);
      return sum;
    };
    const start = values(0);
    const middle = (PLACES - 1) / 2;
    const places = Array.from({ length: PLACES }, (_, i) => (radius * (i - middle)) / middle);
    return places.map((t) => (values(t) - start) / (radius * size));
  }

  advlibLive.three_scales = function* ({ dim, width, seed }) {
    const net = yield* drawn(dim, width, seed);
    const p = yield* times(net, input(dim, 0, seed, INPUT, 0));
    const random = [0, 1].map((index) => unit(input(dim, 0, seed, ASIDE, index)));
    const seen = {};
    for (const name in ACTIVATIONS) seen[name] = yield* views(net, ACTIVATIONS[name], p, random);
    yield () => ({ dim, width, seed, ...seen });
  };
})();
