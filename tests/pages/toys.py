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


def word_frame(word: str, *others: int, **named: int) -> dict[str, Any]:
    """A word and its length."""
    return {"sum": len(word), "word": word}


def wordy(parameters: int = 1) -> Explorer:
    """A choice of words, and so many parameters in all; the others do nothing."""
    return Explorer(
        "Words",
        word_frame,
        parameters=[
            Control("word", "which word", ("one", "three, or four"), "one"),
            *(Control(f"n{i}", f"number {i}", (0, 1), 0, built=(0,)) for i in range(1, parameters)),
        ],
        dials=[Control("c", "c", (0.5, 1.5), 1.5, digits=1)],
        charts=[CHART],
        signals={"summary": "'The word is ' + frame.word + ', c is ' + c"},
    )


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


def bar_frame(input: int, first: int, second: int, third: int) -> dict[str, Any]:
    """Four widths."""
    return {"widths": [input, first, second, third]}


def bars() -> Explorer:
    """Four bars, of which only the tops are drawn, and dragged; the last is the lowest."""
    widths = (1, 10, 50, 100, 200, 1000)
    names = ("input", "first", "second", "third")
    starts = (200, 100, 200, 10)
    axes = {"x": ("datum.i", [-0.5, 3.5]), "y": ("log(frame.widths[datum.i]) / LN10", [0, 3])}
    encoding = {
        axis: {"field": axis, "type": "quantitative", "scale": {"domain": domain, "nice": False}}
        for axis, (_, domain) in axes.items()
    }
    chart = {
        "$schema": CHART["$schema"],
        "description": "Four bars.",
        "height": 180,
        "data": {"sequence": {"start": 0, "stop": 4, "as": "i"}},
        "transform": [{"calculate": expression, "as": axis} for axis, (expression, _) in axes.items()],
        "mark": "point",
        "encoding": encoding,
    }
    return Explorer(
        "Four bars",
        bar_frame,
        parameters=[
            Control(name, f"width of {name}", widths, start, bar=i)
            for i, (name, start) in enumerate(zip(names, starts, strict=True))
        ],
        dials=[],
        charts=[chart],
        signals={"summary": "join(frame.widths, ', ')"},
        mover="slides the lowest bar",
    )


def counter() -> Explorer:
    """A dial of four places that plays."""
    return Explorer(
        "Counter",
        sum_frame,
        parameters=[Control("a", "a", (0, 1), 0), Control("b", "b", (0, 1), 0)],
        dials=[Control("c", "c", range(4), 0)],
        charts=[CHART],
        signals={"summary": "'The sum is ' + frame.sum + ', c is ' + c"},
        player="c",
    )


def said() -> Explorer:
    """A line of three points that say where they are."""
    places = {name: {"field": name, "type": "quantitative"} for name in ("x", "y")}
    points = [{"x": 0, "y": 0}, {"x": 1, "y": 1}, {"x": 2, "y": 0}]
    chart = CHART | {"width": 300, "height": 180, "title": "Three points", "data": {"values": points}, "mark": "line"}
    words = {"tooltip": {"value": {"expr": "'y is ' + (datum.y + frame.sum) + ' at ' + datum.x"}}}
    return Explorer(
        "Three points",
        sum_frame,
        parameters=[Control("a", "a", (0, 1), 0), Control("b", "b", (0, 1), 0)],
        dials=[],
        charts=[{name: part for name, part in chart.items() if name != "transform"} | {"encoding": places | words}],
        signals={"summary": "'The sum is ' + frame.sum"},
    )
