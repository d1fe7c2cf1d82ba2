"""The change of the gradient between two inputs, taken apart into one term for each layer."""

from typing import Any

import altair as alt

from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, powers, rows, says, text
from advlib.pages.explorers.sliders import sizes
from advlib.pages.live.gradient_terms import ANGLES, LAYERS, MOST, gradient_terms_frame

ONE, MANY = "frame.spread[place][datum.i]", "frame.whole_spread[datum.i]"
TOP = 2.0
"""Of both pictures."""


def _term_chart() -> dict[str, Any]:
    """The length of each layer's term, with its spread over networks, and the law as ticks."""
    x = axis(alt.X, 0.4, LAYERS + 0.6, [*range(1, LAYERS + 1)], title="layer")
    y = axis(alt.Y, 0, TOP, [0, 0.5, 1, 1.5, 2])
    bars = rows(LAYERS, x="datum.i + 1", y=f"min({TOP}, frame.terms[place][datum.i])", floor="0")
    law = rows(LAYERS, x="datum.i + 0.65", end="datum.i + 1.35", y="frame.law[place][datum.i]")
    spread = [
        rows(LAYERS, x="datum.i + 1", y=f"min({TOP}, {ONE}[{low}])", end=f"min({TOP}, {ONE}[{high}])")
        .mark_rule(color=VERMILLION, strokeWidth=width, strokeCap="butt")
        .encode(x="x:Q", y="y:Q", y2="end:Q")
        for low, high, width in ((0, 4, 2), (1, 3, 7))
    ]
    part, without = "format(frame.terms[place][datum.i], '.1%')", "format(frame.absent[place][datum.i], ',')"
    words = says(f"'layer ' + datum.x + ': ' + {part} + ' of ∇f, 0 in ' + {without} + ' networks'")
    absent = rows(LAYERS, x="datum.i + 1", y="0", words=without)
    return panel(
        [
            bars.mark_bar(color=BLUE, size=34, opacity=0.45).encode(x=x, y=y, y2="floor:Q", tooltip=words),
            *spread,
            law.mark_rule(color="currentColor", strokeDash=[4, 3]).encode(x="x:Q", x2="end:Q", y="y:Q"),
            absent.mark_text(dy=-6).encode(x="x:Q", y="y:Q", text="words:N"),
            text("0.5", "1.9", "'orange: half, and 80 %, of ' + drawn", align="left"),
            text("0.5", "1.73", "'numbers: networks without the term'", align="left"),
        ],
        title="Length of each term, over ‖∇f‖",
        description="A bar for the term of each layer, its spread over networks, and dashed what wide layers tend to.",
    )


def _whole_chart() -> dict[str, Any]:
    """The whole change against the angle, with the middle half of the networks."""
    x = axis(alt.X, -2.05, 0.1, [-2, -1, 0], title="angle, radians", labelExpr=powers(".2~g"))
    y = axis(alt.Y, 0, TOP, [0, 0.5, 1, 1.5, 2])
    count = len(ANGLES)
    where = f"log({ANGLES}[datum.i]) / LN10"
    band = rows(count, x=where, y=f"min({TOP}, {MANY}[1])", high=f"min({TOP}, {MANY}[3])")
    drawn = rows(count, x=where, y=f"min({TOP}, frame.whole[datum.i])").mark_line(color=BLUE, strokeWidth=2.5)
    law = rows(count, x=where, y="frame.law_whole[datum.i]").mark_line(color="currentColor", strokeDash=[5, 4])
    words = says(f"'at angle ' + {ANGLES}[datum.i] + ' ∇f has changed by ' + format(frame.whole[datum.i], '.1%')")
    now = rows(1, x="log(angle) / LN10", y=f"min({TOP}, frame.whole[place])")
    return panel(
        [
            band.mark_area(color=BLUE, opacity=0.2).encode(x=x, y=y, y2="high:Q"),
            drawn.encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words),
            law.encode(x="x:Q", y="y:Q", order="i:Q"),
            now.mark_point(color=VERMILLION, filled=True, size=90, opacity=1).encode(x="x:Q", y="y:Q"),
            text("-2", "1.9", "'dashed: wide layers, band: half'", align="left"),
        ],
        title="The whole change, over ‖∇f‖",
        description="The change of the gradient against the angle between the inputs, with its law.",
    )


SIGNALS = {
    "place": f"indexof({ANGLES}, angle)",
    "drawn": "format(frame.draws, ',')",
    "summary": (
        "'At angle ' + format(angle, '.3~g') + ', a distance of ' + format(2 * sin(angle / 2) * sqrt(frame.dim), '.2f')"
        " + ' against ‖x‖ = ' + format(sqrt(frame.dim), '.1f') + ', the gradient has changed by '"
        " + format(frame.whole[place], '.1%') + ' of its length; wide layers: '"
        " + format(frame.law_whole[place], '.1%') + '. In ' + format(frame.absent[place][1], ',') + ' of ' + drawn"
        " + ' networks the term of layer 2, which has ' + frame.narrow + ' neurons, is 0.'"
    ),
}


def gradient_terms() -> Explorer:
    """Explore which layer changes the gradient.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.gradient_terms().title
    'The change of the gradient, layer by layer'
    """
    return Explorer(
        "The change of the gradient, layer by layer",
        gradient_terms_frame,
        parameters=[
            Control("dim", "dimension and width", sizes(2, 200), 200, "neurons"),
            Control("narrow", "width of layer 2", sizes(2, 200), 200, "neurons"),
        ],
        dials=[Control("angle", "angle of the inputs", ANGLES, ANGLES[0], "radians", digits=4)],
        charts=[_term_chart(), _whole_chart()],
        signals=SIGNALS,
        live=True,
        most=MOST,
    )
