"""What the charts of all explorers look like."""

from typing import Any

CONFIG: dict[str, Any] = {
    "autosize": "none",
    "background": None,
    "font": "system-ui, sans-serif",
    "padding": {"left": 40, "right": 12, "top": 38, "bottom": 42},
    "view": {"stroke": None},
    "axis": {
        "domainColor": "currentColor",
        "domainOpacity": 0.5,
        "grid": False,
        "labelFlush": False,
        "labelColor": "currentColor",
        "labelFontSize": 12,
        "tickColor": "currentColor",
        "tickOpacity": 0.5,
        "tickSize": 4,
        "titleColor": "currentColor",
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "text": {"color": "currentColor", "fontSize": 12},
    "title": {
        "anchor": "start",
        "color": "currentColor",
        "fontSize": 13,
        "fontWeight": 600,
        "frame": "group",
        "offset": 10,
        "dx": -36,
    },
}
"""Whatever is not data takes the colour of the surrounding text, so that a light and a dark page both read."""
