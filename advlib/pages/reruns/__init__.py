"""The re-runs of the chapters: each chapter's measurement at sizes of the reader's, over what is stored or derived.

Each is named as its chapter, is the value of a cell of its record, and takes a few seconds where its controls start.
"""

from advlib.pages.reruns.lazy import adversarial_training, lazy_regime, trained
from advlib.pages.reruns.many_layers import bottlenecks, depth, gradient_apart, many_layers
from advlib.pages.reruns.two_layers import deeper, deferred, how_often, one_gradient_step, three_scales

__all__ = [
    "adversarial_training",
    "bottlenecks",
    "deeper",
    "deferred",
    "depth",
    "gradient_apart",
    "how_often",
    "lazy_regime",
    "many_layers",
    "one_gradient_step",
    "three_scales",
    "trained",
]
