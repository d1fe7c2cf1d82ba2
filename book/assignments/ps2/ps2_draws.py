"""The instances of problem set 2: what a student's functions are called with."""

from itertools import pairwise

import numpy as np
from ps2_exact import behind, narrower_than_all_before, slopes, terms


def draw_widths(part, rng):
    """Widths that are all distinct, or with a tie that matters."""
    if part == "distinct":
        return [(rng.permutation(np.arange(2, 40))[:length],) for length in (1, 2, 5, 9, 12)]
    found = [(np.array([7, 7, 7]),)]
    while len(found) < 5:
        widths = rng.integers(3, 9, size=8)
        if len(narrower_than_all_before(widths)) < len(narrower_than_all_before(widths, tie_counts=True)):
            found.append((widths,))
    return found


def draw_layers(part, rng):
    """A matrix and an input; or a dimension and a width."""
    if part in ("mean", "spread"):
        dims = rng.integers(10, 2000, size=4)
        return [(d, rng.integers(1, d)) for d in dims] + [(dims[0], dims[0])]
    if part == "shortest":
        return [(rng.normal(size=(k, d)), rng.normal(size=d)) for d, k in ((9, 3), (60, 25), (200, 1))]
    low_rank = rng.normal(size=(3, 12))[[0, 1, 0, 2, 1]]
    wide = rng.normal(size=(40, 8))
    return [(low_rank, rng.normal(size=12)), (wide, rng.normal(size=8)), (0 * low_rank, rng.normal(size=12))]


def draw_pairs(part, rng):
    """Two inputs and a network, far from every kink, where every layer has its share."""
    found, lengths = [], (8, 10) if part == "sum" else (1, 2, 3, 4)
    while len(found) < len(lengths):
        widths = rng.integers(8, 16, size=lengths[len(found)] + 1)
        weights = [rng.normal(size=(rows, columns)) * (2 / columns) ** 0.5 for columns, rows in pairwise(widths)]
        x, y, a = rng.normal(size=widths[0]), rng.normal(size=widths[0]), rng.normal(size=widths[-1])
        margin = min(slopes(weights, x)[1], slopes(weights, y)[1])
        if margin > 1e-6 and np.linalg.norm(terms(x, y, a, *weights), axis=1).min() > 1e-3:
            found.append((x, y, a, *weights))
    return found


def draw_angles(part, rng):
    """Angles; or an angle and a goal that lies well between two layers' angles."""
    if part == "map":
        return [(np.array([0.0, np.pi]),), (rng.uniform(0.05, np.pi, size=20),), (rng.uniform(0.05, 3, size=(2, 3)),)]
    if part == "small":
        return [(10 ** rng.uniform(-7, -3, size=20),)]
    found = []
    for layers in (1, *rng.integers(2, 300, size=3)):
        path = [np.asarray(rng.uniform(0.5, 3))]
        for _ in range(layers):
            path.append(behind(path[-1]))
        found.append((path[0], (path[-2] + path[-1]) / 2))
    return found


def draw_depths(part, rng):
    """The student's own number, and depths."""
    if part == "prediction":
        return [()]
    seed = rng.bit_generator.seed_seq.entropy
    return [(np.int64(seed), np.int64(depth)) for depth in ((1, 8, 32) if part == "share" else (8, 32))]


DRAWS = {
    "q1-test": draw_widths,
    "q2-test": draw_layers,
    "q3-test": draw_pairs,
    "q4-test": draw_angles,
    "q5-test": draw_depths,
    "q7-test": lambda part, rng: [()],
}
