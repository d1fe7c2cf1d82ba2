"""The second picture of `deeper`: shares of flipped signs at one depth, or at all depths on one of the two rulers."""

from typing import Any

import altair as alt

from advlib import theory
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, text
from advlib.pages.explorers.deep_draws import ALL, COARSE, END, HE, PER_UNIT, STEPS

HEIGHT = 180
"""Of both pictures, in pixels; the legend of the second lies above its curves."""

THIS, PLAIN, RULED = "this L", "all L, plain ruler", "all L, He ruler"
"""What the picture shows."""

QUARTER = 4
"""By how much steps of the plain ruler are drawn smaller."""

WHOLE = "datum.value * frame.factor"
BOTH = f"[datum.label, format({WHOLE}, {WHOLE} % 1 && {WHOLE} < 10 ? '.1f' : '.0f')]"
"""A tick of the He ruler, with the plain one's step below it."""

CAPPED = f"(frame.cap <= {END} ? frame.cap : null)"
"""Where the plain network's cap falls on the He ruler, a Vega expression."""

DRAWN: dict[str, Any] = {"color": BLUE, "strokeWidth": 2.5}
WIDE: dict[str, Any] = {"color": "currentColor", "strokeWidth": 1.5}
LIMIT: dict[str, Any] = WIDE | {"strokeDash": [6, 4]}


def across() -> alt.X:
    """He's step, with both steps at its ticks."""
    return axis(alt.X, 0, END, [0, 1, 2, 3, 4], labelExpr=BOTH)


def marks(low: float, high: float, label: str, step: str, cap: str, **mark: Any) -> list[alt.Chart]:
    """What both pictures share: the current step, and the plain network's cap, labelled; both Vega expressions."""
    rules = [
        rows(1, x=x, y=str(low), end=str(high))
        .mark_rule(color=color, strokeWidth=1.5, strokeDash=dash)
        .encode(x="x:Q", y="y:Q", y2="end:Q")
        for x, color, dash in ((cap, "currentColor", [1, 3]), (step, VERMILLION, [5, 3]))
    ]
    return [*rules, text(cap, label, "'cap, plain'", **mark)]


def rulers(low: float, first: str = "'He'", second: str = "'plain'") -> list[alt.Chart]:
    """The names of the two axes, Vega expressions."""
    return [
        text("0", str(low), name, align="right", dx=-7, dy=dy, fontSize=11) for name, dy in ((first, 13), (second, 27))
    ]


def _key(y: float, words: str, line: dict[str, Any]) -> list[alt.Chart]:
    """A line of the legend, above the curves; without words there is none."""
    sample = rows(1, x=f"{0.05 * END}", y=str(y), end=f"{0.13 * END}").transform_filter(f"{words} != ''")
    line_of_it = sample.mark_rule(**line).encode(x="x:Q", x2="end:Q", y="y:Q")
    return [line_of_it, text(f"{0.15 * END}", str(y), words, align="left")]


def _keys() -> list[alt.Chart]:
    this = f"view == '{THIS}'"
    return [
        *_key(1.54, f"{this} ? frame.draws + ' draws at this k' : 'L = ' + frame.depth + ', k → ∞'", DRAWN),
        *_key(1.39, f"{this} ? 'k → ∞ (± chance)' : 'L = 1 to {ALL[-1]}, k → ∞'", WIDE),
        *_key(1.24, f"view == '{PLAIN}' ? '' : 'then d → ∞'", LIMIT),
    ]


def _this() -> list[alt.Chart]:
    """The shares at the depth chosen: drawn, and at infinite width with the band of chance."""
    at = f"datum.i / {PER_UNIT}"
    wide = rows(len(STEPS), x=at, y="frame.wide[datum.i]", share="frame.flipped[datum.i] / frame.draws")
    wide = wide.transform_filter(f"view == '{THIS}'")
    band = wide.transform_calculate(low="max(0, datum.y - chance)", high="min(1, datum.y + chance)")
    step = "' at step ' + format(datum.x, '.2f') + ', He'"
    drawn = says(f"format(datum.share, '.1%') + ' of the draws flip' + {step}")
    law = says(f"format(datum.y, '.1%') + ' flip at infinite width' + {step}")
    share = wide.mark_line(**DRAWN, interpolate="step-after")
    return [
        band.mark_area(color="currentColor", opacity=0.12).encode(x="x:Q", y="low:Q", y2="high:Q"),
        wide.mark_line(**WIDE).encode(x="x:Q", y="y:Q", order="i:Q", tooltip=law),
        share.encode(x="x:Q", y="share:Q", order="i:Q", tooltip=drawn),
    ]


def _all(count: int, layers: str, line: dict[str, Any]) -> alt.Chart:
    """The shares at infinite width of networks of `count` depths, `layers` a Vega expression, on one of the rulers."""
    places = len(range(0, len(STEPS), COARSE))
    i = f"(datum.i % {places})"
    factor = f"(view == '{PLAIN}' ? pow(2, (datum.layers + 1) / 2) : 1)"
    curves = rows(count * places, layers=layers.replace("$line", f"floor(datum.i / {places})"))
    curves = curves.transform_filter(f"view != '{THIS}'")
    curves = curves.transform_calculate(
        step=f"{COARSE / PER_UNIT} * {i} * {factor}", y=f"frame.wides[datum.layers - 1][{i}]"
    )
    curves = curves.transform_calculate(x=f"datum.step / (view == '{PLAIN}' ? {QUARTER} : 1)")
    curves = curves.transform_filter(f"datum.x <= {END}")
    words = "'L = ' + datum.layers + ': ' + format(datum.y, '.1%') + ' flip at step ' + format(datum.step, '.2f')"
    return curves.mark_line(**line).encode(x="x:Q", y="y:Q", order="i:Q", detail="layers:N", tooltip=says(words))


def share_chart() -> dict[str, Any]:
    """The share of draws that have flipped by each step, at one depth, or at all depths on one of the rulers."""
    label = f"view == '{THIS}' ? {BOTH} : view == '{PLAIN}' ? format({QUARTER} * datum.value, 'd') : datum.label"
    x = axis(alt.X, 0, END, [0, 1, 2, 3, 4], labelExpr=label)
    y = axis(alt.Y, 0, 1.6, [0, 0.5, 1], format="%")
    at = f"datum.i / {PER_UNIT}"
    scale = theory.limits("relu", gain=HE).step_scale
    limit = rows(len(STEPS), x=at, y=f"2 * cumulativeNormal({at}, 0, {scale}) - 1")
    limit = limit.transform_filter(f"view != '{PLAIN}'")
    now = f"step * (view == '{PLAIN}' ? frame.factor / {QUARTER} : 1)"
    names = f"view == '{PLAIN}' ? 'plain' : 'He'", f"view == '{THIS}' ? 'plain' : ''"
    return panel(
        [
            limit.mark_line(**LIMIT).encode(x=x, y=y, order="i:Q"),
            *_this(),
            _all(len(ALL), "$line + 1", WIDE),
            _all(1, "frame.depth", DRAWN),
            *_keys(),
            *marks(0, 1, "1.07", now, f"view == '{THIS}' ? {CAPPED} : null"),
            *rulers(0, *names),
        ],
        height=HEIGHT,
        title="Share flipped by |η|",
        description="The share of draws that have flipped by each step, against the laws for wide networks.",
    )
