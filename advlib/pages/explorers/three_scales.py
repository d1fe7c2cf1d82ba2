"""Three scales of a random landscape: how a network and its gradient look from ever farther."""

from typing import Any

import altair as alt
import torch
from torch.nn.functional import normalize

from advlib import checks
from advlib.landscape import gradient_change, switched
from advlib.network import Network
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.pages.explorers.rounding import rounded
from advlib.pages.explorers.sliders import seed_slider, widths
from advlib.random_networks import points, two_layer
from advlib.sampling import gaussian_beside

RADII = [round(mantissa * 10.0**power, 3) for power in range(-2, 2) for mantissa in (1, 1.6, 2.5, 4, 6.3)] + [100.0]
"""The lengths of the perturbation, the places of the slider."""

PLACES = 25
"""How many points of the ray a picture shows, from -R to R."""

DIRECTIONS = 2
"""How many random directions the dashed curves average."""

KINDS = {"relu": ("ReLU", BLUE), "tanh": ("tanh", VERMILLION)}

LOW, HIGH = 3e-4, 3.0
"""The heights between which the left picture shows the change of the gradient."""

Axes = tuple[alt.X, alt.Y]


def three_scales_frame(dim: int, width: int, seed: int) -> dict[str, Any]:
    r"""Compute what `three_scales` draws: a ReLU and a tanh network with the same weights, at every length of `RADII`.

    Parameters
    ----------
    dim, width : int
        The input dimension d and the number of neurons k.
    seed : int
        Which draw.

    Returns
    -------
    dict
        For each of "relu" and "tanh": `along` and `apart`, how far the gradient has moved along the ray of the gradient
        and along random ones, relative to its norm; `switched`, the share of neurons that have changed sign along the
        first; `ray`, for each length R, :math:`(f(x + t u) - f(x)) / (R \|\nabla f(x)\|)` at `PLACES` points t from -R
        to R, u the gradient's direction; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = three_scales_frame(100, 1000, seed=0)
    >>> frame["relu"]["along"][0] < frame["relu"]["along"][-1]
    True
    """
    dim = checks.size("dim", dim)
    width = checks.size("width", width)
    seed = checks.seed("seed", seed)
    generator = torch.Generator().manual_seed(seed)
    net = two_layer(dim, width, generator=generator)
    x = points(net, 1, generator=generator)
    random = gaussian_beside(x, (DIRECTIONS, dim), generator)
    nets = {name: Network(list(net.weights), net.top, name) for name in KINDS}
    seen = {name: _views(one, x, random) for name, one in nets.items()}
    return {"dim": dim, "width": width, "seed": seed, **seen}


def _views(net: Network, x: torch.Tensor, random: torch.Tensor) -> dict[str, Any]:
    """What one network looks like at every length."""
    radii = torch.tensor(RADII)
    gradient = net.gradient(x)
    norm = gradient.norm().clamp(min=torch.finfo(x.dtype).tiny)
    directions = normalize(torch.cat((gradient, random)), dim=-1)
    delta = (radii[:, None, None] * directions).flatten(0, 1)
    change = (gradient_change(net, x.expand_as(delta), delta) / norm).view(len(RADII), -1)
    steps = radii[:, None] * torch.linspace(-1, 1, PLACES)
    ray = (net(x + steps.flatten()[:, None] * directions[:1]) - net(x)).view(steps.shape) / (radii[:, None] * norm)
    along = radii[:, None] * directions[:1]
    return {
        "along": rounded(change[:, 0], 5),
        "apart": rounded(change[:, 1:].mean(-1), 5),
        "switched": rounded(switched(net, x.expand_as(along), along), 4),
        "ray": rounded(ray, 3),
    }


def _log_axes() -> Axes:
    x = axis(alt.X, RADII[0], RADII[-1], [0.01, 0.1, 1, 10, 100], scale="log", title="‖δ‖")
    return x, axis(alt.Y, LOW, HIGH, [0.01, 0.1, 1], scale="log")


def _scales() -> list[alt.Chart]:
    """The microscopic and the macroscopic scale, shaded, and the names of all three."""
    ends = [(f"{RADII[0]}", "1"), ("sqrt(frame.dim)", f"{RADII[-1]}")]
    x, y = _log_axes()
    shaded = [
        rows(1, x=low, y=f"{LOW}", end=high, top=f"{HIGH}")
        .mark_rect(color="currentColor", opacity=0.09)
        .encode(x=x, x2="end:Q", y=y, y2="top:Q")
        for low, high in ends
    ]
    middles = {"micro": "0.1", "meso": "pow(frame.dim, 0.25)", "macro": f"sqrt({RADII[-1]} * sqrt(frame.dim))"}
    return shaded + [text(middle, f"{1.6 * LOW}", f"'{name}'") for name, middle in middles.items()]


def _curves(name: str, color: str) -> list[alt.Chart]:
    """A network's relative change of gradient along its ray, and, dashed, along random ones."""
    curves = []
    for field, dash in {"along": [1, 0], "apart": [5, 3]}.items():
        value = f"frame.{name}.{field}[datum.i]"
        points = rows(len(RADII), x=f"{RADII}[datum.i]", y=f"{value} < {LOW} ? null : min({value}, {HIGH})")
        line = points.mark_line(color=color, strokeWidth=2.2, strokeDash=dash)
        curves.append(line.encode(x="x:Q", y="y:Q", order="i:Q"))
    return curves


def _change_chart() -> dict[str, Any]:
    """The relative change of both networks' gradients against the length of the perturbation."""
    dots = [
        rows(1, x="radius", y=f"frame.{name}.along[place]")
        .transform_filter(f"datum.y >= {LOW}")
        .mark_point(color=color, filled=True, size=80, opacity=1)
        .encode(x="x:Q", y="y:Q")
        for name, (_, color) in KINDS.items()
    ]
    labels = [
        text("0.014", f"{height}", f"'{label}'", align="left", fontWeight=600, color=color)
        for (label, color), height in zip(KINDS.values(), (1.6, 0.75), strict=True)
    ]
    rule = rows(1, x="radius", y=f"{LOW}", top=f"{HIGH}").mark_rule(color="currentColor", strokeDash=[2, 3])
    curves = [curve for name, (_, color) in KINDS.items() for curve in _curves(name, color)]
    return panel(
        [*_scales(), rule.encode(x="x:Q", y="y:Q", y2="top:Q"), *curves, *dots, *labels],
        title="Change of ∇f (dashed: random δ)",
        description="How far the gradient moves, relative to its norm, against the length of the perturbation.",
    )


def _ray_chart() -> dict[str, Any]:
    """Both networks along their gradient rays, at the scale of the perturbation."""
    x = axis(alt.X, -1, 1, [-1, 0, 1], title="t / ‖δ‖")
    y = axis(alt.Y, -1.25, 1.25, [-1, 0, 1])
    diagonal = rows(2, x="2 * datum.i - 1", y="2 * datum.i - 1")
    tangent = diagonal.mark_line(color="currentColor", strokeDash=[5, 3], strokeWidth=1.5, opacity=0.7)
    curves = []
    for name, (_, color) in KINDS.items():
        value = f"frame.{name}.ray[place][datum.i]"
        points = rows(PLACES, x=f"datum.i / {(PLACES - 1) / 2} - 1", y=f"abs({value}) > 1.25 ? null : {value}")
        curves.append(points.mark_line(color=color, strokeWidth=2.5).encode(x="x:Q", y="y:Q", order="i:Q"))
    return panel(
        [tangent.encode(x=x, y=y), *curves],
        title="f at this scale (dashed: tangent)",
        description="Both networks along their gradient rays, magnified to the length of the perturbation.",
    )


SIGNALS = {
    "place": f"indexof({RADII}, radius)",
    "scale": "radius < 1 ? 'microscopic' : radius < sqrt(frame.dim) ? 'mesoscopic' : 'macroscopic'",
    "summary": (
        "'A perturbation of length ' + format(radius, '~g') + ' against ‖x‖ = ' + format(sqrt(frame.dim), '.1f')"
        " + ' is ' + scale + '. Along its ray the gradient of the ReLU network changes by '"
        " + format(frame.relu.along[place], '.3~p') + ' of its norm and that of the tanh network by '"
        " + format(frame.tanh.along[place], '.3~p') + '; ' + format(frame.relu.switched[place], '.3~p')"
        " + ' of the ReLU neurons switch.'"
    ),
}


def three_scales() -> Explorer:
    """Explore a random landscape at the microscopic, the mesoscopic and the macroscopic scale.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.three_scales().title
    'Three scales of a random landscape'
    """
    return Explorer(
        "Three scales of a random landscape",
        three_scales_frame,
        parameters=[
            Control("dim", "input dimension d", range(2, 501), 100, "coordinates", built=(20, 100, 500)),
            Control("width", "width k", widths(3000, 40), 3000, "neurons", built=(30, 300, 3000)),
            seed_slider(0, built=range(2)),
        ],
        dials=[Control("radius", "length ‖δ‖", RADII, RADII[0], digits=3)],
        charts=[_change_chart(), _ray_chart()],
        signals=SIGNALS,
    )
