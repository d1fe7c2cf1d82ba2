r"""The second paper's experiments on depth.

`advlib.experiments.trials` says what the records' names mean.
"""

import math

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.depth import angles, random_angles
from advlib.experiments.entry import Entry
from advlib.experiments.trials import draw, mean, medians
from advlib.extremes import extremes, one_step_reach, pgd_reach
from advlib.network import Network
from advlib.sweep import cells
from advlib.sweep.names import named
from advlib.theory import angle_deviations

RADII = [2.0 ** (-j / 2) for j in range(14)]
"""Radii of the multi-step attack in units of its reach, half an octave apart."""


@named("advlib.collapse_experiments.angle_scatter")
def angle_scatter(theta: float, width: int, depth: int, runs: int, *, seed: int) -> dict[str, float]:
    r"""Measure the angle between two inputs' images at one layer of random networks, against the infinitely wide limit.

    Parameters
    ----------
    theta : float
        The angle between the inputs, above 0 and up to :math:`\pi`.
    width, depth : int
        Depth is the layer at which the angle is taken.
    runs : int
        How many networks.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `angle` and `angle_se`, mean and standard error; `angle_std`, over runs; `limit`, the map's angle
        (Bartlett et al. 2021, Lemma 3.2); `limit_std`, the deviation that finite width predicts (derived).

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = angle_scatter(math.pi / 2, 1000, 10, runs=4, seed=0)
    >>> abs(record["angle"] - record["limit"]) < 5 * record["limit_std"]
    True
    """
    generator = Generator().manual_seed(checks.seed("seed", seed))
    k = checks.size("width", width)
    layers = checks.size("depth", depth)
    n = checks.size("runs", runs)
    limit_std = float(angle_deviations(theta, layers, k)[-1])
    start = torch.tensor(theta, dtype=torch.float64)
    drawn = [random_angles(start, layers, k, generator=generator).angle[-1:] for _ in range(n)]
    spread = float(torch.cat(drawn).std()) if n > 1 else math.nan
    return mean("angle", {"angle": drawn}) | {
        "angle_std": spread,
        "limit": float(angles(theta, layers)[-1]),
        "limit_std": limit_std,
    }


@named("advlib.collapse_experiments.collapse")
def collapse(
    dim: int, width: int, depth: int, networks: int, inputs: int, steps: int = 50, reach: float = 2.0, *, seed: int
) -> dict[str, float]:
    r"""Measure how far a deep network still tells inputs apart, and what still flips its sign.

    Theorem 3.1 of Bartlett et al. 2021 says what becomes of it at depths and widths that nobody can run; the decay in
    between is open in the paper.

    Parameters
    ----------
    dim, width, depth : int
    networks, inputs : int
        For each network the inputs are paired, each with the next.
    steps : int
        Of the search for extreme values, and of the multi-step attack at each radius.
    reach : float
        How far the attacks may go, in lengths of the input; beyond 1 they may cross the origin.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `difference_median`, of :math:`|f(x) - f(y)| / |f(x)|` over pairs; `spread`, the mean over networks of
        :math:`s = (f_{\max} - f_{\min}) / \max |f|` for the extreme values that the search found; `both_signs`, the
        share of networks for which these differ in sign; `flipped`, the share of inputs that one step flips within
        `reach`, and `one_step_median`, its relative length; `attacked` and `attack_median`, the same for the multi-step
        attack, one step included; `dead`, the share of networks that are 0 at an input, which count as spread 0 where
        they are 0 everywhere. Where s is below 1 the worst pair found has ratio s / (1 - s); else f changes sign.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = collapse(20, 50, 2, networks=3, inputs=4, steps=5, seed=0)
    >>> record["flipped"] <= record["attacked"] <= 1.0
    True
    """
    furthest = checks.positive("reach", reach)
    iterations = checks.size("steps", steps)
    widths = (checks.size("dim", dim), *[checks.size("width", width)] * checks.size("depth", depth))
    radii = [furthest * radius for radius in RADII]

    def measure(net: Network, x: Tensor, generator: Generator) -> dict[str, Tensor]:
        value = net(x)
        lowest, highest = extremes(net, x, steps=iterations)
        low = lowest.min().unsqueeze(0)
        high = highest.max().unsqueeze(0)
        one_step = one_step_reach(net, x, reach=furthest)
        attack = torch.minimum(one_step, pgd_reach(net, x, radii=radii, steps=iterations))
        return {
            "difference": ((value - value.roll(1)) / value).abs(),
            "spread": ((high - low) / torch.maximum(high.abs(), low.abs())).nan_to_num(0),
            "both_signs": low * high < 0,
            "one_step": one_step,
            "flipped": one_step.isfinite(),
            "attack": attack,
            "attacked": attack.isfinite(),
            "dead": (value == 0).any().unsqueeze(0),
        }

    measured = draw(lambda generator: widths, networks, inputs, seed, measure, torch.float64)
    record = medians({name: measured[name] for name in ("difference", "one_step", "attack")})
    for name in ("spread", "both_signs", "flipped", "attacked", "dead"):
        record |= mean(name, measured)
    return record


STARTS = [0.1, math.pi / 2, math.pi]
WIDE = [100, 1000, 10_000, 100_000]
LAYERS = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000]

ENTRIES = {
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
}
