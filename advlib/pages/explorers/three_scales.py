"""Three scales of a random landscape: how a network and its gradient look from ever farther."""

from typing import Any

import altair as alt

from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, text
from advlib.pages.explorers.sliders import seed_slider, widths
from advlib.pages.live.three_scales import PLACES, RADII, three_scales_frame

KINDS = {"relu": ("ReLU", BLUE), "tanh": ("tanh", VERMILLION)}

LOW, HIGH = 3e-4, 3.0
"""The heights between which the left picture shows the change of the gradient."""

Axes = tuple[alt.X, alt.Y]


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
    for field, way, dash in (("along", "its own ray", [1, 0]), ("apart", "random rays", [5, 3])):
        value = f"frame.{name}.{field}[datum.i]"
        points = rows(len(RADII), x=f"{RADII}[datum.i]", y=f"{value} < {LOW} ? null : min({value}, {HIGH})")
        line = points.mark_line(color=color, strokeWidth=2.2, strokeDash=dash)
        change = f"' changes by ' + format({value}, '.3~p') + ' at length ' + format(datum.x, '~g')"
        words = says(f"'{KINDS[name][0]}, along {way}: ∇f' + {change}")
        curves.append(line.encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words))
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
    for name, (label, color) in KINDS.items():
        value = f"frame.{name}.ray[place][datum.i]"
        points = rows(PLACES, x=f"datum.i / {(PLACES - 1) / 2} - 1", y=f"abs({value}) > 1.25 ? null : {value}")
        change = "' of the length: f changes by ' + format(datum.y, '.2f') + ' of what the tangent does at its end'"
        words = says(f"'{label}, at ' + format(datum.x, '.2f') + {change}")
        line = points.mark_line(color=color, strokeWidth=2.5)
        curves.append(line.encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words))
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
            Control("dim", "input dimension d", range(2, 501), 100, "coordinates"),
            Control("width", "width k", widths(3000, 50), 3000, "neurons"),
            seed_slider(0),
        ],
        dials=[Control("radius", "length ‖δ‖", RADII, RADII[0], digits=3)],
        charts=[_change_chart(), _ray_chart()],
        signals=SIGNALS,
        live=True,
    )
