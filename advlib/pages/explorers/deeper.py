"""One gradient step against a random network of several layers, under both scales of its weights at once."""

from functools import lru_cache
from typing import Any

import altair as alt
import torch
from torch import Tensor

from advlib import checks, theory
from advlib.attacks import smallest_flip
from advlib.network import Network
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.pages.explorers.ray import current, curve, first_zero, halves, rounded_ray
from advlib.pages.explorers.sliders import SEEDS, seed_slider, widths
from advlib.pages.live.ray import counted
from advlib.random_networks import multilayer, points

HE = 2**0.5
CAP = 20
CROWD = SEEDS
"""The seed of the draws in the second picture; the slider's seeds are smaller."""

WIDE_DRAWS = 4000
EFFORT, MOST = 300_000, 200
"""Neurons that all the draws of a frame may have together, and how many draws there are at most."""

DENSE = 2_000_000
"""Up to so many entries a layer, over all draws, dense matrices are faster than deferred ones."""

PER_UNIT = 20
STEPS = [i / PER_UNIT for i in range(4 * PER_UNIT + 1)]
"""Where a frame is known, as steps of the He network."""

END = STEPS[-1]
REACH = 4.0
"""The range of the first picture on either side of 0."""

HEIGHT = 220
"""Of both pictures, in pixels; the legend of the second lies above its curves."""


def he_networks(depth: int, dim: int, width: int, draws: int, seed: int) -> tuple[Network, Tensor]:
    """Draw He networks of one width with signs on top, and an input on the sphere for each."""
    generator = torch.Generator().manual_seed(seed)
    matrices = "dense" if draws * width**2 <= DENSE else "deferred"
    net = multilayer(
        (dim, *[width] * depth), top="signs", gain=HE, batch=(draws,), matrices=matrices, generator=generator
    )
    return net, points(net, 1, generator=generator)


@lru_cache(maxsize=64)
def flipped_by(depth: int, dim: int, width: int) -> tuple[int, tuple[int, ...]]:
    """How many networks were drawn, and how many of them have changed sign by each of `STEPS`."""
    draws = min(MOST, EFFORT // (depth * width))
    step = smallest_flip(*he_networks(depth, dim, width, draws, CROWD), max_step=END).step.abs().flatten()
    return draws, tuple(counted(step, STEPS))


@lru_cache(maxsize=64)
def wide_share(depth: int, dim: int) -> tuple[float, ...]:
    """Share of infinitely wide networks that have changed sign by each of `STEPS`."""
    generator = torch.Generator().manual_seed(CROWD)
    steps = theory.wide_steps(dim, depth, WIDE_DRAWS, gain=HE, generator=generator)
    return tuple(round(count / WIDE_DRAWS, 3) for count in counted(steps, STEPS))


def deeper_frame(depth: int, dim: int, width: int, seed: int) -> dict[str, Any]:
    r"""Compute what `deeper` draws: one deep network along its gradient ray, and the flipping steps of many.

    Everything is in the He network's units. The plain one is the same network divided by `factor`, so its steps are
    `factor` times as large.

    Parameters
    ----------
    depth, dim, width : int
        The number of hidden layers L, the dimension d, at least 2, and the width k.
    seed : int
        Which draw, from 0 to 99.

    Returns
    -------
    dict
        `value` and `gradient_norm` at x; `f` along the ray at each of `STEPS`; `zero`, the flipping step, None where
        there is none as far as that; `flipped`, how many of `draws` have flipped by each of them; `wide`, the share at
        infinite width; `factor`; `cap`, where the plain network's cap falls; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = deeper_frame(3, 100, 300, seed=2)
    >>> frame["factor"], frame["cap"]
    (4.0, 5.0)
    """
    depth = checks.size("depth", depth)
    dim = checks.size("dim", dim, least=2)
    width = checks.size("width", width)
    seed = checks.index("seed", seed, SEEDS)
    net, x = he_networks(depth, dim, width, 1, seed)
    draws, flipped = flipped_by(depth, dim, width)
    factor = HE ** (depth + 1)
    return {
        "depth": depth,
        "dim": dim,
        "width": width,
        "seed": seed,
        "factor": round(factor, 4),
        "cap": round(CAP / factor, 4),
        **rounded_ray(net, x, STEPS),
        "draws": draws,
        "flipped": list(flipped),
        "wide": list(wide_share(depth, dim)),
    }


def _across() -> alt.X:
    """He's step, with both steps at its ticks."""
    plain = "datum.value * frame.factor"
    both = f"[datum.label, format({plain}, {plain} % 1 && {plain} < 10 ? '.1f' : '.0f')]"
    return axis(alt.X, 0, END, [0, 1, 2, 3, 4], labelExpr=both)


def _marks(low: float, high: float, label: str, **mark: Any) -> list[alt.Chart]:
    """What both pictures share: the current step, the plain network's cap, labelled, and the names of the two axes."""
    where = f"frame.cap <= {END} ? frame.cap : null"
    rules = [
        rows(1, x=x, y=str(low), end=str(high))
        .mark_rule(color=color, strokeWidth=1.5, strokeDash=dash)
        .encode(x="x:Q", y="y:Q", y2="end:Q")
        for x, color, dash in ((where, "currentColor", [1, 3]), ("step", VERMILLION, [5, 3]))
    ]
    names = [
        text("0", str(low), f"'{name}'", align="right", dx=-7, dy=dy, fontSize=11)
        for name, dy in (("He", 13), ("plain", 27))
    ]
    return [*rules, text(where, label, "'cap, plain'", **mark), *names]


def _ray_chart() -> dict[str, Any]:
    """The network along its gradient ray, and its value at the current step."""
    shaded = halves(_across(), axis(alt.Y, -REACH, REACH, [-2, 0, 2]), END, REACH)
    flipped = text("0.1", f"-{0.9 * REACH} * side", "'flipped'", align="left")
    line = curve(len(STEPS), f"datum.i / {PER_UNIT}", REACH)
    marks = _marks(-REACH, REACH, f"{0.9 * REACH} * side", align="right", dx=-5)
    return panel(
        [*shaded, flipped, *marks, line, first_zero(), current("step", REACH)],
        height=HEIGHT,
        title="f (He) along the ray, ◇ first zero",
        description="The network's value along its gradient ray, with the first zero marked.",
    )


DRAWN: dict[str, Any] = {"color": BLUE, "strokeWidth": 2.5}
WIDE: dict[str, Any] = {"color": "currentColor", "strokeWidth": 1.5}
LIMIT: dict[str, Any] = WIDE | {"strokeDash": [6, 4]}


def _key(y: float, words: str, line: dict[str, Any]) -> list[alt.Chart]:
    """A line of the legend, above the curves."""
    sample = rows(1, x=f"{0.05 * END}", y=str(y), end=f"{0.13 * END}").mark_rule(**line)
    return [sample.encode(x="x:Q", x2="end:Q", y="y:Q"), text(f"{0.15 * END}", str(y), words, align="left")]


def _share_chart() -> dict[str, Any]:
    """The share of draws that have flipped by each step: drawn, at infinite width, and in the limit."""
    x = _across()
    y = axis(alt.Y, 0, 1.6, [0, 0.5, 1], format="%")
    at = f"datum.i / {PER_UNIT}"
    scale = theory.limits("relu", gain=HE).step_scale
    limit = rows(len(STEPS), x=at, y=f"2 * cumulativeNormal({at}, 0, {scale}) - 1")
    wide = rows(len(STEPS), x=at, y="frame.wide[datum.i]", share="frame.flipped[datum.i] / frame.draws")
    band = wide.transform_calculate(low="max(0, datum.y - chance)", high="min(1, datum.y + chance)")
    band = band.mark_area(color="currentColor", opacity=0.12)
    band = band.encode(x=x, y=alt.Y("low:Q").title(None), y2="high:Q")
    laws = [
        limit.mark_line(**LIMIT).encode(x="x:Q", y=y, order="i:Q"),
        wide.mark_line(**WIDE).encode(x="x:Q", y=y, order="i:Q"),
        wide.mark_line(**DRAWN, interpolate="step-after").encode(x="x:Q", y="share:Q", order="i:Q"),
    ]
    keys = [
        *_key(1.54, "frame.draws + ' draws at this k'", DRAWN),
        *_key(1.39, "'k → ∞ (± chance)'", WIDE),
        *_key(1.24, "'then d → ∞'", LIMIT),
    ]
    return panel(
        [band, *laws, *keys, *_marks(0, 1, "1.07")],
        height=HEIGHT,
        title="Share of draws flipped by |η|",
        description="The share of draws that have flipped by each step, against the laws for wide networks.",
    )


SIGNALS = {
    "place": f"round(step * {PER_UNIT})",
    "side": "frame.value < 0 ? -1 : 1",
    "f_now": "frame.f[place]",
    "chance": "1.36 / sqrt(frame.draws)",
    "summary": (
        "frame.value == 0 ? 'Some layer is silent at this input: f is 0 and there is no gradient to follow.' : "
        "'Step ' + format(step, '.2f') + ' of the He network, ' + format(step * frame.factor, '.2f')"
        " + ' of the plain one,' + (f_now * side < 0 ? ' flips' : ' does not flip') + ' the sign; '"
        " + frame.flipped[place] + ' of ' + frame.draws + ' draws flip by it, and '"
        " + format(frame.wide[place], '.1%') + ' at infinite width. The perturbation is '"
        " + format(step * frame.gradient_norm, '.2f') + ' long against ‖x‖ = ' + format(sqrt(frame.dim), '.1f')"
        " + '. The plain cap, 20, is ' + format(frame.cap, '.2f') + ' on the He ruler.'"
    ),
}


def deeper() -> Explorer:
    """Explore one gradient step against random networks of one to six hidden layers.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.deeper().title
    'One gradient step against a random network of several layers'
    """
    return Explorer(
        "One gradient step against a random network of several layers",
        deeper_frame,
        parameters=[
            Control("depth", "hidden layers L", range(1, 7), 4, "layers", built=(1, 2, 4, 6)),
            Control("dim", "input dimension d", range(10, 501), 100, "coordinates", built=(10, 100, 500)),
            Control("width", "width k", widths(1000, 20), 1000, "neurons", built=(10, 100, 1000)),
            seed_slider(3, built=range(2, 5)),
        ],
        dials=[Control("step", "step |η|, He", STEPS, 0.0, "× ∇f", digits=2)],
        charts=[_ray_chart(), _share_chart()],
        signals=SIGNALS,
    )
