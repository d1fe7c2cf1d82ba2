"""The experiments that the command line runs, each at two scales."""

import math
from typing import NamedTuple

from advlib.experiments.depth import angle_scatter, collapse
from advlib.experiments.flips import flips_in_plane, flips_plain_and_he
from advlib.experiments.grids import (
    DEPTHS,
    DIMS,
    FEW,
    FORMS,
    LAYERS,
    LAZY,
    LEAST,
    MEMBERS,
    NARROWING,
    ONE_LAYER,
    PAPER_DEEPER,
    ROBUST,
    STARTS,
    WIDE,
    WIDTHS,
    deeper,
    otherwise,
    shaped,
)
from advlib.experiments.lazy import robust_training, trained_flips
from advlib.experiments.lazy_ball import ball_flips
from advlib.experiments.search import search_against_scan
from advlib.experiments.shapes import SHAPES, distortion, narrow_layer, shapes
from advlib.sweep import Experiment, Grid, cells


class Entry(NamedTuple):
    """An experiment and its grids."""

    experiment: Experiment
    summary: str
    grids: dict[str, Grid]


CATALOGUE = {
    "two-layers": Entry(
        flips_in_plane,
        "Bubeck et al. 2021, Figures 1 and 2, one hidden layer",
        {
            "book": {"width": WIDTHS[:7], "dim": DIMS, "networks": [1000]},
            "paper": {"width": WIDTHS, "dim": DIMS, "networks": [10_000]},
        },
    ),
    "gaussian-top": Entry(
        flips_in_plane,
        "The same with Gaussian output weights (Bubeck et al. 2021, footnote 2)",
        {
            "book": {"width": WIDTHS[:7], "dim": DIMS, "networks": [1000], "top": ["gaussian"]},
            "paper": {"width": WIDTHS, "dim": DIMS, "networks": [10_000], "top": ["gaussian"]},
        },
    ),
    "deeper": Entry(
        flips_plain_and_he,
        "Bubeck et al. 2021, Figures 1 and 3 to 7, two to six hidden layers",
        {
            "book": deeper([10, 100, 500], [10, 100, 1000], [2, 4, 6], networks=10),
            "paper": PAPER_DEEPER,
        },
    ),
    "cross-check": Entry(
        flips_plain_and_he,
        "The networks of the two tables above, drawn independently and by other means",
        {
            "book": otherwise(deeper([10, 100], [10, 100], [2, 4, 6], networks=10)),
            "paper": [
                *otherwise(deeper(DIMS, WIDTHS[:5], DEPTHS, 100)),
                *ONE_LAYER,
                *otherwise(deeper(DIMS, [3000], DEPTHS, 300)),
                *otherwise(deeper(DIMS, [10_000], [2, 3], 300)),
            ],
        },
    ),
    "search": Entry(
        search_against_scan,
        "How many sign changes the search along a ray overlooks",
        {
            "book": {"dim": [10, 100], "width": [300], "depth": [2, 6], "networks": [5], "inputs": [20]},
            "paper": [
                *cells({"dim": DIMS, "width": [300, 1000], "depth": DEPTHS, "networks": [100], "inputs": [20]}),
                *cells({"dim": [10, 100], "width": [3000], "depth": [2, 6], "networks": [30], "inputs": [10]}),
            ],
        },
    ),
    "distortion": Entry(
        distortion,
        "Bartlett et al. 2021, Figure 1",
        {
            "book": {"dim": [1000], "width": [10, 50, 100, 500, 1000], "runs": [10]},
            "paper": {"dim": [10_000], "width": [10, 50, 100, 500, 1000, 5000, 10_000], "runs": [10]},
        },
    ),
    "shapes": Entry(
        shapes,
        "Theorem 1.1 of Bartlett et al. 2021 for networks of several shapes",
        {
            "book": {"shape": [*SHAPES], "dim": [30, 100, 300], "depth": [3], "factor": [4.0], **FEW},
            "paper": [
                *shaped(FORMS, [30, 100, 300], [3, 6], 1000),
                *shaped(FORMS, [1000], [3, 6], 300),
                *shaped(FORMS, [3000], [3], 100),
                *shaped([(shape, 100 / n) for shape in NARROWING for n in LEAST], [100], [3], 1000),
                *shaped([(shape, 1000 / n) for shape in NARROWING for n in LEAST], [1000], [3], 300),
            ],
        },
    ),
    "narrow-layer": Entry(
        narrow_layer,
        "How far the gradient stays near, against one narrow layer's width and position",
        {
            "book": {
                "dim": [300],
                "width": [300],
                "depth": [4],
                "narrow": [10, 30, 100],
                "position": [1, 2, 3, 4],
                **FEW,
            },
            "paper": {
                "dim": [300],
                "width": [300],
                "depth": [6],
                "narrow": [3, 10, 30, 100, 300],
                "position": [1, 2, 3, 4, 5, 6],
                "networks": [40],
                "inputs": [10],
            },
        },
    ),
    "angles": Entry(
        angle_scatter,
        "Lemma 3.2 of Bartlett et al. 2021 at finite width",
        {
            "book": {"theta": [math.pi / 2], "width": [100, 1000], "depth": [1, 3, 10, 30, 100], "runs": [20]},
            "paper": [
                *cells({"theta": STARTS, "width": WIDE, "depth": [1, 10, 100, 1000], "runs": [10]}),
                *cells({"theta": STARTS, "width": WIDE[:3], "depth": [10_000], "runs": [10]}),
            ],
        },
    ),
    "collapse": Entry(
        collapse,
        "Sensitivity against depth, which Bartlett et al. 2021 leave open",
        {
            "book": {"dim": [30], "width": [100], "depth": [1, 3, 10, 30], "networks": [4], "inputs": [20]},
            "paper": [
                *cells({"dim": [30], "width": [100], "depth": LAYERS, "networks": [10], "inputs": [20]}),
                *cells({"dim": [100], "width": [100], "depth": LAYERS, "networks": [5], "inputs": [20]}),
                *cells({"dim": [30], "width": [300], "depth": LAYERS[:8], "networks": [4], "inputs": [20]}),
            ],
        },
    ),
    "ball-flips": Entry(
        ball_flips,
        "Wang et al. 2022, Theorem 3.1 on constructed members of the ball",
        {
            "book": {"dim": [25, 100, 400], "width": [1000], "constant": [3.0, 10.0], "networks": [10]},
            "paper": MEMBERS,
        },
    ),
    "trained-flips": Entry(
        trained_flips,
        "Wang et al. 2022, Figures 2, 3, 5, 6 and 7",
        {
            "book": {
                "source": ["digits"],
                "size": [5, 8],
                "normalize": [True],
                "width": [300],
                "constant": [3.0, 10.0],
                "epochs": [100],
                "run": [0],
            },
            "paper": LAZY,
        },
    ),
    "robust-training": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4",
        {
            "book": {
                "source": ["digits"],
                "size": [8],
                "width": [100],
                "radius": [0.1, 0.3, 1.0],
                "attack_radius": [0.2],
                "images": [270],
                "lr": [0.5],
                "epochs": [30],
                "steps": [10],
                "run": [0],
            },
            "paper": ROBUST,
        },
    ),
}
