"""Figures of the record of *Depth*."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from torch import Tensor

from advlib.depth import Images
from advlib.pages import plots
from advlib.pages.pictures.depth import WAYS, law
from advlib.pages.pictures.drawing import key, panel, panels, plain_ticks


def angles(far: Mapping[int, Images], many: Images, limit: Tensor, predicted: Tensor) -> Figure:
    r"""Draw the angle against the layer at two widths and at infinite width, and its relative deviation at the first.

    Examples
    --------
    >>> import torch
    >>> path = torch.tensor([[2.0, 2.1], [1.0, 1.1], [0.9, 0.8]])
    >>> images = Images(path, torch.ones(3, 2))
    >>> [len(ax.lines) for ax in angles({9: images, 99: images}, images, path[:, 0], path[:, 1]).axes]
    [5, 2]
    """
    figure, (left, right) = panels(2, 3.2)
    (narrow, several), (wide, one) = sorted(far.items())
    places, few = (np.unique(np.geomspace(1, len(path) - 1, 200).astype(int)) for path in (limit, one.angle))
    left.plot(places, several.angle[places], color="0.65", linestyle="-", lw=0.9)
    left.plot([], [], color="0.65", linestyle="-", lw=0.9, label=f"width {narrow:,}")
    left.plot(few, one.angle[few, 0], color="C4", linestyle="-", lw=2.2, label=f"width {wide:,}")
    left.plot(places, limit[places], label="infinite width", **plots.LIMIT)
    left.set(xscale="log", yscale="log", xlabel="layer $i$", ylabel=r"angle $\theta_i$")
    some = np.unique(np.geomspace(1, len(many.angle) - 1, 25).astype(int))
    right.plot(some, (predicted / limit[: len(predicted)])[some], "-", color="black", label="first order")
    right.plot(some, (many.angle.std(1) / limit[: len(predicted)])[some], "o", label="measured")
    right.set(xscale="log", yscale="log", xlabel="layer $i$", ylabel="relative deviation")
    left.legend()
    right.legend()
    return figure


def law_and_gaps(table: pd.DataFrame, live: pd.DataFrame) -> Figure:
    """Draw `law` with a live run over it, and how far the share lies from the law and its corrections at L = sqrt(d).

    Examples
    --------
    >>> rows = pd.DataFrame({"dim": [100], "depth": [10], "flipped": [0.8], "share": [0.8], "x": [1.0]})
    >>> rows = rows.assign(plain=0.8, counted=0.8, both=0.8)
    >>> [len(ax.lines) for ax in law_and_gaps(rows, rows).axes]
    [8, 4]
    """
    figure, (ax, gap_ax) = panels(2, 3.4)
    law(ax, table).plot(live["depth"] / live["dim"] ** 0.5, live["flipped"], "x", color="black", ms=6, label="live")
    ax.legend()
    cells = table[((table["x"] - 1).abs() < 0.06) & (table["dim"] >= 100)].sort_values("dim")
    for i, (column, name) in enumerate((("plain", "the law"), ("counted", "+ depth that counts"), ("both", "+ noise"))):
        style: dict[str, Any] = {"color": f"C{i}", "marker": plots.MARKERS[i], "ms": 4, "label": name}
        gap_ax.plot(cells["dim"], cells["share"] - cells[column], **style)
    gap_ax.axhline(0, **plots.LIMIT)
    gap_ax.set(xscale="log", xlabel="dimension $d$", ylabel=r"share less law, $L \approx \sqrt{d}$")
    gap_ax.legend()
    return figure


def collapse(table: pd.DataFrame, live: pd.DataFrame) -> Figure:
    """Draw the same for all dimensions and widths of a table, a panel for each way, and a live run.

    Examples
    --------
    >>> row = {way: [1.0] for way in WAYS} | {f"{way}_se": [0.1] for way in WAYS}
    >>> rows = pd.DataFrame(row | {"depth": [1], "dim": [30], "width": [100]})
    >>> [ax.get_title() for ax in collapse(rows, rows).axes] == [*WAYS.values(), ""]
    True
    """
    figure, (*axes, names) = panels(4, 5.4)
    for ax, (way, title) in zip(axes, WAYS.items(), strict=True):
        for i, ((d, k), cells) in enumerate(table.groupby(["dim", "width"])):
            row = cells.sort_values("depth")
            style: dict[str, Any] = {"marker": plots.MARKERS[i], "color": f"C{i}", "ms": 4, "linestyle": "-"}
            ax.errorbar(row["depth"], row[way], row[f"{way}_se"], label=f"d = {d}, k = {k}", **style)
        ax.plot(live["depth"], live[way], "x", color="black", ms=7, label="live")
        ax.set(xscale="log", xlabel="depth $L$", ylim=(-0.05, 1.05), title=title)
    key(names, axes[0])
    return figure


def widths(table: pd.DataFrame) -> Figure:
    """Draw how the share that flips differs from that at infinite width, against k / (d L), for each d and L.

    Examples
    --------
    >>> rows = pd.DataFrame({"dim": [2, 3], "depth": 5, "x": 1.0, "gap": -0.1, "flipped_se": 0.01})
    >>> widths(rows).axes[0].get_legend_handles_labels()[1]
    ['d = 2, L = 5', 'd = 3, L = 5']
    """
    figure, ax = panel(3.4)
    for i, ((d, layers), cells) in enumerate(table.groupby(["dim", "depth"], sort=False)):
        style: dict[str, Any] = {"marker": plots.MARKERS[i], "color": f"C{i}", "capsize": 2, "linestyle": "none"}
        place = cells["x"] * 1.05 ** (i - 2)
        ax.errorbar(place, cells["gap"], 3 * cells["flipped_se"], label=f"d = {d}, L = {layers}", **style)
    ax.axhline(0, **plots.LIMIT)
    plain_ticks(ax, sorted({*table["x"].round(1)}))
    ax.set(xlabel="$k / (d L)$", ylabel="share less that at infinite width")
    ax.legend(loc="lower right")
    return figure
