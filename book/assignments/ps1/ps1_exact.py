"""Networks, f(x) = sum of a max(Wx, 0) with the factor 1/sqrt(k) in a, and their first sign changes, exactly."""

import numpy as np


def value(W, a, x):
    return np.maximum(x @ W.T, 0) @ a


def gradient(W, a, x):
    return ((x @ W.T > 0) * a) @ W


def drawn(rng, d, k, n):
    """Draw a network and n inputs as the set's ``my_network`` does."""
    W = rng.standard_normal((k, d)) / d**0.5
    a = rng.choice([-1.0, 1.0], k) / k**0.5
    x = rng.standard_normal((n, d))
    return W, a, x * (d / (x**2).sum(1, keepdims=True)) ** 0.5


def downhill(W, a, x):
    """Along the gradient, towards the other sign."""
    return -np.sign(value(W, a, x))[:, None] * gradient(W, a, x)


def first_changes(W, a, x, v, lift=1.0):
    """First t > 0 at which f(x + t v) changes its sign, nan where none does; f is moved up to ``lift`` f(x) before."""
    p, q = x @ W.T, v @ W.T
    f = lift * (np.maximum(p, 0) @ a)
    slope = ((p > 0) | ((p == 0) & (q > 0))) * a * q
    switching = p * q < 0
    kinks = np.where(switching, -p / np.where(q == 0, 1, q), np.inf)
    order = kinks.argsort(1)
    kinks, bends = (np.take_along_axis(m, order, 1) for m in (kinks, switching * a * np.abs(q)))
    last = np.where(switching, -p / np.where(q == 0, 1, q), 0).max(1, keepdims=True)
    kinks = np.minimum(kinks, last)
    slopes = slope.sum(1, keepdims=True) + np.cumsum(np.pad(bends, ((0, 0), (1, 0))), 1)
    values = f[:, None] + np.cumsum(np.diff(kinks, axis=1, prepend=0) * slopes[:, :-1], 1)
    kinks, values = (np.concatenate(pair, 1) for pair in ((kinks, last + 1), (values, values[:, -1:] + slopes[:, -1:])))
    return roots(kinks, values, slopes, f)


def roots(kinks, values, slopes, f):
    """Where the broken line through the kinks first has the other sign; its last piece goes on for ever."""
    opposite = values * np.sign(f)[:, None] < -1e-11 * np.abs(f)[:, None]
    first = np.where(opposite.any(1), opposite.argmax(1), values.shape[1] - 1)[:, None]
    falls = slopes[:, -1] * np.sign(f) < -1e-9 * np.abs(slopes).max(1)
    at, there, slope = (np.take_along_axis(m, first, 1)[:, 0] for m in (kinks, values, slopes))
    root = at - there / np.where(slope == 0, 1, slope)
    return np.where(opposite.any(1) | falls, root, np.nan)


def deferred_gradient(a, x, p, z):
    y, unit = a * (p > 0), x / np.linalg.norm(x)
    return (y @ p) / np.linalg.norm(x) * unit + np.linalg.norm(y) / len(x) ** 0.5 * (z - (unit @ z) * unit)


def deferred_product(x, p, y, g, z):
    across = g - (x @ g) / (x @ x) * x
    fresh = z - (y @ z) / (y @ y) * y
    known = (x @ g) / (x @ x) * p + (across @ g) / (y @ y) * y
    return known + np.linalg.norm(across) / len(x) ** 0.5 * fresh
