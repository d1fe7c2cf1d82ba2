"""One gradient step against a random two-layer network."""

from functools import lru_cache
from typing import Any

import altair as alt

from advlib import checks, theory
from advlib.attacks import smallest_flip
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, panel, rows
from advlib.pages.explorers.ray import along_ray, counted, current, curve, first_zero, halves
from advlib.plane import plane_network

DRAWS = 400
CROWD = 100
"""The seed of the draws behind the histogram; the slider's seeds are smaller."""

PER_UNIT = 50
STEPS = [i / PER_UNIT for i in range(5 * PER_UNIT + 1)]
"""Where a frame is known: the places of the step's slider."""

END = STEPS[-1]
BIN = 10
"""How many places of `STEPS` make a bar of the histogram."""

REACH, PEAK = 3.0, 0.8
"""The heights of the two pictures: of f on either side of 0, and of the density."""


@lru_cache(maxsize=64)
def flipped_by(dim: int, width: int) -> tuple[int, ...]:
    """How many of `DRAWS` networks, each at its own input, have changed sign by each of `STEPS`."""
    flip = smallest_flip(*plane_network(dim, width, DRAWS, CROWD), max_step=END)
    return tuple(counted(flip.step.abs().flatten(), STEPS))


def one_step_frame(dim: int, width: int, seed: int) -> dict[str, Any]:
    r"""Compute what `one_step` draws: one network along its gradient ray, and the flipping steps of many.

    Parameters
    ----------
    dim, width : int
        The input dimension d, at least 2, and the number of neurons k.
    seed : int
        Which draw, from 0 to 99.

    Returns
    -------
    dict
        `value` and `gradient_norm` at x; `f` along the ray at each of `STEPS`; `zero`, the flipping step, None where
        there is none as far as that; `flipped`, how many of `draws` have flipped by each of them; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = one_step_frame(100, 1000, seed=2)
    >>> frame["value"] * frame["f"][-1] < 0
    True
    """
    checks.size("dim", dim, least=2), checks.index("seed", seed, CROWD)
    net, x = plane_network(dim, checks.size("width", width), 1, seed)
    return {
        "dim": dim,
        "width": width,
        "seed": seed,
        **along_ray(net, x, STEPS),
        "flipped": list(flipped_by(dim, width)),
        "draws": DRAWS,
    }


def _rows(count: int, **columns: str) -> alt.Chart:
    """A chart over the step t, with `count` rows whose columns are Vega expressions in `datum.i`."""
    axis = alt.X("t:Q", title="step |η|", scale=alt.Scale(domain=[0, END]), axis=alt.Axis(values=list(range(6))))
    return rows(count, **columns).encode(x=axis)


def _height(low: float, high: float, ticks: list[float]) -> alt.Y:
    return alt.Y("y:Q", title=None, scale=alt.Scale(domain=[low, high]), axis=alt.Axis(values=ticks))


def _text(t: str, y: str, text: str, **mark: Any) -> alt.Chart:
    return _rows(1, t=t, y=y, text=text).mark_text(**mark).encode(y="y:Q", text="text:N")


def _rule(head: str, top: float) -> list[alt.Chart]:
    """The rule at the current step, and what is said at its head."""
    rule = _rows(1, t="step").mark_rule(color=VERMILLION, strokeWidth=1.5, strokeDash=[5, 3])
    align = alt.expr(f"step < 0.6 ? 'left' : step > {END - 0.6} ? 'right' : 'center'")
    return [rule, _text("step", str(top), head, align=align, dy=-9, fontWeight=600)]


def _halves() -> list[alt.Chart]:
    """The side of f(x), the side on which the sign has flipped, shaded, and the line between them, named."""
    same = _text(f"{END - 0.1}", f"{0.9 * REACH} * side", "'same sign'", align="right")
    flipped = _text("0.1", f"{-0.9 * REACH} * side", "'flipped'", align="left")
    return [*halves(_rows, _height(-REACH, REACH, [-2, 0, 2]), END, REACH), same, flipped]


def _zero() -> list[alt.Chart]:
    """The first zero, and its place written where neither the curve nor the rule is."""
    align, dx = alt.expr("free > 0 ? 'left' : 'right'"), alt.expr("9 * free")
    number = "frame.zero === null ? '' : format(frame.zero, '.2f')"
    return [first_zero(_rows), _text("frame.zero", "0.28 * side * free", number, align=align, dx=dx)]


def _ray_chart() -> dict[str, Any]:
    """The network along its gradient ray, and its value at the current step."""
    head = _rule("'f = ' + format(f_now, '.2f')", REACH)
    return panel(
        [*_halves(), curve(_rows, len(STEPS), PER_UNIT, REACH), *head, *_zero(), current(_rows, REACH)],
        title="f along the gradient ray, ◇ first zero",
        description="The network's value along its gradient ray, with the first zero marked.",
    )


def _bars() -> list[alt.Chart]:
    """The histogram as a density, filled as far as the current step."""
    width = BIN / PER_UNIT
    count = f"(frame.flipped[{BIN} * (datum.i + 1)] - frame.flipped[{BIN} * datum.i])"
    bars = _rows((len(STEPS) - 1) // BIN, t=f"{width} * datum.i", floor="0", y=f"{count} / ({width} * frame.draws)")
    bars = bars.transform_calculate(end=f"datum.t + {width}", done=f"clamp(step, datum.t, datum.t + {width})")
    outline = bars.mark_rect(color=BLUE, fillOpacity=0.15, stroke=BLUE, strokeWidth=1)
    filled = bars.mark_rect(color=BLUE, fillOpacity=0.75)
    y = _height(0, PEAK, [0, 0.2, 0.4, 0.6, 0.8])
    return [mark.encode(x2=f"{end}:Q", y=y, y2="floor:Q") for mark, end in ((outline, "end"), (filled, "done"))]


def _limit() -> list[alt.Chart]:
    """The density of the law that the steps tend to, and its mean."""
    limits = theory.limits("relu")
    law = _rows(len(STEPS), t=f"datum.i / {PER_UNIT}")
    law = law.transform_calculate(y=f"2 * densityNormal(datum.t, 0, {limits.step_scale})")
    name = f"'limit √2 |N(0,1)|\\nmean ' + format({limits.mean_step}, '.3f')"
    label = _text("2", f"{0.58 * PEAK}", name, align="left", lineBreak="\n")
    return [law.mark_line(color="currentColor", strokeWidth=2).encode(y="y:Q", order="i:Q"), label]


def _law_chart() -> dict[str, Any]:
    """The flipping steps of many draws, and the law they tend to."""
    rest = _text(f"{END}", f"{0.2 * PEAK}", f"beyond > 0 ? beyond + ' draws beyond {END:g}' : ''", align="right")
    return panel(
        [*_bars(), *_limit(), rest, *_rule("share", PEAK)],
        title=f"Flipping steps of {DRAWS} draws (density)",
        description="A histogram of the steps that flip the sign, under the law they tend to.",
    )


SIGNALS = {
    "place": f"round(step * {PER_UNIT})",
    "side": "frame.value < 0 ? -1 : 1",
    "free": f"frame.zero > {0.9 * END} || (0.6 < frame.zero && frame.zero < step) ? -1 : 1",
    "f_now": "frame.f[place]",
    "share": "format(floor(1000 * frame.flipped[place] / frame.draws) / 1000, '.1%')",
    "beyond": "frame.draws - peek(frame.flipped)",
    "summary": (
        "frame.value == 0 ? 'Every neuron is silent at this input: f is 0 and there is no gradient to follow.' : "
        "'Step ' + format(step, '.2f') + (f_now * side < 0 ? ' flips' : ' does not flip') + ' the sign: f goes from '"
        " + format(frame.value, '.2f') + ' to ' + format(f_now, '.2f') + '; ' + share + ' of ' + frame.draws"
        " + ' draws flip by this step; the perturbation is ' + format(step * frame.gradient_norm, '.2f')"
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
    widths = sorted({int(float(f"{10 ** (1 + i / 40):.2g}")) for i in range(121)})
    return Explorer(
        "One gradient step against a random two-layer network",
        one_step_frame,
        parameters=[
            Control("dim", "input dimension d", range(2, 501), (10, 50, 200, 500), 200, "coordinates"),
            Control("width", "width k", widths, (10, 100, 1000, 10000), 1000, "neurons"),
            Control("seed", "seed, which draw", range(CROWD), range(5), 3),
        ],
        dials=[Control("step", "step |η|", STEPS, STEPS, 1.2, "× ∇f", digits=2)],
        charts=[_ray_chart(), _law_chart()],
        signals=SIGNALS,
    )
