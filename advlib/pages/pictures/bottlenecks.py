"""Figures of *Bottlenecks* and its record."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from advlib import bottleneck, theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import DOT, LEGEND, WIDTH, arrow, blank, half_plane, panel, panels, plane, sketch

NARROW: dict[str, Any] = {"facecolor": "C1", "hatch": "//", "edgecolor": "white"}


def networks(widths: Mapping[str, Sequence[int]]) -> Figure:
    """Draw the widths of four networks as bars, the bottlenecks marked, and the narrowest width so far as a line.

    Examples
    --------
    >>> figure = networks({"pyramid": (4, 2), "flat": (2, 2), "tie": (4, 1, 1), "wide": (1, 2)})
    >>> [sum(bar.get_hatch() == "//" for bar in ax.patches) for ax in figure.axes]
    [2, 1, 2, 1]
    """
    figure = blank(WIDTH, 4.0)
    axes = figure.subplots(2, 2, sharey=True)
    for ax, (name, sizes) in zip(axes.flat, widths.items(), strict=True):
        bars = ax.bar(range(len(sizes)), sizes, color="C4", alpha=0.6)
        for i in bottleneck.layers(sizes):
            bars[i].set(**NARROW, alpha=1)
        ax.step(range(len(sizes)), [*accumulate(sizes, min)], where="mid", **plots.LIMIT)
        ax.set(title=name, xticks=range(len(sizes)))
        ax.grid(visible=False, axis="x")
    for ax in axes[1]:
        ax.set_xlabel("layer")
    for ax in axes[:, 0]:
        ax.set_ylabel("width")
    return figure


def kink() -> Figure:
    """Draw one neuron in the plane: its row, its kink, the sides where it is on and off, the shortest way to the kink.

    Examples
    --------
    >>> [text.get_text() for text in kink().axes[0].texts][:2]
    ['on', 'off']
    """
    figure, ax = sketch((-2.2, 3.2), (-1.1, 2.4))
    row = np.array([0.5, 0.87])
    x = np.array([2.2, 1.5])
    along = np.array([row[1], -row[0]])
    foot = (x @ along) * along
    half_plane(ax, -4 * along, 4 * along, row)
    ax.text(-0.9, 1.75, "on")
    ax.text(-1.9, 0.1, "off")
    ax.text(0.85, -0.95, "kink: $w \\cdot y = 0$", ha="right")
    arrow(ax, (0, 0), row, "C0", "$w$", (-0.2, 0.1))
    arrow(ax, x, foot, "C1", "$-\\delta$", (0.3, -0.15))
    ax.plot(*x, "o", **DOT)
    ax.text(x[0] + 0.12, x[1] + 0.05, "$x$")
    return figure


def projection() -> Figure:
    r"""Draw two neurons in space: their rows span a plane, and the way to both kinks is the projection of x on it.

    Examples
    --------
    >>> "$x - \\delta$" in [text.get_text() for text in projection().axes[0].texts]
    True
    """
    figure, ax = sketch((-2.6, 3.2), (-1.2, 2.5))
    shadow = np.array([1.75, 0.25])
    height = np.array([0, 1.7])
    plane(ax, "span of the rows")
    ax.plot([0, 0], [0, 2.4], color="black", linestyle="-", lw=1.2)
    ax.plot([0, 0], [-1.15, 0], color="black", linestyle=":", lw=1.2)
    ax.text(-0.15, 2.15, "both at their kinks", ha="right")
    arrow(ax, (0, 0), (-1.1, -0.25), "C0", "$w_1$", (-0.1, 0.15))
    arrow(ax, (0, 0), (0.55, -0.6), "C0", "$w_2$", (0.35, -0.05))
    arrow(ax, (0, 0), shadow, "C2", "$\\delta$", (0.1, -0.2))
    arrow(ax, shadow + height, height, "C1", "$-\\delta$", (0.0, 0.12))
    ax.plot(*np.array([shadow, shadow + height]).T, **plots.LIMIT)
    ax.plot(*(shadow + height), "o", **DOT)
    ax.plot(*height, "s", **DOT | {"color": "C1"})
    ax.text(shadow[0] + 0.13, shadow[1] + height[1], "$x$")
    ax.text(-0.15, height[1] - 0.25, "$x - \\delta$", ha="right")
    return figure


def squares(drawn: Mapping[int, np.ndarray], dim: int) -> Figure:
    """Draw squared relative lengths of the way to all kinks, for some widths k, over the Beta densities.

    Examples
    --------
    >>> len(squares({1: np.array([0.5])}, 2).axes[0].lines)
    1
    """
    figure, ax = panel(2.8)
    grid = np.linspace(0, 1, 300)
    for color, (k, values) in zip(("C4", "C5", "C3"), drawn.items(), strict=False):
        ax.hist(values, bins=40, range=(0, 1), density=True, color=color, alpha=0.6, label=f"k = {k}")
        ax.plot(grid[1:-1], stats.beta.pdf(grid[1:-1], k / 2, (dim - k) / 2), color="black", linestyle="-", lw=1.2)
    ax.set(xlabel="$\\|\\delta\\|^2 / \\|x\\|^2$", ylabel="density")
    ax.legend(**LEGEND)
    return figure


def gains(measured: Mapping[str, Sequence[float]], widths: Mapping[str, Sequence[int]]) -> Figure:
    """Draw how much farther each layer's image moves along the attack than aside, with the law of these widths.

    Examples
    --------
    >>> (axes,) = gains({"even": [2.0]}, {"even": (60, 40)}).axes
    >>> axes.get_legend_handles_labels()[1]
    ['even', 'law']
    """
    figure, ax = panel(2.9)
    for i, (marker, (name, dots)) in enumerate(zip(plots.MARKERS, measured.items(), strict=False)):
        law = theory.attack_gains(widths[name])
        ax.plot(range(len(law)), law, **plots.LIMIT | {"color": f"C{i}"})
        ax.plot(range(1, len(law)), dots, marker, color=f"C{i}", label=name)
    ax.plot([], [], label="law", **plots.LIMIT)
    ax.set(xlabel="layer $i$", ylabel="gain $G_i$", ylim=(0, None))
    ax.legend(**LEGEND, loc="lower right")
    return figure


def distortion(ax: Axes, stored: pd.DataFrame) -> Axes:
    r"""Draw the paper's Figure 1: means over runs, the law, and where the exact law has 95 % of single runs.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [100, 100], "width": [10, 50], "ratio": [0.3, 0.7]})
    >>> axes = distortion(Figure().subplots(), table)
    >>> axes.get_legend_handles_labels()[1]
    ['95 % of single runs', '$\\sqrt{k/d}$', 'means, d = 100']
    """
    (d,) = stored["dim"].unique()
    k = np.unique(np.geomspace(8, d - 1, 200).astype(int))
    low, high = (stats.beta.ppf(q, k / 2, (d - k) / 2) ** 0.5 for q in (0.025, 0.975))
    ax.fill_between(k / d, low, high, color="C4", alpha=0.5, linewidth=0, label="95 % of single runs")
    ax.plot(k / d, (k / d) ** 0.5, label=r"$\sqrt{k/d}$", **plots.LIMIT)
    ax.plot(stored["width"] / d, stored["ratio"], "o", color="C0", label=f"means, d = {d:,}")
    ax.set(xlabel="$k/d$", ylabel=r"$\|\delta\| / \|x\|$")
    return ax


def distortions(stored: pd.DataFrame, live: pd.DataFrame) -> Figure:
    """Draw `distortion` with a live run, as in the paper and in logarithms.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [100, 100], "width": [10, 50], "ratio": [0.3, 0.7]})
    >>> [ax.get_xscale() for ax in distortions(table, table).axes]
    ['linear', 'log']
    """
    figure, axes = panels(2, 3.2)
    for ax in axes:
        distortion(ax, stored)
        ax.plot(live["width"] / live["dim"], live["ratio"], "x", color="black", ms=7, label="d = 1000, live")
    axes[1].set(xscale="log", yscale="log")
    axes[0].legend()
    return figure


def curve(stored: pd.DataFrame) -> Figure:
    """Draw `distortion` alone.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [100, 100], "width": [10, 50], "ratio": [0.3, 0.7]})
    >>> len(curve(table).axes)
    1
    """
    figure, ax = panel(3.2)
    distortion(ax, stored).legend(**LEGEND)
    return figure


def places(table: pd.DataFrame, narrow: int, percent: int) -> Figure:
    """Draw how far the gradient stays near against the place of the narrow layer, along the attack and aside.

    Examples
    --------
    >>> row = {"dim": 9, "width": 9, "depth": 2, "narrow": 3, "position": 1}
    >>> rows = [row, row | {"position": 2}, row | {"narrow": 9}, row | {"narrow": 9, "position": 2}]
    >>> table = pd.DataFrame(rows).assign(ahead_50_median=0.1, aside_50_median=0.2)
    >>> len(places(table, 3, 50).axes[0].lines)
    7
    """
    figure, ax = panel(3.2)
    even = int(table["width"].iloc[0])
    drawn = [(narrow, "aside", "aside"), (even, "ahead", "attack, no narrow layer"), (narrow, "ahead", "attack")]
    for i, (marker, (width, way, label)) in enumerate(zip(plots.MARKERS, drawn, strict=False)):
        cells = table[table["narrow"] == width]
        ax.plot(cells["position"], cells[f"{way}_{percent}_median"], marker, color=f"C{i}", label=label)
        ax.plot(cells["position"], law(cells, way, percent), **plots.LIMIT | {"color": f"C{i}"})
    ax.plot([], [], label="law", **plots.LIMIT)
    ax.set(yscale="log", xlabel="place of the narrow layer", ylabel=r"distance / $\|x\|$")
    ax.set_ylim(top=ax.get_ylim()[1] * 4)
    ax.legend(**LEGEND, ncols=2, loc="upper center")
    return figure


def radii(table: pd.DataFrame) -> Figure:
    """Draw all radii of the record's table, for both tolerances and ways, over the laws.

    Examples
    --------
    >>> row = {"dim": 9, "width": 9, "depth": 1, "narrow": 3, "position": 1}
    >>> names = [f"{way}_{percent}_median" for way in ("ahead", "aside") for percent in (10, 50)]
    >>> len(radii(pd.DataFrame([row | dict.fromkeys(names, 0.1)])).axes)
    4
    """
    figure, axes = panels(4, 5.6)
    colors = plots.shades(table["narrow"].nunique())
    for ax, (percent, way) in zip(axes, product((50, 10), ("ahead", "aside")), strict=True):
        for color, marker, (n, cells) in zip(colors, plots.MARKERS, table.groupby("narrow"), strict=False):
            ax.plot(cells["position"], cells[f"{way}_{percent}_median"], marker, color=color, label=f"n = {n}")
            ax.plot(cells["position"], law(cells, way, percent), **plots.LIMIT | {"color": color})
        title = {"ahead": "along the attack", "aside": "aside"}[way]
        ax.set(yscale="log", title=f"{title}, {percent} %", ylabel=r"radius / $\|x\|$")
        ax.set_xlabel("position of the narrow layer")
    axes[3].legend(ncols=2, loc="upper right")
    return figure


def law(cells: pd.DataFrame, way: str, percent: int) -> pd.Series:
    """Return what `theory.near_linear_length` says for each cell of a table of one narrow layer.

    Examples
    --------
    >>> cell = {"dim": 9, "width": 9, "depth": 2, "narrow": 9, "position": 1}
    >>> law(pd.DataFrame([cell]), "aside", 50).item() == theory.near_linear_length((9, 9, 9), 0.5, ahead=False)
    True
    """
    lengths = []
    for cell in cells.to_dict("records"):
        widths = [cell["dim"], *[cell["width"]] * cell["depth"]]
        widths[cell["position"]] = cell["narrow"]
        lengths.append(theory.near_linear_length(widths, percent / 100, ahead=way == "ahead"))
    return pd.Series(lengths, index=cells.index)
