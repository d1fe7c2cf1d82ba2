"""A digit, one gradient step, and the digit that a lazily trained network takes it for.

An image is written as 784 hexadecimal digits of ink, row by row, one of the test images as well as a reader's drawing.
A network is drawn from `philox.py` and trained, and of the training only the change is kept, in whole numbers.
"""

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.data import SOURCES
from advlib.lazy import deviation, labels_agree, train
from advlib.network import Network
from advlib.pages.live import philox

WIDTH = 100

SIDE = 28
"""Side of the images in pixels."""

PIXELS = SIDE**2

EACH = 10
"""How many zeros can be chosen, and how many ones: the first of the test images."""

OFFERED = 2 * EACH

FULL = 15
"""The ink of the darkest pixel; none is 0."""

SEEN = 128_000
"""How many images the training sees at most, each as often as the epochs are: 10 of MNIST's, 160 of its part's."""

LARGEST = 63
"""What training changed in a weight is a whole number up to this one, so that a page that holds it stays small."""

DIGITS = ("mnist5k", "mnist")
"""The sources whose images can be read at that size."""

CONSTANTS = (1.0, 2.0, 5.0, 10.0)

LENGTHS = [round(i / 200, 3) for i in range(81)]
"""Lengths of the perturbation relative to the image at which f is known."""

WEIGHTS, SIGNS = 0, 1
"""Streams of the network before training; those of the random perturbations are the digits' numbers as seeds."""


class Trained(NamedTuple):
    """A trained network as a page holds it, and how its training went."""

    change: np.ndarray
    """What training changed in the rows of the first layer, over `scale`, of int8."""
    scale: float
    moved: float
    """The largest distance of a row from its start over the ball's radius."""
    error: float
    """The share of test images misclassified."""

    def network(self) -> Network:
        """The network in float64."""
        start = drawn_network()
        return Network([start.weights[0] + self.scale * torch.from_numpy(self.change).double()], start.top)


def drawn_network() -> Network:
    """The network before training: Gaussian rows, signs over the root of their number, in float64."""
    weights = philox.normals(0, WEIGHTS, 1, WIDTH, PIXELS)[0]
    signs = philox.signs(0, SIGNS, 1, 1, WIDTH)[0, 0]
    return Network([torch.from_numpy(weights)], torch.from_numpy(signs) / WIDTH**0.5)


@cache
def trained(source: str, constant: float) -> Trained:
    """Train in the ball of this C_0, and round what changed towards 0, which does not leave the ball."""
    x, y = SOURCES[source].load("train", size=SIDE)
    start = drawn_network()
    start32 = Network([start.weights[0].float()], start.top.float())
    radius = constant / WIDTH**0.5
    how: dict[str, Any] = {"lr": 0.1, "batch_size": 64, "epochs": SEEN // len(x)}
    net = train(start32, x, y, radius=radius, generator=Generator().manual_seed(0), **how).network
    change, scale = in_whole_numbers((net.weights[0] - start32.weights[0]).double(), LARGEST)
    rounded = Trained(change.numpy().astype(np.int8), scale, 0.0, 0.0)
    moved = float(deviation(rounded.network(), start)) / radius
    x_test, y_test = SOURCES[source].load("test", size=SIDE)
    wrong = ~labels_agree(rounded.network(), x_test.double(), y_test.double())
    return rounded._replace(moved=moved, error=wrong.double().mean().item())


def in_whole_numbers(values: Tensor, largest: int) -> tuple[Tensor, float]:
    """Round values towards 0 to multiples of a scale; the largest becomes `largest`."""
    scale = float(values.abs().max()) / largest
    return (values / scale).trunc(), scale


def offered(source: str) -> dict[str, str]:
    """The test images that can be chosen by name, "zero 1" to "one 10"."""
    return {name: image for name, (image, _) in _offered(source).items()}


@cache
def _offered(source: str) -> dict[str, tuple[str, int]]:
    """Names, images and labels, the zeros before the ones."""
    x, labels = SOURCES[source].load("test", size=SIDE)
    words = {"zero": -1, "one": 1}
    return {
        f"{word} {i + 1}": (written(image), label)
        for word, label in words.items()
        for i, image in enumerate(x[labels == label][:EACH])
    }


def written(image: Tensor) -> str:
    """Write an image as its ink."""
    ink = (FULL * image / image.max()).round().int()
    return "".join(f"{value:x}" for value in ink.tolist())


def page_data(source: str) -> dict[str, Any]:
    """What a page needs to compute every frame of this source."""
    images, labels = zip(*_offered(source).values(), strict=True)
    networks = {f"{constant:g}": _listed(trained(source, constant)) for constant in CONSTANTS}
    return {"images": images, "labels": labels, "networks": networks}


def _listed(net: Trained) -> dict[str, Any]:
    return net._asdict() | {"change": net.change.tolist()}


class _Digit(NamedTuple):
    """An image to step from, what it shows, if it is known, and the seed of its random perturbation."""

    ink: str
    label: int | None
    seed: int


def _digit(source: str, digit: object) -> _Digit:
    if isinstance(digit, str):
        if not re.fullmatch(f"[0-9a-f]{{{PIXELS}}}", digit) or not digit.strip("0"):
            what = f"an integer from 0 to {OFFERED - 1} or {PIXELS} hexadecimal digits, not all 0"
            raise ValueError(f"digit must be {what}, got {digit[:20]!r}")
        return _Digit(digit, None, OFFERED)
    place = checks.index("digit", digit, OFFERED)
    return _Digit(*[*_offered(source).values()][place], place)


def digit_step_frame(source: str, digit: int | str, constant: float) -> dict[str, Any]:
    r"""Compute what `digit_step` draws: an image, the direction that attacks it, and f along that direction.

    Parameters
    ----------
    source : {"mnist5k", "mnist"}
        The part of MNIST that needs no network, or all of it, as `data.SOURCES` names them.
    digit : int or str
        Which of the 20 test images, from 0 up, zeros before ones; or a drawing, its ink written as 784 hexadecimal
        digits.
    constant : float
        :math:`C_0` of the lazy ball, :math:`V = C_0 / \sqrt m`; one of `CONSTANTS`.

    Returns
    -------
    dict
        `image`, `direction` and a random direction, `random`, by pixels, of norm 1; `f` and `f_random` along them for
        each of `LENGTHS`; `zero`, the length at which the sign flips along the first, or None; `label`, None for a
        drawing; `moved`, the largest distance of a row from its start over the ball's radius; and `error`, the share of
        test images misclassified.

    Raises
    ------
    TypeError, ValueError, MissingData
        If a parameter is not accepted, the message names it; or MNIST is not to be had.

    Examples
    --------
    >>> frame = digit_step_frame("mnist5k", 0, 5.0)
    >>> len(frame["image"]), frame["moved"] <= 1
    (784, True)
    """
    checks.choice("source", source, DIGITS)
    ink, label, seed = _digit(source, digit)
    constant = checks.positive("constant", constant)
    if constant not in CONSTANTS:
        raise ValueError(f"constant must be one of {CONSTANTS}, got {constant}")
    made = trained(source, constant)
    x = normalize(torch.tensor([[int(pixel, 16) for pixel in ink]], dtype=torch.float64), dim=-1)
    random = normalize(torch.from_numpy(philox.normals(seed, 0, 1, 1, PIXELS))[0], dim=-1)
    return _along(made.network(), x, random) | {"label": label, "moved": made.moved, "error": made.error}


def _along(net: Network, x: Tensor, random: Tensor) -> dict[str, Any]:
    flip = smallest_flip(net, x, max_step=1e6)
    direction = -flip.value.sign() * normalize(net.gradient(x), dim=-1)
    lengths = torch.tensor(LENGTHS, dtype=x.dtype).unsqueeze(-1)
    return {
        "image": x.flatten().tolist(),
        "direction": direction.flatten().tolist(),
        "random": random.flatten().tolist(),
        "f": net(x + lengths * direction).tolist(),
        "f_random": net(x + lengths * random).tolist(),
        "zero": flip.perturbation_norm.item() if flip.found else None,
    }
