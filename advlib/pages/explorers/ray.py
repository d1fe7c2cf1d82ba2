"""A network along its gradient ray: what the explorers of one step and of several layers share."""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import torch
from torch import Tensor

from advlib.attacks import smallest_flip
from advlib.network import Network
from advlib.pages.explorers.charts import BLUE, VERMILLION
from advlib.rays import Ray

Points = Callable[..., alt.Chart]
"""Makes a chart over the step t, as `charts.rows` does."""


def along_ray(net: Network, x: Tensor, steps: Sequence[float]) -> dict[str, Any]:
    """Return a frame's value, gradient norm, first zero and f at these steps, each opposite in sign to f(x)."""
    flip = smallest_flip(net, x, max_step=steps[-1])
    ray = Ray(net, x, -flip.value.sign().unsqueeze(-1) * net.gradient(x))
    return {
        "value": round(flip.value.item(), 4),
        "gradient_norm": round(flip.gradient_norm.item(), 4),
        "zero": round(flip.step.abs().item(), 4) if flip.found else None,
        "f": [round(y, 3) for y in ray(torch.tensor(steps)[:, None, None]).flatten().tolist()],
    }


def counted(sizes: Tensor, steps: Sequence[float]) -> list[int]:
    """How many sizes, nan where there is none, are at most each of the steps."""
    known = sizes.nan_to_num(torch.inf).sort().values
    return torch.searchsorted(known, torch.tensor(steps, dtype=sizes.dtype), right=True).tolist()


def halves(points: Points, y: alt.Y, end: float, reach: float) -> list[alt.Chart]:
    """The half on which the sign has flipped, shaded, and the line between the halves."""
    half = points(1, t="0", y="0", end=f"{end}", far=f"-{reach} * side")
    shade = half.mark_rect(color="currentColor", opacity=0.08).encode(x2="end:Q", y=y, y2="far:Q")
    return [shade, half.mark_rule(color="currentColor", opacity=0.6).encode(x2="end:Q", y=y)]


def curve(points: Points, count: int, per_unit: int, reach: float) -> alt.Chart:
    """The value f at every step, as far as the picture reaches."""
    value = "frame.f[datum.i]"
    line = points(count, t=f"datum.i / {per_unit}", y=f"abs({value}) > {reach} ? null : {value}")
    return line.mark_line(color=BLUE, strokeWidth=2.5).encode(y="y:Q", order="i:Q")


def first_zero(points: Points) -> alt.Chart:
    """A diamond at the first zero."""
    mark = points(1, t="frame.zero", y="0").transform_filter("frame.zero !== null")
    return mark.mark_point(shape="diamond", size=110, color="currentColor", strokeWidth=2, opacity=1).encode(y="y:Q")


def current(points: Points, reach: float) -> alt.Chart:
    """A dot at the current step."""
    dot = points(1, t="step", y="f_now").transform_filter(f"abs(f_now) <= {reach}")
    return dot.mark_point(color=VERMILLION, filled=True, size=90, opacity=1).encode(y="y:Q")
