"""What the pictures of all explorers share."""

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from advlib.pages.chart_style import CONFIG

PADDING = CONFIG["padding"]
BLUE, VERMILLION = "#1F83C4", "#D55E00"
"""Told apart by colour-blind readers, in greyscale, and on light and dark grounds."""


def panel(
    layers: list[alt.Chart], *, height: int = 180, below: int = PADDING["bottom"], **properties: Any
) -> dict[str, Any]:
    """Lay charts over one another in a panel as wide as all explorers use, with this room below for its axis.

    A panel of another height where it has room says so in `usermeta`, as {"wide": {"from": width, "height": height}}.
    """
    padding = PADDING | {"bottom": below}
    return alt.layer(*layers).properties(width=300, height=height, padding=padding, **properties).to_dict()


def rows(count: int, **columns: str) -> alt.Chart:
    """A chart of `count` rows; `columns` are Vega expressions in the row's number, `datum.i`."""
    return alt.Chart(alt.sequence(count, as_="i")).transform_calculate(**columns)


def text(x: str, y: str, words: str, **mark: Any) -> alt.Chart:
    """Words at a place, all three Vega expressions."""
    return rows(1, x=x, y=y, words=words).mark_text(**mark).encode(x="x:Q", y="y:Q", text="words:N")


def axis(
    channel: type,
    low: float,
    high: float,
    ticks: Sequence[float],
    *,
    scale: Literal["linear", "log"] = "linear",
    reverse: bool = False,
    title: str | None = None,
    **options: Any,
) -> Any:
    """An axis of fixed range, `alt.X` over the column x or `alt.Y` over y; `options` are Vega-Lite's for axes."""
    drawn: dict[str, Any] = {"values": [*ticks], "format": "~g", "domain": bool(ticks)} | options
    return channel(
        f"{channel.__name__.lower()}:Q",
        title=title,
        scale=alt.Scale(type=scale, domain=[low, high], nice=False, reverse=reverse),
        axis=alt.Axis(**drawn),
    )


def powers(format: str) -> str:
    """The label of a tick whose value is a logarithm."""
    return f"format(pow(10, datum.value), '{format}')"


def says(words: str) -> Any:
    """What a mark says of itself to a reader who points at it, a Vega expression."""
    return alt.value(alt.ExprRef(words))


def shown() -> alt.Opacity:
    """Hide the marks of rows whose column `shown` is 0."""
    return alt.Opacity("shown:Q", scale=None)
