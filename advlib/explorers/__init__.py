"""The explorers of the chapters: pictures that the reader moves."""

from advlib.explorers.ball import lazy_ball, lazy_ball_frame
from advlib.explorers.cobweb import depth, depth_frame
from advlib.explorers.deferral import deferred_decisions, deferred_decisions_frame
from advlib.explorers.digits import digit_step, digit_step_frame
from advlib.explorers.layers import deeper, deeper_frame
from advlib.explorers.rates import how_often, how_often_frame
from advlib.explorers.robust import robust_training, robust_training_frame
from advlib.explorers.scales import three_scales, three_scales_frame
from advlib.explorers.shapes import many_layers, many_layers_frame
from advlib.explorers.step import one_step, one_step_frame
from advlib.explorers.terms import gradient_terms, gradient_terms_frame
from advlib.explorers.widths import bottlenecks, bottlenecks_frame

__all__ = [
    "bottlenecks",
    "bottlenecks_frame",
    "deeper",
    "deeper_frame",
    "deferred_decisions",
    "deferred_decisions_frame",
    "depth",
    "depth_frame",
    "digit_step",
    "digit_step_frame",
    "gradient_terms",
    "gradient_terms_frame",
    "how_often",
    "how_often_frame",
    "lazy_ball",
    "lazy_ball_frame",
    "many_layers",
    "many_layers_frame",
    "one_step",
    "one_step_frame",
    "robust_training",
    "robust_training_frame",
    "three_scales",
    "three_scales_frame",
]
