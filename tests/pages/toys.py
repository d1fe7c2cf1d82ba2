"""A small explorer, whose picture and labels are easily compared."""

from advlib.pages.explorer import Control, Explorer

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": "A dot at the <sum>.",
    "data": {"values": [{}]},
    "transform": [{"calculate": "frame.sum", "as": "sum"}],
    "mark": "point",
    "encoding": {"x": {"field": "sum", "type": "quantitative"}},
}


def toy() -> Explorer:
    """The sum of two parameters, and a dial."""
    return Explorer(
        "A sum & more",
        lambda a, b: {"sum": a + b, "text": "</script><b>"},
        parameters=[Control("a", "a", range(10), (1, 3), 3, "apples"), Control("b", "b", range(5), (0, 2, 4), 2)],
        dials=[Control("c", "c", (0.5, 1.5), (0.5, 1.5), 1.5, digits=1)],
        charts=[CHART],
        signals={"summary": "'The sum is ' + frame.sum + ', c is ' + c"},
    )
