// Two-layer ReLU networks in the plane of a gradient ray, and their first sign change on it: the twin of
// advlib/pages/live/draws.py (`plane_networks`) and of advlib/kinks.py, with its tolerance of rounding.

(() => {
  "use strict";
  const { keptNormals, keptSigns } = advlibLive;

  const [P, Z, TOP, REST] = [0, 1, 2, 3]; // streams
  const tops = { signs: keptSigns, gaussian: keptNormals };
  const norm = (numbers, count) => {
    let squares = 0;
    for (let i = 0; i < count; i++) squares += numbers[i] * numbers[i];
    return Math.sqrt(squares);
  };

  const activations = {
    relu: { at: (p) => (p > 0 ? p : 0), slope: (p) => (p > 0 ? 1 : 0) },
    tanh: { at: Math.tanh, slope: (p) => 1 - Math.tanh(p) ** 2 },
  };

  // One draw: preactivations p, output weights a (without their factor) and rates of p along the ray, which walks
  // against the value; the value at its start, and the gradient's norm.
  function planeNetwork(dim, width, seed, draw, top = "signs", activation = "relu") {
    const psi = activations[activation];
    const p = keptNormals(width, seed, P, draw);
    const z = keptNormals(width, seed, Z, draw);
    const a = tops[top](width, seed, TOP, draw);
    const chi = norm(keptNormals(dim - 1, seed, REST, draw), dim - 1);
    const weights = new Float64Array(width); // of the rows in the gradient
    let [squares, value, radial, along] = [0, 0, 0, 0];
    for (let l = 0; l < width; l++) {
      weights[l] = a[l] * psi.slope(p[l]);
      squares += weights[l] * weights[l];
      value += a[l] * psi.at(p[l]);
      radial += weights[l] * p[l];
      along += weights[l] * z[l];
    }
    const root = Math.sqrt(width);
    const size = Math.sqrt(squares);
    const shift = size ? (chi - along / size) / size : 0;
    const [ahead, climb] = [radial / root, (chi * size) / root];
    const side = Math.sign(value);
    const rate = new Float64Array(width);
    for (let l = 0; l < width; l++) {
      rate[l] = (-side * (climb * (z[l] + weights[l] * shift) + ahead * p[l])) / dim;
    }
    return { width, p, a, rate, psi, value: value / root, gradientNorm: Math.hypot(ahead, climb) / Math.sqrt(dim) };
  }

  // The kinks of a ray within a window, in order of their distance, and how each bends |f|. They are dealt to as many
  // bins as there are kinks, and a bin is sorted only when the walk comes to it.
  class Kinks {
    constructor() {
      this.reserve(1024);
    }
    reserve(count) {
      this.distance = new Float64Array(count);
      this.bend = new Float64Array(count);
      this.order = new Int32Array(count);
      this.starts = new Int32Array(count + 1);
    }
    collect({ width, p, a, rate, value }, window) {
      if (width > this.distance.length) this.reserve(2 * width);
      const factor = Math.sign(value) / Math.sqrt(width);
      this.window = window;
      this.count = 0;
      for (let l = 0; l < width; l++) {
        if (p[l] + window * rate[l] > 0 === p[l] > 0) continue;
        this.distance[this.count] = Math.min(window, Math.abs(p[l] / rate[l]));
        this.bend[this.count++] = factor * a[l] * Math.abs(rate[l]);
      }
      this.deal();
    }
    bin(i) {
      return Math.min(this.count - 1, Math.floor((this.distance[i] / this.window) * this.count));
    }
    deal() {
      const { count, starts } = this;
      starts.fill(0, 0, count + 1);
      for (let i = 0; i < count; i++) starts[this.bin(i) + 1]++;
      for (let b = 0; b < count; b++) starts[b + 1] += starts[b];
      const next = starts.slice(0, count);
      for (let i = 0; i < count; i++) this.order[next[this.bin(i)]++] = i;
    }
    sort(from, to) {
      const { order, distance } = this;
      for (let i = from + 1; i < to; i++) {
        for (let j = i; j > from && distance[order[j]] < distance[order[j - 1]]; j--) {
          [order[j], order[j - 1]] = [order[j - 1], order[j]];
        }
      }
    }
    // The first zero of |f| that begins at `value` with slope `slope`, Infinity where there is none in the window.
    // What counts as negative is what is so by more than the rounding errors of `kinks.Start.rounding`.
    walk(value, slope) {
      let [t, f, steep, squares] = [0, value, slope, 0];
      const tolerance = 16 * Number.EPSILON;
      const negative = (kink) => {
        const size = value + kink * (Math.abs(slope) + Math.sqrt(squares));
        return f + steep * (kink - t) < -tolerance * size;
      };
      const root = (kink) => Math.min(kink, Math.max(t, t - f / steep));
      for (let b = 0; b < this.count; b++) {
        const [from, to] = [this.starts[b], this.starts[b + 1]];
        this.sort(from, to);
        for (let i = from; i < to; i++) {
          const [kink, bend] = [this.distance[this.order[i]], this.bend[this.order[i]]];
          squares += bend * bend;
          if (negative(kink)) return root(kink);
          f += steep * (kink - t);
          steep += bend;
          t = kink;
        }
      }
      return negative(this.window) ? root(this.window) : Infinity;
    }
  }

  // The first sign change on (0, end): first where the tangent suggests, then further.
  const kinks = new Kinks();
  function firstZero(draw, end) {
    if (!draw.value) return Infinity;
    const [value, slope] = [Math.abs(draw.value), -(draw.gradientNorm ** 2)];
    for (let window = Math.min(end, -1.25 * (value / slope)); ; window = Math.min(end, 4 * window)) {
      kinks.collect(draw, window);
      const zero = kinks.walk(value, slope);
      if (zero < Infinity || window >= end) return zero;
    }
  }

  // Along the ray, f times the sign of f(x).
  function signed({ width, p, a, rate, psi, value }) {
    const side = Math.sign(value) / Math.sqrt(width);
    return (t) => {
      let sum = 0;
      for (let l = 0; l < width; l++) sum += a[l] * psi.at(p[l] + t * rate[l]);
      return side * sum;
    };
  }

  // A sign change on (0, end) for any activation: steps outwards until the sign has changed, looks again wherever f
  // could dip through 0 on the way, then closes in. The twin of `rays.bracket_and_refine`.
  function someZero(draw, end) {
    const { value, gradientNorm } = draw;
    if (!value) return Infinity;
    const f = signed(draw);
    const stride = Math.min(end / 16, Math.abs(value) / gradientNorm ** 2 / 4);
    let seen = [-3, -2, -1, 0].map((i) => [i * stride, Math.abs(value) - i * stride * gradientNorm ** 2]);
    for (;;) {
      const four = [0, 1, 2, 3].map((i) => seen[i] || [Infinity, Infinity]);
      const [t, y] = [four.map((point) => point[0]), four.map((point) => point[1])];
      const step = Math.max(stride, t[1] / 3);
      const lowest = dip(t, y, step / 16);
      let next = lowest;
      if (lowest === null && y[2] < 0) {
        if (t[2] - t[1] <= step / 8) return illinois(f, t[1], y[1], t[2], y[2]);
        next = (t[1] + t[2]) / 2;
      } else if (lowest === null) {
        if (t[1] >= end) return Infinity;
        if (seen.length > 3) {
          seen.shift();
          continue;
        }
        next = Math.min(end, t[2] + Math.max(stride, t[2] / 3));
      }
      seen.push([next, f(next)]);
      seen = seen.sort((one, other) => one[0] - other[0]).slice(0, 8);
    }
  }

  // Where f could be below 0 between the middle two of four points, null where it could not; a chord to infinity is
  // level. The twin of `rays._dip`.
  function dip(t, f, least) {
    const chords = [0, 1, 2].map((i) => (f[i + 1] - f[i]) / (t[i + 1] - t[i]) || 0);
    const [lowest, highest] = [Math.min(...chords), Math.max(...chords)];
    const [spread, gap] = [highest - lowest, t[2] - t[1]];
    const way = (gap * (highest + spread - chords[1])) / (3 * spread);
    const below = f[1] + (lowest - spread) * way < 0;
    return below && t[1] >= 0 && f[1] >= 0 && f[2] >= 0 && gap > least ? t[1] + way : null;
  }

  // False position, halving a stale end.
  function illinois(f, older, fOlder, t, fNow) {
    for (let i = 0; i < 100; i++) {
      const next = t - (t - older) * (fNow / (fNow - fOlder) || 0);
      const settled = Math.abs(next - t) <= 2 * Number.EPSILON * t;
      const fNext = f(next);
      const stale = fNext * fNow > 0;
      [older, fOlder] = stale ? [older, fOlder / 2] : [t, fNow];
      [t, fNow] = [next, fNext];
      if (settled || fNow === 0) break;
    }
    return t;
  }

  // f at the steps 0, 1 / perUnit, ..., end of the ray: each neuron adds a level and a slope from its kink on.
  function alongRay({ width, p, a, rate }, end, perUnit) {
    const count = end * perUnit + 1;
    const [level, slope] = [new Float64Array(count + 1), new Float64Array(count + 1)];
    const add = (place, factor, l) => {
      level[place] += factor * p[l];
      slope[place] += factor * rate[l];
    };
    for (let l = 0; l < width; l++) {
      const top = a[l] / Math.sqrt(width);
      const active = p[l] > 0;
      if (active) add(0, top, l);
      const kink = active === rate[l] > 0 ? Infinity : -p[l] / rate[l];
      if (kink < end) add(Math.ceil(kink * perUnit), active ? -top : top, l);
    }
    return Array.from({ length: count }, (_, i) => {
      if (i) level[i] += level[i - 1];
      if (i) slope[i] += slope[i - 1];
      return level[i] + (i / perUnit) * slope[i];
    });
  }

  Object.assign(advlibLive, { planeNetwork, firstZero, someZero, alongRay });
})();
