"""Figures of *Adversarial training* and its record."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from advlib import theory
from advlib.data import SOURCES
from advlib.network import Network
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, WIDTH, arrow, blank, half_plane, panel, plain_ticks, sketch

DOZEN = 12
LEVELS: dict[str, Any] = {"ylim": (-0.03, 1.05), "ylabel": "withstand the attack"}


def triangle() -> Figure:
    r"""Draw an image, the hyperplane through the origin where the tangent of f is zero, and the parts of the gradient.

    Examples
    --------
    >>> "$\\epsilon$" in [text.get_text() for text in triangle().axes[0].texts]
    True
    """
    figure, ax = sketch((-0.35, 4.9), (-2.0, 2.1))
    theta = np.radians(24)
    along = np.array([np.cos(theta), np.sin(theta)])
    across = np.array([np.sin(theta), -np.cos(theta)])
    x = np.array([3.2, 0])
    tip = x + 1.8 * across
    half_plane(ax, -0.5 * along, 5 * along, across)
    ax.text(2.2, 1.7, "$f = 0$")
    arrow(ax, (0, 0), x, "C0", "$x$, length 1", (0, -0.32))
    arrow(ax, x, (x @ along) * along, "C1", "$\\epsilon$", (0.25, 0.02))
    arrow(ax, x, tip, "C2", "$\\nabla f$", (-0.42, -0.15))
    ax.plot([x[0], tip[0], tip[0]], [0, 0, tip[1]], **plots.LIMIT)
    ax.text((x[0] + tip[0]) / 2, 0.08, "$F$", ha="center")
    ax.text(tip[0] + 0.1, tip[1] / 2, "$A$", va="center")
    ax.text(0.85, 0.1, "$\\theta$")
    ax.plot(0, 0, "o", color="black", ms=4)
    ax.text(-0.12, 0.2, "0", ha="right")
    return figure


def gains(measured: Mapping[int, Mapping[float, float]]) -> Figure:
    """Draw how much f grows at one image against V times the root of the width, for every width, over its half.

    Examples
    --------
    >>> len(gains({100: {1.0: 0.5}, 300: {1.0: 0.4}}).axes[0].lines)
    3
    """
    figure, ax = panel(2.8)
    most = max(max(dots) for dots in measured.values())
    ax.plot([0, most], [0, most / 2], label="one half", **plots.LIMIT)
    for i, (marker, (width, dots)) in enumerate(zip(plots.MARKERS, measured.items(), strict=False)):
        ax.plot([*dots], [*dots.values()], marker, color=f"C{i}", ms=8 - 1.5 * i, label=f"m = {width:,}")
    ax.set(xlabel=r"$V \sqrt{m}$", ylabel="gain of $f(x)$")
    ax.legend(**LEGEND)
    return figure


def typical(start: Network, images: torch.Tensor, labels: torch.Tensor, share: float) -> int:
    """Return the neuron with a mean pull of this length that is on nearest to half of the images of either label.

    Examples
    --------
    >>> start = Network([torch.tensor([[-1.0, -1.0], [1.0, 0.0]])], torch.ones(2))
    >>> typical(start, torch.eye(2), torch.tensor([1.0, -1.0]), 1.0)
    1
    """
    on = (start.first(images) > 0).to(images.dtype)
    means = (on * labels.unsqueeze(-1)).mT @ images / on.sum(0).unsqueeze(-1)
    off = (on[labels > 0].mean(0) - 0.5).abs() + (on[labels < 0].mean(0) - 0.5).abs()
    alike = (means.norm(dim=-1) - share).abs() < 0.02
    return int(off.where(alike, torch.inf).argmin())


def pulls(pulled: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw where images pull a neuron, in the plane of the mean pull and of the most spread across it, and the mean.

    Parameters
    ----------
    pulled : array of shape (n, dim)
        Each image, of norm 1, times its label.
    labels : array of shape (n,), entries -1 and +1

    Examples
    --------
    >>> axes = pulls(np.array([[1.0, 0.2], [0.0, -1.0]]), np.array([1.0, -1.0])).axes[0]
    >>> [len(dots.get_xdata()) for dots in axes.lines]
    [1, 1]
    """
    figure, ax = sketch((-1.45, 1.45), (-1.1, 1.1))
    mean = pulled.mean(0)
    along = mean / np.linalg.norm(mean)
    rest = pulled - np.outer(pulled @ along, along)
    across = np.linalg.svd(rest, full_matrices=False)[2][0]
    across *= np.sign((rest @ across)[labels > 0].sum()) or 1
    ax.add_patch(Circle((0, 0), 1, fill=False, lw=1))
    for label, marker, color, name in ((1, "o", "C0", "ones"), (-1, "^", "C4", "zeros")):
        seen = pulled[labels == label]
        ax.plot(seen @ along, seen @ across, marker, color=color, ms=4, alpha=0.6, label=name)
    arrow(ax, (0, 0), np.array([np.linalg.norm(mean), 0]), "C1", "mean", (0, -0.17))
    ax.legend(**LEGEND, loc="upper right")
    return figure


def backwards(dim: int, eps: float, share: float) -> Figure:
    """Draw how long an attack must be against V times the root of the width, for one image and for all.

    Examples
    --------
    >>> dots = backwards(784, 0.2, 0.5).axes[0].lines[-1]
    >>> [round(float(constant), 1) for constant in dots.get_xdata()]
    [8.1, 16.2]
    """
    figure, ax = panel(3.0)
    room = np.linspace(0.1, 30, 200)
    needed = theory.lazy_constant(dim, eps, value=0)
    for used, color, style, name in ((1, "C2", (0, (6, 2)), "one image"), (share, "C0", "-", "all images")):
        lengths = [theory.lazy_length(dim, constant * used, value=0) for constant in room]
        ax.plot(room, lengths, color=color, linestyle=style, label=name)
        ax.plot([needed / used] * 2, [0, eps], color=color, linestyle=style, lw=1)
    ax.axhline(eps, **plots.LIMIT)
    ax.annotate("", (needed / share, 0.035), (needed, 0.035), arrowprops={"arrowstyle": "-|>", "color": "black"})
    ax.text((needed + needed / share) / 2, 0.05, r"$\times\, 1/\beta$", ha="center")
    ax.text(29.5, eps - 0.04, f"attack of length {eps:g}", ha="right")
    ax.set(xlabel=r"$V \sqrt{m}$", ylabel=r"length needed to fool", xlim=(0, 30), ylim=(0, 0.6))
    ax.legend(**LEGEND)
    ax.plot([needed, needed / share], [eps] * 2, "o", color="black", ms=5)
    return figure


def collapse(cells: pd.DataFrame, needed: float) -> Figure:
    """Draw robust accuracy against V times the root of the width, a curve for each width, and where the law has V*.

    Examples
    --------
    >>> row = {"width": 100, "radius": 1.0, "robust": 0.5}
    >>> len(collapse(pd.DataFrame([row, row | {"width": 300}]), 16.0).axes[0].lines)
    3
    """
    figure, ax = panel(3.0)
    for i, (marker, (width, rows)) in enumerate(zip(plots.MARKERS, cells.groupby("width"), strict=False)):
        ax.plot(rows["radius"] * width**0.5, rows["robust"], marker=marker, ms=5, color=f"C{i}", label=f"m = {width:,}")
    ax.axvline(needed, label=r"law, $V^* \sqrt{m}$", **plots.LIMIT)
    plain_ticks(ax, (3, 10, 30, 100))
    ax.set(xlim=(2, 130), xlabel=r"$V \sqrt{m}$", **LEVELS)
    ax.legend(**LEGEND)
    return figure


def dozen(stored: pd.DataFrame, radii: Sequence[float], star: float) -> Figure:
    """Draw a dozen test images for each of some radii, red and crossed where the attack fools the network.

    Examples
    --------
    >>> row = {"source": "digits", "radius": 1.0} | {f"fooled_{i}": float(i < 3) for i in range(12)}
    >>> len(dozen(pd.DataFrame([row]), [1.0], 2.0).axes[0].lines)
    6
    """
    rows = stored.set_index("radius").loc[[*radii]]
    x, _ = SOURCES[rows["source"].iloc[0]].load("test", normalize=False)
    side = int(x.shape[-1] ** 0.5)
    images = x[:DOZEN].reshape(DOZEN, side, side).numpy()
    figure = blank(WIDTH, 0.72 * len(rows))
    axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for ax, (radius, row) in zip(axes, rows.iterrows(), strict=True):
        fooled = [bool(row[f"fooled_{i}"]) for i in range(DOZEN)]
        ax.imshow(strip(images, fooled), extent=(0, DOZEN, 1, 0), interpolation="nearest")
        for i in np.flatnonzero(fooled):
            ax.plot([i + 0.1, i + 0.9], [0.1, 0.9], color="C1", linestyle="-", marker="", lw=1.5)
            ax.plot([i + 0.1, i + 0.9], [0.9, 0.1], color="C1", linestyle="-", marker="", lw=1.5)
        ax.set_title(f"$V = {radius / star:.2g}\\, V^*$: {sum(fooled)} of {DOZEN} fooled", fontsize=10)
        ax.set_axis_off()
    return figure


def strip(images: np.ndarray, fooled: Sequence[bool]) -> np.ndarray:
    """Put images beside one another, dark on white, those that are fooled on red.

    Examples
    --------
    >>> strip(np.zeros((2, 3, 3)), [True, False])[0, [0, -1]].tolist()
    [[1.0, 0.75, 0.7], [1.0, 1.0, 1.0]]
    """
    paper = np.where(np.array(fooled)[:, None], [1.0, 0.75, 0.7], 1.0)
    return np.concatenate((1 - images[..., None]) * paper[:, None, None], axis=1)


def drops(cells: pd.DataFrame, lengths: Mapping[int, float]) -> Figure:
    """Draw robust accuracy against the attack's length over the law's, a curve for each dimension.

    Examples
    --------
    >>> row = {"d": 100, "attack_radius": 0.1, "robust": 0.5}
    >>> len(drops(pd.DataFrame([row, row | {"d": 49}]), {100: 0.4, 49: 0.5}).axes[0].lines)
    3
    """
    figure, ax = panel(3.0)
    for i, (marker, (d, rows)) in enumerate(zip(plots.MARKERS, cells.groupby("d"), strict=False)):
        style: dict[str, Any] = {"marker": marker, "ms": 5, "color": f"C{i}", "label": f"d = {d}"}
        ax.plot(rows["attack_radius"] / lengths[d], rows["robust"], **style)
    ax.axvline(1, **plots.LIMIT)
    plain_ticks(ax, (0.1, 0.3, 1, 3))
    ax.set(xlim=(0.08, 5), xlabel="attack's length over the law's", **LEVELS)
    ax.legend(**LEGEND)
    return figure
