"""What the pictures of all explorers share."""

from typing import Any

import altair as alt

BLUE, VERMILLION = "#1F83C4", "#D55E00"
"""Told apart by colour-blind readers, in greyscale, and on light and dark grounds."""


def panel(layers: list[alt.Chart], **properties: str) -> dict[str, Any]:
    """Lay charts over one another in a panel of the size that all explorers use."""
    return alt.layer(*layers).properties(width=300, height=180, **properties).to_dict()
