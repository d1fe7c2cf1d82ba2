"""Re-runs for the second paper: networks of many layers and shapes."""

import math
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Generator

from advlib import depth as layers
from advlib import experiments as of
from advlib.pages.rerun import LOGARITHMIC, Picture, Rerun
from advlib.random_networks import multilayer, points
from advlib.sampling import gaussian_beside


def many_layers(stored: pd.DataFrame) -> Rerun:
    """The median length of the step relative to the input, for one shape of network, against the dimension."""
    known = stored[np.isfinite(stored.relative_median) & (stored.factor == 4)]
    return Rerun(
        of.shapes,
        lambda shape="hourglass", L=3, draws=40: [
            {"shape": shape, "dim": d, "depth": L, "factor": 4.0, "networks": draws // 4, "inputs": 4}
            for d in (30, 60, 100, 200)
        ],
        Picture(
            lambda L, **_: known[known.depth == L],
            "dim",
            "relative_median",
            by="shape",
            axes=LOGARITHMIC | {"xlabel": "dimension $d$", "ylabel": "$\\|\\eta \\nabla f(x)\\| / \\|x\\|$"},
        ),
        seed=54,
        controls={"shape": ["pyramid", "hourglass", "random"], "L": [3, 6], "draws": [20, 40]},
    )


def bottlenecks(stored: pd.DataFrame) -> Rerun:
    """How far the gradient stays near along the attack, against the place of the one narrow layer."""
    return Rerun(
        of.narrow_layer,
        lambda narrow=10, draws=12: [
            {"dim": 300, "width": 300, "depth": 6, "narrow": narrow, "position": i, "networks": draws // 3, "inputs": 3}
            for i in range(1, 7)
        ],
        Picture(
            lambda **_: stored,
            "position",
            "ahead_50_median",
            by="narrow",
            label="{} neurons",
            axes={"yscale": "log", "xlabel": "position of the narrow layer", "ylabel": "radius / $\\|x\\|$"},
        ),
        seed=55,
        controls={"narrow": [3, 10, 30, 100, 300], "draws": [6, 12]},
    )


def turned(dim: int, narrow: int, angle: float, networks: int, *, seed: int) -> dict[str, Any]:
    """How far the gradient moves, relative to itself, when the input turns by an angle, in four hidden layers.

    Examples
    --------
    >>> 0 < turned(20, 20, 0.1, 10, seed=0)["change"] < 1
    True
    """
    generator = Generator().manual_seed(seed)
    net = multilayer((dim, dim, narrow, dim, dim), gain=2**0.5, batch=(networks,), generator=generator)
    x = points(net, 1, generator=generator)
    aside = dim**0.5 * torch.nn.functional.normalize(gaussian_beside(x, tuple(x.shape), generator), dim=-1)
    gradient = net.gradient(x)
    change = net.gradient(math.cos(angle) * x + math.sin(angle) * aside) - gradient
    return {"change": float(change.norm() / gradient.norm())}


def gradient_apart() -> Rerun:
    """The change of the gradient against the angle by which the input turns, over the law for wide layers."""
    fine = torch.logspace(-2.5, 0.4, 20, dtype=torch.float64)
    law = 2 * (1 - (1 - layers.angles(fine, 3) / torch.pi).prod(0))
    known = pd.DataFrame({"angle": fine, "change": law.sqrt()})
    return Rerun(
        turned,
        lambda d=200, narrow=200, draws=50: [
            {"dim": d, "narrow": narrow, "angle": angle, "networks": draws}
            for angle in (0.01, 0.03, 0.1, 0.3, 1.0, 2.0)
        ],
        Picture(
            lambda **_: known,
            "angle",
            "change",
            label="law",
            axes=LOGARITHMIC | {"xlabel": "angle $\\theta_0$", "ylabel": "relative length of the change"},
        ),
        seed=61,
        controls={"d": [50, 100, 200, 400], "narrow": [5, 10, 50, 200, 400], "draws": [20, 50, 100]},
    )


def depth(stored: pd.DataFrame) -> Rerun:
    """The share of inputs whose sign one step flips, against the depth."""
    return Rerun(
        of.collapse,
        lambda d=30, k=100, draws=5: [
            {"dim": d, "width": k, "depth": L, "networks": 1, "inputs": draws, "steps": 10} for L in (1, 3, 10, 30)
        ],
        Picture(
            lambda **_: stored.assign(size=stored.dim.map("d = {}".format) + stored.width.map(", k = {}".format)),
            "depth",
            "flipped",
            by="size",
            axes={"xscale": "log", "xlabel": "depth $L$", "ylabel": "share that one step flips"},
        ),
        seed=56,
        controls={"d": [30, 100], "k": [50, 100], "draws": [5, 10]},
    )
