// The frames of the explorer of bottlenecks, as `bottlenecks_frame` makes them.

(() => {
  "use strict";
  const { crowd, sample, insert, quantile } = advlibLive;
  const { INPUT, ASIDE, norm, moved, times, denseNetwork, input, layersFrom, readout, gradient } = advlibLive.dense;

  const DRAWS = 100;
  const DISTANCES = Array.from({ length: 14 }, (_, i) => 10 ** (i / 4 - 3));
  const TOLERANCES = Array.from({ length: 61 }, (_, i) => (10 + i) / 100);

  // The relative change of a gradient at each distance from x, along a direction or, without one, the attack's.
  function changesAlong(net, x, direction) {
    const p = times(net.weights[0], x);
    const layers = layersFrom(net, p);
    const start = gradient(net, layers);
    const size = Math.max(norm(start), 1e-30);
    const side = Math.sign(readout(net, layers));
    const v = direction ?? start.map((value) => -side * value);
    const length = Math.max(norm(v), 1e-12);
    const rate = times(net.weights[0], v.map((value) => (Math.sqrt(x.length) * value) / length));
    return DISTANCES.map((distance) => {
      const there = gradient(net, layersFrom(net, moved(p, distance, rate)));
      return norm(moved(there, -1, start)) / size;
    });
  }

  // Where the changes first exceed the tolerance, interpolated between distances.
  function crossing(changes, tolerance) {
    const beyond = changes.findIndex((change) => change > tolerance);
    if (beyond <= 0) return beyond < 0 ? null : DISTANCES[0];
    const [low, high] = [changes[beyond - 1], changes[beyond]];
    return 10 ** (Math.log10(DISTANCES[beyond]) - (high - tolerance) / (high - low) / 4);
  }

  // The distance that the widths alone foretell, the twin of `theory.near_linear.near_linear_length`.
  function law(widths, tolerance) {
    let [total, turned, before] = [0, 0, 1];
    for (const width of widths.slice(1)) {
      total += 1 / width;
      const gain = Math.sqrt(1 + 2 * widths[0] * total);
      turned += before + gain;
      before = gain;
    }
    return (Math.PI * tolerance ** 2) / turned;
  }

  const samples = () => DISTANCES.map(sample);
  const begin = () => ({ ahead: samples(), aside: samples() }); // the changes at each distance

  function add({ ahead, aside }, widths, n) {
    const net = denseNetwork(widths, n, 0);
    const [x, across] = [INPUT, ASIDE].map((stream) => input(widths[0], n, 0, stream, 0));
    changesAlong(net, x).forEach((change, i) => insert(ahead[i], change));
    changesAlong(net, x, across).forEach((change, i) => insert(aside[i], change));
  }

  function frame(widths, { ahead, aside }) {
    const [low, attack, high] = [0.25, 0.5, 0.75].map((part) => ahead.map((changes) => quantile(changes, part)));
    const across = aside.map((changes) => quantile(changes, 0.5));
    return {
      widths,
      bottleneck: widths.map((width, i) => widths.slice(0, i).every((earlier) => width < earlier)),
      low,
      attack,
      high,
      ahead: TOLERANCES.map((tolerance) => crossing(attack, tolerance)),
      aside: TOLERANCES.map((tolerance) => crossing(across, tolerance)),
      law: TOLERANCES.map((tolerance) => law(widths, tolerance)),
    };
  }

  const widthsOf = ({ widths, dim, first, second, third, fourth }) => widths ?? [dim, first, second, third, fourth];
  advlibLive.bottlenecks = crowd(DRAWS, widthsOf, { begin, add, frame });
})();
