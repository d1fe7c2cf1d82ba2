"""How often and how far one gradient step flips the sign of a two-layer network, against its width."""

from typing import Any

import altair as alt
import torch

from advlib import theory
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.pages.explorers.rounding import rounded
from advlib.pages.live.how_often import CAPS, KINDS, WIDTHS, how_often_frame

END = f"{WIDTHS[-1]}"

HEIGHT = 3.0
"""Of the picture of steps and norms."""


def limits(activation: str) -> dict[str, Any]:
    """What the frame's share and mean step tend to, over `CAPS`, and its norm."""
    limit = theory.limits(activation)
    caps = torch.tensor(CAPS)
    share = theory.step_cdf(caps, limit)
    step = limit.mean_step * (1 - torch.exp(-(caps**2) / (2 * limit.step_scale**2))) / share
    return {"share": rounded(share, 4), "step": rounded(step, 4), "norm": round(limit.gradient_norm, 4)}


def _across() -> alt.X:
    return axis(
        alt.X,
        WIDTHS[0],
        WIDTHS[-1],
        [10, 30, 100, 300, 1000],
        scale="log",
        format="d",
        labelFlush=True,
        title="width k",
    )


def _over_widths(**columns: str) -> alt.Chart:
    """A chart with a row for each width."""
    return rows(len(WIDTHS), x=f"{WIDTHS}[datum.i]", **columns)


def _limit(y: str) -> alt.Chart:
    """A dashed line across the picture."""
    return (
        _over_widths(y=y).mark_line(color="currentColor", strokeDash=[6, 4], strokeWidth=1.5).encode(x="x:Q", y="y:Q")
    )


def _measured(y: str, error: str, high: float, color: str, shape: str) -> list[alt.Chart]:
    """Dots with bars of two standard errors, joined by a line."""
    valid = _over_widths(y=y).transform_filter("isValid(datum.y)")
    ends = {"low": f"max(0, datum.y - 2 * {error})", "high": f"min({high}, datum.y + 2 * {error})"}
    bars = valid.transform_calculate(**ends).mark_rule(color=color, strokeWidth=2)
    line = valid.mark_line(color=color, strokeWidth=2)
    dots = valid.mark_point(color=color, filled=True, shape=shape, size=60, opacity=1)
    return [
        line.encode(x="x:Q", y="y:Q"),
        bars.encode(x="x:Q", y="low:Q", y2="high:Q"),
        dots.encode(x="x:Q", y="y:Q"),
    ]


def _band(y: str, spread: str, color: str) -> alt.Chart:
    """A band of one standard deviation of a draw."""
    valid = _over_widths(y=y, spread=spread).transform_filter("isValid(datum.y)")
    ends = {"low": "max(0, datum.y - datum.spread)", "high": f"min({HEIGHT}, datum.y + datum.spread)"}
    band = valid.transform_calculate(**ends).mark_area(color=color, opacity=0.15)
    return band.encode(x="x:Q", y="low:Q", y2="high:Q")


def _share_chart() -> dict[str, Any]:
    """The share of draws that flip within the cap."""
    y = axis(alt.Y, 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%")
    error = "sqrt(datum.y * (1 - datum.y) / frame.draws)"
    shares = _measured("frame.share[datum.i][place]", error, 1, BLUE, "circle")
    limit = "limits.share[place]"
    label = f"'limit ' + format({limit}, '.1%')"
    above = alt.expr(f"{limit} < 0.5 ? -20 : 32")
    return panel(
        [_limit(limit).encode(x=_across(), y=y), *shares, text(END, limit, label, align="right", dy=above)],
        title="Share that a step |η| < c flips",
        description="The share of draws whose sign flips within the cap, against the width, with its limit.",
    )


def _size_chart() -> dict[str, Any]:
    """The mean step of those that flip within the cap, and the mean gradient norm."""
    step = "frame.step[datum.i][place]"
    spread = "frame.spread[datum.i][place]"
    step_error = f"{spread} / sqrt(frame.draws * frame.share[datum.i][place])"
    norm = "frame.norm[datum.i]"
    norm_spread = "frame.norm_spread[datum.i]"
    norm_error = f"{norm_spread} / sqrt(frame.draws)"
    x = _across()
    y = axis(alt.Y, 0, HEIGHT, [0, 1, 2, 3], format=".1f")
    layers = [
        _band(step, spread, VERMILLION).encode(x=x, y=alt.Y("low:Q").title(None)),
        _band(norm, norm_spread, BLUE),
        _limit("limits.step[place]").encode(x=x, y=y),
        _limit("limits.norm"),
        *_measured(step, step_error, HEIGHT, VERMILLION, "circle"),
        *_measured(norm, norm_error, HEIGHT, BLUE, "square"),
        text(END, f"{0.96 * HEIGHT}", "'● step |η|'", align="right", color=VERMILLION, fontWeight=600),
        text(END, f"{0.86 * HEIGHT}", "'■ gradient norm'", align="right", color=BLUE, fontWeight=600),
        text(END, f"{0.76 * HEIGHT}", "'bands: ± 1 std of a draw'", align="right"),
    ]
    return panel(
        layers,
        title="Mean step of those, norm of all",
        description="The mean step of draws that flip within the cap, and the mean gradient norm, with their limits.",
    )


SIGNALS = {
    "limits": f"{ {kind: limits(activation) for kind, (_, activation) in KINDS.items()} }[frame.kind]",
    "place": f"indexof({CAPS}, cap)",
    "summary": (
        "'At d = ' + frame.dim + ', a step |η| < ' + cap + ' flips ' + format(frame.share[0][place], '.1%')"
        f" + ' of signs at k = {WIDTHS[0]} and ' + format(peek(frame.share)[place], '.1%') + ' at k = {WIDTHS[-1]:,}'"
        " + ' (' + frame.draws + ' draws each). '"
        " + (isValid(peek(frame.step)[place]) ? 'There the mean step of those is '"
        " + format(peek(frame.step)[place], '.2f') + ' ± ' + format(peek(frame.spread)[place], '.2f')"
        " + ', its limit ' + format(limits.step[place], '.2f') + '.' : 'There no step is as short.')"
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
            Control("dim", "input dimension d", range(2, 501), 50, "coordinates"),
            Control("kind", "network", list(KINDS), "ReLU"),
        ],
        dials=[Control("cap", "largest step allowed, c", CAPS, CAPS[0], "× ∇f", digits=1)],
        charts=[_share_chart(), _size_chart()],
        signals=SIGNALS,
        live=True,
    )
