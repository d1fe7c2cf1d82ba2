"""One gradient step against random, deep and lazily trained networks.

The modules that lie flat in this package are its core: networks, exact flips, attacks, measurements, training, data.
Four wings use it: `advlib.theory`, the papers' bounds and limits; `advlib.sweep`, grids of an experiment's parameters;
`advlib.experiments`, those of the papers; and `advlib.pages`, what only the book needs. Data flows one way,

    core <- theory, sweep <- experiments <- pages, main

and the core never imports a wing.
"""

from importlib.metadata import version

from advlib import bottleneck, data, depth, extremes, lazy, lazy_ball, radii
from advlib.activations import Activation
from advlib.attacks import Flip, gradient_step, pgd, smallest_flip, universal_direction
from advlib.deferred import DeferredGaussian
from advlib.network import Network, binary_logits
from advlib.random_networks import lazy_two_layer, multilayer, points, two_layer
from advlib.sampling import sphere

__version__ = version("advlib")

__all__ = [
    "Activation",
    "DeferredGaussian",
    "Flip",
    "Network",
    "binary_logits",
    "bottleneck",
    "data",
    "depth",
    "extremes",
    "gradient_step",
    "lazy",
    "lazy_ball",
    "lazy_two_layer",
    "multilayer",
    "pgd",
    "points",
    "radii",
    "smallest_flip",
    "sphere",
    "two_layer",
    "universal_direction",
]
