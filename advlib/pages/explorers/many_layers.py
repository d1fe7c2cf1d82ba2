"""Random networks of several shapes: the widths of their layers, and how long the step is that flips their sign."""

from typing import Any

import altair as alt
import torch

from advlib import checks
from advlib.experiments.widths import FORMS, shape_widths
from advlib.extremes import one_step_reach
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, powers, rows, says, shown, text
from advlib.pages.explorers.rounding import significant
from advlib.random_networks import multilayer, points

DIMS = [10, 15, 20, 30, 50, 70, 100, 200]
DEEPEST = 6
NETWORKS = 100
SEED = 0
"""Of the networks, and of the widths that are random."""

FLOOR = -0.5
"""Logarithm of the width at which the bars begin."""


def form_widths(form: str, dim: int, depth: int, seed: int) -> tuple[int, ...]:
    """Widths of a network of this form; random ones are the seed's.

    Examples
    --------
    >>> form_widths("hourglass to d/4", 100, 3, seed=0)
    (100, 50, 25, 50)
    """
    shape, factor = FORMS[checks.choice("form", form, FORMS)]
    generator = torch.Generator().manual_seed(checks.seed("seed", seed))
    return shape_widths(shape, dim, depth, factor, generator)


def many_layers_frame(form: str, depth: int) -> dict[str, Any]:
    r"""Compute what `many_layers` draws: the relative size of the flipping step for networks of one form.

    Parameters
    ----------
    form : str
        One of `FORMS`.
    depth : int

    Returns
    -------
    dict
        For each of `DIMS`, over networks with inputs: `widths`; `quartiles` of :math:`\|\eta \nabla f(x)\| / \|x\|`,
        None where one is infinite; and `flipped`, the share of inputs that a step no longer than the input flips; and
        the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = many_layers_frame("constant", 2)
    >>> frame["widths"][0], frame["flipped"][0] < frame["flipped"][-1]
    ((10, 10, 10), True)
    """
    depth = checks.size("depth", depth)
    widths = [form_widths(form, dim, depth, SEED) for dim in DIMS]
    quartiles, flipped = [], []
    for sizes in widths:
        generator = torch.Generator().manual_seed(SEED)
        net = multilayer(sizes, gain=2**0.5, batch=(NETWORKS,), generator=generator)
        x = points(net, 1, generator=generator)
        relative = one_step_reach(net, x, reach=1.0).flatten()
        found = relative.sort().values[[relative.numel() * quarter // 4 - 1 for quarter in (1, 2, 3)]]
        quartiles.append([significant(quartile, 3) for quartile in found.tolist()])
        flipped.append(round(float(relative.isfinite().double().mean()), 2))
    return {
        "form": form,
        "depth": depth,
        "widths": widths,
        "quartiles": quartiles,
        "flipped": flipped,
    }


def _width_chart() -> dict[str, Any]:
    """The widths as bars, on a logarithmic scale."""
    x = axis(alt.X, -0.6, DEEPEST + 0.6, [*range(DEEPEST + 1)])
    y = axis(alt.Y, FLOOR, 3.5, [0, 1, 2, 3], labelExpr=powers(",d"))
    there = "datum.i <= frame.depth"
    height = "log(sizes[datum.i]) / LN10"
    words = "(datum.i ? 'layer ' + datum.i + ': ' : 'input: ') + sizes[datum.i]"
    bars = [
        rows(DEEPEST + 1, x="datum.i", y=f"{there} && {which} ? {height} : {FLOOR}", floor=f"{FLOOR}")
        .mark_bar(color=color, size=26)
        .encode(x=x, y=y, y2="floor:Q", tooltip=says(f"{there} && {which} ? {words} : null"))
        for color, which in ((BLUE, "sizes[datum.i] > least"), (VERMILLION, "sizes[datum.i] == least"))
    ]
    numbers = rows(DEEPEST + 1, x="datum.i", y=f"{there} ? {height} : 0", words=f"{there} ? sizes[datum.i] : ''")
    return panel(
        [*bars, numbers.mark_text(dy=-8).encode(x="x:Q", y="y:Q", text="words:N")],
        title="Width of the input (0) and each layer",
        description="A bar for the width of the input and of every layer, the narrowest in another colour.",
    )


def _step_chart() -> dict[str, Any]:
    """The flipping step against the dimension, with the law of a linear function."""
    x = axis(alt.X, 0.8, 2.4, [1, 1.699, 2, 2.301], labelExpr=powers(".2~r"))
    y = axis(alt.Y, -1.8, 0.2, [-1.523, -1, -0.523, 0], labelExpr=powers(".2~r"))
    where = f"log({DIMS}[datum.i]) / LN10"
    low, middle, high = (f"frame.quartiles[datum.i][{i}]" for i in range(3))

    def at(quartile: str) -> str:
        return f"{quartile} === null ? 0 : log({quartile}) / LN10"

    spread = rows(len(DIMS), x=where, y=at(low), top=at(high), shown=f"{low} === null ? 0 : 1")
    median = rows(len(DIMS), x=where, y=at(middle), shown=f"{middle} === null ? 0 : 1")
    law = rows(2, x="0.8 + 1.6 * datum.i", y="log(0.6745) / LN10 - 0.4 - 0.8 * datum.i")
    step = "{at} === null ? 'longer than x' : format({at}, '.1%')"
    words = " + ' to ' + ".join(f"({step.replace('{at}', quartile)})" for quartile in (low, high))
    words = f"'d = ' + {DIMS}[datum.i] + ': ' + format({middle}, '.1%') + ' of ‖x‖, half from ' + {words}"
    now = rows(1, x="log(dim) / LN10", y="-1.8", top="0.2")
    return panel(
        [
            now.mark_rule(color="currentColor", opacity=0.4).encode(x=x, y=y, y2="top:Q"),
            law.mark_line(color="currentColor", strokeDash=[5, 4]).encode(x="x:Q", y="y:Q"),
            spread.mark_rule(color=BLUE, strokeWidth=3).encode(x="x:Q", y="y:Q", y2="top:Q", opacity=shown()),
            median.mark_point(color=BLUE, filled=True, size=80).encode(
                x="x:Q", y="y:Q", opacity=shown(), tooltip=says(f"datum.shown ? {words} : null")
            ),
            text("0.85", "-1.7", "'dashed: linear function'", align="left"),
            text("2.35", "0.1", f"'bars: middle half of {NETWORKS} networks'", align="right"),
        ],
        title="Flipping step over ‖x‖, against d",
        description="Median and quartiles of the relative flipping step against the dimension, with a dashed line.",
    )


SIGNALS = {
    "place": f"indexof({DIMS}, dim)",
    "sizes": "frame.widths[place]",
    "least": "extent(sizes)[0]",
    "median": "frame.quartiles[place][1]",
    "summary": (
        "'Widths ' + join(sizes, ', ') + '. One step, at most as long as the input, flips '"
        " + format(frame.flipped[place], '.0%') + ' of the signs; '"
        " + (median === null ? 'less than half, so there is no median'"
        " : 'the median step is ' + format(median, '.1%') + ' of the input')"
        " + '. A linear function needs ' + format(0.6745 / sqrt(dim), '.1%') + '.'"
    ),
}


def many_layers() -> Explorer:
    """Explore how the flipping step depends on the shape of a network.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.many_layers().title
    'One step against networks of many shapes'
    """
    return Explorer(
        "One step against networks of many shapes",
        many_layers_frame,
        parameters=[
            Control("form", "shape", [*FORMS], "hourglass to d/4"),
            Control("depth", "hidden layers", range(2, DEEPEST + 1), 3, built=(2, 3, 4, 6)),
        ],
        dials=[Control("dim", "dimension d", DIMS, DIMS[0])],
        charts=[_width_chart(), _step_chart()],
        signals=SIGNALS,
    )
