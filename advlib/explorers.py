"""The explorers of the chapters: pictures that the reader moves."""

from functools import lru_cache
from typing import Any

import altair as alt
import torch

from advlib import checks, theory
from advlib.attacks import smallest_flip
from advlib.explorer import Control, Explorer
from advlib.plane import plane_network
from advlib.rays import Ray

DRAWS = 400
CROWD = 100
"""The seed of the draws behind the histogram; the slider's seeds are smaller."""

STEPS = [i / 50 for i in range(251)]
"""Where a frame is known: the places of the step's slider."""

BIN = 10
"""How many places of `STEPS` make a bar of the histogram."""

END, REACH, PEAK = STEPS[-1], 3.0, 0.8
BLUE, VERMILLION = "#1F83C4", "#D55E00"


@lru_cache(maxsize=64)
def flipped_by(dim: int, width: int) -> tuple[int, ...]:
    """How many of `DRAWS` networks, each at its own input, have changed sign by each of `STEPS`."""
    step = smallest_flip(*plane_network(dim, width, DRAWS, CROWD), max_step=END).step.abs().flatten()
    return tuple(torch.searchsorted(step.nan_to_num(2 * END).sort().values, torch.tensor(STEPS), right=True).tolist())


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
        `f` along the ray at each of `STEPS`; `zero`, the flipping step, None where there is none as far as that;
        `value` and `gradient_norm` at x; `flipped`, how many of `draws` have flipped by each of `STEPS`; and the parameters.

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
    if checks.size("dim", dim) < 2:
        raise ValueError(f"dim must be at least 2, got {dim}")
    if seed not in range(CROWD):
        raise ValueError(f"seed must be an integer from 0 to {CROWD - 1}, got {seed!r}")
    net, x = plane_network(dim, checks.size("width", width), 1, seed)
    flip = smallest_flip(net, x, max_step=END)
    ray = Ray(net, x, -flip.value.sign().unsqueeze(-1) * net.gradient(x))
    return {
        "dim": dim,
        "width": width,
        "seed": seed,
        "value": round(flip.value.item(), 4),
        "gradient_norm": round(flip.gradient_norm.item(), 4),
        "zero": round(flip.step.abs().item(), 4) if flip.found else None,
        "f": [round(y, 3) for y in ray(torch.tensor(STEPS)[:, None, None]).flatten().tolist()],
        "flipped": list(flipped_by(dim, width)),
        "draws": DRAWS,
    }


def _rows(count: int, **columns: str) -> alt.Chart:
    """A chart over i = 0, ..., count - 1 whose columns are Vega expressions in `datum.i`."""
    return alt.Chart(alt.sequence(count, as_="i")).transform_calculate(**columns)


def _x(title: str = "step |η|") -> alt.X:
    return alt.X("t:Q", title=title, scale=alt.Scale(domain=[0, END]), axis=alt.Axis(values=list(range(6))))


def _y(low: float, high: float, ticks: list[float]) -> alt.Y:
    return alt.Y("y:Q", title=None, scale=alt.Scale(domain=[low, high]), axis=alt.Axis(values=ticks))


def _rule(head: str, top: float) -> list[alt.Chart]:
    """The rule at the current step, and what is said at its head."""
    here = _rows(1, t="step", y=str(top), head=head).encode(x=_x())
    align = alt.expr(f"step < 0.6 ? 'left' : step > {END - 0.6} ? 'right' : 'center'")
    text = here.mark_text(align=align, dy=-9, fontWeight=600).encode(y="y:Q", text="head:N")
    return [here.mark_rule(color=VERMILLION, strokeWidth=1.5, strokeDash=[5, 3]), text]


def _spec(title: str, description: str, layers: list[alt.Chart]) -> dict[str, Any]:
    chart = alt.layer(*layers).properties(title=alt.Title(alt.expr(title)), width=350, height=250)
    return chart.properties(description=description).to_dict()


def _ray_chart() -> dict[str, Any]:
    """The network's value along the gradient ray, its first zero, and the value at the current step."""
    y = _y(-REACH, REACH, [-2, 0, 2])
    half = _rows(1, t="0", end=f"{END}", y="0", far=f"-{REACH} * side")
    shade = half.mark_rect(color="currentColor", opacity=0.08).encode(x=_x(), x2="end:Q", y=y, y2="far:Q")
    axis = half.mark_rule(color="currentColor", opacity=0.6).encode(y=y)
    same = _rows(1, t=f"{END - 0.1}", y=f"{0.9 * REACH} * side", name="'same sign'").mark_text(align="right")
    other = _rows(1, t="0.1", y=f"{-0.9 * REACH} * side", name="'flipped'").mark_text(align="left")
    names = [name.encode(x=_x(), y=y, text="name:N") for name in (same, other)]
    curve = _rows(len(STEPS), t=f"datum.i / {(len(STEPS) - 1) / END}", value="frame.f[datum.i]")
    curve = curve.transform_calculate(y=f"abs(datum.value) > {REACH} ? null : datum.value")
    line = curve.mark_line(color=BLUE, strokeWidth=2.5).encode(x=_x(), y=y, order="i:Q")
    zero = _rows(1, t="frame.zero", y="0", at=f"{0.28} * side * late", name="format(frame.zero, '.2f')")
    zero = zero.transform_filter("isNumber(datum.t)").encode(x=_x())
    mark = zero.mark_point(shape="diamond", size=110, color="currentColor", strokeWidth=2, opacity=1).encode(y=y)
    align, dx = (alt.expr(f"late > 0 ? {after} : {before}") for after, before in (("'left'", "'right'"), (9, -9)))
    name = zero.mark_text(align=align, dx=dx).encode(y="at:Q", text="name:N")
    now = _rows(1, t="step", y="f_now").transform_filter(f"abs(datum.y) <= {REACH}")
    dot = now.mark_point(color=VERMILLION, filled=True, size=90, opacity=1).encode(x=_x(), y=y)
    layers = [shade, axis, *names, line, *_rule("'f = ' + format(f_now, '.2f')", REACH), mark, name, dot]
    return _spec("'f along the gradient ray, ◇ first zero'", "The network's value along its gradient ray, with the first zero marked.", layers)


def _law_chart() -> dict[str, Any]:
    """The histogram of the flipping steps over many draws, and the law they tend to."""
    y = _y(0, PEAK, [0, 0.2, 0.4, 0.6, 0.8])
    left, right = (f"frame.flipped[{BIN} * (datum.i + {end})]" for end in (0, 1))
    width = BIN * END / (len(STEPS) - 1)
    bars = _rows((len(STEPS) - 1) // BIN, t=f"{width} * datum.i", end=f"{width} * (datum.i + 1)")
    bars = bars.transform_calculate(
        y=f"({right} - {left}) / ({width} * frame.draws)", done="clamp(step, datum.t, datum.end)", floor="0"
    )
    outline = bars.mark_rect(color=BLUE, fillOpacity=0.15, stroke=BLUE, strokeWidth=1)
    filled = bars.mark_rect(color=BLUE, fillOpacity=0.75)
    limit = theory.limits("relu")
    law = _rows(len(STEPS), t=f"datum.i / {(len(STEPS) - 1) / END}")
    law = law.transform_calculate(y=f"2 * densityNormal(datum.t, 0, {limit.step_scale})")
    line = law.mark_line(color="currentColor", strokeWidth=2).encode(x=_x(), y=y, order="i:Q")
    name = f"'limit √2 |N(0,1)|, mean ' + format({limit.mean_step}, '.3f')"
    label = _rows(1, t="1.75", y=f"2 * densityNormal(1.75, 0, {limit.step_scale})", name=name)
    named = label.mark_text(align="left", dx=6, dy=-8).encode(x=_x(), y=y, text="name:N")
    beyond = _rows(1, t=f"{END}", y="0.06", name=f"beyond + ' beyond {END:g}'").transform_filter("beyond > 0")
    rest = beyond.mark_text(align="right").encode(x=_x(), y=y, text="name:N")
    heights = [
        outline.encode(x=_x(), x2="end:Q", y=y, y2="floor:Q"),
        filled.encode(x=_x(), x2="done:Q", y=y, y2="floor:Q"),
    ]
    layers = [*heights, line, named, rest, *_rule("share", PEAK)]
    title = "'Flipping steps of ' + frame.draws + ' draws (density)'"
    return _spec(title, "A histogram of the steps that flip the sign, under the law they tend to.", layers)


SIGNALS = {
    "place": f"round(step * {(len(STEPS) - 1) / END})",
    "side": "frame.value < 0 ? -1 : 1",
    "late": f"frame.zero > {0.9 * END} || (0.6 < frame.zero && frame.zero < step) ? -1 : 1",
    "f_now": "frame.f[place]",
    "share": "format(frame.flipped[place] / frame.draws, '.0%')",
    "beyond": "frame.draws - peek(frame.flipped)",
    "summary": (
        "frame.value == 0 ? 'Every neuron is silent at this input: f is 0 and there is no gradient to follow.' : "
        "'Step ' + format(step, '.2f') + (f_now * side < 0 ? ' flips' : ' does not flip') + ' the sign: f goes from '"
        " + format(frame.value, '.2f') + ' to ' + format(f_now, '.2f') + '; ' + share + ' of ' + frame.draws"
        " + ' draws flip by this step; the step is ' + format(step * frame.gradient_norm, '.2f')"
        " + ' long against ‖x‖ = ' + format(sqrt(frame.dim), '.1f') + '.'"
    ),
}


def one_step() -> Explorer:
    """Explore one gradient step against a random two-layer network.

    Examples
    --------
    >>> from advlib import explorers
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
