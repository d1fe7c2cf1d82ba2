"""A digit, one gradient step, and the digit that a lazily trained network takes it for."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import altair as alt
import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.data import digits01, mnist01
from advlib.lazy import deviation, train
from advlib.network import Network
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.random_networks import lazy_two_layer

WIDTH = 300


class Source(NamedTuple):
    """Where images come from, their side in pixels, how many of the test images are offered, and the most epochs."""

    load: Callable[..., tuple[Tensor, Tensor]]
    side: int
    offered: int
    epochs: int


SOURCES = {"digits": Source(digits01, 8, 90, 200), "mnist": Source(mnist01, 14, 200, 10)}

LENGTHS = [round(i / 80, 4) for i in range(81)]
"""Lengths of the perturbation relative to the image: the places of its slider."""

REACH = 5.0
"""Values of f beyond this are not drawn."""

CONSTANTS = (1.0, 2.0, 5.0, 10.0)


@cache
def _trained(source: str, constant: float) -> tuple[Network, float, float]:
    """A network trained in the ball of this C_0, how far it moved relative to the ball, and its test error."""
    load, side, _, epochs = SOURCES[source]
    generator = Generator().manual_seed(0)
    (x, y), (x_test, y_test) = load("train", size=side), load("test", size=side)
    start = lazy_two_layer(side**2, WIDTH, generator=generator)
    radius = constant / WIDTH**0.5
    net = train(start, x, y, radius=radius, lr=0.1, batch_size=64, epochs=epochs, generator=generator).network
    return net, float(deviation(net, start)) / radius, float((net(x_test) * y_test <= 0).double().mean())


def digit_step_frame(source: str, constant: float, index: int) -> dict[str, Any]:
    r"""Compute what `digit_step` draws: an image, the direction that attacks it, and f along that direction.

    Parameters
    ----------
    source : {"digits", "mnist"}
        The bundled 8 x 8 digits, or MNIST's at 14 x 14.
    constant : float
        :math:`C_0` of the lazy ball, :math:`V = C_0 / \sqrt m`.
    index : int
        Which of the first 90 or 200 test images, from 0 up.

    Returns
    -------
    dict
        `image` and `direction`, by pixels, of norm 1; `f` for each of `LENGTHS`; `zero`, the length at which the sign
        flips, or None; `label`; `moved`, the largest distance of a row from its start over the ball's radius; and
        `error`, the share of test images misclassified.

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
    load, side, offered, _ = SOURCES[checks.choice("source", source, SOURCES)]
    checks.index("index", index, offered)
    x_test, labels = load("test", size=side)
    net, moved, error = _trained(source, checks.positive("constant", constant))
    x = x_test[index : index + 1]
    flip, gradient = smallest_flip(net, x, max_step=1e6), net.gradient(x)
    direction = -float(flip.value.sign()) * gradient / gradient.norm()
    along = x + torch.tensor(LENGTHS).unsqueeze(-1) * direction
    return {
        "image": [round(v, 4) for v in x.flatten().tolist()],
        "direction": [round(v, 4) for v in direction.flatten().tolist()],
        "f": [round(v, 4) for v in net(along).tolist()],
        "zero": round(float(flip.perturbation_norm), 4) if flip.found else None,
        "label": int(labels[index]),
        "moved": round(moved, 4),
        "error": round(error, 4),
    }


def _image_chart(side: int) -> dict[str, Any]:
    """The image with the perturbation on it, dark where there is ink."""
    ink, white, black = "frame.image[datum.i] + size * frame.direction[datum.i]", -1.2 / side, 3.6 / side
    pixels = rows(side**2, x=f"datum.i % {side}", y=f"floor(datum.i / {side})", ink=f"clamp({ink}, {white}, {black})")
    pixels = pixels.transform_calculate(right="datum.x + 1", bottom="datum.y + 1")
    bounds: dict[str, Any] = {"nice": False, "domain": [0, side]}
    x = alt.X("x:Q", title=None, axis=None, scale=alt.Scale(**bounds))
    y = alt.Y("y:Q", title=None, axis=None, scale=alt.Scale(**bounds, reverse=True))
    shade = alt.Color("ink:Q", legend=None, scale=alt.Scale(domain=[white, black], range=["#ffffff", "#000000"]))
    picture = pixels.mark_rect(stroke=None).encode(x=x, y=y, x2="right:Q", y2="bottom:Q", color=shade)
    return panel(
        [picture],
        height=260,
        title="The image and its perturbation",
        description=f"A {side} by {side} picture of a handwritten digit, with the perturbation added.",
    )


def _ray_chart() -> dict[str, Any]:
    """The network's value along the direction of the attack."""
    x, y = axis(alt.X, "t", 0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), axis(alt.Y, "y", -REACH, REACH, [-4, -2, 0, 2, 4])
    half = rows(1, t="0", end="1", y="0", far=f"-{REACH} * side")
    shade = half.mark_rect(color="currentColor", opacity=0.08).encode(x=x, x2="end:Q", y=y, y2="far:Q")
    line = half.mark_rule(color="currentColor", opacity=0.6).encode(x=x, x2="end:Q", y=y)
    value = "frame.f[datum.i]"
    curve = rows(len(LENGTHS), t=f"{LENGTHS}[datum.i]", y=f"abs({value}) > {REACH} ? null : {value}")
    curve = curve.mark_line(color=BLUE, strokeWidth=2.5).encode(x=x, y=y, order="i:Q")
    dot = rows(1, t="size", y=f"abs(f_now) > {REACH} ? null : f_now")
    dot = dot.mark_point(color=VERMILLION, filled=True, size=90, opacity=1).encode(x=x, y=y)
    words = text("0.02", f"-{0.9 * REACH} * side", "side > 0 ? 'a zero' : 'a one'", align="left")
    return panel(
        [shade, line, curve, words, dot],
        height=260,
        title="f against ‖δ‖ / ‖x‖",
        description="The network's value along the attack's direction; it changes sign in the shaded half.",
    )


SIGNALS = {
    "place": f"indexof({LENGTHS}, size)",
    "f_now": "frame.f[place]",
    "side": "frame.f[0] > 0 ? 1 : -1",
    "summary": (
        "'This is a ' + (frame.label > 0 ? 'one' : 'zero') + ', and the network takes it for a '"
        " + (side > 0 ? 'one' : 'zero') + ', f = ' + format(frame.f[0], '.2f') + '. A perturbation '"
        " + format(size, '.1%') + ' as long as the image makes that ' + format(f_now, '.2f') + ': a '"
        " + (f_now > 0 ? 'one' : 'zero') + '. ' + (frame.zero === null ? 'No length flips it' :"
        " 'The sign flips at ' + format(frame.zero, '.1%')) + '. Weights moved to '"
        " + format(frame.moved, '.0%') + ' of the ball’s radius; test error ' + format(frame.error, '.1%') + '.'"
    ),
}


def digit_step(source: str = "digits") -> Explorer:
    """Explore one gradient step against a network trained in the lazy regime, on a handwritten digit.

    Parameters
    ----------
    source : {"digits", "mnist"}
        The bundled 8 x 8 digits, or MNIST's at 14 x 14.

    Raises
    ------
    ValueError
        If `source` is not accepted.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.digit_step().title
    'One gradient step against a lazily trained network'
    """
    _, side, offered, _ = SOURCES[checks.choice("source", source, SOURCES)]
    return Explorer(
        "One gradient step against a lazily trained network",
        partial(digit_step_frame, source),
        parameters=[
            Control("constant", "C₀, how lazy", CONSTANTS, CONSTANTS, 5.0),
            Control("index", "test image", range(offered), range(8), 0),
        ],
        dials=[Control("size", "length of δ", LENGTHS, LENGTHS, 0.25, "of the image", digits=3)],
        charts=[_image_chart(side), _ray_chart()],
        signals=SIGNALS,
    )
