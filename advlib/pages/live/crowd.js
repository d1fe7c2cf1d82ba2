// Random networks, ever more of them, and what is found in them: values are kept in order, so that a quantile is at
// hand whenever a frame is made.

(() => {
  "use strict";

  // The place of the first value that is larger.
  function above({ values, count }, value) {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const sample = () => ({ count: 0, values: new Float64Array(128) });
  function insert(into, value) {
    if (into.count === into.values.length) {
      const longer = new Float64Array(2 * into.count);
      longer.set(into.values);
      into.values = longer;
    }
    const place = above(into, value);
    into.values.copyWithin(place + 1, place, into.count++);
    into.values[place] = value;
  }

  // The value that this part of a sample does not exceed, the lower one between two.
  const quantile = ({ values, count }, part) => values[Math.floor(part * (count - 1))];

  // The kernel of an explorer that draws networks of the widths that a question or a frame asks for. `begin()` makes
  // what is found in none, plain data; `add(found, widths, n)` looks at network n too; and `frame(widths, found)` says
  // it. It goes on from a frame with all that was found for that, which it finds again if the frame is not its own.
  function crowd(draws, widthsOf, { begin, add, frame }) {
    const behind = new WeakMap();
    const nothing = () => ({ ...begin(), draws: 0 });
    const look = (found, widths) => add(found, widths, found.draws++);
    function* grow(widths, found, end) {
      while (found.draws < end) {
        look(found, widths);
        yield () => {
          const made = { ...frame(widths, found), draws: found.draws };
          behind.set(made, found);
          return made;
        };
      }
    }
    const kernel = (question) => grow(widthsOf(question), nothing(), draws);
    kernel.more = function* (before, end) {
      const widths = widthsOf(before);
      const found = behind.has(before) ? structuredClone(behind.get(before)) : nothing();
      while (found.draws < before.draws) yield void look(found, widths);
      yield* grow(widths, found, end);
    };
    return kernel;
  }

  Object.assign(advlibLive, { sample, insert, quantile, crowd });
})();
