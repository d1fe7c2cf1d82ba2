"""The change of the gradient between two inputs, taken apart into one term for each layer."""

import math
from typing import Any

import altair as alt
import torch

from advlib import bottleneck, checks
from advlib.depth import angles
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.random_networks import multilayer
from advlib.sampling import sphere

LAYERS = 4
INPUTS = 20
CROWD = 100
"""How many seeds the slider has in Jupyter."""

ANGLES = [float(f"{10 ** (i / 8 - 2.5):.3g}") for i in range(22)]
"""Where a frame is known: the places of the angle's slider, in radians."""


def gradient_terms_frame(dim: int, narrow: int, seed: int) -> dict[str, Any]:
    r"""Compute what `gradient_terms` draws: lengths of the terms, against the angle between the inputs.

    Parameters
    ----------
    dim : int
        Dimension and width of all layers but the second.
    narrow : int
        Width of the second.
    seed : int
        Which draw, from 0 up.

    Returns
    -------
    dict
        For each of `ANGLES`, root mean squares over inputs of one network, relative to the gradient's: `terms`, for
        each layer, and `whole`; what wide layers tend to, `law` and `law_whole`; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = gradient_terms_frame(50, 10, seed=0)
    >>> len(frame["terms"][0]), frame["whole"][0] < frame["whole"][-1]
    (4, True)
    """
    widths = [checks.size("dim", dim)] * (LAYERS + 1)
    widths[2] = checks.size("narrow", narrow)
    generator = torch.Generator().manual_seed(checks.seed("seed", seed))
    net = multilayer(widths, gain=2**0.5, generator=generator)
    x, v = (sphere(INPUTS, dim, radius=dim**0.5, generator=generator) for _ in range(2))
    v = v - (v * x).sum(-1, keepdim=True) / dim * x
    v = dim**0.5 * v / v.norm(dim=-1, keepdim=True).clamp(min=1e-6)
    size, terms, whole = net.gradient(x).square().sum(-1).mean().clamp(min=1e-30), [], []
    for angle in ANGLES:
        shares = bottleneck.gradient_terms(net, x, math.cos(angle) * x + math.sin(angle) * v)
        terms.append(_rounded((shares.square().sum(-1).mean(0) / size).sqrt()))
        whole.append(_rounded((shares.sum(-2).square().sum(-1).mean() / size).sqrt()))
    share = angles(torch.tensor(ANGLES), LAYERS - 1).mT / math.pi
    return {
        "dim": dim,
        "narrow": narrow,
        "seed": seed,
        "terms": terms,
        "whole": whole,
        "law": _rounded((2 * share).sqrt()),
        "law_whole": _rounded((2 - 2 * (1 - share).prod(-1)).sqrt()),
    }


def _rounded(lengths: torch.Tensor) -> Any:
    return lengths.double().round(decimals=3).tolist()


def _term_chart() -> dict[str, Any]:
    """The length of each layer's term, with the law as ticks."""
    x, y = axis(alt.X, "x", 0.4, LAYERS + 0.6, [*range(1, LAYERS + 1)]), axis(alt.Y, "y", 0, 1.5, [0, 0.5, 1, 1.5])
    bars = rows(LAYERS, x="datum.i + 1", y="min(1.5, frame.terms[place][datum.i])", floor="0")
    x["title"] = "layer"
    law = rows(LAYERS, x="datum.i + 0.65", end="datum.i + 1.35", y="frame.law[place][datum.i]")
    return panel(
        [
            bars.mark_bar(color=BLUE, size=34).encode(x=x, y=y, y2="floor:Q"),
            law.mark_rule(color="currentColor", strokeDash=[4, 3]).encode(x="x:Q", x2="end:Q", y="y:Q"),
            text("0.5", "1.42", "'dashed: wide layers'", align="left"),
        ],
        title="Length of each term, over ‖∇f‖",
        description="A bar for the term of each layer, with a dashed line at what wide layers tend to.",
    )


def _whole_chart() -> dict[str, Any]:
    """The whole change against the angle."""
    x, y = axis(alt.X, "x", -2.55, 0.2, [-2, -1, 0]), axis(alt.Y, "y", 0, 2, [0, 0.5, 1, 1.5, 2])
    x["title"] = "angle, radians"
    x["axis"]["labelExpr"] = "format(pow(10, datum.value), '.2~g')"
    where = f"log({ANGLES}[datum.i]) / LN10"
    count = len(ANGLES)
    drawn = rows(count, x=where, y="min(2, frame.whole[datum.i])").mark_line(color=BLUE, strokeWidth=2.5)
    law = rows(count, x=where, y="frame.law_whole[datum.i]").mark_line(color="currentColor", strokeDash=[5, 4])
    now = rows(1, x="log(angle) / LN10", y="min(2, frame.whole[place])")
    return panel(
        [
            drawn.encode(x=x, y=y, order="i:Q"),
            law.encode(x="x:Q", y="y:Q", order="i:Q"),
            now.mark_point(color=VERMILLION, filled=True, size=90, opacity=1).encode(x="x:Q", y="y:Q"),
            text("-2.45", "1.88", "'dashed: wide layers'", align="left"),
        ],
        title="The whole change, over ‖∇f‖",
        description="The change of the gradient against the angle between the inputs, with its law.",
    )


SIGNALS = {
    "place": f"indexof({ANGLES}, angle)",
    "summary": (
        "'At angle ' + format(angle, '.3~g') + ', a distance of ' + format(2 * sin(angle / 2) * sqrt(frame.dim), '.2f')"
        " + ' against ‖x‖ = ' + format(sqrt(frame.dim), '.1f') + ', the gradient has changed by '"
        " + format(frame.whole[place], '.1%') + ' of its length; wide layers: '"
        " + format(frame.law_whole[place], '.1%') + '. Layer 2 has ' + frame.narrow + ' neurons.'"
    ),
}


def gradient_terms() -> Explorer:
    """Explore which layer changes the gradient.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.gradient_terms().title
    'The change of the gradient, layer by layer'
    """
    return Explorer(
        "The change of the gradient, layer by layer",
        gradient_terms_frame,
        parameters=[
            Control("dim", "dimension and width", (20, 50, 100, 200, 300), (50, 200), 200, "neurons"),
            Control("narrow", "width of layer 2", (2, 5, 10, 20, 50, 100, 200, 500), (5, 20, 200), 200, "neurons"),
            Control("seed", "seed, which draw", range(CROWD), range(3), 0),
        ],
        dials=[Control("angle", "angle of the inputs", ANGLES, ANGLES, ANGLES[12], "radians", digits=3)],
        charts=[_term_chart(), _whole_chart()],
        signals=SIGNALS,
    )
