"""Figures of the record of *Deeper random networks*: a stored table, its re-run on top, infinite width beside."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import key, panels, spread
from advlib.pages.pictures.how_often_record import BANDS

LIVE: dict[str, Any] = {"fmt": "x", "color": "black", "ms": 6, "capsize": 2, "lw": 1, "zorder": 4}
ENDLESS = 4e6
"""Where infinite width is drawn."""

HE = 2**0.5
NAMES = {"he": "He", "plain": "plain"}
WIDTHS = {"xticks": [10, 1e3, 1e5, ENDLESS], "xticklabels": ["10", "$10^3$", "$10^5$", r"$\infty$"]}


class Tables(NamedTuple):
    """What the figures draw: the stored table, a re-run of some of its cells, and infinite width."""

    stored: pd.DataFrame
    again: pd.DataFrame
    wide: Mapping[tuple[str, int, int], tuple[float, float]]
    """By scale, depth and dimension: the share that flips, and the mean step."""


def against_width(ax: Axes, tables: Tables, init: str, depth: int, quantity: str) -> Axes:
    """Draw a quantity of one depth against the width.

    Examples
    --------
    >>> cell = {"depth": 2, "dim": 10, "networks": 4, "he_norm": 1.0, "he_norm_se": 0.1, "he_norm_std": 0.2}
    >>> table = pd.DataFrame([cell | {"width": 10}, cell | {"width": 30}])
    >>> axes = against_width(Figure().subplots(), Tables(table, table, {}), "he", 2, "norm")
    >>> axes.get_legend_handles_labels()[1]
    ['d = 10', 'live re-run, ± 2 se']
    """
    column = f"{init}_{quantity}"
    chosen = tables.stored[tables.stored["depth"] == depth].sort_values("width")
    plots.bands(ax, pd.DataFrame({"d": chosen["dim"], "k": chosen["width"], "y": chosen[column]}), "y")
    _deviations(ax, chosen, column)
    live = tables.again[tables.again["depth"] == depth]
    ax.errorbar(live["width"], live[column], 2 * live[f"{column}_se"], label="live re-run, ± 2 se", **LIVE)
    ax.set(xlim=(7, 6e6), xlabel="width $k$", **WIDTHS)
    ax.minorticks_off()
    return ax


def _deviations(ax: Axes, cells: pd.DataFrame, column: str) -> None:
    """Shade a standard deviation: of a network's share where networks have many inputs, else of a draw."""
    share = column.endswith("flipped")
    shared = cells[cells["inputs"] > 1] if share else cells
    deviation = shared["networks"] ** 0.5 * shared[f"{column}_se"] if share else shared[f"{column}_std"]
    for d, alpha in BANDS.items():
        at = shared["dim"] == d
        spread(ax, shared["width"][at], shared[column][at], deviation[at], alpha=alpha)


def _infinite(ax: Axes, tables: Tables, init: str, depth: int, part: int) -> None:
    """Mark infinite width, in the colours and markers of the lines."""
    dims = sorted(tables.stored["dim"].unique())
    for d, line in zip(dims, [*ax.lines], strict=False):
        look: dict[str, Any] = {"marker": line.get_marker(), "color": line.get_color(), "mec": "black"}
        ax.plot(ENDLESS, tables.wide[init, depth, d][part], ls="none", clip_on=False, **look)


def fractions(tables: Tables, init: str, depths: Sequence[int], most: Mapping[int, float] | None = None) -> Figure:
    """Draw shares that flip on one scale, a panel for each depth, under the most that a cap lets through.

    Examples
    --------
    >>> cell = {"dim": 10, "inputs": 9, "networks": 4, "he_flipped": 0.9, "he_flipped_se": 0.1}
    >>> table = pd.DataFrame([cell | {"depth": L, "width": k} for L in (5, 6) for k in (10, 30)])
    >>> wide = {("he", depth, 10): (1.0, 0.6) for depth in (5, 6)}
    >>> [ax.get_title() for ax in fractions(Tables(table, table, wide), "he", (5, 6)).axes]
    ['L = 5', 'L = 6', '']
    """
    figure, axes = panels(len(depths) + 1, 5.4 if len(depths) > 2 else 3.0)
    for ax, depth in zip(axes, depths, strict=False):
        against_width(ax, tables, init, depth, "flipped")
        ax.set(title=f"L = {depth}", ylim=(0.2, 1.03), ylabel="fraction flipped")
        _infinite(ax, tables, init, depth, 0)
        if most is not None:
            ax.axhline(most[depth], label="the cap's limit", **plots.LIMIT)
    key(axes[-1], axes[0])
    return figure


def sizes(tables: Tables, depth: int) -> Figure:
    """Draw steps on both scales and gradient norms of one depth, with their limits.

    Examples
    --------
    >>> names = [f"{init}_{name}" for init in ("he", "plain") for name in ("step", "norm")]
    >>> cell = {"inputs": 1, "networks": 4, "dim": 10, "depth": 2}
    >>> cell |= {f"{name}{end}": 1.0 for name in names for end in ("", "_se", "_std")}
    >>> table = pd.DataFrame([cell | {"width": k} for k in (10, 30)])
    >>> len(sizes(Tables(table, table, {(init, 2, 10): (1.0, 1.0) for init in ("he", "plain")}), 2).axes)
    4
    """
    figure, (he, plain, norm, names) = panels(4, 5.4)
    factor = HE ** (depth + 1)
    for ax, init, gain, top in ((he, "he", HE, 3.2), (plain, "plain", 1.0, 1.6 * factor)):
        against_width(ax, tables, init, depth, "step").set(ylim=(0, top), title=rf"$|\eta|$, {NAMES[init]}")
        _infinite(ax, tables, init, depth, 1)
        ax.axhline(theory.limits(depth=depth, gain=gain).mean_step, label="limit", **plots.LIMIT)
    against_width(norm, tables, "he", depth, "norm").set(ylim=(0, 1.8), title=r"$\|\nabla f(x)\|$, He and plain")
    norm.axhline(HE, **plots.LIMIT)
    there_and_back: Any = (lambda y: y / factor, lambda y: y * factor)
    norm.secondary_yaxis("right", functions=there_and_back)
    key(names, he)
    return figure
