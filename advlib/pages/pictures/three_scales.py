"""Figures of *Three scales* and its record."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Wedge

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import DOT, LEGEND, arrow, panel, panels, sketch

ALL: dict[str, Any] = {"color": "C0", "label": "eigenvalues"}
ACROSS: dict[str, Any] = {"color": "C1", "hatch": "//", "label": "random directions"}
STYLES: tuple[Any, ...] = ((0, (4, 3)), ":", "-.")


def spectrum(eigenvalues: np.ndarray, across: np.ndarray, edge: float) -> Figure:
    """Draw a Hessian's eigenvalues and the curvatures along random directions, and where the law of the first ends.

    Examples
    --------
    >>> figure = spectrum(np.linspace(-1, 1, 5), np.zeros(3), 1.1)
    >>> sorted(figure.axes[0].get_legend_handles_labels()[1])
    ['eigenvalues', 'ends', 'random directions']
    """
    figure, ax = panel(3.2)
    bins = np.linspace(-1.2 * edge, 1.2 * edge, 37)
    for values, look in ((eigenvalues, ALL), (across, ACROSS)):
        counts, _ = np.histogram(values, bins)
        ax.stairs(counts / counts.max(), bins, fill=True, alpha=0.75, **look)
    for end in (-edge, edge):
        ax.axvline(end, label="ends" if end > 0 else None, **plots.LIMIT)
    ax.set(xlabel=r"curvature times $\sqrt{d}$", ylabel="share, largest = 1")
    figure.legend(**LEGEND, loc="outside lower center", ncols=3)
    return figure


def turning(changes: Mapping[int, np.ndarray], radii: np.ndarray) -> Figure:
    r"""Draw the relative change of smooth gradients against the radius over the root of d, one line a dimension.

    Examples
    --------
    >>> len(turning({50: np.ones(2), 200: np.ones(2)}, np.array([0.1, 1.0])).axes[0].lines)
    2
    """
    figure, ax = panel(2.9)
    for i, (marker, (d, change)) in enumerate(zip(plots.MARKERS, changes.items(), strict=False)):
        ax.plot(radii, change, marker=marker, color=f"C{i}", label=f"d = {d}")
    ax.set(xscale="log", yscale="log", xlabel=r"$R \, / \, \sqrt{d}$", ylabel="change of the gradient")
    ax.legend(**LEGEND, loc="upper left")
    return figure


def wedge() -> Figure:
    """Draw kinks as lines through the origin, and those between x and x + delta in their own colour.

    Examples
    --------
    >>> sum(line.get_color() == "C1" for line in wedge().axes[0].lines)
    2
    """
    figure, ax = sketch((-2.6, 3.4), (-1.3, 2.3))
    x = 2.6 * np.array([np.cos(0.25), np.sin(0.25)])
    end = np.array([2.05, 1.75])
    angles = np.array([0.42, 0.6, 0.95, 1.4, 1.75, 2.2, 2.6, 3.0])
    low = np.arctan2(x[1], x[0])
    high = np.arctan2(end[1], end[0])
    ax.add_patch(Wedge((0, 0), 2.75, *np.rad2deg((low, high)), color="C4", alpha=0.3, lw=0))
    ax.add_patch(Wedge((0, 0), 2.75, *(180 + np.rad2deg((low, high))), color="C4", alpha=0.3, lw=0))
    for angle in angles:
        between = low < angle < high
        way = 4 * np.array([np.cos(angle), np.sin(angle)])
        ax.plot(*np.array([-way, way]).T, color="C1" if between else "0.6", linestyle="-", lw=1.8 if between else 0.9)
    arrow(ax, tuple(x), tuple(end), "black", "$\\delta$", (0.2, -0.05))
    ax.plot(*x, "o", **DOT)
    ax.plot(*end, "s", **DOT)
    ax.text(x[0] + 0.13, x[1] - 0.05, "$x$")
    ax.text(end[0] + 0.1, end[1] + 0.12, "$x + \\delta$")
    ax.text(0.75, 0.27, "$\\theta$")
    ax.text(-2.5, 1.95, "kinks")
    return figure


def prices(preactivations: np.ndarray, budget: float, shown: int = 60) -> Figure:
    """Draw what it costs to carry the neurons nearest to their kinks over, a mean over rows, and those a budget pays.

    Examples
    --------
    >>> figure = prices(np.array([[0.3, -0.1, 0.2]]), 0.06, shown=3)
    >>> [bar.get_hatch() for bar in figure.axes[0].patches]
    ['//', '//', None]
    """
    figure, ax = panel(2.9)
    squares = np.sort(np.square(preactivations)).mean(axis=0)
    bought = np.searchsorted(squares.cumsum(), budget)
    number = np.arange(1, shown + 1)
    bars = ax.bar(number, squares[:shown], color="C4", width=0.9)
    for bar in bars[:bought]:
        bar.set(facecolor="C1", hatch="//", edgecolor="white")
    law = np.pi / 2 * (number / len(squares)) ** 2
    ax.plot(number, law, label=r"law $\frac{\pi}{2} (i/k)^2$", **plots.LIMIT)
    ax.set(xlabel="$i$-th cheapest neuron", ylabel="price $(w_\\ell \\cdot x)^2$")
    ax.legend(**LEGEND, loc="upper left")
    return figure


def balls(found: pd.DataFrame, dim: int, width: int, bent: float) -> Figure:
    r"""Draw the relative change of the gradient over spheres, worst found and at random, with the laws of both.

    Parameters
    ----------
    found : DataFrame
        With columns psi, radius, found and random.
    dim, width : int
    bent : float
        The norm of the smooth network's Hessian over that of its gradient.

    Examples
    --------
    >>> found = pd.DataFrame({"psi": ["tanh"] * 2, "radius": [0.1, 9.0], "found": [0.1, 1.0], "random": [0.01, 0.5]})
    >>> len(balls(found, 4, 10, 0.5).axes[0].lines)
    5
    """
    figure, ax = panel(4.2)
    radii = np.unique(found["radius"])
    ends = (radii[0], 1, dim**0.5, radii[-1])
    for low, high, name in zip(ends[:3], ends[1:], ("micro", "meso", "macro"), strict=True):
        ax.axvspan(low, high, color="white" if name == "meso" else "0.92", zorder=0)
        ax.text((low * high) ** 0.5, 1.3e-4, name, ha="center")
    for i, ((name, part), marker) in enumerate(zip(found.groupby("psi"), plots.MARKERS, strict=False)):
        ax.plot(part["radius"], part["found"], marker, linestyle="none", color=f"C{i}", label=f"{name}, worst found")
        ax.plot(part["radius"], part["random"], "-", lw=1, color=f"C{i}", label=f"{name}, random")
    for style, (name, law) in zip(STYLES, _laws(radii, dim, width, bent).items(), strict=True):
        ax.plot(radii, law, label=name, **plots.LIMIT | {"linestyle": style})
    ax.set(xscale="log", yscale="log", xlim=ends[::3], ylim=(1e-4, 3))
    ax.set(xlabel="radius $R$", ylabel="change of the gradient")
    figure.legend(**LEGEND, loc="outside lower center", ncols=2)
    return figure


def _laws(radii: np.ndarray, dim: int, width: int, bent: float) -> dict[str, np.ndarray]:
    share = np.array([theory.switch_probability(dim, radius) for radius in radii])
    cheapest = (6 * radii**2 / (np.pi * width)) ** (1 / 3)
    laws = {"Hessian's norm times $R$": bent * radii, "$\\sqrt{2s}$": (2 * share) ** 0.5}
    return laws | {"$\\sqrt{2m/k}$": (2 * cheapest) ** 0.5}


def hessians(norms: pd.DataFrame, narrow: pd.DataFrame, ratio: float) -> Figure:
    r"""Draw norms of Hessians against the dimension, for three activations, and against k / d, for tanh.

    Parameters
    ----------
    norms : DataFrame
        With columns activation, d and norm, at one k / d = `ratio`.
    narrow : DataFrame
        With columns d, ratio and scaled, the norm times the root of d.

    Examples
    --------
    >>> norms = pd.DataFrame({"activation": ["tanh"] * 2, "d": [25, 50], "norm": [0.2, 0.1]})
    >>> narrow = pd.DataFrame({"d": [60, 60], "ratio": [0.1, 10.0], "scaled": [2.0, 1.0]})
    >>> len(hessians(norms, narrow, 10).axes)
    2
    """
    figure, (left, right) = panels(2, 3.3)
    dims = np.unique(norms["d"])
    for (name, part), marker in zip(norms.groupby("activation", sort=False), plots.MARKERS, strict=False):
        left.plot(part["d"], part["norm"], marker, linestyle="none", markersize=4, label=name)
        left.plot(dims, theory.hessian_norm_limit(ratio, name) / np.sqrt(dims), **plots.LIMIT)
    left.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel=r"$\|\nabla^2 f(x)\|$")
    left.set_xticks(dims, dims)
    left.set_yticks(ticks := [0.03, 0.1, 0.3], [*map(str, ticks)])
    left.minorticks_off()
    left.legend()
    _widths(right, narrow)
    return figure


def _widths(ax: Axes, narrow: pd.DataFrame) -> None:
    for (d, part), marker in zip(narrow.groupby("d"), plots.MARKERS, strict=False):
        ax.plot(part["ratio"], part["scaled"], marker, linestyle="none", label=f"d = {d}")
    fine = np.geomspace(narrow["ratio"].min(), narrow["ratio"].max(), 40)
    ax.plot(fine, [theory.hessian_norm_limit(r, "tanh") for r in fine], label="limit", **plots.LIMIT)
    ax.plot(fine[:24], theory.smoothness("tanh") / fine[:24] ** 0.5, ":", color="black", label=r"$L / \sqrt{k}$")
    ax.set(xscale="log", yscale="log", xlabel="$k / d$", ylabel=r"$\sqrt{d} \, \|\nabla^2 f(x)\|$")
    ax.set_yticks(ticks := [0.5, 1, 2, 4], [*map(str, ticks)])
    ax.minorticks_off()
    ax.legend()


def shares(radii: np.ndarray, most: np.ndarray, chance: np.ndarray, dim: int, width: int) -> Figure:
    """Draw the share of neurons that switch, most found and at random, with the laws and the bound of BCGT Lemma 6.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> len(shares(one, one / 10, one / 50, 100, 1000).axes[0].lines)
    5
    """
    figure, ax = panel(3.2)
    ax.plot(radii, most, "o", linestyle="none", label="search")
    ax.plot(radii[chance > 0], chance[chance > 0], "s", linestyle="none", label="random $\\delta$")
    arc = [theory.switch_probability(dim, r) for r in radii]
    ax.plot(radii, arc, "-", color="black", label="arc tangent")
    bound = np.array([theory.switch_bound(dim, r) for r in radii])
    ax.plot(radii, bound.clip(max=1), label="Lemma 6", **plots.LIMIT)
    cube = (6 * radii**2 / (np.pi * width)) ** (1 / 3)
    near = cube * width < dim
    ax.plot(radii[near], cube[near], ":", color="black", label=r"$(6R^2/\pi k)^{1/3}$")
    ax.set(xscale="log", yscale="log", xlabel="radius $R$", ylabel="share of neurons", ylim=(5e-5, 2))
    ax.legend()
    return figure
