"""Figures of the record of *Trained and still attackable*."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from advlib.pages import plots
from advlib.pages.pictures.drawing import key, panels
from advlib.pages.pictures.trained import dimensions

NAMES = {"norm": r"$\|\nabla f\|$", "step": r"$|\eta|$", "relative": r"$\|\delta\| / \|x\|$"}

Point = tuple[float, float]


def against_dimension(
    means: pd.DataFrame,
    label: str,
    slopes: Mapping[str, float],
    through: float,
    live: Mapping[str, Point] | None = None,
) -> Figure:
    """Draw gradient norm, step and relative perturbation against d, and lines of some slopes.

    Parameters
    ----------
    means : DataFrame
        With columns norm, step and relative, indexed by what tells curves apart and by d.
    label : str
        What a curve is called, a format that takes its value.
    slopes : mapping
        Of the dashed lines in the logarithms, by column.
    through : float
        The curve whose first point the dashed lines go through.
    live : mapping from column to (d, value), optional
        Another network, as a star.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([[1.0, 3.0], [25, 100]], names=["constant", "d"])
    >>> means = pd.DataFrame(dict.fromkeys(NAMES, 0.5), index=index)
    >>> figure = against_dimension(means, "{:g}", dict.fromkeys(NAMES, -1.0), 3.0)
    >>> [len(ax.lines) for ax in figure.axes]
    [3, 3, 3, 0]
    """
    figure, (*axes, names) = panels(4, 5.4)
    for ax, (name, title) in zip(axes, NAMES.items(), strict=True):
        for (value, line), marker in zip(means[name].groupby(level=0), plots.MARKERS, strict=False):
            ax.plot(line.droplevel(0), marker=marker, ms=4, label=label.format(value))
        first = means[name].loc[through]
        ax.plot(first.index, first.iloc[0] * (first.index / first.index[0]) ** slopes[name], **plots.LIMIT)
        if live is not None:
            ax.plot(*live[name], "*", color="black", ms=11, label="live")
        ax.set(yscale="log", title=title)
        dimensions(ax)
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.minorticks_off()
    key(names, axes[0])
    return figure
