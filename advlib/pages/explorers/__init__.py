"""The explorers of the chapters: pictures that the reader moves."""

from advlib.pages.explorers.bottlenecks import bottlenecks, bottlenecks_frame
from advlib.pages.explorers.deeper import deeper, deeper_frame
from advlib.pages.explorers.deferred_decisions import deferred_decisions, deferred_decisions_frame
from advlib.pages.explorers.depth import depth, depth_frame
from advlib.pages.explorers.digit_step import digit_step, digit_step_frame
from advlib.pages.explorers.gradient_terms import gradient_terms, gradient_terms_frame
from advlib.pages.explorers.how_often import how_often, how_often_frame
from advlib.pages.explorers.lazy_ball import lazy_ball, lazy_ball_frame
from advlib.pages.explorers.many_layers import many_layers, many_layers_frame
from advlib.pages.explorers.one_step import one_step, one_step_frame
from advlib.pages.explorers.robust_training import robust_training, robust_training_frame
from advlib.pages.explorers.three_scales import three_scales, three_scales_frame

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
