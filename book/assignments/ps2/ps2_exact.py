"""What the answers of problem set 2 are held against, in float64."""

from itertools import pairwise

import numpy as np

DIM, WIDTH, NETWORKS, INPUTS = 30, 50, 100, 4  # question 5
STEPS = np.arange(1, 33) / 16
SHORT_STEPS = np.arange(1, 13) / 48


def narrower_than_all_before(widths, tie_counts=False):
    """Layers narrower than every layer before them, output side first; or, in the wrong reading, as narrow as these."""
    room = int(tie_counts)
    found = [i for i in range(len(widths)) if all(widths[i] < before + room for before in widths[:i])]
    return np.array(found[::-1], dtype=float)


def slopes(weights, x):
    """Which neurons are on, and how near the nearest is to its kink."""
    on, margin = [], np.inf
    for w in weights:
        z = w @ x
        margin = min(margin, np.abs(z).min() / np.linalg.norm(z))
        on.append((z > 0).astype(float))
        x = np.maximum(z, 0)
        if not x.any():
            return on, 0.0
    return on, margin


def through(above, weights, on):
    """A row times the product of D_i W_i."""
    for w, slope in zip(weights[::-1], on[::-1], strict=True):
        above = (above * slope) @ w
    return above


def terms(x, y, a, *weights):
    """The terms of GD-DECOMP for j = 1, ..., L."""
    at_x, at_y = slopes(weights, x)[0], slopes(weights, y)[0]
    found = []
    for j, w in enumerate(weights):
        above = through(a, weights[j + 1 :], at_x[j + 1 :])
        found.append(through((above * (at_x[j] - at_y[j])) @ w, weights[:j], at_y[:j]))
    return np.array(found)


def behind(theta):
    """The angle behind a layer, accurate however small."""
    series = theta**3 / 3 - theta**5 / 30 + theta**7 / 840
    drop = np.where(theta < 0.03, series, np.sin(theta) - theta * np.cos(theta)) / np.pi
    return 2 * np.arcsin(np.sqrt(np.sin(theta / 2) ** 2 - drop / 2))


def networks(seed, depth, width=WIDTH):
    """The student's networks and inputs, as the notebook draws them."""
    rng = np.random.default_rng([seed, depth, width])
    weights, columns = [], DIM
    for _ in range(depth):
        weights.append(rng.standard_normal((NETWORKS, width, columns)) * (2 / columns) ** 0.5)
        columns = width
    top = rng.standard_normal((NETWORKS, width)) / width**0.5
    x = rng.standard_normal((NETWORKS, INPUTS, DIM))
    return weights, top, x * np.sqrt(DIM) / np.linalg.norm(x, axis=-1, keepdims=True)


def value(weights, top, x):
    """Value of batches of inputs."""
    for w in weights:
        x = np.maximum(x @ w.swapaxes(1, 2), 0)
    return (x @ top[:, :, None])[..., 0]


def downhill(weights, top, x):
    """The value, and the direction of unit length along the gradient, against the sign of the value."""
    on, image = [], x
    for w in weights:
        z = image @ w.swapaxes(1, 2)
        on.append(z > 0)
        image = np.maximum(z, 0)
    f = (image @ top[:, :, None])[..., 0]
    g = np.broadcast_to(top[:, None], on[-1].shape)
    for w, slope in zip(weights[::-1], on[::-1], strict=True):
        g = (g * slope) @ w
    length = np.linalg.norm(g, axis=-1, keepdims=True)
    return f, -np.sign(f)[..., None] * g / np.where(length > 0, length, 1)


def along(weights, top, x, steps):
    """The sign of f at steps along the gradient, relative to that at x; steps in lengths of x."""
    f, u = downhill(weights, top, x)
    size = np.linalg.norm(x, axis=-1)[..., None, None]
    points = x[:, :, None] + steps[:, None] * size * u[:, :, None]
    values = value(weights, top, points.reshape(len(x), -1, x.shape[-1]))
    return np.sign(values.reshape(*f.shape, -1)) * np.sign(f)[..., None]


def own_share(seed, depth):
    """The share of inputs that a step flips, and its standard error over networks."""
    flipped = (along(*networks(seed, depth), STEPS) < 0).any(-1)
    return flipped.mean(), flipped.mean(1).std(ddof=1) / np.sqrt(NETWORKS)


def resistance(widths, count=1000):
    """The share of networks with both signs, and of their inputs that no short step flips."""
    rng, both, resist = np.random.default_rng(7), [], []
    for _ in range(count // 100):
        weights = [rng.normal(size=(100, rows, columns)) * (2 / columns) ** 0.5 for columns, rows in pairwise(widths)]
        top = rng.normal(size=(100, widths[-1]))
        x, around = rng.normal(size=(100, 4, widths[0])), rng.normal(size=(100, 100, widths[0]))
        signs = value(weights, top, around)
        both.append(np.minimum((signs > 0).mean(1), (signs < 0).mean(1)) >= 0.1)
        resist.append((along(weights, top, x, SHORT_STEPS) > 0).all(-1))
    both = np.concatenate(both)
    return both.mean(), np.concatenate(resist)[both].mean() if both.any() else 0.0
