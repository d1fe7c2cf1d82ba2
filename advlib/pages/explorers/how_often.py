"""How often and how far one gradient step flips the sign of a two-layer network, against its width."""

from typing import Any

import altair as alt
import torch

from advlib import theory
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, text
from advlib.pages.explorers.rounding import rounded
from advlib.pages.live.how_often import CAPS, KINDS, MOST, REFERENCE, WIDTHS, how_often_frame, page_data

END = f"{WIDTHS[-1]}"

HEIGHT = 3.0
"""Of the second picture."""

STEP, PART, LENGTH = "step, norm", "‖δ‖ / ‖x‖", "‖δ‖"
"""What the second picture shows."""

SCALES = f"(view == '{STEP}' ? 1 : view == '{PART}' ? 5 : 2)"
"""How high 1 is drawn in it."""


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
    """A dashed line across the picture, if there is one."""
    valid = _over_widths(y=y).transform_filter("isValid(datum.y)")
    return valid.mark_line(color="currentColor", strokeDash=[6, 4], strokeWidth=1.5).encode(x="x:Q", y="y:Q")


def _measured(y: str, error: str, high: float, color: str, shape: str, words: str) -> list[alt.Chart]:
    """Dots with bars of two standard errors, joined by a line; a dot says its width and these words."""
    valid = _over_widths(y=y).transform_filter("isValid(datum.y)")
    ends = {"low": f"max(0, datum.y - 2 * {error})", "high": f"min({high}, datum.y + 2 * {error})"}
    bars = valid.transform_calculate(**ends).mark_rule(color=color, strokeWidth=2)
    line = valid.mark_line(color=color, strokeWidth=2)
    dots = valid.mark_point(color=color, filled=True, shape=shape, size=60, opacity=1)
    return [
        line.encode(x="x:Q", y="y:Q"),
        bars.encode(x="x:Q", y="low:Q", y2="high:Q"),
        dots.encode(x="x:Q", y="y:Q", tooltip=says(f"'k = ' + datum.x + ': ' + {words}")),
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
    words = "format(datum.y, '.1%') + ' flip'"
    shares = _measured("frame.share[datum.i][place]", error, 1, BLUE, "circle", words)
    limit = "limits.share[place]"
    label = f"'limit ' + format({limit}, '.1%')"
    above = alt.expr(f"{limit} < 0.5 ? -20 : 32")
    return panel(
        [_limit(limit).encode(x=_across(), y=y), *shares, text(END, limit, label, align="right", dy=above)],
        title="Share that a step |η| < c flips",
        description="The share of draws whose sign flips within the cap, against the width, with its limit.",
    )


def _steps() -> list[alt.Chart]:
    """The mean step of those that flip within the cap, and the mean gradient norm, over their limits."""

    def seen(value: str) -> str:
        return f"view == '{STEP}' ? {value} : null"

    step = seen("frame.step[datum.i][place]")
    norm = seen("frame.norm[datum.i]")
    spread, norm_spread = "frame.spread[datum.i][place]", "frame.norm_spread[datum.i]"
    step_error = f"{spread} / sqrt(frame.draws * frame.share[datum.i][place])"
    norm_error = f"{norm_spread} / sqrt(frame.draws)"
    step_says, norm_says = (f"'mean {name} ' + format(datum.y, '.2f')" for name in ("step", "gradient norm"))
    return [
        _band(step, spread, VERMILLION),
        _band(norm, norm_spread, BLUE),
        _limit(seen("limits.step[place]")),
        _limit(seen("limits.norm")),
        *_measured(step, step_error, HEIGHT, VERMILLION, "circle", step_says),
        *_measured(norm, norm_error, HEIGHT, BLUE, "square", norm_says),
    ]


def _length(dim: str, length: str, **look: Any) -> alt.Chart:
    """A line of the mean length of the perturbation that flips; both arguments are Vega expressions."""
    of_input = f"{length}[datum.i] / (view == '{PART}' ? sqrt({dim}) : 1)"
    values = _over_widths(value=f"view == '{STEP}' ? null : {of_input}").transform_filter("isValid(datum.value)")
    line = values.transform_calculate(y=f"{SCALES} * datum.value").mark_line(**look)
    words = f"'d = ' + {dim} + ', k = ' + datum.x + ': ' + format(datum.value, '.3f')"
    return line.encode(x="x:Q", y="y:Q", tooltip=says(words))


def _named(dim: int, length: str) -> alt.Chart:
    """The dimension of a line, at its end, where lines lie apart; below the line of the largest."""
    name = f"view == '{PART}' && isValid(peek({length})) ? 'd = {dim}' : ''"
    below = 10 if dim == REFERENCE[-1] else -7
    return text(END, f"{SCALES} * peek({length}) / sqrt({dim})", name, align="right", dy=below)


def _lengths() -> list[alt.Chart]:
    """The lengths in the dimensions of reference, named, and in the dimension chosen."""
    layers = []
    for i, dim in enumerate(REFERENCE):
        length = f"frame.lengths[{i}]"
        layers += [_length(str(dim), length, color="currentColor", strokeWidth=1.5), _named(dim, length)]
    return [*layers, _length("frame.dim", "frame.length", color=VERMILLION, strokeWidth=2.5)]


def _key() -> list[alt.Chart]:
    """What is drawn, by the view."""
    at = [f"{part * HEIGHT}" for part in (0.96, 0.86, 0.76)]
    steps = f"view == '{STEP}'"
    current = f"{steps} ? '● step |η|' : '— d = ' + frame.dim"
    others = f"{steps} ? 'bands: ± 1 std of a draw' : 'other lines: d = {', '.join(map(str, REFERENCE))}'"
    return [
        text(END, at[0], current, align="right", color=VERMILLION, fontWeight=600),
        text(END, at[1], f"{steps} ? '■ gradient norm' : ''", align="right", color=BLUE, fontWeight=600),
        text(END, at[2], others, align="right"),
    ]


def _size_chart() -> dict[str, Any]:
    """How far: steps and norms, or the lengths of perturbations."""
    label = f"format(datum.value / {SCALES}, '.1f')"
    y = axis(alt.Y, 0, HEIGHT, [0, 1, 2, 3], labelExpr=label)
    corner = rows(1, x=END, y="0").mark_point(opacity=0).encode(x=_across(), y=y)
    return panel(
        [corner, *_steps(), *_lengths(), *_key()],
        title="How far, on average",
        description="Mean steps and gradient norms with their limits, or mean lengths of the perturbations that flip.",
    )


SIGNALS = {
    "limits": f"{ {kind: limits(activation) for kind, (_, activation) in KINDS.items()} }[frame.kind]",
    "place": f"indexof({CAPS}, cap)",
    "there": (
        "isValid(peek(frame.step)[place]) ? 'There the mean step of those is '"
        " + format(peek(frame.step)[place], '.2f') + ' ± ' + format(peek(frame.spread)[place], '.2f')"
        " + ', its limit ' + format(limits.step[place], '.2f') + '.' : 'There no step is as short.'"
    ),
    "far": (
        "isValid(peek(frame.length)) ? 'There all that flip do so at a length of ' + format(peek(frame.length), '.2f')"
        " + ' on average, ' + format(peek(frame.length) / sqrt(frame.dim), '.1%') + ' of that of the input.' : ''"
    ),
    "summary": (
        "'At d = ' + frame.dim + ', a step |η| < ' + cap + ' flips ' + format(frame.share[0][place], '.1%')"
        f" + ' of signs at k = {WIDTHS[0]} and ' + format(peek(frame.share)[place], '.1%') + ' at k = {WIDTHS[-1]:,}'"
        " + ' (' + format(frame.draws, ',') + ' draws each). '"
        f" + (view == '{STEP}' ? there : far)"
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
        dials=[
            Control("view", "second picture", (STEP, PART, LENGTH), STEP),
            Control("cap", "largest step allowed, c", CAPS, CAPS[0], "× ∇f", digits=1),
        ],
        charts=[_share_chart(), _size_chart()],
        signals=SIGNALS,
        live=True,
        data=page_data,
        most=MOST,
    )
