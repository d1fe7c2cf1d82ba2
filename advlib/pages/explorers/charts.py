"""What the pictures of all explorers share."""

from typing import Any

import altair as alt

BLUE, VERMILLION = "#1F83C4", "#D55E00"
"""Told apart by colour-blind readers, in greyscale, and on light and dark grounds."""


def panel(layers: list[alt.Chart], *, height: int = 180, **properties: str) -> dict[str, Any]:
    """Lay charts over one another in a panel as wide as all explorers use."""
    return alt.layer(*layers).properties(width=300, height=height, **properties).to_dict()


def rows(count: int, **columns: str) -> alt.Chart:
    """A chart of `count` rows; `columns` are Vega expressions in the row's number, `datum.i`."""
    return alt.Chart(alt.sequence(count, as_="i")).transform_calculate(**columns)


def text(x: str, y: str, words: str, **mark: Any) -> alt.Chart:
    """Words at a place, all three Vega expressions."""
    return rows(1, x=x, y=y, words=words).mark_text(**mark).encode(x="x:Q", y="y:Q", text="words:N")


def axis(channel: type, column: str, low: float, high: float, ticks: list[float]) -> Any:
    """An axis of fixed range, `alt.X` or `alt.Y`, without a title."""
    return channel(
        f"{column}:Q",
        title=None,
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=alt.Axis(values=ticks, format="~g", domain=bool(ticks)),
    )
