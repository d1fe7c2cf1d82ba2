"""A small explorer, whose picture and labels are easily compared."""

from typing import Any

from advlib.pages.explorer import Control, Explorer

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": "A dot at the <sum>.",
    "data": {"values": [{}]},
    "transform": [{"calculate": "frame.sum", "as": "sum"}],
    "mark": "point",
    "encoding": {"x": {"field": "sum", "type": "quantitative"}},
}


def sum_frame(a: int, b: int) -> dict[str, Any]:
    """A sum, and a text that would end a script."""
    return {"sum": a + b, "text": "</script><b>"}


def toy() -> Explorer:
    """The sum of two parameters, and a dial."""
    return Explorer(
        "A sum & more",
        sum_frame,
        parameters=[
            Control("a", "a", range(10), 3, "apples", built=(1, 3)),
            Control("b", "b", range(5), 2, built=(0, 2, 4)),
        ],
        dials=[Control("c", "c", (0.5, 1.5), 1.5, digits=1)],
        charts=[CHART],
        signals={"summary": "'The sum is ' + frame.sum + ', c is ' + c"},
    )
