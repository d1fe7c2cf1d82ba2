"""The first paper's experiment on two layers, drawn in the plane of an input and its gradient.

The rule of `constant-steps`, written before its table was drawn, is the first one that Figure 2 had here: over d from
50 and k from 100 the largest mean step is at most 1.1 times the smallest. With 20,000 draws a mean has a standard error
of 0.6 %, and the infinitely wide law differs by 7 % over these dimensions: a false alarm in one of 20 tables at most.
"""

from torch import Generator

from advlib import checks
from advlib.experiments import chunks
from advlib.experiments.entry import Entry, Options
from advlib.experiments.plane import TOPS, plane_flips
from advlib.experiments.trials import flip_record
from advlib.sweep.names import named

IN_CACHE = 64
"""Single-precision numbers planned for each neuron and input, so many that a chunk stays near the processor."""


@named("advlib.experiments.flips_in_plane")
def flips_in_plane(
    dim: int, width: int, networks: int, max_step: float = 20.0, top: str = "signs", *, seed: int
) -> dict[str, float]:
    r"""Measure what `flips` does for two-layer networks at gain 1, one input each, in O(width + dim) a draw.

    The networks are drawn in the plane of the input and its gradient (`advlib.experiments.plane`), exactly in law.

    Parameters
    ----------
    dim, width, networks : int
    max_step : float
        How far to search.
    top : {"signs", "gaussian"}
    seed : int
        From 0 up.

    Returns
    -------
    dict
        As for `flips`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> flips_in_plane(100, 10_000, networks=50, seed=0)["flipped"]
    1.0
    """
    d = checks.size("dim", dim)
    k = checks.size("width", width)
    total = checks.size("networks", networks)
    reach = checks.positive("max_step", max_step)
    checks.choice("top", top, TOPS)
    drawn = chunks.cut(total, IN_CACHE * (d + k), seed)
    found = (plane_flips(d, k, count, top, reach, Generator().manual_seed(own)) for count, own in drawn)
    return flip_record(chunks.gathered(found, total))


DIMS = [10, 20, 50, 100, 200, 500]
WIDTHS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
BOOK: Options = {"width": WIDTHS[:7], "dim": DIMS, "networks": [1000]}
PAPER: Options = {"width": WIDTHS, "dim": DIMS, "networks": [10_000]}
GAUSSIAN: Options = {"top": ["gaussian"]}

ENTRIES = {
    "two-layers": Entry(
        flips_in_plane,
        "Bubeck et al. 2021, Figures 1 and 2, one hidden layer",
        {"book": BOOK, "paper": PAPER},
    ),
    "constant-steps": Entry(
        flips_in_plane,
        "Bubeck et al. 2021, Figure 2 left, one hidden layer, by fresh draws",
        {"book": BOOK | {"dim": DIMS[2:]}, "paper": {"width": WIDTHS[2:8], "dim": DIMS[2:], "networks": [20_000]}},
    ),
    "gaussian-top": Entry(
        flips_in_plane,
        "The same with Gaussian output weights (Bubeck et al. 2021, footnote 2)",
        {"book": BOOK | GAUSSIAN, "paper": PAPER | GAUSSIAN},
    ),
}
