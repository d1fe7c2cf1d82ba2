"""A network whose widths the reader sets: its bottlenecks, and how far its gradient stays near."""

from typing import Any

import altair as alt

from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, powers, rows, says, shown, text
from advlib.pages.explorers.sliders import sizes
from advlib.pages.live.bottlenecks import DISTANCES, LAYERS, MOST, TOLERANCES, bottlenecks_frame


def _width_chart() -> dict[str, Any]:
    """The widths as bars, on a logarithmic scale, bottlenecks in another colour."""
    x = axis(alt.X, -0.6, LAYERS + 0.6, [*range(LAYERS + 1)])
    y = axis(alt.Y, 0, 3, [0, 1, 2, 3], labelExpr=powers(",d"))
    height = "log(frame.widths[datum.i]) / LN10"
    layer = "(datum.i ? 'layer ' + datum.i + ': ' : 'input: ') + frame.widths[datum.i]"
    words = f"{layer} + (frame.bottleneck[datum.i] ? ', a bottleneck' : '')"
    bars = [
        rows(LAYERS + 1, x="datum.i", y=f"{which}frame.bottleneck[datum.i] ? {height} : 0", floor="0")
        .mark_bar(color=color, size=34)
        .encode(x=x, y=y, y2="floor:Q", tooltip=says(f"{which}frame.bottleneck[datum.i] ? {words} : null"))
        for color, which in ((BLUE, "!"), (VERMILLION, ""))
    ]
    numbers = rows(LAYERS + 1, x="datum.i", y=height, words="frame.widths[datum.i] + ''").mark_text(dy=-13)
    marks = rows(LAYERS + 1, x="datum.i", y="0.14", words="frame.bottleneck[datum.i] ? '▼' : ''")
    marks = marks.mark_text(color="white")
    return panel(
        [*bars, *(words.encode(x="x:Q", y="y:Q", text="words:N") for words in (numbers, marks))],
        title="Input (0) and layers, ▼ bottleneck",
        description="A bar for the width of the input and of each layer; bottlenecks are marked.",
    )


def _change_chart() -> dict[str, Any]:
    """The change of the gradient against the distance, with the tolerance and the radius."""
    x = axis(alt.X, -3, 0.35, [-3, -2, -1, 0], labelExpr=powers(".3~g"))
    y = axis(alt.Y, 0, 1.5, [0, 0.5, 1, 1.5], format=".0%")
    low, high = (f"min(1.5, frame.{part}[datum.i])" for part in ("low", "high"))
    band = rows(len(DISTANCES), x="datum.i / 4 - 3", y=low, high=high).mark_area(color=BLUE, opacity=0.2)
    drawn = rows(len(DISTANCES), x="datum.i / 4 - 3", y="min(1.5, frame.attack[datum.i])")
    change = says("'∇f changes by ' + format(frame.attack[datum.i], '.1%') + ' at ' + format(pow(10, datum.x), '.2%')")
    level = rows(1, x="-3", end="0.35", y="tolerance")
    now = rows(1, x=_at("radius"), y="tolerance", floor="0", shown="radius === null ? 0 : 1")
    foretold = "tolerance * sqrt(pow(10, datum.x) / frame.law[place])"
    law = rows(40, x="datum.i / 12 - 3").transform_calculate(y=f"{foretold} > 1.5 ? null : {foretold}")
    return panel(
        [
            band.encode(x=x, y=y, y2="high:Q"),
            drawn.mark_line(color=BLUE, strokeWidth=2.5).encode(x="x:Q", y="y:Q", order="i:Q", tooltip=change),
            level.mark_rule(color="currentColor", opacity=0.4).encode(x="x:Q", x2="end:Q", y="y:Q"),
            law.mark_line(color="currentColor", strokeDash=[5, 4]).encode(x="x:Q", y="y:Q", order="i:Q"),
            now.mark_rule(color=VERMILLION, strokeWidth=2).encode(x="x:Q", y="y:Q", y2="floor:Q", opacity=shown()),
            now.mark_point(color=VERMILLION, filled=True, size=80).encode(x="x:Q", y="y:Q", opacity=shown()),
            text("-2.9", "1.4", "'dashed: the law for these widths'", align="left"),
            text("-2.9", "1.26", "'band: middle half of ' + drawn + ' networks'", align="left"),
        ],
        title="Change of ∇f against distance / ‖x‖",
        description="The median change of the gradient along the attack, with the distance at which it is too large.",
    )


def _at(length: str) -> str:
    return f"max(-3, min(0.35, log({length}) / LN10))"


SIGNALS = {
    "place": f"indexof({TOLERANCES}, tolerance)",
    "radius": "frame.ahead[place]",
    "across": "frame.aside[place]",
    "drawn": "format(frame.draws, ',')",
    "summary": (
        "'Widths ' + join(frame.widths, ', ') + ' (' + drawn + ' networks): along the attack the gradient stays'"
        " + ' within ' + format(tolerance, '.0%') + (radius === null ? ' as far as we looked' : ' for '"
        " + format(radius, '.2%') + ' of the length of x') + ', aside '"
        " + (across === null ? 'as far as we looked' : 'for ' + format(across, '.2%')) + '. The law says '"
        " + format(frame.law[place], '.2%') + ' along the attack.'"
    ),
}


def bottlenecks() -> Explorer:
    """Explore which layers are bottlenecks, and how far the gradient stays near.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.bottlenecks().title
    'Bottlenecks, and a gradient that changes'
    """
    starts = {"first": 200, "second": 200, "third": 200, "fourth": 10}
    layers = [
        Control(name, f"width of layer {i}", sizes(2, 200), start, bar=i)
        for i, (name, start) in enumerate(starts.items(), 1)
    ]
    return Explorer(
        "Bottlenecks, and a gradient that changes",
        bottlenecks_frame,
        parameters=[
            Control("dim", "width of the input", sizes(10, 200), 200, bar=0),
            *layers,
        ],
        dials=[Control("tolerance", "tolerance", TOLERANCES, 0.5, digits=2)],
        charts=[_width_chart(), _change_chart()],
        signals=SIGNALS,
        live=True,
        mover="slides the narrowest layer",
        most=MOST,
    )
