"""Figures of the book: each function draws on the axes it is given and returns them; `book.mplstyle` is their style.

Lines differ in lightness and in marker as well as in colour, so that they survive a greyscale printer.
"""

from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

MARKERS = "osD^vPX*"
A_CURVE = 20
"""So many points or more are drawn as a line without markers."""

LIMIT: dict[str, Any] = {"color": "black", "linestyle": (0, (4, 3)), "linewidth": 1.1}


def shades(count: int) -> list[np.ndarray]:
    """Return so many colours, from dark to light.

    Examples
    --------
    >>> len(shades(3))
    3
    """
    return [*mpl.colormaps["viridis"](np.linspace(0, 0.85, count))]


def rays(ax: Axes, t: np.ndarray, values: np.ndarray, roots: np.ndarray) -> Axes:
    """Draw f along rays, each with its first zero.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    t : array of shape (m,)
        Steps along the ray.
    values : array of shape (m, n)
        f at these steps, a column for each of n rays.
    roots : array of shape (n,)
        Where each ray first changes sign.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> t = np.linspace(0, 2, 5)
    >>> axes = rays(plt.figure().subplots(), t, 1 - t[:, None], np.array([1.0]))
    >>> len(axes.lines)
    3
    """
    ax.axhline(0, **LIMIT)
    ax.plot(t, values)
    ax.plot(roots, np.zeros_like(roots), "o", color="black", linestyle="none", zorder=3)
    return ax


def law(ax: Axes, samples: np.ndarray, grid: np.ndarray, density: np.ndarray, *, label: str) -> Axes:
    """Draw a histogram with the density it should approach.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    samples : array of shape (n,)
    grid, density : arrays of shape (m,)
        The limiting density, and where.
    label : str
        What the limit is called in the legend.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> grid = np.linspace(0, 1, 3)
    >>> law(plt.figure().subplots(), grid, grid, np.ones(3), label="uniform").get_legend_handles_labels()[1]
    ['measured', 'uniform']
    """
    ax.hist(samples, bins=60, range=(grid[0], grid[-1]), density=True, color="#9ecae1", label="measured")
    ax.plot(grid, density, color="black", linewidth=1.3, linestyle="-", label=label)
    ax.set_ylabel("density")
    ax.legend()
    return ax


def bands(ax: Axes, table: pd.DataFrame, y: str, *, limit: float | None = None, label: str = "limit") -> Axes:
    """Draw a quantity against the width, a line for each dimension with a band of one standard error.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    table : DataFrame
        With columns d, k, the one named `y` and, for the band, that name with "_error" appended.
    y : str
        The column to draw.
    limit : float, optional
        A level to mark, named `label`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> table = pd.DataFrame({"d": [10, 10], "k": [10, 100], "step": [1.0, 1.1], "step_error": [0.1, 0.1]})
    >>> bands(plt.figure().subplots(), table, "step", limit=1.128).get_xscale()
    'log'
    """
    colors = shades(table["d"].nunique())
    for (dim, rows), color, marker in zip(table.groupby("d"), colors, cycle(MARKERS), strict=False):
        ax.plot(rows["k"], rows[y], color=color, marker=marker, linestyle="-", label=f"d = {dim}")
        if f"{y}_error" in rows:
            error = rows[f"{y}_error"]
            ax.fill_between(rows["k"], rows[y] - error, rows[y] + error, color=color, alpha=0.2, linewidth=0)
    if limit is not None:
        ax.axhline(limit, label=label, **LIMIT)
    ax.set_xscale("log")
    ax.set_xlabel("width $k$")
    return ax


def over(
    ax: Axes, known: pd.DataFrame, points: pd.DataFrame, x: str, y: str, *, by: str | None = None, label: str = "{}"
) -> Axes:
    """Draw points of one's own over what is known.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    known, points : DataFrame
        With columns `x` and `y`; `points` may be empty, and may have the error of a mean in the column `y` + "_se".
    by : str, optional
        A line for each value of this column of `known`.
    label : str
        What a line is called in the legend, a format that takes its value of `by`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> known = pd.DataFrame({"width": [10, 100], "step": [1.2, 1.1]})
    >>> axes = over(plt.figure().subplots(), known, known[:1], "width", "step", label="stored")
    >>> axes.get_legend_handles_labels()[1]
    ['stored', 'yours']
    """
    lines = [("", known)] if by is None else [*known.groupby(by, sort=False)]
    colors = shades(len(lines))
    for (value, rows), color, marker in zip(lines, colors, cycle(MARKERS), strict=False):
        rows = rows.sort_values(x)
        shape = marker if len(rows) < A_CURVE else ""
        ax.plot(rows[x], rows[y], color=color, marker=shape, ms=4, ls="-", lw=1, label=label.format(value))
    if len(points):
        error = 2 * points[f"{y}_se"].fillna(0) if f"{y}_se" in points else None
        look: dict[str, Any] = {"color": "#D55E00", "mec": "black", "ms": 12, "zorder": 4, "capsize": 3}
        ax.errorbar(points[x], points[y], error, fmt="*", label="yours", **look)
    return ax
