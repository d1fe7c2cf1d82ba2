// Random numbers from a counter, the twin of advlib/pages/live/philox.py: Philox4x32-10 (Salmon et al. 2011).
//
// Number j of row i of draw n in stream s under a seed is number j mod 4 of the four made of the counter
// (floor(j / 4), i, n, s) and the key (seed, 0). No number depends on how many are asked for.

var advlibLive = {};

(() => {
  "use strict";

  // The high 32 bits of the product of two words, in halves of 16 bits.
  function high(a, b) {
    const aLow = a & 0xffff;
    const aHigh = a >>> 16;
    const bLow = b & 0xffff;
    const bHigh = b >>> 16;
    const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0;
    const low = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0;
    return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (low >>> 16)) >>> 0;
  }

  // Leaves four words in `four`.
  const four = new Float64Array(4);
  function philox(c0, c1, c2, c3, k0, k1) {
    for (let turn = 0; turn < 10; turn++) {
      const high0 = high(c0, 0xd2511f53);
      const high2 = high(c2, 0xcd9e8d57);
      const low0 = Math.imul(c0, 0xd2511f53);
      const low2 = Math.imul(c2, 0xcd9e8d57);
      c0 = high2 ^ c1 ^ k0;
      c1 = low2;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    four[0] = c0 >>> 0;
    four[1] = c1 >>> 0;
    four[2] = c2 >>> 0;
    four[3] = c3 >>> 0;
    return four;
  }

  const uniform = (word) => (word + 0.5) * 2 ** -32;

  // Turns words i and i + 1 into two standard normal numbers (Box and Muller 1958).
  function pair(i) {
    const radius = Math.sqrt(-2 * Math.log(uniform(four[i])));
    const angle = 2 * Math.PI * uniform(four[i + 1]);
    four[i] = radius * Math.cos(angle);
    four[i + 1] = radius * Math.sin(angle);
  }
  function toNormals() {
    pair(0);
    pair(2);
  }
  function toSigns() {
    for (let i = 0; i < 4; i++) four[i] = four[i] % 2 ? 1 : -1;
  }

  // Fills `row` with the numbers of one row, those from place `from` on; those before it are there already.
  function fill(row, change, { seed, stream, draw, index }, from) {
    for (let block = from >> 2; 4 * block < row.length; block++) {
      philox(block, index, draw, stream, seed, 0);
      change();
      const end = Math.min(4, row.length - 4 * block);
      for (let i = 0; i < end; i++) row[4 * block + i] = four[i];
    }
    return row;
  }
  const normals = (count, seed, stream, draw = 0, index = 0) =>
    fill(new Float64Array(count), toNormals, { seed, stream, draw, index }, 0);

  // Rows of one law that are kept, and grow when more of one is asked for than ever before; those of draws beyond what
  // any frame begins with are forgotten.
  const KEPT = 400;
  function keeper(Type, change) {
    const rows = new Map();
    return (count, seed, stream, draw) => {
      if (draw >= KEPT) return fill(new Type(count), change, { seed, stream, draw, index: 0 }, 0);
      const name = `${seed},${stream},${draw}`;
      const before = rows.get(name) ?? new Type(0);
      if (before.length >= count) return before;
      const row = new Type(count);
      row.set(before);
      rows.set(name, fill(row, change, { seed, stream, draw, index: 0 }, before.length));
      return row;
    };
  }
  const keptNormals = keeper(Float64Array, toNormals);
  const keptSigns = keeper(Int8Array, toSigns);

  Object.assign(advlibLive, { philox, normals, keptNormals, keptSigns });
})();
