"""What pictures are drawn with: a panel that a phone shows whole, a sketch without scales, an arrow with its name."""

from collections.abc import Collection
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike

WIDTH = 4.6
"""Inches: text of 10 points is 9 pixels high where the page is 360 wide."""

PAGE = 7.6
"""Inches: several panels beside one another, as wide as the text of a page."""

LEGEND: dict[str, Any] = {"fontsize": 10}
DOT: dict[str, Any] = {"color": "black", "zorder": 3, "ms": 6}


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


def panels(count: int, height: float, *, shared: str = "") -> tuple[Figure, list[Axes]]:
    """Return a figure of panels, two in a row, or three, and their axes; a page on a phone stacks them.

    Parameters
    ----------
    count : int
        From two to four.
    height : float
        Of the whole figure, in inches.
    shared : str
        Which axes of all panels are one: "x", "y" or "xy".

    Examples
    --------
    >>> figure, axes = panels(4, 5.0, shared="y")
    >>> axes[3].set_ylim(0, 2)
    (0.0, 2.0)
    >>> axes[0].get_ylim() == (0, 2), len(figure.subfigs)
    (True, 4)
    """
    columns = 3 if count == 3 else 2
    figure = blank(PAGE, height)
    parts: Any = figure.subfigures(count // columns, columns)
    axes = [part.subplots() for part in parts.flat]
    for ax in axes[1:]:
        for axis in shared:
            getattr(ax, f"share{axis}")(axes[0])
    return figure, axes


def key(ax: Axes, of: Axes) -> None:
    """Give a panel of its own to what the lines of another are called.

    Examples
    --------
    >>> _, (left, right) = panels(2, 3.0)
    >>> _ = left.plot([1], label="law")
    >>> key(right, left)
    >>> [text.get_text() for text in right.get_legend().get_texts()]
    ['law']
    """
    ax.set_axis_off()
    ax.legend(*of.get_legend_handles_labels(), **LEGEND, loc="center")


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


def arrow(
    ax: Axes,
    start: ArrayLike,
    end: ArrayLike,
    color: str,
    name: str = "",
    beside: tuple[float, float] = (0, 0),
    *,
    width: float = 1.8,
) -> None:
    """Draw an arrow, with its name, if it has one, beside its middle.

    Examples
    --------
    >>> _, ax = sketch((0, 1), (0, 1))
    >>> arrow(ax, (0, 0), (1, 1), "C0", "$w$", (0.1, 0.0))
    >>> [round(float(place), 1) for place in ax.texts[-1].get_position()]
    [0.6, 0.5]
    """
    style = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 0, "shrinkB": 0}
    x, y = np.asarray(start, float)
    to_x, to_y = np.asarray(end, float)
    ax.annotate("", (to_x, to_y), (x, y), arrowprops=style)
    ax.text((x + to_x) / 2 + beside[0], (y + to_y) / 2 + beside[1], name, ha="center")


def half_plane(ax: Axes, start: ArrayLike, end: ArrayLike, side: ArrayLike) -> None:
    """Shade one side of a line, as far as six times the vector `side`, and draw the line.

    Examples
    --------
    >>> _, ax = sketch((-1, 1), (-1, 1))
    >>> half_plane(ax, (-1, 0), (1, 0), (0, 1))
    >>> ax.patches[0].get_xy()[2].tolist()
    [1.0, 6.0]
    """
    edge = np.array([start, end], float)
    over = 6 * np.asarray(side, float)
    ax.add_patch(Polygon([*edge, *(edge[::-1] + over)], color="C4", alpha=0.25))
    ax.plot(*edge.T, color="black", linestyle="-", lw=1.2)


def spread(ax: Axes, x: pd.Series, middle: pd.Series, deviation: pd.Series, *, alpha: float = 0.12) -> None:
    """Shade a standard deviation of what is not negative.

    Examples
    --------
    >>> _, ax = panel()
    >>> spread(ax, pd.Series([1, 2]), pd.Series([1, 2]), pd.Series([2, 1]))
    >>> ax.collections[0].get_paths()[0].get_extents().ymin.item()
    0.0
    """
    ax.fill_between(x, (middle - deviation).clip(0), middle + deviation, color="black", alpha=alpha, lw=0)


def plane(ax: Axes, name: str) -> None:
    """Draw a plane in space, through the origin, with its name at the near edge.

    Examples
    --------
    >>> _, ax = sketch((-3, 3), (-1, 2))
    >>> plane(ax, "rows")
    >>> len(ax.patches), ax.texts[0].get_text()
    (1, 'rows')
    """
    corners = [(-2.5, -1.0), (1.5, -1.0), (3.0, 0.8), (-1.0, 0.8)]
    ax.add_patch(Polygon(corners, color="C4", alpha=0.25))
    ax.text(-2.15, -0.9, name)


def plain_ticks(ax: Axes, ticks: Collection[float]) -> None:
    """Give the horizontal axis a logarithmic scale with some plain numbers.

    Examples
    --------
    >>> _, ax = panel()
    >>> plain_ticks(ax, (1, 10))
    >>> ax.get_xscale(), ax.get_xticks().tolist()
    ('log', [1, 10])
    """
    ax.set_xscale("log")
    ax.set_xticks([*ticks], [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
