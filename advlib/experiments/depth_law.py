r"""How deep a network may be for one gradient step: at infinite width, and how wide that is.

The rules, written before the tables were drawn. `theory.flip_probability` is a limit for large d and L, so it is held
to the cells with :math:`d \ge 300`, :math:`L \ge 17`, at 20,000 draws:

* the share of `theory.wide_steps` that are finite lies within 0.02 of the law. Its standard error is at most
  0.0035, and what the two corrections predict is at most 0.015: a false alarm in one of ten tables at most;
* the mean of `theory.wide_shares` lies within 0.005 of the law with both corrections, `effective_depth` and
  `flip_noise`, and for :math:`d \ge 1000` with the first alone. Its error is below 0.0005: no false alarm to speak of;
* finite networks, 2,000 draws a cell: from some :math:`k / (d L)` on, named by the table and at most 20, every share
  lies within three standard errors of infinite width, and so does the mean of their differences. By chance one of some
  five comparisons fails in one of 70 tables. (The mean joined the rule, and 20 the grid, after a first table that ended
  at 10, where each share agreed and their mean lay 3.6 standard errors below.)
"""

from torch import Generator

from advlib import checks
from advlib.experiments.deeper import flips
from advlib.experiments.entry import Entry
from advlib.sweep.names import named
from advlib.sweep.store import Cell
from advlib.theory import wide_shares, wide_steps


@named("advlib.experiments.wide_flips")
def wide_flips(dim: int, depth: int, draws: int, *, seed: int) -> dict[str, float]:
    r"""Measure how often a gradient step of some length flips the sign of an infinitely wide network.

    Parameters
    ----------
    dim, depth : int
        The dimension d, at least 2, and the number of hidden layers.
    draws : int
        How many, for each of two estimates.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `flipped`, the share of finite steps among `theory.wide_steps`; `share`, the mean of `theory.wide_shares`; their
        standard errors, `flipped_se` and `share_se`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = wide_flips(300, 35, 1000, seed=0)
    >>> abs(record["flipped"] - record["share"]) < 4 * record["flipped_se"]
    True
    """
    many = checks.size("draws", draws, least=2)
    generator = Generator().manual_seed(checks.seed("seed", seed))
    flipped = wide_steps(dim, depth, many, gain=2**0.5, generator=generator).isfinite().double()
    share = wide_shares(dim, depth, many, generator=generator)
    root = many**0.5
    return {
        "flipped": flipped.mean().item(),
        "flipped_se": flipped.std().item() / root,
        "share": share.mean().item(),
        "share_se": share.std().item() / root,
    }


RATIOS = [0.1, 0.2, 0.5, 1, 2, 5, 10]
"""The depth over the root of the dimension."""

DIMS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]


def depth_cells(dims: list[int], draws: int) -> list[Cell]:
    """Cells of `wide_flips` at these dimensions and all `RATIOS`.

    Examples
    --------
    >>> depth_cells([10**6], 20_000)[-1]
    {'dim': 1000000, 'depth': 10000, 'draws': 20000}
    """
    pairs = dict.fromkeys((d, round(ratio * d**0.5)) for d in dims for ratio in RATIOS)
    return [{"dim": d, "depth": depth, "draws": draws} for d, depth in pairs if depth]


def width_cells(shapes: list[tuple[int, int]], ratios: list[float], networks: int) -> list[Cell]:
    r"""Cells of `flips` for networks of width :math:`k = \rho\, d L`, one input each, He.

    Examples
    --------
    >>> width_cells([(100, 10)], [0.4], 2000)[0]["width"]
    400
    """
    fixed = {"top": "signs", "gain": 2**0.5, "networks": networks, "inputs": 1, "max_step": 200.0}
    return [
        {"dim": d, "depth": depth, "width": round(ratio * d * depth)} | fixed | {"matrices": "deferred"}
        for ratio in ratios
        for d, depth in shapes
    ]


ENTRIES = {
    "depth-law": Entry(
        wide_flips,
        "The depth at which one step stops flipping, at infinite width",
        {"book": depth_cells([100, 1000], 2000), "paper": depth_cells(DIMS, 20_000)},
    ),
    "depth-widths": Entry(
        flips,
        "How wide a deep network must be to flip as if infinitely wide",
        {
            "book": width_cells([(30, 7)], [1, 4], 100),
            "paper": [
                *width_cells([(30, 7), (100, 5), (30, 10)], [0.4, 1, 2, 4, 10, 20], 2000),
                *width_cells([(100, 10)], [0.4, 1, 2, 4, 10], 2000),
            ],
        },
    ),
}
