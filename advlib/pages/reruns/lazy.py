"""Re-runs for the third paper: networks in a ball around their start."""

import numpy as np
import pandas as pd

from advlib import experiments as of
from advlib.pages.rerun import LOGARITHMIC, Picture, Rerun

BALL = 10 / 1000**0.5
"""The radius V at which the stored table varies the attack."""


def lazy_regime(stored: pd.DataFrame) -> Rerun:
    """The median length of the perturbation that flips a member of the ball, against the dimension."""
    known = stored.query("width == 1000")
    return Rerun(
        of.ball_flips,
        lambda C_0=3.0, m=1000, draws=20: [
            {"dim": d, "width": m, "constant": C_0, "networks": draws} for d in (25, 100, 400)
        ],
        Picture(
            lambda **_: known,
            "dim",
            "value_length_median",
            by="constant",
            label="$C_0$ = {:g}",
            axes=LOGARITHMIC | {"xlabel": "dimension $d$", "ylabel": "$\\|\\delta\\|$"},
        ),
        seed=57,
        controls={"C_0": [1.0, 3.0, 10.0, 30.0], "m": [300, 1000, 2000], "draws": [10, 20]},
    )


def trained(stored: pd.DataFrame) -> Rerun:
    """The relative perturbation that flips an image after lazy training, against the side of the images."""
    known = stored.query("normalize and width == 1000")
    means = known.groupby(["constant", "size"], as_index=False).relative.mean()
    return Rerun(
        of.trained_flips,
        lambda C_0=3.0, m=500: [
            {"source": "mnist5k", "size": side, "normalize": True, "width": m, "constant": C_0, "epochs": 20, "run": 0}
            for side in (5, 7, 10, 14)
        ],
        Picture(
            lambda **_: means,
            "size",
            "relative",
            by="constant",
            label="$C_0$ = {:g}",
            axes={"yscale": "log", "xlabel": "side of the images, $\\sqrt{d}$", "ylabel": "$\\|\\delta\\| / \\|x\\|$"},
        ),
        seed=58,
        controls={"C_0": [1.0, 3.0, 10.0], "m": [100, 500]},
    )


def adversarial_training(stored: pd.DataFrame) -> Rerun:
    """The robust accuracy after adversarial training, against the length of the attack."""
    known = stored[np.isclose(stored.radius, BALL)]
    shared = {"source": "mnist5k", "radius": BALL, "lr": 0.5, "epochs": 8, "steps": 5, "run": 0}
    return Rerun(
        of.robust_training,
        lambda side=14, m=1000, images=200: [
            shared | {"size": side, "width": m, "images": images, "attack_radius": length}
            for length in (0.05, 0.1, 0.2, 0.3, 0.4)
        ],
        Picture(
            lambda **_: known,
            "attack_radius",
            "robust",
            by="size",
            label="{0} × {0}",
            axes={"xscale": "log", "xlabel": "length of the attack", "ylabel": "robust accuracy"},
        ),
        seed=59,
        controls={"side": [5, 7, 10, 14], "m": [300, 1000], "images": [50, 100, 200]},
    )
