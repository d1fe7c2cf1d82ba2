"""Re-runs for the first paper: one step against random networks."""

from typing import Any

import numpy as np
import pandas as pd
from torch import Generator

from advlib import experiments as of
from advlib import landscape, theory
from advlib.pages.rerun import LOGARITHMIC, Picture, Rerun
from advlib.random_networks import points, two_layer

DIMS = [10, 20, 50, 100, 200, 500]
BY_DIM = {"by": "dim", "label": "d = {}"}
WIDTH = {"xscale": "log", "xlabel": "width $k$"}


def one_gradient_step(stored: pd.DataFrame) -> Rerun:
    """The mean step that flips a two-layer network, against the width."""
    return Rerun(
        of.flips,
        lambda d=100, draws=200: [
            {"dim": d, "width": k, "depth": 1, "top": "signs", "gain": 1.0, "networks": draws // 5, "inputs": 5}
            for k in (10, 30, 100, 300, 1000, 3000)
        ],
        Picture(lambda **_: stored, "width", "step", **BY_DIM, axes=WIDTH | {"ylabel": "mean step $|\\eta|$"}),
        seed=50,
        controls={"d": DIMS, "draws": [50, 100, 200]},
    )


def how_often(stored: pd.DataFrame) -> Rerun:
    """The share of signs that one step flips, against the width."""
    return Rerun(
        of.flips_in_plane,
        lambda d=50, draws=500: [
            {"dim": d, "width": k, "networks": draws} for k in (10, 30, 100, 300, 1000, 3000, 10_000)
        ],
        Picture(lambda **_: stored, "width", "flipped", **BY_DIM, axes=WIDTH | {"ylabel": "share flipped"}),
        seed=51,
        controls={"d": DIMS, "draws": [100, 500, 2000]},
    )


def switching(dim: int, width: int, radius: float, inputs: int, *, seed: int) -> dict[str, Any]:
    """The largest share of neurons that a search switches on the sphere of this radius.

    Examples
    --------
    >>> switching(20, 30, 4.0, 2, seed=0)["share"] > theory.switch_probability(20, 4.0)
    True
    """
    generator = Generator().manual_seed(seed)
    net = two_layer(dim, width, generator=generator)
    x = points(net, inputs, generator=generator)
    delta = landscape.most_switched(net, x, radius, generator=generator)
    return {"share": landscape.switched(net, x, delta).mean().item()}


def three_scales() -> Rerun:
    """The share of neurons that a perturbation of some length switches, against its length."""
    radii = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
    fine = np.geomspace(radii[0], radii[-1], 30)

    def laws(d: int, k: int, **_: Any) -> pd.DataFrame:
        """The law for a perturbation that is fixed before, and the lemma's bound on it."""
        shares = {"at random": theory.switch_probability, "Lemma 6": lambda d, r: min(1, theory.switch_bound(d, r))}
        return pd.DataFrame(
            [{"law": law, "radius": r, "share": share(d, r)} for law, share in shares.items() for r in fine]
        )

    return Rerun(
        switching,
        lambda d=200, k=1000, draws=4: [{"dim": d, "width": k, "radius": r, "inputs": draws} for r in radii],
        Picture(
            laws,
            "radius",
            "share",
            by="law",
            axes=LOGARITHMIC | {"xlabel": "radius $R$", "ylabel": "share of neurons"},
        ),
        seed=60,
        controls={"d": [50, 100, 200, 400], "k": [500, 1000, 2000], "draws": [2, 4, 8]},
    )


def deeper(stored: pd.DataFrame) -> Rerun:
    """The share of signs that one step flips, in networks of several layers."""
    known = stored.query("top == 'signs'")
    return Rerun(
        of.flips_plain_and_he,
        lambda L=3, d=100, draws=100: [
            {"dim": d, "width": k, "depth": L, "top": "signs", "networks": draws // 5, "inputs": 5}
            for k in (10, 30, 100, 300)
        ],
        Picture(
            lambda L, **_: known[known.depth == L],
            "width",
            "he_flipped",
            **BY_DIM,
            axes=WIDTH | {"ylabel": "share flipped, He"},
        ),
        seed=52,
        controls={"L": [2, 3, 4, 5, 6], "d": DIMS, "draws": [50, 100, 200]},
    )


def deferred(stored: pd.DataFrame) -> Rerun:
    """The mean step in networks whose weights are decided only when asked, over those of the stored table."""
    known = stored.query("top == 'signs'")
    return Rerun(
        of.flips_plain_and_he,
        lambda L=3, d=100, draws=20: [
            {"dim": d, "width": k, "depth": L, "top": "signs", "networks": draws, "inputs": 1, "matrices": "deferred"}
            for k in (300, 1000, 3000, 10_000)
        ],
        Picture(
            lambda L, **_: known[known.depth == L],
            "width",
            "he_step",
            **BY_DIM,
            axes=WIDTH | {"ylabel": "mean step $|\\eta|$, He"},
        ),
        seed=53,
        controls={"L": [2, 3, 4, 5, 6], "d": DIMS, "draws": [5, 10, 20]},
    )
