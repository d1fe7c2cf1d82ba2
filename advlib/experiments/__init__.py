"""The papers' experiments: plain parameters and a seed in, one flat record out; a file for each family."""

from advlib.experiments.any_attack import sphere_signs
from advlib.experiments.ball_plane import pushed_lengths
from advlib.experiments.bottlenecks import distortion, narrow_layer
from advlib.experiments.catalogue import CATALOGUE
from advlib.experiments.deeper import flips, flips_plain_and_he
from advlib.experiments.depth import angle_scatter, collapse
from advlib.experiments.depth_law import wide_flips
from advlib.experiments.entry import Entry
from advlib.experiments.lazy import trained_flips
from advlib.experiments.lazy_ball import ball_flips, members
from advlib.experiments.robust import fooled_digits, robust_training
from advlib.experiments.robust_controls import robust_retested
from advlib.experiments.robust_restarts import robust_restarted
from advlib.experiments.robust_stop import robust_to_the_loss
from advlib.experiments.room import trained_room
from advlib.experiments.search import search_against_scan
from advlib.experiments.two_layers import flips_in_plane
from advlib.experiments.widths import shapes

__all__ = [
    "CATALOGUE",
    "Entry",
    "angle_scatter",
    "ball_flips",
    "collapse",
    "distortion",
    "flips",
    "flips_in_plane",
    "flips_plain_and_he",
    "fooled_digits",
    "members",
    "narrow_layer",
    "pushed_lengths",
    "robust_restarted",
    "robust_retested",
    "robust_to_the_loss",
    "robust_training",
    "search_against_scan",
    "shapes",
    "sphere_signs",
    "trained_flips",
    "trained_room",
    "wide_flips",
]
