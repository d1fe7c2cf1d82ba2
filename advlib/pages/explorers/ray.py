"""A network along its gradient ray: what the explorers of one step, of several layers and of digits share."""

from collections.abc import Sequence
from typing import Any

import altair as alt
from torch import Tensor

from advlib.network import Network
from advlib.pages.explorers.charts import BLUE, VERMILLION, rows, says
from advlib.pages.live.ray import along_ray


def rounded_ray(net: Network, x: Tensor, steps: Sequence[float]) -> dict[str, Any]:
    """Return what `along_ray` does, in few digits."""
    ray = along_ray(net, x, steps)
    few = {name: None if ray[name] is None else round(ray[name], 4) for name in ("value", "gradient_norm", "zero")}
    return few | {"f": [round(value, 3) for value in ray["f"]]}


def halves(x: alt.X, y: alt.Y, end: float, reach: float) -> list[alt.Chart]:
    """The half on which the sign has flipped, shaded, and the line between the halves."""
    half = rows(1, x="0", y="0", end=f"{end}", far=f"-{reach} * side")
    shade = half.mark_rect(color="currentColor", opacity=0.08)
    line = half.mark_rule(color="currentColor", opacity=0.6)
    return [shade.encode(x=x, x2="end:Q", y=y, y2="far:Q"), line.encode(x=x, x2="end:Q", y=y)]


def curve(count: int, step: str, reach: float, name: str) -> alt.Chart:
    """The value f at every step, a Vega expression in `datum.i` that has a name, as far as the picture reaches."""
    value = "frame.f[datum.i]"
    line = rows(count, x=step, y=f"abs({value}) > {reach} ? null : {value}")
    words = says(f"'at {name} ' + format(datum.x, '~g') + ' f is ' + format(datum.y, '.2f')")
    return line.mark_line(color=BLUE, strokeWidth=2.5).encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words)


def first_zero() -> alt.Chart:
    """A diamond at the first zero."""
    mark = rows(1, x="frame.zero", y="0").transform_filter("frame.zero !== null")
    diamond = mark.mark_point(shape="diamond", size=110, color="currentColor", strokeWidth=2, opacity=1)
    words = says("'f is first zero at step ' + format(frame.zero, '.2f')")
    return diamond.encode(x="x:Q", y="y:Q", tooltip=words)


def current(step: str, reach: float) -> alt.Chart:
    """A dot at the current step, a Vega expression."""
    dot = rows(1, x=step, y="f_now").transform_filter(f"abs(f_now) <= {reach}")
    return dot.mark_point(color=VERMILLION, filled=True, size=90, opacity=1).encode(x="x:Q", y="y:Q")
