// The frames of the explorer of bottlenecks, as `bottlenecks_frame` makes them.

(() => {
  "use strict";
  const { INPUT, ASIDE, norm, moved, times, denseNetwork, input, layersFrom, readout, gradient } = advlibLive.dense;

  const NETWORKS = 100;
  const DISTANCES = Array.from({ length: 14 }, (_, i) => 10 ** (i / 4 - 3));
  const TOLERANCES = [0.1, 0.2, 0.3, 0.5, 0.7];

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

  // The value that this part of the networks does not exceed, at each distance.
  function quantiles(found, part) {
    const place = Math.floor(part * (found.length - 1));
    return DISTANCES.map((_, i) => Float64Array.from(found, (changes) => changes[i]).sort()[place]);
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

  function frame(widths, ahead, aside) {
    const [attack, across] = [quantiles(ahead, 0.5), quantiles(aside, 0.5)];
    return {
      widths,
      bottleneck: widths.map((width, i) => widths.slice(0, i).every((earlier) => width < earlier)),
      networks: ahead.length,
      low: quantiles(ahead, 0.25),
      attack,
      high: quantiles(ahead, 0.75),
      ahead: TOLERANCES.map((tolerance) => crossing(attack, tolerance)),
      aside: TOLERANCES.map((tolerance) => crossing(across, tolerance)),
      law: TOLERANCES.map((tolerance) => law(widths, tolerance)),
    };
  }

  advlibLive.bottlenecks = function* ({ dim, first, second, third, fourth }) {
    const widths = [dim, first, second, third, fourth];
    const [ahead, aside] = [[], []];
    for (let n = 0; n < NETWORKS; n++) {
      const net = denseNetwork(widths, n, 0);
      const x = input(dim, n, 0, INPUT, 0);
      ahead.push(changesAlong(net, x));
      aside.push(changesAlong(net, x, input(dim, n, 0, ASIDE, 0)));
      yield () => frame(widths, ahead, aside);
    }
  };
})();
