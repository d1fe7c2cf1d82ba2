"""What the pictures of all explorers share."""

from typing import Any

import altair as alt

BLUE, VERMILLION = "#1F83C4", "#D55E00"
"""Told apart by colour-blind readers, in greyscale, and on light and dark grounds."""


def panel(layers: list[alt.Chart], *, height: int = 180, **properties: str) -> dict[str, Any]:
    """Lay charts over one another in a panel as wide as all explorers use."""
    return alt.layer(*layers).properties(width=300, height=height, **properties).to_dict()
