"""A digit, one gradient step, and the digit that a lazily trained network takes it for."""

from functools import partial
from typing import Any

import altair as alt

from advlib import checks
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import axis, panel, rows, text
from advlib.pages.explorers.ray import current, curve, halves
from advlib.pages.live.digit_step import CONSTANTS, DIGITS, LENGTHS, OFFERED, SIDE, digit_step_frame, page_data

REACH = 5.0
"""Values of f beyond this are not drawn."""


def _image_chart() -> dict[str, Any]:
    """The image with the perturbation on it, dark where there is ink."""
    white, black = -1.2 / SIDE, 3.6 / SIDE
    ink = f"clamp(frame.image[datum.i] + size * frame.direction[datum.i], {white}, {black})"
    pixels = rows(SIDE**2, x=f"datum.i % {SIDE}", y=f"floor(datum.i / {SIDE})", ink=ink)
    pixels = pixels.transform_calculate(right="datum.x + 1", bottom="datum.y + 1")
    bounds: dict[str, Any] = {"nice": False, "domain": [0, SIDE]}
    x = alt.X("x:Q", title=None, axis=None, scale=alt.Scale(**bounds))
    y = alt.Y("y:Q", title=None, axis=None, scale=alt.Scale(**bounds, reverse=True))
    shade = alt.Color("ink:Q", legend=None, scale=alt.Scale(domain=[white, black], range=["#ffffff", "#000000"]))
    picture = pixels.mark_rect(stroke=None).encode(x=x, y=y, x2="right:Q", y2="bottom:Q", color=shade)
    return panel(
        [picture],
        height=260,
        title="The image and its perturbation",
        description=f"A {SIDE} by {SIDE} picture of a handwritten digit, with the perturbation added.",
    )


def _ray_chart() -> dict[str, Any]:
    """The network's value along the direction of the attack."""
    x = axis(alt.X, 0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1])
    y = axis(alt.Y, -REACH, REACH, [-4, -2, 0, 2, 4])
    line = curve(len(LENGTHS), f"{LENGTHS}[datum.i]", REACH)
    words = text("0.02", f"-{0.9 * REACH} * side", "side > 0 ? 'a zero' : 'a one'", align="left")
    return panel(
        [*halves(x, y, 1, REACH), _random_line(), line, words, current("size", REACH)],
        height=260,
        title="f against ‖δ‖ / ‖x‖, dashed: random δ",
        description="The network's value along the attack's direction and a random one; the shaded half is flipped.",
    )


def _random_line() -> alt.Chart:
    """The network's value along a random direction."""
    value = "frame.f_random[datum.i]"
    line = rows(len(LENGTHS), x=f"{LENGTHS}[datum.i]", y=f"abs({value}) > {REACH} ? null : {value}")
    return line.mark_line(color="currentColor", strokeDash=[5, 4]).encode(x="x:Q", y="y:Q", order="i:Q")


SIGNALS = {
    "place": f"indexof({LENGTHS}, size)",
    "f_now": "frame.f[place]",
    "side": "frame.f[0] > 0 ? 1 : -1",
    "summary": (
        "'This is a ' + (frame.label > 0 ? 'one' : 'zero') + ', and the network takes it for a '"
        " + (side > 0 ? 'one' : 'zero') + ', f = ' + format(frame.f[0], '.2f') + '. A perturbation '"
        " + format(size, '.1%') + ' as long as the image makes that ' + format(f_now, '.2f') + ': a '"
        " + (f_now > 0 ? 'one' : 'zero') + '. ' + (frame.zero === null ? 'No length flips it' :"
        " 'The sign flips at ' + format(frame.zero, '.1%')) + '; a random perturbation as long makes it '"
        " + format(frame.f_random[place], '.2f') + '. Weights moved to '"
        " + format(frame.moved, '.0%') + ' of the ball’s radius; test error ' + format(frame.error, '.1%') + '.'"
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
            Control("constant", "C₀, how lazy", CONSTANTS, 5.0),
            Control("index", "test image", range(OFFERED), 0),
        ],
        dials=[Control("size", "length of δ", LENGTHS, 0.0, "of the image", digits=3)],
        charts=[_image_chart(), _ray_chart()],
        signals=SIGNALS,
        live=True,
        data=partial(page_data, source),
    )
