"""What pictures are drawn with: a panel that a phone shows whole, a sketch without scales, an arrow with its name."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

WIDTH = 4.6
"""Inches: text of 10 points is 9 pixels high where the page is 360 wide."""

LEGEND: dict[str, Any] = {"fontsize": 10}


def blank(width: float, height: float) -> Figure:
    """Return an empty figure that a cell shows where it returns it, and only there.

    Pyplot makes it, as that teaches a kernel to show figures, and forgets it.

    Examples
    --------
    >>> figure = blank(2, 1)
    >>> figure in map(plt.figure, plt.get_fignums())
    False
    """
    figure = plt.figure(figsize=(width, height))
    plt.close(figure)
    return figure


def panel(height: float = 3.0) -> tuple[Figure, Axes]:
    """Return a figure of one panel, and its axes.

    Examples
    --------
    >>> figure, ax = panel(2.5)
    >>> figure.get_size_inches().tolist(), figure.axes == [ax]
    ([4.6, 2.5], True)
    """
    figure = blank(WIDTH, height)
    return figure, figure.subplots()


def sketch(x: tuple[float, float], y: tuple[float, float]) -> tuple[Figure, Axes]:
    """Return a figure for a sketch, without scales and as long as it is wide, and its axes.

    Parameters
    ----------
    x, y : tuple of float
        From where to where it reaches.

    Examples
    --------
    >>> sketch((0, 1), (0, 2))[1].get_aspect()
    1.0
    """
    figure, ax = panel()
    ax.set(xlim=x, ylim=y, aspect="equal")
    ax.set_axis_off()
    return figure, ax


def arrow(ax: Axes, start: ArrayLike, end: ArrayLike, color: str, name: str, beside: tuple[float, float]) -> None:
    """Draw an arrow, with its name beside its middle.

    Examples
    --------
    >>> _, ax = sketch((0, 1), (0, 1))
    >>> arrow(ax, (0, 0), (1, 1), "C0", "$w$", (0.1, 0.0))
    >>> [round(float(place), 1) for place in ax.texts[-1].get_position()]
    [0.6, 0.5]
    """
    style = {"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    (x, y), (to_x, to_y) = np.asarray(start, float), np.asarray(end, float)
    ax.annotate("", (to_x, to_y), (x, y), arrowprops=style)
    ax.text((x + to_x) / 2 + beside[0], (y + to_y) / 2 + beside[1], name, ha="center")
