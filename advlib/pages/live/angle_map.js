// What an infinitely wide ReLU layer makes of the angle of its two inputs, the twin of `angle_map` in advlib/depth.py.

(() => {
  "use strict";

  // Coefficients of (sin t - t cos t) / t^3 in t^2.
  const SERIES = [];
  for (let n = 0, factorial = 6; n < 10; factorial *= (2 * n + 4) * (2 * n + 5), n++) {
    SERIES.push(((-1) ** n * 2 * (n + 1)) / factorial);
  }

  // By how much the map lowers 1 - cos t.
  function drop(t) {
    if (t >= 1) return (Math.sin(t) - t * Math.cos(t)) / Math.PI;
    return (t ** 3 * SERIES.reduceRight((sum, coefficient) => sum * t * t + coefficient, 0)) / Math.PI;
  }
  // The angle behind an infinitely wide layer.
  const angleMap = (t) => 2 * Math.asin(Math.sqrt(Math.max(0, Math.sin(t / 2) ** 2 - drop(t) / 2)));

  Object.assign(advlibLive, { angleMap });
})();
