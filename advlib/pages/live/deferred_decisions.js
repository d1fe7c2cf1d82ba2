// A Gaussian matrix decided question by question, as advlib/deferred.py decides it, and the frames of its explorer, as
// `deferred_decisions_frame` makes them.

(() => {
  "use strict";
  const { normals } = advlibLive;

  const SIZE = 10;
  const [ENTRIES, ASKED] = [0, 1]; // streams
  const places = Array.from({ length: SIZE }, (_, i) => i);

  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const norm = (x) => Math.sqrt(dot(x, x));
  const combined = (weights, vectors) => places.map((i) => weights.reduce((sum, w, n) => sum + w * vectors[n][i], 0));
  const minus = (x, y) => x.map((value, i) => value - y[i]);

  // What is left of a vector, orthogonal to an orthonormal basis; a second pass takes what rounding left.
  const outside = (x, basis) => {
    const pass = (y) => minus(y, combined(basis.map((direction) => dot(direction, y)), basis));
    return basis.length ? pass(pass(x)) : x;
  };

  // Directions asked on one side, and the matrix's products with them.
  const side = () => ({ basis: [], images: [] });

  // The answer to a question asked on the side `own`: along a new direction it is drawn, but for what is known.
  function ask(question, own, other, seed) {
    const rest = outside(question, own.basis);
    const length = norm(rest);
    if (length > 4 * Number.EPSILON * norm(question) && own.basis.length < SIZE) {
      const direction = rest.map((value) => value / length);
      const decided = own.basis.length + other.basis.length;
      const fresh = outside(Array.from(normals(SIZE, seed, ENTRIES, 0, decided)), other.basis);
      const known = combined(other.images.map((image) => dot(image, direction)), other.basis);
      own.basis.push(direction);
      own.images.push(fresh.map((value, i) => value + known[i]));
    }
    return combined(own.basis.map((direction) => dot(direction, question)), own.images);
  }

  // The expected entries, given all answers.
  function expected(left, right) {
    const byRows = places.map((row) => combined(left.basis.map((direction) => direction[row]), left.images));
    return places.map((row) => {
      const byColumns = combined(right.images.map((image) => image[row]), right.basis);
      const rest = outside(byRows[row], right.basis);
      return byColumns.map((value, column) => value + rest[column]);
    });
  }

  const shares = ({ basis }) => places.map((i) => basis.reduce((sum, direction) => sum + direction[i] ** 2, 0));
  function largest(values) {
    const rounded = values.map((value) => Math.round(value * 1e9));
    return rounded.indexOf(Math.max(...rounded));
  }

  function state(left, right) {
    const [mean, rows, columns] = [expected(left, right), shares(left), shares(right)];
    const [row, column] = [largest(rows), largest(columns)];
    const open = Math.max(0, (1 - rows[row]) * (1 - columns[column]));
    const [asked, answered] = [left.basis.length, right.basis.length];
    return {
      mean: mean.flat(),
      rows,
      columns,
      surest: [row, column, mean[row][column], Math.sqrt(open)],
      drawn: SIZE * (asked + answered),
      decided: 1 - (1 - asked / SIZE) * (1 - answered / SIZE),
    };
  }

  function question(kind, count, answer, seed) {
    if (kind === "coordinates") return places.map((i) => (i === count >> 1 ? 1 : 0));
    if (!answer || kind === "random vectors") return Array.from(normals(SIZE, seed, ASKED, 0, count));
    const positive = answer.map((value) => Math.max(0, value));
    const length = norm(positive) || 1;
    return positive.map((value) => Math.round((10 * value) / length) / 10);
  }

  advlibLive.deferred_decisions = function* ({ kind, seed }) {
    const [left, right] = [side(), side()];
    const states = [state(left, right)];
    for (let count = 0, answer = null; count < 2 * SIZE; count++) {
      const [own, other] = count % 2 ? [left, right] : [right, left];
      answer = ask(question(kind, count, answer, seed), own, other, seed);
      states.push(state(left, right));
    }
    yield () => ({ states });
  };
})();
