"""One gradient step against a random network of several layers, under both scales of its weights at once."""

from typing import Any

import altair as alt

from advlib import checks
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import axis, panel, text
from advlib.pages.explorers.deep_draws import (
    ALL,
    COARSE,
    END,
    HE,
    PER_UNIT,
    STEPS,
    flipped_by,
    he_networks,
    wide_median,
    wide_share,
)
from advlib.pages.explorers.deep_shares import CAPPED, HEIGHT, PLAIN, RULED, THIS, across, marks, rulers, share_chart
from advlib.pages.explorers.ray import current, curve, first_zero, halves, rounded_ray
from advlib.pages.explorers.sliders import SEEDS, seed_slider, widths

CAP = 20

REACH = 4.0
"""The range of the first picture on either side of 0."""


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
        infinite width, and `wides`, those of one to six layers at every second step, with their `medians`; `factor`;
        `cap`, where the plain network's cap falls; and the parameters.

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
        "wides": [list(wide_share(layers, dim)[::COARSE]) for layers in ALL],
        "medians": [wide_median(layers, dim) for layers in ALL],
    }


def _ray_chart() -> dict[str, Any]:
    """The network along its gradient ray, and its value at the current step."""
    shaded = halves(across(), axis(alt.Y, -REACH, REACH, [-2, 0, 2]), END, REACH)
    flipped = text("0.1", f"-{0.9 * REACH} * side", "'flipped'", align="left")
    line = curve(len(STEPS), f"datum.i / {PER_UNIT}", REACH, "step")
    shared = marks(-REACH, REACH, f"{0.9 * REACH} * side", "step", CAPPED, align="right", dx=-5)
    return panel(
        [*shaded, flipped, *shared, *rulers(-REACH), line, first_zero(), current("step", REACH)],
        height=HEIGHT,
        title="f (He) along the ray, ◇ first zero",
        description="The network's value along its gradient ray, with the first zero marked.",
    )


def half(depth: int) -> str:
    """A Vega expression of the step, on the ruler chosen, by which half of the infinitely wide networks flip."""
    median = f"frame.medians[{depth - 1}]"
    factor = f"(view == '{PLAIN}' ? {HE ** (depth + 1)} : 1)"
    return f"{median} === null ? 'more than {END:g} (He)' : format({median} * {factor}, '.2f')"


SIGNALS = {
    "place": f"round(step * {PER_UNIT})",
    "side": "frame.value < 0 ? -1 : 1",
    "f_now": "frame.f[place]",
    "chance": "1.36 / sqrt(frame.draws)",
    "one": (
        "frame.value == 0 ? 'Some layer is silent at this input: f is 0 and there is no gradient to follow.' : "
        "'Step ' + format(step, '.2f') + ' of the He network, ' + format(step * frame.factor, '.2f')"
        " + ' of the plain one,' + (f_now * side < 0 ? ' flips' : ' does not flip') + ' the sign; '"
        " + frame.flipped[place] + ' of ' + frame.draws + ' draws flip by it, and '"
        " + format(frame.wide[place], '.1%') + ' at infinite width. The perturbation is '"
        " + format(step * frame.gradient_norm, '.2f') + ' long against ‖x‖ = ' + format(sqrt(frame.dim), '.1f')"
        " + '. The plain cap, 20, is ' + format(frame.cap, '.2f') + ' on the He ruler.'"
    ),
    "first": half(1),
    "last": half(ALL[-1]),
    "all": (
        "'On the ' + (view == '" + PLAIN + "' ? 'plain' : 'He') + ' ruler, at d = ' + frame.dim + ', half of the'"
        " + ' infinitely wide networks of one layer flip by step ' + first + ', of six layers by ' + last"
        " + '. Step ' + format(step, '.2f') + ' of the He network is ' + format(step * frame.factor, '.2f')"
        " + ' of the plain one of ' + frame.depth + ' layers.'"
    ),
    "summary": f"view == '{THIS}' ? one : all",
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
            Control("depth", "hidden layers L", ALL, 4, "layers"),
            Control("dim", "input dimension d", range(10, 501), 100, "coordinates", built=(10, 100, 500)),
            Control("width", "width k", widths(1000, 20), 1000, "neurons", built=(10, 100, 1000)),
            seed_slider(3, built=range(2, 5)),
        ],
        dials=[
            Control("view", "second picture", (THIS, PLAIN, RULED), THIS),
            Control("step", "step |η|, He", STEPS, 0.0, "× ∇f", digits=2),
        ],
        charts=[_ray_chart(), share_chart()],
        signals=SIGNALS,
    )
