"""A network whose widths the reader sets: its bottlenecks, and how far its gradient stays near."""

import math
from typing import Any

import altair as alt
import torch
from torch import Tensor

from advlib import bottleneck, checks
from advlib.network import Network
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.random_networks import multilayer
from advlib.sampling import gaussian, sphere
from advlib.theory.near_linear import near_linear_length

LAYERS = 4
NETWORKS, INPUTS = 6, 5

DISTANCES = [10 ** (i / 4 - 3) for i in range(14)]
"""Where the gradient is compared, in lengths of the input."""

TOLERANCES = [0.1, 0.2, 0.3, 0.5, 0.7]


def bottlenecks_frame(dim: int, first: int, second: int, third: int, fourth: int) -> dict[str, Any]:
    r"""Compute what `bottlenecks` draws: the change of the gradient against the distance, for networks of these widths.

    Parameters
    ----------
    dim, first, second, third, fourth : int
        Widths of the input and of the hidden layers.

    Returns
    -------
    dict
        The `widths`; for each whether it is a `bottleneck`; medians over networks and inputs of
        :math:`\|\nabla f(y) - \nabla f(x)\| / \|\nabla f(x)\|` for each of `DISTANCES`, along the `attack`; and for
        each of `TOLERANCES` the distance at which that median first exceeds it along the attack and `aside`, in a
        random direction, None where it never does, with the `law`.

    Raises
    ------
    TypeError, ValueError
        If a width is not accepted; the message names it.

    Examples
    --------
    >>> frame = bottlenecks_frame(100, 50, 80, 20, 20)
    >>> frame["bottleneck"], frame["attack"][0] < frame["attack"][-1]
    ([True, True, False, True, False], True)
    """
    named = {"dim": dim, "first": first, "second": second, "third": third, "fourth": fourth}
    widths = [checks.size(name, width) for name, width in named.items()]
    law: dict[str, Any] = {"batch": (NETWORKS,), "generator": torch.Generator().manual_seed(0)}
    net = multilayer(widths, gain=2**0.5, **law)
    x = sphere(INPUTS, dim, radius=dim**0.5, **law)
    ahead = change_along(net, x, -net(x).sign().unsqueeze(-1) * net.gradient(x))
    aside = change_along(net, x, gaussian(tuple(x.shape), 1.0, law["generator"], x.dtype))
    found = bottleneck.layers(widths)
    return {
        "widths": widths,
        "bottleneck": [i in found for i in range(LAYERS + 1)],
        "attack": [round(change, 4) for change in ahead],
        "ahead": [crossing(ahead, tolerance) for tolerance in TOLERANCES],
        "aside": [crossing(aside, tolerance) for tolerance in TOLERANCES],
        "law": [float(f"{near_linear_length(widths, tolerance, ahead=True):.3g}") for tolerance in TOLERANCES],
    }


def change_along(net: Network, x: Tensor, v: Tensor) -> list[float]:
    """Median of the gradient's relative change at each of `DISTANCES` along v."""
    start, unit = net.gradient(x), torch.nn.functional.normalize(v, dim=-1)
    size = start.norm(dim=-1).clamp(min=1e-30)
    moved = (net.gradient(x + distance * net.dim**0.5 * unit) for distance in DISTANCES)
    return [float(((there - start).norm(dim=-1) / size).median()) for there in moved]


def crossing(changes: list[float], tolerance: float) -> float | None:
    """Where the changes first exceed the tolerance, interpolated between `DISTANCES`.

    Examples
    --------
    >>> crossing([0.0] * 4 + [1.0] * 10, 0.5) == round(10**-2.125, 5)
    True
    """
    beyond = next((i for i, change in enumerate(changes) if change > tolerance), None)
    if not beyond:
        return None if beyond is None else DISTANCES[0]
    low, high = changes[beyond - 1], changes[beyond]
    place = math.log10(DISTANCES[beyond]) - (high - tolerance) / (high - low) / 4
    return float(f"{10**place:.3g}")


def _width_chart() -> dict[str, Any]:
    """The widths as bars, on a logarithmic scale, bottlenecks in another colour."""
    x = axis(alt.X, "x", -0.6, LAYERS + 0.6, [*range(LAYERS + 1)])
    y = axis(alt.Y, "y", 0, 3, [0, 1, 2, 3])
    y["axis"]["labelExpr"] = "format(pow(10, datum.value), ',d')"
    height = "log(frame.widths[datum.i]) / LN10"
    bars = [
        rows(LAYERS + 1, x="datum.i", y=f"{which}frame.bottleneck[datum.i] ? {height} : 0", floor="0")
        .mark_bar(color=color, size=34)
        .encode(x=x, y=y, y2="floor:Q")
        for color, which in ((BLUE, "!"), (VERMILLION, ""))
    ]
    numbers = rows(LAYERS + 1, x="datum.i", y=height, words="frame.widths[datum.i] + ''")
    marks = rows(LAYERS + 1, x="datum.i", y="0.14", words="frame.bottleneck[datum.i] ? '▼' : ''")
    return panel(
        [
            *bars,
            numbers.mark_text(dy=-8).encode(x="x:Q", y="y:Q", text="words:N"),
            marks.mark_text(color="white").encode(x="x:Q", y="y:Q", text="words:N"),
        ],
        title="Input (0) and layers, ▼ bottleneck",
        description="A bar for the width of the input and of each layer; bottlenecks are marked.",
    )


def _change_chart() -> dict[str, Any]:
    """The change of the gradient against the distance, with the tolerance and the radius."""
    x, y = axis(alt.X, "x", -3, 0.35, [-3, -2, -1, 0]), axis(alt.Y, "y", 0, 1.5, [0, 0.5, 1, 1.5])
    x["axis"]["labelExpr"] = "format(pow(10, datum.value), '.3~g')"
    y["axis"]["format"] = ".0%"
    drawn = rows(len(DISTANCES), x="datum.i / 4 - 3", y="min(1.5, frame.attack[datum.i])")
    level = rows(1, x="-3", end="0.35", y="tolerance")
    now = rows(1, x=f"{_at('radius')}", y="tolerance", floor="0", shown="radius === null ? 0 : 1")
    foretold = rows(1, x=f"{_at('frame.law[place]')}", y="0", top="tolerance")
    shown = alt.Opacity("shown:Q", scale=None)
    return panel(
        [
            drawn.mark_line(color=BLUE, strokeWidth=2.5).encode(x=x, y=y, order="i:Q"),
            level.mark_rule(color="currentColor", opacity=0.4).encode(x="x:Q", x2="end:Q", y="y:Q"),
            foretold.mark_rule(color="currentColor", strokeDash=[4, 3]).encode(x="x:Q", y="y:Q", y2="top:Q"),
            now.mark_rule(color=VERMILLION, strokeWidth=2).encode(x="x:Q", y="y:Q", y2="floor:Q", opacity=shown),
            now.mark_point(color=VERMILLION, filled=True, size=80).encode(x="x:Q", y="y:Q", opacity=shown),
            text("-2.9", "1.4", "'dashed: radius by the law'", align="left"),
        ],
        title="Change of ∇f against distance / ‖x‖",
        description="The median change of the gradient along the attack, with the distance at which it is too large.",
    )


def _at(length: str) -> str:
    return f"max(-3, min(0.35, log({length}) / LN10))"


SIGNALS = {
    "place": f"indexof({TOLERANCES}, tolerance)",
    "radius": "frame.ahead[place]",
    "across": "frame.aside[place]",
    "summary": (
        "'Widths ' + join(frame.widths, ', ') + ': along the attack the gradient stays within '"
        " + format(tolerance, '.0%') + (radius === null ? ' as far as we looked' : ' for '"
        " + format(radius, '.2%') + ' of the length of x') + ', aside '"
        " + (across === null ? 'as far as we looked' : 'for ' + format(across, '.2%')) + '. The law says '"
        " + format(frame.law[place], '.2%') + ' along the attack.'"
    ),
}


def bottlenecks() -> Explorer:
    """Explore which layers are bottlenecks, and how far the gradient stays near.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.bottlenecks().title
    'Bottlenecks, and a gradient that changes'
    """
    places, few = (5, 10, 20, 50, 100, 200, 400), (10, 50, 200)
    names = {"first": "layer 1", "second": "layer 2", "third": "layer 3", "fourth": "layer 4"}
    starts = {"first": 200, "second": 50, "third": 200, "fourth": 10}
    return Explorer(
        "Bottlenecks, and a gradient that changes",
        bottlenecks_frame,
        parameters=[
            Control("dim", "input", places[2:], (50, 200), 200),
            *(Control(name, label, places, few, starts[name]) for name, label in names.items()),
        ],
        dials=[Control("tolerance", "tolerance", TOLERANCES, TOLERANCES, 0.5, digits=1)],
        charts=[_width_chart(), _change_chart()],
        signals=SIGNALS,
    )
