"""Figures of *Many layers* and its record."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from advlib.experiments.widths import FORMS, LEAST, NARROWING
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, WIDTH, arrow, blank, panel


def wedge(lengths: np.ndarray, values: np.ndarray) -> Figure:
    """Draw f along the attack in many networks, and where it must stay if the gradient changes by at most half.

    Examples
    --------
    >>> t = np.array([0.0, 4.0])
    >>> len(wedge(t, np.array([[1.0, 1.0], [-3.0, -2.0]])).axes[0].collections)
    1
    """
    figure, ax = panel(3.2)
    ax.fill_between(
        lengths, 1 - 1.5 * lengths, 1 - lengths / 2, color="C4", alpha=0.3, lw=0, label="slope kept by half"
    )
    ax.plot(lengths, values, color="C0", linestyle="-", lw=0.8)
    ax.plot([], [], color="C0", linestyle="-", lw=0.8, label="networks")
    ax.plot(lengths, 1 - lengths, label="linear", **plots.LIMIT)
    for level in (0, -1):
        ax.axhline(level, color="black", linestyle=":", lw=1)
    ax.set(xlabel="length of the step, in linear steps", ylabel="$f$, over $f(x)$", ylim=(-4, 1.1))
    ax.legend(**LEGEND, loc="lower left")
    return figure


def coins() -> Figure:
    """Draw the rows of one layer as its input sees them, and as the gradient takes them: with signs, half of them.

    Examples
    --------
    >>> [axes.get_title() for axes in coins().axes]
    ['in the layer', 'in the gradient']
    """
    figure = blank(WIDTH, 2.6)
    axes = figure.subplots(1, 2)
    generator = np.random.default_rng(4)
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False) + generator.uniform(0.05, 0.3, 16)
    rows = np.stack([np.cos(turns), np.sin(turns)], -1) * generator.uniform(0.6, 1, 16)[:, None]
    on = rows[:, 1] > 0
    signs = np.tile([1, 1, -1, -1, 1, -1, 1, -1], 2)
    for ax, title, drawn in zip(axes, ("in the layer", "in the gradient"), (rows, signs[:, None] * rows), strict=True):
        ax.set(title=title, xlim=(-1.15, 1.15), ylim=(-1.15, 1.35), aspect="equal")
        ax.set_axis_off()
        _rays(ax, drawn[on], "C0", 1.8)
    _rays(axes[0], rows[~on], "0.7", 1.0)
    axes[0].axhline(0, **plots.LIMIT)
    for ax in axes:
        _rays(ax, np.array([[0, 1.15]]), "C1", 2.2)
        ax.text(0.08, 1.15, "$x$")
    return figure


def _rays(ax: Axes, ends: np.ndarray, color: str, width: float) -> None:
    """Draw an arrow from the origin to each end."""
    for end in ends:
        arrow(ax, (0, 0), end, color, width=width)


def shadow(drawn: Mapping[str, np.ndarray], dim: int) -> Figure:
    """Draw the relative linear steps of several shapes of network over their one law, and what they are: a shadow.

    Examples
    --------
    >>> shadow({"one": np.array([0.1, 0.2])}, 20).axes[0].get_legend_handles_labels()[1]
    ['one', 'law']
    """
    figure, ax = panel(3.2)
    edges = np.linspace(0, 0.75, 26)
    for i, (marker, (name, values)) in enumerate(zip(plots.MARKERS, drawn.items(), strict=False)):
        height, _ = np.histogram(values, edges)
        density = height / len(values) / np.diff(edges)
        ax.plot((edges[:-1] + edges[1:]) / 2, density, marker, color=f"C{i}", label=name)
    u = np.linspace(1e-3, 0.75, 300)
    ax.plot(u, 2 * u * stats.beta.pdf(u**2, 1 / 2, (dim - 1) / 2), label="law", **plots.LIMIT)
    ax.set(xlabel="linear step, over $\\|x\\|$", ylabel="density")
    ax.set_ylim(0, 4.6)
    ax.legend(**LEGEND, loc="center right", bbox_to_anchor=(1, 0.36))
    _shadow_sketch(ax.inset_axes((0.42, 0.55, 0.58, 0.5)))
    return figure


def _shadow_sketch(ax: Axes) -> None:
    """Draw the input, the gradient's line, and the shadow of the one on the other."""
    line = np.array([0.97, 0.26])
    x = np.array([0.25, 1.0])
    foot = (x @ line) * line
    ax.set(xlim=(-1.0, 1.3), ylim=(-0.35, 1.25), aspect="equal")
    ax.set_axis_off()
    ax.plot(*np.outer(line, [-1, 1.2]), color="black", linestyle="-", lw=1.0)
    ax.plot(*np.stack([x, foot], -1), **plots.LIMIT)
    _rays(ax, x[None], "C1", 1.8)
    ax.plot(*np.outer(line, [0, x @ line]), color="C2", linestyle="-", lw=4, solid_capstyle="butt")
    ax.text(x[0] + 0.06, x[1] + 0.02, "$x$")
    ax.text(0.75, -0.12, "$\\nabla f(x)$")
    ax.text(0.2, -0.3, "shadow", ha="center")


def shrinking(behind: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the lengths of images behind each layer, over the root of its width, beside lines that halve the square.

    Examples
    --------
    >>> len(shrinking({"the input": [1.0, 0.7], "the step": [0.02, 0.015]}).axes[0].lines)
    4
    """
    figure, ax = panel(3.2)
    for i, (marker, (name, lengths)) in enumerate(zip(plots.MARKERS, behind.items(), strict=False)):
        layers = np.arange(len(lengths))
        ax.plot(layers, lengths[0] * 2 ** (-layers / 2), **plots.LIMIT | {"color": f"C{i}"})
        ax.plot(layers, lengths, marker, color=f"C{i}", label=name)
    ax.set(yscale="log", xlabel="behind layer", ylabel="length, over $\\sqrt{d_i}$", ylim=(None, 30))
    ax.legend(**LEGEND, loc="upper right")
    return figure


def cheapest(here: np.ndarray, there: np.ndarray) -> Figure:
    """Draw the sizes of a layer's inputs in order, the most that a step as long can switch, and what one did.

    Parameters
    ----------
    here, there : array of shape (n,)
        Inputs of the layer's neurons, before the step and behind it.

    Examples
    --------
    >>> figure = cheapest(np.array([0.1, -0.2, 3.0]), np.array([-0.1, -0.2, 3.0]))
    >>> figure.axes[0].get_legend_handles_labels()[1]
    ['could switch at most', 'switched']
    """
    figure, ax = panel(3.0)
    order = np.argsort(np.abs(here))
    root = np.sqrt(np.mean(here**2))
    sizes = np.abs(here[order]) / root
    share = np.arange(1, len(sizes) + 1) / len(sizes)
    paid = np.cumsum(sizes**2) <= np.sum((there - here) ** 2) / root**2
    switched = ((here > 0) != (there > 0))[order]
    ax.fill_between(share, sizes, where=paid, color="C1", alpha=0.5, hatch="//", lw=0, label="could switch at most")
    ax.plot(share, sizes, color="C0", linestyle="-")
    ax.plot(share[switched], sizes[switched], "o", color="black", ms=5, label="switched")
    ax.set(xlabel="share of the neurons", ylabel="size of input", xlim=(0, 0.3), ylim=(0, 0.5))
    ax.legend(**LEGEND, loc="upper left")
    return figure


def named_forms(stored: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the six forms, with their name and the median step times √d.

    Examples
    --------
    >>> table = pd.DataFrame({"shape": ["random"], "factor": [4.0], "dim": [100], "relative_median": [0.07]})
    >>> named_forms(table)[["form", "scaled"]].values.tolist()
    [['random 4', 0.7000000000000001]]
    """
    form = stored["shape"] + stored["factor"].map(" {:.0f}".format)
    cells = stored.assign(scaled=stored["relative_median"] * stored["dim"] ** 0.5, form=form)
    return cells[cells["form"].isin([f"{shape} {factor:.0f}" for shape, factor in FORMS.values()])]


def forms(stored: pd.DataFrame, depth: int) -> Figure:
    """Draw the median step of six forms of network against the dimension, with that of a linear function.

    Examples
    --------
    >>> row = {"shape": "random", "factor": 4.0, "depth": 3, "relative_median": 0.07}
    >>> table = pd.DataFrame([row | {"dim": d} for d in (100, 1000)])
    >>> forms(table, 3).axes[0].get_legend_handles_labels()[1]
    ['random 4', 'linear']
    """
    figure, ax = panel(3.6)
    known = named_forms(stored)
    seen = known[known["depth"].eq(depth) & np.isfinite(known["scaled"])]
    for i, (marker, (name, line)) in enumerate(zip(plots.MARKERS, seen.groupby("form", sort=False), strict=False)):
        ax.plot(line["dim"], line["relative_median"], marker + "-", color=f"C{i}", label=name)
    dims = np.geomspace(30, 3000, 50)
    ax.plot(dims, stats.beta(0.5, (dims - 1) / 2).median() ** 0.5, label="linear", **plots.LIMIT)
    ax.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel="median step, over $\\|x\\|$")
    ax.legend(**LEGEND, loc="upper right")
    return figure


def narrowing(stored: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of pyramids and hourglasses of three layers that narrow to a few neurons.

    Examples
    --------
    >>> row = {"shape": "pyramid", "depth": 3, "factor": 50.0, "narrowest": 2.0, "dim": 100}
    >>> len(narrowing(pd.DataFrame([row, row | {"shape": "random"}])))
    1
    """
    narrow = np.isclose(stored["factor"] * stored["narrowest"], stored["dim"]) & stored["narrowest"].isin(LEAST)
    return stored[stored["shape"].isin(NARROWING) & stored["depth"].eq(3) & narrow]


def narrowest(stored: pd.DataFrame) -> Figure:
    """Draw the share of inputs that a step flips against the width of the narrowest layer.

    Examples
    --------
    >>> row = {"shape": "pyramid", "depth": 3, "factor": 50.0, "narrowest": 2.0, "dim": 100, "flipped": 0.2}
    >>> narrowest(pd.DataFrame([row | {"flipped_se": 0.01}])).axes[0].get_legend_handles_labels()[1]
    ['bound, last layer of n', 'pyramid, d = 100']
    """
    figure, ax = panel(3.2)
    shares(ax, narrowing(stored)).legend(**LEGEND)
    return figure


def shares(ax: Axes, narrow: pd.DataFrame) -> Axes:
    """Draw the share that flips, for each shape and dimension, and the bound of a last layer of n neurons.

    Examples
    --------
    >>> row = {"shape": "pyramid", "narrowest": 2.0, "dim": 100, "flipped": 0.2, "flipped_se": 0.01}
    >>> len(shares(Figure().subplots(), pd.DataFrame([row])).lines)
    2
    """
    for j, ((shape, d), line) in enumerate(narrow.groupby(["shape", "dim"])):
        line = line.sort_values("narrowest")
        style: dict[str, Any] = {"color": f"C{j}", "marker": plots.MARKERS[j], "ls": "-"}
        ax.errorbar(line["narrowest"], line["flipped"], line["flipped_se"], label=f"{shape}, d = {d}", **style)
    n = np.geomspace(1, 100, 100)
    ax.plot(n, 1 - 2 ** (1 - n), label="bound, last layer of n", **plots.LIMIT)
    ax.set(xscale="log", xlabel="narrowest layer $n$", ylabel="share that flips", ylim=(0, 1.05))
    return ax
