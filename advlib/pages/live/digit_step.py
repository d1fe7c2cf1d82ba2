"""A digit, one gradient step, and the digit that a lazily trained network takes it for."""

import base64
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks, philox
from advlib.attacks import smallest_flip
from advlib.data import digits01, mnist01
from advlib.lazy import deviation, train
from advlib.network import Network
from advlib.random_networks import lazy_two_layer

WIDTH = 300


class Source(NamedTuple):
    """Where images come from, their side in pixels, how many of the test images are offered, and the most epochs."""

    load: Callable[..., tuple[Tensor, Tensor]]
    side: int
    offered: int
    epochs: int


SOURCES = {"digits": Source(digits01, 8, 90, 200), "mnist": Source(mnist01, 14, 200, 10)}
CONSTANTS = (1.0, 2.0, 5.0, 10.0)

LENGTHS = [round(i / 80, 4) for i in range(81)]
"""Lengths of the perturbation relative to the image at which f is known."""


class Trained(NamedTuple):
    """A trained network as a page holds it, in whole numbers from -127 to 127, and how its training went."""

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
    load, side, _, epochs = SOURCES[source]
    generator = Generator().manual_seed(0)
    (x, y), (x_test, y_test) = load("train", size=side), load("test", size=side)
    start = lazy_two_layer(side**2, WIDTH, generator=generator)
    radius = constant / WIDTH**0.5
    net = train(start, x, y, radius=radius, lr=0.1, batch_size=64, epochs=epochs, generator=generator).network
    weights, scale = in_whole_numbers(net.weights[0], 127)
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
    load, side, offered, _ = SOURCES[source]
    x, labels = load("test", size=side)
    whole = (255 * x[:offered] / x[:offered].amax(-1, keepdim=True)).round()
    return whole.numpy().astype(np.uint8), labels[:offered].int().tolist()


def page_data(source: str) -> dict[str, Any]:
    """What a page needs to compute every frame of this source."""
    pixels, labels = images(source)
    networks = {f"{constant:g}": _packed(trained(source, constant)) for constant in CONSTANTS}
    return {"images": _base64(pixels), "labels": labels, "width": WIDTH, "networks": networks}


def _packed(net: Trained) -> dict[str, Any]:
    numbers = {"scale": net.scale, "moved": net.moved, "error": net.error}
    return {"weights": _base64(net.weights), "signs": _base64(net.signs)} | numbers


def _base64(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def digit_step_frame(source: str, constant: float, index: int) -> dict[str, Any]:
    r"""Compute what `digit_step` draws: an image, the direction that attacks it, and f along that direction.

    Parameters
    ----------
    source : {"digits", "mnist"}
        The bundled 8 x 8 digits, or MNIST's at 14 x 14.
    constant : float
        :math:`C_0` of the lazy ball, :math:`V = C_0 / \sqrt m`; one of `CONSTANTS`.
    index : int
        Which of the first 90 or 200 test images, from 0 up.

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
    >>> frame = digit_step_frame("digits", 5.0, 0)
    >>> len(frame["image"]), frame["moved"] <= 1
    (64, True)
    """
    checks.choice("source", source, SOURCES)
    checks.index("index", index, SOURCES[source].offered)
    if checks.positive("constant", constant) not in CONSTANTS:
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
