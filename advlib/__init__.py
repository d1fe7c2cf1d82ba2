"""One gradient step against random, deep and lazily trained networks."""

from advlib import balls, bottleneck, collapse, data, depth, lazy, lazy_ball
from advlib.activations import Activation
from advlib.attacks import Flip, gradient_step, pgd, smallest_flip, universal_direction
from advlib.deferred import DeferredGaussian
from advlib.network import Network, binary_logits
from advlib.networks import lazy_two_layer, multilayer, points, two_layer
from advlib.sampling import sphere

__all__ = [
    "Activation",
    "DeferredGaussian",
    "Flip",
    "Network",
    "balls",
    "binary_logits",
    "bottleneck",
    "collapse",
    "data",
    "depth",
    "gradient_step",
    "lazy",
    "lazy_ball",
    "lazy_two_layer",
    "multilayer",
    "pgd",
    "points",
    "smallest_flip",
    "sphere",
    "two_layer",
    "universal_direction",
]
