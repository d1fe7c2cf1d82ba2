"""Figures of *The lazy regime* and its record."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon
from scipy import stats

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import DOT, LEGEND, arrow, panel, panels, sketch

TYPICAL = stats.norm.ppf(0.75) / 2**0.5
"""The median of :math:`|f(x)|` over the start."""


def cone() -> Figure:
    """Draw the lazy ball around the start, the cone of its multiples, and the ray through a member.

    Examples
    --------
    >>> [text.get_text() for text in cone().axes[0].texts][:4]
    ['$W_0$', '$W$', '$cW$', '0']
    """
    figure, ax = sketch((-0.2, 5.2), (-1.6, 1.6))
    centre, radius, far, inside = 2.4, 0.7, 5.2, np.array([2.7, 0.35])
    edge = far * radius / (centre**2 - radius**2) ** 0.5
    ax.add_patch(Polygon([(0, 0), (far, edge), (far, -edge)], facecolor="0.9", edgecolor="0.4"))
    ax.add_patch(Circle((centre, 0), radius, facecolor="#9CC9E8", edgecolor="black"))
    ax.plot([0, 1.75 * inside[0]], [0, 1.75 * inside[1]], **plots.LIMIT)
    points = {"$W_0$": np.array([centre, 0.0]), "$W$": inside, "$cW$": 1.6 * inside, "0": np.zeros(2)}
    for name, (x, y) in points.items():
        ax.plot(x, y, "o", color="black", ms=5)
        ax.annotate(name, (x, y), (4, -14), textcoords="offset points")
    ax.annotate("lazy ball", (centre, -radius), (1.9, -1.35), arrowprops={"arrowstyle": "-"})
    ax.text(4.3, -0.75, "cone")
    return figure


def passed_on() -> Figure:
    """Draw what a ReLU passes on of a move by V: nothing where it is off, all where it is on, a part at its kink.

    Examples
    --------
    >>> words = [text.get_text() for text in passed_on().axes[0].texts]
    >>> [word for word in words if len(word) > 3]
    ['nothing passed on', 'a part', 'all passed on']
    """
    figure, ax = sketch((-3.3, 3.6), (-1.0, 2.9))
    ax.plot([-3.2, 0, 2.8], [0, 0, 2.8], color="C0", linestyle="-")
    ax.plot([-3.2, 3.2], [0, 0], color="0.6", linestyle="-", lw=0.8, zorder=0)
    for start, word, beside in ((-2.5, "nothing passed on", 0.2), (-0.5, "a part", 0.2), (1.2, "all passed on", 1.6)):
        end = start + 1.0
        low = max(start, 0.0)
        high = max(end, 0.0)
        ax.annotate("", (end, -0.25), (start, -0.25), arrowprops={"arrowstyle": "<->"})
        ax.text((start + end) / 2, -0.65, "$V$", ha="center")
        ax.plot([start, end], [low, low], **plots.LIMIT)
        ax.plot([end] * 2, [low, high], color="C1", linestyle="-", lw=4, solid_capstyle="butt")
        ax.text(end + 0.12 if high else (start + end) / 2, beside, word, ha="left" if high else "center")
    return figure


def strips(constant: float, widths: Sequence[int]) -> Figure:
    """Draw the normal density of a neuron's input, and the strip of those that can switch, for some widths.

    Examples
    --------
    >>> strips(3.0, (100, 900)).axes[0].get_legend_handles_labels()[1]
    ['m = 100', 'm = 900']
    """
    figure, ax = panel(2.7)
    grid = np.linspace(-3, 3, 400)
    ax.plot(grid, stats.norm.pdf(grid), color="black", linestyle="-", lw=1.2)
    for color, hatch, width in zip(("#CFE6F5", "#8CC1E4", "C0"), ("", "//", ""), widths, strict=False):
        radius = constant / width**0.5
        inside = np.linspace(-radius, radius, 50)
        label = f"m = {width:,}"
        ax.fill_between(inside, stats.norm.pdf(inside), color=color, hatch=hatch, edgecolor="white", label=label)
    ax.set(xlabel=r"$\langle w_s, x \rangle$ at the start", ylabel="density", ylim=(0, None))
    ax.legend(title="can switch", title_fontsize=10, loc="upper left", **LEGEND)
    return figure


def discs(constant: float, dims: Sequence[int]) -> Figure:
    """Draw the start's gradient as an arrow for some dimensions, and around its tip the disc that the ball allows.

    Examples
    --------
    >>> [disc.radius for disc in discs(3.0, (25, 100)).axes[0].patches if isinstance(disc, Circle)]
    [1.5, 1.5]
    """
    figure, ax = sketch((-4.2, (max(dims) / 2) ** 0.5 + constant), (-3.6 * len(dims) + 1.4, 2.2))
    for i, dim in enumerate(dims):
        tip = ((dim / 2) ** 0.5, -3.6 * i)
        ax.add_patch(Circle(tip, constant / 2, facecolor="C1", alpha=0.35, hatch="//", edgecolor="white"))
        ax.text(-0.5, tip[1], f"$d$ = {dim}", ha="right", va="center")
        arrow(ax, (0, tip[1]), tip, "C0", r"$\sqrt{d/2}$", (-0.75, 0.4))
    ax.text(tip[0] - constant / 2 - 0.3, tip[1] - 1.35, "$C_0/2$", ha="right", color="C1")
    return figure


def shadow() -> Figure:
    r"""Draw x, the gradient of a pushed member with its parts along x and across, and the step as a shadow of x.

    Examples
    --------
    >>> "$-\\delta$" in [text.get_text() for text in shadow().axes[0].texts]
    True
    """
    figure, ax = sketch((-1.0, 4.2), (-1.35, 2.15))
    x = np.array([2.6, 0.0])
    gradient = np.array([1.15, 1.85])
    unit = gradient / np.linalg.norm(gradient)
    across = np.array([unit[1], -unit[0]])
    foot = x - (x @ unit) * unit
    ax.plot(*np.array([-1.1 * across, 3.0 * across]).T, color="black", linestyle="-", lw=1.2)
    ax.text(1.0, -1.05, "$f = 0$", ha="right")
    for corner, one, two in ((foot, -across, unit), ((gradient[0], 0), (1, 0), (0, 1))):
        sides = 0.15 * np.array([one, np.add(one, two), two])
        ax.plot(*(corner + sides).T, color="black", linestyle="-", lw=0.8)
    ax.plot([gradient[0]] * 2, [0, gradient[1]], **plots.LIMIT)
    ax.text(gradient[0] + 0.1, 1.0, r"$\sqrt{(d-1)/2}$")
    ax.annotate("", (gradient[0], -0.12), (0, -0.12), arrowprops={"arrowstyle": "<->"})
    ax.text(gradient[0] / 2 + 0.25, -0.38, "$F$", ha="center")
    arrow(ax, (0, 0), x, "C4")
    arrow(ax, (0, 0), gradient, "C0", r"$\nabla f$", (-0.3, 0.2))
    arrow(ax, x, foot, "C1", r"$-\delta$", (0.4, -0.15))
    ax.plot(*x, "o", **DOT)
    ax.text(x[0] + 0.12, 0.08, "$x$")
    return figure


def turns(table: pd.DataFrame, width: int) -> Figure:
    r"""Draw how much of its length the gradient changes on the way to the flip, with what the widths say (derived).

    .. math:: \tau^2 = \frac{\|\delta\|}\pi \Bigl(1 + \sqrt{1 + \frac{2d}m}\Bigr)

    This is what `theory.near_linear_length` says, read the other way.

    Examples
    --------
    >>> names = [f"{kind}_{what}_median" for kind in ("start", "value") for what in ("turn", "length")]
    >>> table = pd.DataFrame({"dim": [25, 100]} | dict.fromkeys(names, 0.1))
    >>> len(turns(table, 1000).axes[0].lines)
    5
    """
    figure, ax = panel(2.9)
    gains = np.array([sum(theory.attack_gains((dim, width))) for dim in table["dim"]])
    for i, (kind, name) in enumerate({"value": "pushed away from zero", "start": "the start"}.items()):
        law = (table[f"{kind}_length_median"] * gains / np.pi) ** 0.5
        ax.plot(table["dim"], table[f"{kind}_turn_median"], plots.MARKERS[i], color=f"C{i}", label=name)
        ax.plot(table["dim"], law, **plots.LIMIT | {"color": f"C{i}"})
    ax.plot([], [], label="law", **plots.LIMIT)
    ax.set(xscale="log", xlabel="dimension $d$", ylabel="change of the gradient", ylim=(0, None))
    ax.legend(**LEGEND)
    return figure


def lengths(ax: Axes, shown: pd.DataFrame, kind: str, *, law: bool) -> Axes:
    """Draw the median lengths that flip one kind of member against the dimension, a curve for each constant.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    shown : DataFrame
        Cells of one width of the table *ball-flips*, indexed by constant and dimension.
    kind : str
    law : bool
        Whether to draw what the pushed member's law says.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([[1.0, 3.0], [25, 100]], names=["constant", "dim"])
    >>> shown = pd.DataFrame({"value_length_median": 0.3, "start_length_median": 0.1}, index=index)
    >>> lengths(Figure().subplots(), shown, "value", law=True).get_legend_handles_labels()[1]
    ['$C_0$ = 1', '$C_0$ = 3', 'law', 'start']
    """
    for i, (constant, group) in enumerate(shown.groupby("constant")):
        line = group.droplevel("constant")[f"{kind}_length_median"]
        dots = "none" if law else "-"
        ax.plot(line, marker=plots.MARKERS[i], color=f"C{i}", linestyle=dots, label=f"$C_0$ = {constant:g}")
        if law:
            said = [theory.lazy_length(dim, constant, value=TYPICAL) for dim in line.index]
            ax.plot(line.index, said, **plots.LIMIT, label="_")
    if law:
        ax.plot([], [], label="law", **plots.LIMIT)
    ax.plot(shown.groupby("dim").start_length_median.median(), color="black", ls=":", label="start")
    ax.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel=r"length $\|\delta\|$")
    return ax


def pushed(shown: pd.DataFrame) -> Figure:
    """Draw `lengths` of the member pushed away from zero, with the law.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([[1.0], [25, 100]], names=["constant", "dim"])
    >>> shown = pd.DataFrame({"value_length_median": 0.3, "start_length_median": 0.1}, index=index)
    >>> len(pushed(shown).axes[0].lines)
    4
    """
    figure, ax = panel(3.4)
    lengths(ax, shown, "value", law=True).set_ylim(2e-3, 2)
    ax.legend(**LEGEND, ncols=2, loc="lower left")
    return figure


def both_pushed(shown: pd.DataFrame) -> Figure:
    """Draw `lengths` of the members pushed away from zero, and of those pushed against their gradient too.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([[1.0], [25, 100]], names=["constant", "dim"])
    >>> names = [f"{kind}_length_median" for kind in ("start", "value", "both")]
    >>> [ax.get_title() for ax in both_pushed(pd.DataFrame(dict.fromkeys(names, 0.1), index=index)).axes]
    ['value', 'both']
    """
    figure, axes = panels(2, 3.4, shared="y")
    for ax, kind in zip(axes, ("value", "both"), strict=True):
        lengths(ax, shown, kind, law=kind == "value").set(title=kind, ylim=(2e-3, 2))
    axes[0].legend(**LEGEND, ncols=2, loc="lower left")
    return figure


def left(table: pd.DataFrame) -> Figure:
    r"""Draw the share of the gradient that the push against it leaves, every cell over :math:`C_0 / \sqrt{2d}`.

    Examples
    --------
    >>> cell = {"constant": [3.0], "dim": [100], "gradient_norm": [5.0], "start_norm": [7.0]}
    >>> left(pd.DataFrame(cell)).axes[0].get_legend_handles_labels()[1]
    ['$C_0$ = 3', 'law']
    """
    figure, ax = panel(2.9)
    for i, (constant, cells) in enumerate(table.groupby("constant")):
        over = constant / (2 * cells["dim"]) ** 0.5
        share = cells["gradient_norm"] / cells["start_norm"]
        ax.plot(over, share, plots.MARKERS[i], color=f"C{i}", label=f"$C_0$ = {constant:g}")
    ax.plot([0, 1, 1.6], [1, 0, 0.6], label="law", **plots.LIMIT)
    ax.set(xlabel=r"$C_0 / \sqrt{2d}$", ylabel="share of the gradient left", xlim=(0, 1.6), ylim=(0, 1.05))
    ax.legend(**LEGEND)
    return figure
