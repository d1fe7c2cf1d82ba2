"""How often and how far one gradient step flips the sign of a two-layer network, against its width."""

from functools import lru_cache
from typing import Any

import altair as alt
import torch
from torch import Generator, Tensor

from advlib import checks, theory
from advlib.attacks import smallest_flip
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, panel, rows
from advlib.random_networks import two_layer
from advlib.sampling import sphere

WIDTHS = [10, 20, 30, 50, 100, 200, 300, 500, 1000]
DRAWS = 400

CAPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20]
"""Where a frame is known: the largest steps allowed. The last is the paper's."""


KINDS = {"ReLU": ("signs", "relu"), "ReLU, Gaussian top": ("gaussian", "relu"), "tanh": ("signs", "tanh")}
"""Law of the top weights, and activation."""

HEIGHT = 3.0
"""Of the picture of steps and norms."""


def how_often_frame(dim: int, kind: str) -> dict[str, Any]:
    r"""Compute what `how_often` draws: flipping steps and gradient norms of random networks of nine widths.

    Parameters
    ----------
    dim : int
        The input dimension d.
    kind : {"ReLU", "ReLU, Gaussian top", "tanh"}
        Activation and law of the top weights.

    Returns
    -------
    dict
        Lists with a place for every width: `share` of the `draws` that flip, mean `step` of those, its standard
        deviation `spread`, each of them a list over `CAPS` and None where too few flip; mean `norm` of the gradient
        over all draws and its standard deviation `norm_spread`; the `limits` of the share and of the mean step over
        `CAPS`, of the norm, and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = how_often_frame(100, "ReLU")
    >>> frame["share"][-1][-1], len(frame["step"]) == len(WIDTHS)
    (1.0, True)
    """
    return _frame(checks.size("dim", dim), checks.choice("kind", kind, KINDS))


@lru_cache(maxsize=64)
def _frame(dim: int, kind: str) -> dict[str, Any]:
    top, activation = KINDS[kind]
    limit = theory.limits(activation)
    columns = [_column(dim, width, top, activation) for width in WIDTHS]
    frame = {name: [column[name] for column in columns] for name in columns[0]}
    caps = torch.tensor(CAPS)
    share = theory.step_cdf(caps, limit)
    step = limit.mean_step * (1 - torch.exp(-(caps**2) / (2 * limit.step_scale**2))) / share
    limits = {"share": _rounded(share), "step": _rounded(step), "norm": round(limit.gradient_norm, 4)}
    return {"dim": dim, "kind": kind, "draws": DRAWS} | frame | {"limits": limits}


def _column(dim: int, width: int, top: str, activation: str) -> dict[str, Any]:
    """What the draws of one width add to a frame; their random numbers depend on the width alone."""
    generator = Generator().manual_seed(width)
    law: dict[str, Any] = {"batch": (DRAWS,), "generator": generator}
    net = two_layer(dim, width, top=top, activation=activation, matrices="deferred", **law)
    x = sphere(1, dim, radius=dim**0.5, **law)
    flip = smallest_flip(net, x, max_step=CAPS[-1])
    step = flip.step.abs().flatten().double()
    within = [step[step < cap] for cap in CAPS]
    mean = torch.stack([s.mean() for s in within])
    spread = torch.stack([(s - s.mean()).norm() / torch.tensor(len(s) - 1.0).sqrt() for s in within])
    norm = flip.gradient_norm.double()
    return {
        "share": [len(s) / DRAWS for s in within],
        "step": _rounded(mean),
        "spread": _rounded(spread),
        "norm": round(norm.mean().item(), 4),
        "norm_spread": round(norm.std().item(), 4),
    }


def _rounded(values: Tensor) -> list[float | None]:
    return [round(v, 4) if v == v else None for v in values.tolist()]


def _rows(count: int = len(WIDTHS), **columns: str) -> alt.Chart:
    """A chart over the width, with `count` rows whose columns are Vega expressions in `datum.i`."""
    chart = rows(count, k=f"{WIDTHS}[datum.i]", **columns)
    scale = alt.Scale(type="log", domain=[WIDTHS[0], WIDTHS[-1]])
    axis = alt.Axis(values=[10, 30, 100, 300, 1000], format="d", labelFlush=True)
    return chart.encode(x=alt.X("k:Q", title="width k", scale=scale, axis=axis))


def _height(high: float, **axis: Any) -> alt.Y:
    return alt.Y("y:Q", title=None, scale=alt.Scale(domain=[0, high]), axis=alt.Axis(**axis))


def _text(k: float, y: str, text: str, **mark: Any) -> alt.Chart:
    return _rows(1, y=y, text=text).transform_calculate(k=str(k)).mark_text(**mark).encode(y="y:Q", text="text:N")


def _limit(y: str) -> alt.Chart:
    """A dashed line across the picture."""
    return _rows(y=y).mark_line(color="currentColor", strokeDash=[6, 4], strokeWidth=1.5).encode(y="y:Q")


def _measured(y: str, error: str, high: float, color: str, shape: str) -> list[alt.Chart]:
    """Dots with bars of two standard errors, joined by a line."""
    valid = _rows(y=y).transform_filter("isValid(datum.y)")
    ends = {"low": f"max(0, datum.y - 2 * {error})", "high": f"min({high}, datum.y + 2 * {error})"}
    bars = valid.transform_calculate(**ends).mark_rule(color=color, strokeWidth=2).encode(y="low:Q", y2="high:Q")
    dots = valid.mark_point(color=color, filled=True, shape=shape, size=60, opacity=1).encode(y="y:Q")
    return [valid.mark_line(color=color, strokeWidth=2).encode(y="y:Q"), bars, dots]


def _band(y: str, spread: str, color: str) -> alt.Chart:
    """A band of one standard deviation of a draw."""
    valid = _rows(y=y, spread=spread).transform_filter("isValid(datum.y)")
    valid = valid.transform_calculate(
        low="max(0, datum.y - datum.spread)", high=f"min({HEIGHT}, datum.y + datum.spread)"
    )
    return valid.mark_area(color=color, opacity=0.15).encode(y="low:Q", y2="high:Q")


def _share_chart() -> dict[str, Any]:
    """The share of draws that flip within the cap."""
    y = _height(1, format="%", values=[0, 0.25, 0.5, 0.75, 1])
    error = "sqrt(datum.y * (1 - datum.y) / frame.draws)"
    shares = _measured("frame.share[datum.i][place]", error, 1, BLUE, "circle")
    limit = "frame.limits.share[place]"
    label = f"'limit ' + format({limit}, '.1%')"
    above = alt.expr(f"{limit} < 0.5 ? -12 : 16")
    return panel(
        [_limit(limit).encode(y=y), *shares, _text(WIDTHS[-1], limit, label, align="right", dy=above)],
        title="Share that a step |η| < c flips",
        description="The share of draws whose sign flips within the cap, against the width, with its limit.",
    )


def _size_chart() -> dict[str, Any]:
    """The mean step of those that flip within the cap, and the mean gradient norm."""
    step, spread = "frame.step[datum.i][place]", "frame.spread[datum.i][place]"
    step_error = f"{spread} / sqrt(frame.draws * frame.share[datum.i][place])"
    norm, norm_spread = "frame.norm[datum.i]", "frame.norm_spread[datum.i]"
    norm_error = f"{norm_spread} / sqrt(frame.draws)"
    y = _height(HEIGHT, values=[0, 1, 2, 3])
    layers = [
        _band(step, spread, VERMILLION).encode(y=alt.Y("low:Q").title(None)),
        _band(norm, norm_spread, BLUE),
        _limit("frame.limits.step[place]").encode(y=y),
        _limit("frame.limits.norm"),
        *_measured(step, step_error, HEIGHT, VERMILLION, "circle"),
        *_measured(norm, norm_error, HEIGHT, BLUE, "square"),
        _text(WIDTHS[-1], f"{0.96 * HEIGHT}", "'● step |η|'", align="right", color=VERMILLION, fontWeight=600),
        _text(WIDTHS[-1], f"{0.86 * HEIGHT}", "'■ gradient norm'", align="right", color=BLUE, fontWeight=600),
        _text(WIDTHS[-1], f"{0.76 * HEIGHT}", "'bands: ± 1 std of a draw'", align="right"),
    ]
    return panel(
        layers,
        title="Mean step of those, norm of all",
        description="The mean step of draws that flip within the cap, and the mean gradient norm, with their limits.",
    )


SIGNALS = {
    "place": f"indexof({CAPS}, cap)",
    "summary": (
        "'At d = ' + frame.dim + ', a step |η| < ' + cap + ' flips ' + format(frame.share[0][place], '.1%')"
        f" + ' of signs at k = {WIDTHS[0]} and ' + format(peek(frame.share)[place], '.1%') + ' at k = {WIDTHS[-1]:,}'"
        " + ' (' + frame.draws + ' draws each). '"
        " + (isValid(peek(frame.step)[place]) ? 'There the mean step of those is '"
        " + format(peek(frame.step)[place], '.2f') + ' ± ' + format(peek(frame.spread)[place], '.2f')"
        " + ', its limit ' + format(frame.limits.step[place], '.2f') + '.' : 'There no step is as short.')"
    ),
}


def how_often() -> Explorer:
    """Explore how often, and how far, one gradient step flips the sign, against the width.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.how_often().title
    'How often one gradient step flips the sign, and how far it goes'
    """
    return Explorer(
        "How often one gradient step flips the sign, and how far it goes",
        how_often_frame,
        parameters=[
            Control("dim", "input dimension d", range(2, 501), (10, 20, 50, 100, 500), 50, "coordinates"),
            Control("kind", "network", list(KINDS), list(KINDS), "ReLU"),
        ],
        dials=[Control("cap", "largest step allowed, c", CAPS, CAPS, 3, "× ∇f", digits=1)],
        charts=[_share_chart(), _size_chart()],
        signals=SIGNALS,
    )
