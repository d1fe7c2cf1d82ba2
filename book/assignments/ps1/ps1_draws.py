"""The instances of problem set 1: what a student's functions are called with."""

import numpy as np
from ps1_exact import downhill, drawn, first_changes, gradient, value


def clear(W, a, x, v):
    """First sign changes that f crosses steeply enough to leave no doubt, and nan elsewhere."""
    early, late = (first_changes(W, a, x, v, lift) for lift in (1 - 1e-6, 1 + 1e-6))
    t = first_changes(W, a, x, v)
    beyond = np.stack([value(W, a, x + factor * t[:, None] * v) for factor in np.linspace(1.0001, 1.0101, 21)])
    stays = (beyond * value(W, a, x) < 0).all(0)
    return np.where((np.abs(late - early) < 1e-4 * t) & stays & (t > 1e-3) & (t < 1e3), t, np.nan)


def clear_rows(rng, d, k, n, ways):
    """Draw until n rows have a clear sign change along their ways."""
    while True:
        W, a, x = drawn(rng, d, k, 12)
        v = ways(W, a, x)
        t = clear(W, a, x, v)
        found = np.flatnonzero(np.isfinite(t))[:n]
        if len(found) == n:
            return W, a, x[found], v[found], t[found]


def sized(rng):
    return [drawn(rng, *size) for size in ((7, 50, 9), (1, 3, 1), (60, 20, 4))]


def at_kinks(rng):
    """Whole numbers, so that some neurons are exactly at their kink."""
    W, x = (rng.integers(-1, 2, size).astype(float) for size in ((40, 3), (12, 3)))
    return [*sized(rng), (W, rng.choice([-1.0, 1.0], 40), x)]


def random_rays(rng):
    found = []
    for d, k, n in ((3, 8, 3), (20, 100, 4), (50, 300, 3), (200, 60, 2)):
        for ways in (downhill, lambda W, a, x: rng.standard_normal(x.shape)):
            found.append(clear_rows(rng, d, k, n, ways)[:4])
    return found


def early_rays(rng):
    """A narrow dip through zero before the change that lasts."""
    found = []
    for _ in range(5):
        knots = np.sort(rng.uniform(1, 4, 5)) + np.arange(5)
        heights = rng.uniform(0.5, 2, 6)
        at = rng.integers(1, 5)
        width = 1e-4 * knots[at]
        knots = np.insert(knots, [at, at + 1], [knots[at] - width, knots[at] + width])
        heights = np.insert(heights, [at + 1, at + 2], rng.uniform(0.5, 2, 2))
        heights[at + 2] = -rng.uniform(0.3, 1)
        found.append(broken_line(rng, knots, heights, -rng.uniform(0.5, 2)))
    return found


def endless_rays(rng):
    """Values that stay away from zero, and values that end at zero and stay."""
    found = [
        broken_line(rng, np.cumsum(rng.uniform(0.3, 2, 5)), rng.uniform(0.4, 2, 6), rng.uniform(0.2, 1))
        for _ in range(3)
    ]
    W = np.column_stack([rng.integers(1, 6, 4), -np.ones(4), rng.integers(-3, 4, 4)])
    return [*found, (W, rng.choice([-1.0, 1.0]) * rng.integers(1, 4, 4), np.eye(3)[:1], np.eye(3)[1:2])]


def broken_line(rng, knots, heights, last, d=6):
    """A network, x and v such that f(x + t v) is the broken line through given points, up to sign, for each of two v.

    Each bend is made by a neuron that switches on there or one that switches off; two that never switch do the rest.
    """
    slopes = np.append(np.diff(heights) / np.diff(knots, prepend=0), last)
    bends = np.diff(slopes)
    speed, off = rng.uniform(0.5, 2, len(bends)), rng.random(len(bends)) < 0.5
    rest, rate = heights[0] - (off * bends * knots).sum(), slopes[0] + (off * bends).sum()
    turn = np.where(off, -1, 1)
    p = np.concatenate([-turn * speed * knots, [max(rest, 0) + 1, max(-rest, 0) + 1]])
    q = np.concatenate([turn * speed, [max(rate, 0) + 1, max(-rate, 0) + 1]])
    a = np.concatenate([bends / speed, [1, -1]]) * rng.choice([-1, 1])
    frame = rng.standard_normal((2, d))
    inverse = np.linalg.pinv(frame)
    noise = rng.standard_normal((len(p), d))
    W = np.column_stack([p, q]) @ inverse.T + noise - noise @ inverse @ frame
    return W, a, frame[[0, 0]], frame[1] * np.array([[1.0], [rng.uniform(0.2, 5)]])


def flipping(rng):
    found = []
    for d, k, n in ((4, 10, 4), (30, 100, 5), (200, 400, 3)):
        W, a, x, _, t = clear_rows(rng, d, k, n, downhill)
        found.append((W, a, x, value(W, a, x), gradient(W, a, x), t))
    return found


def stuck(rng):
    """Output weights of one sign: f never has the other."""
    W, a, x = drawn(rng, 5, 30, 3)
    a = rng.choice([-1, 1]) * np.abs(a)
    return [(W, a, x, value(W, a, x), gradient(W, a, x), np.full(3, np.nan))]


SIZES = ((8, 30), (60, 500), (300, 100))


def decided(rng, d, k):
    """A network as far as it is decided: p, y, g, and an input."""
    W, a, x = drawn(rng, d, k, 1)
    p = W @ x[0]
    y = a * (p > 0)
    return a, x[0], p, y, y @ W


def open_gradients(rng):
    networks = [(decided(rng, d, k), rng.standard_normal(d)) for d, k in SIZES]
    return [(a, x, p, z) for (a, x, p, _, _), z in networks]


def open_products(rng):
    networks = [(decided(rng, d, k), rng.standard_normal(k)) for d, k in SIZES]
    return [(x, p, y, g, z) for (_, x, p, y, g), z in networks]


INSTANCES = {
    ("q1-test", "value"): sized,
    ("q1-test", "gradient"): at_kinks,
    ("q2-test", "random"): random_rays,
    ("q2-test", "early"): early_rays,
    ("q2-test", "never"): endless_rays,
    ("q3-test", "flips"): flipping,
    ("q3-test", "none"): stuck,
    ("q7-test", "gradient"): open_gradients,
    ("q7-test", "product"): open_products,
}
