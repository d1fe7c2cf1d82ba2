"""One gradient step against a random two-layer network."""

from typing import Any

import altair as alt

from advlib import theory
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, text
from advlib.pages.explorers.ray import current, curve, first_zero, halves
from advlib.pages.explorers.sliders import seed_slider, sizes
from advlib.pages.live.one_step import MOST, PER_UNIT, STEPS, one_step_frame

END = STEPS[-1]
BIN = 10
"""How many places of `STEPS` make a bar of the histogram."""

REACH = 3.0
"""How far the first picture shows f on either side of 0."""

PEAK = 0.8
"""The height of the second picture, a density."""


def _across() -> alt.X:
    return axis(alt.X, 0, END, [0, 1, 2, 3, 4, 5], title="step |η|")


def _rule(head: str, top: float) -> list[alt.Chart]:
    """The rule at the current step, and what is said at its head."""
    rule = rows(1, x="step").mark_rule(color=VERMILLION, strokeWidth=1.5, strokeDash=[5, 3]).encode(x="x:Q")
    align = alt.expr(f"step < 0.6 ? 'left' : step > {END - 0.6} ? 'right' : 'center'")
    return [rule, text("step", str(top), head, align=align, dy=-9, fontWeight=600)]


def _halves() -> list[alt.Chart]:
    """The side of f(x), the side on which the sign has flipped, shaded, and the line between them, named."""
    same = text(f"{END - 0.1}", f"{0.9 * REACH} * side", "'same sign'", align="right")
    flipped = text("0.1", f"{-0.9 * REACH} * side", "'flipped'", align="left")
    return [*halves(_across(), axis(alt.Y, -REACH, REACH, [-2, 0, 2]), END, REACH), same, flipped]


def _zero() -> list[alt.Chart]:
    """The first zero, and its place written where neither the curve nor the rule is."""
    beside = {"align": alt.expr("free > 0 ? 'left' : 'right'"), "dx": alt.expr("9 * free")}
    number = "frame.zero === null ? '' : format(frame.zero, '.2f')"
    return [first_zero(), text("frame.zero", "0.28 * side * free", number, **beside)]


def _ray_chart() -> dict[str, Any]:
    """The network along its gradient ray, and its value at the current step."""
    line = curve(len(STEPS), f"datum.i / {PER_UNIT}", REACH, "step")
    head = _rule("'f = ' + format(f_now, '.2f')", REACH)
    return panel(
        [*_halves(), line, *head, *_zero(), current("step", REACH)],
        title="f along the gradient ray, ◇ first zero",
        description="The network's value along its gradient ray, with the first zero marked.",
    )


def _bars() -> list[alt.Chart]:
    """The histogram as a density, filled as far as the current step."""
    width = BIN / PER_UNIT
    count = f"(frame.flipped[{BIN} * (datum.i + 1)] - frame.flipped[{BIN} * datum.i])"
    bars = rows((len(STEPS) - 1) // BIN, x=f"{width} * datum.i", floor="0", y=f"{count} / ({width} * frame.draws)")
    bars = bars.transform_calculate(end=f"datum.x + {width}", done=f"clamp(step, datum.x, datum.x + {width})")
    outline = bars.mark_rect(color=BLUE, fillOpacity=0.15, stroke=BLUE, strokeWidth=1)
    filled = bars.mark_rect(color=BLUE, fillOpacity=0.75)
    x = _across()
    y = axis(alt.Y, 0, PEAK, [0, 0.2, 0.4, 0.6, 0.8], format=".1f")
    words = f"'step ' + format(datum.x, '.1f') + ' to ' + format(datum.end, '.1f') + ': ' + {count} + ' of ' + drawn"
    places = {"x": x, "y": y, "y2": "floor:Q"}
    return [filled.encode(x2="done:Q", **places), outline.encode(x2="end:Q", tooltip=says(words), **places)]


def _limit() -> list[alt.Chart]:
    """The density of the law that the steps tend to, and its mean."""
    limits = theory.limits("relu")
    law = rows(len(STEPS), x=f"datum.i / {PER_UNIT}")
    law = law.transform_calculate(y=f"2 * densityNormal(datum.x, 0, {limits.step_scale})")
    name = f"'limit √2 |N(0,1)|\\nmean ' + format({limits.mean_step}, '.3f')"
    label = text("2", f"{0.58 * PEAK}", name, align="left", lineBreak="\n")
    words = says("'limit: density ' + format(datum.y, '.3f') + ' at step ' + format(datum.x, '.2f')")
    line = law.mark_line(color="currentColor", strokeWidth=2)
    return [line.encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words), label]


def _law_chart() -> dict[str, Any]:
    """The flipping steps of many draws, and the law they tend to."""
    draws = f"beyond + (beyond > 1 ? ' draws' : ' draw') + ' beyond {END:g}'"
    rest = text(f"{END}", f"{0.2 * PEAK}", f"beyond > 0 ? {draws} : ''", align="right")
    number = text(f"{END}", f"{0.9 * PEAK}", "drawn", align="right")
    return panel(
        [*_bars(), *_limit(), rest, number, *_rule("share", PEAK)],
        title="Density of flipping steps",
        description="A histogram of the steps that flip the sign, under the law they tend to.",
    )


SIGNALS = {
    "place": f"round(step * {PER_UNIT})",
    "side": "frame.value < 0 ? -1 : 1",
    "free": f"frame.zero > {0.9 * END} || (0.6 < frame.zero && frame.zero < step) ? -1 : 1",
    "f_now": "frame.f[place]",
    "share": "format(floor(1000 * frame.flipped[place] / frame.draws) / 1000, '.1%')",
    "drawn": "format(frame.draws, ',') + ' draws'",
    "beyond": "frame.draws - peek(frame.flipped)",
    "summary": (
        "frame.value == 0 ? 'Every neuron is silent at this input: f is 0 and there is no gradient to follow.' : "
        "'Step ' + format(step, '.2f') + (f_now * side < 0 ? ' flips' : ' does not flip') + ' the sign: f goes from '"
        " + format(frame.value, '.2f') + ' to ' + format(f_now, '.2f') + '; ' + share + ' of ' + drawn"
        " + ' flip by this step; the perturbation is ' + format(step * frame.gradient_norm, '.2f')"
        " + ' long against ‖x‖ = ' + format(sqrt(frame.dim), '.1f') + '.'"
    ),
}


def one_step() -> Explorer:
    """Explore one gradient step against a random two-layer network.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.one_step().title
    'One gradient step against a random two-layer network'
    """
    return Explorer(
        "One gradient step against a random two-layer network",
        one_step_frame,
        parameters=[
            Control("dim", "input dimension d", range(2, 501), 200, "coordinates"),
            Control("width", "width k", sizes(2, 10_000), 1000, "neurons"),
            seed_slider(3),
        ],
        dials=[Control("step", "step |η|", STEPS, 0.0, "× ∇f", digits=2)],
        charts=[_ray_chart(), _law_chart()],
        signals=SIGNALS,
        live=True,
        most=MOST,
    )
