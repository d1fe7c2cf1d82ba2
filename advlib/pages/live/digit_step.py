"""A digit, one gradient step, and the digit that a lazily trained network takes it for."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.data import SOURCES
from advlib.lazy import deviation, train
from advlib.network import Network
from advlib.pages.live import philox
from advlib.random_networks import lazy_two_layer

WIDTH = 300

SIDE = 14
"""Side of the images in pixels."""

OFFERED = 200
"""How many of the test images can be chosen, the first ones."""

SEEN = 128_000
"""How many images the training sees at most, each as often as the epochs are: 10 of MNIST's, 160 of its part's."""

LARGEST = 31
"""Weights are whole numbers from -31 to 31, so that a page that holds them stays small."""

DIGITS = ("mnist5k", "mnist")
"""The sources whose images can be read at that size."""

CONSTANTS = (1.0, 2.0, 5.0, 10.0)

LENGTHS = [round(i / 80, 4) for i in range(81)]
"""Lengths of the perturbation relative to the image at which f is known."""


class Trained(NamedTuple):
    """A trained network as a page holds it, in whole numbers, and how its training went."""

    weights: np.ndarray
    """Rows of the first layer over `scale`, of int8."""
    signs: np.ndarray
    """Of the output weights, int8."""
    scale: float
    moved: float
    """The largest distance of a row from its start over the ball's radius."""
    error: float
    """The share of test images misclassified by the network in whole numbers."""

    def network(self) -> Network:
        """The network in float64."""
        weights, signs = (torch.from_numpy(m).double() for m in (self.weights, self.signs))
        return Network([self.scale * weights], signs / len(signs) ** 0.5)


@cache
def trained(source: str, constant: float) -> Trained:
    """Train in the ball of this C_0 and round the weights to whole numbers."""
    load = SOURCES[source].load
    x, y = load("train", size=SIDE)
    x_test, y_test = load("test", size=SIDE)
    generator = Generator().manual_seed(0)
    start = lazy_two_layer(SIDE**2, WIDTH, generator=generator)
    radius = constant / WIDTH**0.5
    how: dict[str, Any] = {"lr": 0.1, "batch_size": 64, "epochs": SEEN // len(x)}
    net = train(start, x, y, radius=radius, generator=generator, **how).network
    weights, scale = in_whole_numbers(net.weights[0], LARGEST)
    moved = float(deviation(net, start)) / radius
    rounded = Trained(weights.numpy().astype(np.int8), net.top.sign().numpy().astype(np.int8), scale, moved, 0.0)
    wrong = rounded.network()(x_test.double()) * y_test <= 0
    return rounded._replace(error=wrong.double().mean().item())


def in_whole_numbers(values: Tensor, largest: int) -> tuple[Tensor, float]:
    """Round values to multiples of a scale; the largest becomes `largest`."""
    scale = float(values.abs().max()) / largest
    return (values / scale).round(), scale


@cache
def images(source: str) -> tuple[np.ndarray, list[int]]:
    """The test images offered, in whole numbers from 0 to 255, and their labels."""
    x, labels = SOURCES[source].load("test", size=SIDE)
    whole = (255 * x[:OFFERED] / x[:OFFERED].amax(-1, keepdim=True)).round()
    return whole.numpy().astype(np.uint8), labels[:OFFERED].int().tolist()


def page_data(source: str) -> dict[str, Any]:
    """What a page needs to compute every frame of this source."""
    pixels, labels = images(source)
    networks = {f"{constant:g}": _listed(trained(source, constant)) for constant in CONSTANTS}
    return {"images": pixels.tolist(), "labels": labels, "networks": networks}


def _listed(net: Trained) -> dict[str, Any]:
    return net._asdict() | {"weights": net.weights.tolist(), "signs": net.signs.tolist()}


def digit_step_frame(source: str, constant: float, index: int) -> dict[str, Any]:
    r"""Compute what `digit_step` draws: an image, the direction that attacks it, and f along that direction.

    Parameters
    ----------
    source : {"mnist5k", "mnist"}
        The part of MNIST that needs no network, or all of it, as `data.SOURCES` names them.
    constant : float
        :math:`C_0` of the lazy ball, :math:`V = C_0 / \sqrt m`; one of `CONSTANTS`.
    index : int
        Which of the first 200 test images, from 0 up.

    Returns
    -------
    dict
        `image`, `direction` and a random direction, `random`, by pixels, of norm 1; `f` and `f_random` along them for
        each of `LENGTHS`; `zero`, the length at which the sign flips along the first, or None; `label`; `moved`, the
        largest distance of a row from its start over the ball's radius; and `error`, the share of test images
        misclassified.

    Raises
    ------
    TypeError, ValueError, MissingData
        If a parameter is not accepted, the message names it; or MNIST is not to be had.

    Examples
    --------
    >>> frame = digit_step_frame("mnist5k", 5.0, 0)
    >>> len(frame["image"]), frame["moved"] <= 1
    (196, True)
    """
    checks.choice("source", source, DIGITS)
    index = checks.index("index", index, OFFERED)
    constant = checks.positive("constant", constant)
    if constant not in CONSTANTS:
        raise ValueError(f"constant must be one of {CONSTANTS}, got {constant}")
    made = trained(source, constant)
    pixels, labels = images(source)
    x = normalize(torch.from_numpy(pixels[index : index + 1]).double(), dim=-1)
    random = normalize(torch.from_numpy(philox.normals(index, 0, 1, 1, x.shape[-1]))[0], dim=-1)
    about = {"label": labels[index], "moved": made.moved, "error": made.error}
    return _along(made.network(), x, random) | about


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
