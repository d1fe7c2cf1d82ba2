"""The experiments that the command line runs, each at two scales."""

from advlib.experiments import (
    any_attack,
    ball_plane,
    bottlenecks,
    cross_check,
    deeper,
    depth,
    depth_law,
    lazy,
    lazy_ball,
    robust,
    robust_controls,
    robust_restarts,
    robust_stop,
    room,
    search,
    tops,
    two_layers,
    widths,
)
from advlib.experiments.entry import Entry

CATALOGUE: dict[str, Entry] = {
    **two_layers.ENTRIES,
    **deeper.ENTRIES,
    **tops.ENTRIES,
    **cross_check.ENTRIES,
    **search.ENTRIES,
    **bottlenecks.ENTRIES,
    **widths.ENTRIES,
    **depth.ENTRIES,
    **depth_law.ENTRIES,
    **any_attack.ENTRIES,
    **lazy_ball.ENTRIES,
    **ball_plane.ENTRIES,
    **lazy.ENTRIES,
    **robust.ENTRIES,
    **robust_controls.ENTRIES,
    **robust_restarts.ENTRIES,
    **robust_stop.ENTRIES,
    **room.ENTRIES,
}
"""Every entry by the name that `advlib run` takes."""
