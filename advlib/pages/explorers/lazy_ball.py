"""The lazy ball at one input: which neurons can switch, and how far the value can move."""

from functools import lru_cache
from typing import Any

import altair as alt
import torch

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.lazy_ball import push, value_range
from advlib.network import Network
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, shown, text
from advlib.pages.explorers.rounding import rounded
from advlib.random_networks import lazy_two_layer

SHOWN = 80
"""Neurons drawn, the first of the network's."""

DIM = 100

CONSTANTS = [i / 2 for i in range(1, 21)]
WIDTHS = [100, 140, 200, 280, 400, 570, 800, 1100, 1600, 2300, 3200, 4500, 6400]
"""The places of the sliders."""


def lazy_ball_frame(constant: float, width: int) -> dict[str, Any]:
    r"""Compute what `lazy_ball` draws: a network's neurons at an input of norm 1, and all values f takes in the ball.

    A row within V of its start has :math:`\langle w_s, x \rangle` within V of its start, and every such value is
    attained, each row apart. The ends of f (derived) are

    .. math:: \sum_s a_s \, \psi(\langle w_{s,0}, x \rangle \pm V \, \mathrm{sign} \, a_s)

    Parameters
    ----------
    constant : float
        :math:`C_0 = V \sqrt m`.
    width : int

    Returns
    -------
    dict
        The arguments, the `radius` V, the first neurons' coordinates, `along` the input and `aside`, how many neurons
        can `switch`, the `value` at the start and its `low` and `high` ends, and the lengths of the `first` step that
        flips the start and of the `last`, that flips the network farthest from 0 on the same side.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> frame = lazy_ball_frame(3.0, 900)
    >>> frame["radius"], frame["value"] - 3 <= frame["low"] < frame["high"] <= frame["value"] + 3
    (0.1, True)
    """
    constant = checks.positive("constant", constant)
    width = checks.size("width", width)
    radius = constant / width**0.5
    net = _start(width)
    along, aside = net.weights[0][:, :2].unbind(-1)
    x = torch.eye(DIM, dtype=torch.float64)[:1]
    value = net(x)
    low, high = value_range(net, x, radius)
    farthest = push(net, value.sign() * x[0], radius)
    first, last = (smallest_flip(start, x, max_step=1e6).perturbation_norm.item() for start in (net, farthest))
    return {
        "constant": constant,
        "width": width,
        "radius": round(radius, 4),
        "along": rounded(along[:SHOWN], 3),
        "aside": rounded(aside[:SHOWN], 3),
        "switch": int((along.abs() <= radius).sum()),
        "value": round(value.item(), 4),
        "low": round(low.item(), 4),
        "high": round(high.item(), 4),
        "first": round(first, 4),
        "last": round(last, 4),
    }


@lru_cache(maxsize=len(WIDTHS))
def _start(width: int) -> Network:
    return lazy_two_layer(DIM, width, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def _neuron_chart() -> dict[str, Any]:
    """The first neurons in two of their coordinates, each with the way it can go along x."""
    x = axis(alt.X, -3, 3, [-2, 0, 2])
    y = axis(alt.Y, -3, 3, [-2, 0, 2])
    near = "abs(frame.along[datum.i]) <= frame.radius"
    words = f"format(datum.middle, '.2f') + ' along x' + ({near} ? ', can switch' : ', cannot switch')"
    layers = []
    for color, which in ((BLUE, f"!({near})"), (VERMILLION, near)):
        place = rows(
            SHOWN,
            x="max(-3, frame.along[datum.i] - frame.radius)",
            end="min(3, frame.along[datum.i] + frame.radius)",
            middle="frame.along[datum.i]",
            y="frame.aside[datum.i]",
            shown=f"{which} && abs(frame.along[datum.i]) < 3 && abs(frame.aside[datum.i]) < 3 ? 1 : 0",
        )
        layers += [
            place.mark_rule(color=color, clip=True).encode(x=x, x2="end:Q", y=y, opacity=shown()),
            place.mark_point(color=color, filled=True, clip=True).encode(
                x="middle:Q", y=y, opacity=shown(), tooltip=says(f"datum.shown ? {words} : null")
            ),
        ]
    border = rows(1, x="0").mark_rule(color="currentColor", strokeDash=[4, 3]).encode(x="x:Q")
    return panel(
        [*layers, border],
        title="Neurons: along x, and aside",
        description="Neurons, and how far they can go along x; those that reach the other side are marked.",
    )


def _value_chart() -> dict[str, Any]:
    """The values that f takes in the ball, within the bound of Lemma 4.1."""
    x = axis(alt.X, -12, 12, [-10, -5, 0, 5, 10], format="d")
    y = axis(alt.Y, 0, 3, [])
    bound = rows(1, x="frame.value - frame.constant", end="frame.value + frame.constant", y="1")
    reached = rows(1, x="frame.low", end="frame.high", middle="frame.value", y="2")
    bounds = says("'between ' + format(datum.x, '.2f') + ' and ' + format(datum.end, '.2f') + ', says the bound'")
    values = says("'f takes values from ' + format(datum.x, '.2f') + ' to ' + format(datum.end, '.2f')")
    dashed = bound.mark_rule(color="currentColor", strokeWidth=3, strokeDash=[4, 3])
    return panel(
        [
            dashed.encode(x=x, x2="end:Q", y=y, tooltip=bounds),
            reached.mark_rule(color=BLUE, strokeWidth=8).encode(x="x:Q", x2="end:Q", y="y:Q", tooltip=values),
            reached.mark_point(color=VERMILLION, filled=True, size=70).encode(x="middle:Q", y="y:Q"),
            text("0", "2.6", "'values f takes in the ball'"),
            text("0", "0.5", "'dashed: start ± C₀'"),
        ],
        title="f at x, and where W can move it",
        description="The interval of values that f takes at x in the ball, with the bound.",
    )


SIGNALS = {
    "summary": (
        "'Each row moves by at most ' + format(frame.radius, '.3f') + ': ' + frame.switch + ' of ' + frame.width"
        " + ' neurons can switch, and f, ' + format(frame.value, '.2f') + ' at the start, takes every value from '"
        " + format(frame.low, '.2f') + ' to ' + format(frame.high, '.2f')"
        " + '. A step of length ' + format(frame.first, '.2f') + ' flips the start, one of '"
        " + format(frame.last, '.2f') + ' the network farthest from 0 on its side.'"
    ),
}


def lazy_ball() -> Explorer:
    """Explore which neurons can switch at an input in the lazy ball, and how far f can move.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.lazy_ball().title
    'What the lazy ball allows'
    """
    return Explorer(
        "What the lazy ball allows",
        lazy_ball_frame,
        parameters=[
            Control("constant", "C₀", CONSTANTS, 0.5, digits=1),
            Control("width", "width m", WIDTHS, 400),
        ],
        dials=[],
        charts=[_neuron_chart(), _value_chart()],
        signals=SIGNALS,
    )
