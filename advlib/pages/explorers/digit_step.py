"""A digit, one gradient step, and the digit that a lazily trained network takes it for."""

import re
from functools import partial
from typing import Any

import altair as alt

from advlib import checks
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import VERMILLION, axis, panel, rows, says, text
from advlib.pages.explorers.ray import current, curve, halves
from advlib.pages.live.digit_step import CONSTANTS, DIGITS, LENGTHS, OFFERED, SIDE, digit_step_frame, offered, page_data

REACH = 5.0
"""Values of f beyond this are not drawn."""

TILE, GAP = 110, 8
"""Pixels of the page: an image, at most, and from one to the next."""

MARGIN = 36
"""Pixels of the page on the left that the images take too, as they have no scale."""

LINE = 15
"""Pixels of the page for a line of words: one above each image, two below."""

HEIGHT = 170
"""Of the images with their words."""

WHITE = -0.4
"""The ink of white paper, the darkest pixel of the image being 1: none, 0, is grey, as perturbations have two signs."""

IMAGES = ("image", "5 * size * direction", "image + size * direction", "image + size * random")
NAMES = ("x", "5 δ", "x + δ", "x + random")
ALONG = ("f[0]", "", "f[place]", "f_random[place]")
"""What the four tiles show, what they are called, and f there."""

STRENGTH = "'δ is ' + format(size, '.1%') + ' as long as x'"
"""What the tile of the perturbation says in place of f."""


def _ink(tile: str) -> str:
    """The ink of a tile at pixel p, over that of the image's darkest, a Vega expression."""
    parts = [part.strip() for part in tile.split("+")]
    here = [re.sub(r"(image|direction|random)$", r"frame.\1[datum.p]", part) for part in parts]
    return f"({' + '.join(here)}) / darkest"


def _axes() -> tuple[alt.X, alt.Y]:
    """Pixels of the page, from the top left."""
    x = axis(alt.X, 0, 1, [])
    y = axis(alt.Y, 0, 1, [], reverse=True)
    x["scale"]["domain"] = [0, alt.ExprRef("width")]
    y["scale"]["domain"] = [0, alt.ExprRef("height")]
    return x, y


def _tile(i: int) -> list[alt.Chart]:
    """A grey ground, the pixels that differ from it, a frame, and what the network says."""
    left, pixel = f"({i} * (tile + {GAP}) - {MARGIN})", f"tile / {SIDE}"
    ground = rows(1, x=left, y="top", right=f"{left} + tile", bottom="top + tile", ink="0")
    pixels = rows(SIDE**2, p="datum.i", x=f"{left} + datum.p % {SIDE} * {pixel}")
    pixels = pixels.transform_calculate(y=f"top + floor(datum.p / {SIDE}) * {pixel}", ink=_ink(IMAGES[i]))
    pixels = pixels.transform_calculate(right=f"datum.x + 1.05 * {pixel}", bottom=f"datum.y + 1.05 * {pixel}")
    shade = alt.Color("ink:Q", legend=None, scale=alt.Scale(domain=[WHITE, 1], range=["#fff", "#000"], clamp=True))
    there = {"x": "x:Q", "y": "y:Q", "x2": "right:Q", "y2": "bottom:Q", "color": shade}
    square: dict[str, Any] = {"stroke": None, "aria": False}
    words = says(f"'{NAMES[i]}: ' + {_value(ALONG[i]) if ALONG[i] else STRENGTH}")
    layers = [
        ground.mark_rect(**square).encode(**there, tooltip=words),
        pixels.transform_filter("abs(datum.ink) > 0.01").mark_rect(**square).encode(**there),
        text(left, f"top - {LINE / 2}", f"'{NAMES[i]}'", align="left"),
    ]
    return layers + (_said(left, ALONG[i]) if ALONG[i] else [])


def _digit(value: str) -> str:
    """The digit that a value of f stands for, a Vega expression."""
    return f"(frame.{value} > 0 ? 'a one' : 'a zero')"


def _value(value: str) -> str:
    """A value of f and the digit it stands for, a Vega expression."""
    return f"'f = ' + format(frame.{value}, '.2f') + ': ' + {_digit(value)}"


def _said(left: str, value: str) -> list[alt.Chart]:
    """The value of f, and below it the digit it stands for, with a mark where that is another than the image's."""
    first, second = (f"top + tile + {lines * LINE}" for lines in (0.6, 1.6))
    turned = rows(1, x=left, y=second, words=f"{_digit(value)} + ' ✗'")
    turned = turned.transform_filter(f"frame.{value} * side < 0")
    turned = turned.mark_text(align="left", color=VERMILLION, fontWeight=600)
    kept = rows(1, x=left, y=second, words=_digit(value))
    kept = kept.transform_filter(f"frame.{value} * side >= 0").mark_text(align="left")
    f = text(left, first, f"'f = ' + format(frame.{value}, '.2f')", align="left")
    return [f, *(layer.encode(x="x:Q", y="y:Q", text="words:N") for layer in (turned, kept))]


def _image_chart() -> dict[str, Any]:
    """The image, the perturbation, and the image with it and with a random one as long, dark where there is ink."""
    x, y = _axes()
    frame = rows(1, x="0", y="0").mark_point(opacity=0, aria=False).encode(x=x, y=y)
    return panel(
        [frame, *(layer for i in range(len(IMAGES)) for layer in _tile(i))],
        height=HEIGHT,
        below=8,
        title="The digit, δ, and a random δ as long",
        description="Four pictures: a digit, the perturbation, the digit with it, and with a random one as long.",
    )


def _ray_chart() -> dict[str, Any]:
    """The network's value along the direction of the attack."""
    x = axis(alt.X, 0, LENGTHS[-1], [0, 0.1, 0.2, 0.3, 0.4])
    y = axis(alt.Y, -REACH, REACH, [-4, -2, 0, 2, 4])
    line = curve(len(LENGTHS), f"{LENGTHS}[datum.i]", REACH, "length")
    words = text("0.008", f"-{0.9 * REACH} * side", "side > 0 ? 'a zero' : 'a one'", align="left")
    return panel(
        [*halves(x, y, LENGTHS[-1], REACH), _random_line(), line, words, current("size", REACH)],
        height=HEIGHT - 18,
        below=26,
        title="f against ‖δ‖ / ‖x‖, dashed: random δ",
        description="The network's value along the attack's direction and a random one; the shaded half is flipped.",
    )


def _random_line() -> alt.Chart:
    """The network's value along a random direction."""
    value = "frame.f_random[datum.i]"
    line = rows(len(LENGTHS), x=f"{LENGTHS}[datum.i]", y=f"abs({value}) > {REACH} ? null : {value}")
    words = says("'at length ' + format(datum.x, '~g') + ' along the random δ f is ' + format(datum.y, '.2f')")
    line = line.mark_line(color="currentColor", strokeDash=[5, 4])
    return line.encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words)


SIGNALS = {
    "tile": f"min({TILE}, (width + {MARGIN} - 3 * {GAP}) / 4)",
    "top": f"(height - tile - {LINE}) / 2",
    "place": f"indexof({LENGTHS}, size)",
    "f_now": "frame.f[place]",
    "side": "frame.f[0] > 0 ? 1 : -1",
    "darkest": "extent(frame.image)[1]",
    "summary": (
        "(frame.label === null ? 'Your drawing' : 'This ' + (frame.label > 0 ? 'one' : 'zero'))"
        " + ' is taken for a ' + (side > 0 ? 'one' : 'zero') + ', f = ' + format(frame.f[0], '.2f')"
        " + '. With a perturbation ' + format(size, '.1%') + ' as long as it, f = ' + format(f_now, '.2f') + ': a '"
        " + (f_now > 0 ? 'one' : 'zero') + '; with a random one as long, f = ' + format(frame.f_random[place], '.2f')"
        " + ': a ' + (frame.f_random[place] > 0 ? 'one' : 'zero') + '. ' + (frame.zero === null ? 'No length flips it'"
        " : 'The sign flips at ' + format(frame.zero, '.1%')) + '. Weights moved to ' + format(frame.moved, '.0%')"
        " + ' of the ball’s radius; test error ' + format(frame.error, '.1%') + '.'"
    ),
}


def digit_step(source: str = "mnist5k") -> Explorer:
    """Explore one gradient step against a network trained in the lazy regime, on a handwritten digit.

    Parameters
    ----------
    source : {"mnist5k", "mnist"}
        The part of MNIST that needs no network, or all of it, as `data.SOURCES` names them.

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
    checks.choice("source", source, DIGITS)
    return Explorer(
        "One gradient step against a lazily trained network",
        partial(digit_step_frame, source),
        parameters=[
            Control("digit", "the digit", range(OFFERED), 0, pictures=offered(source)),
            Control("constant", "C₀, how lazy", CONSTANTS, 5.0),
        ],
        dials=[Control("size", "length of δ", LENGTHS, 0.0, "of the image", digits=3)],
        charts=[_image_chart(), _ray_chart()],
        signals=SIGNALS,
        live=True,
        data=partial(page_data, source),
    )
