r"""Gaussian output weights against signs behind several layers, with draws enough for a strict rule.

The rule, written before the table was drawn: it is the first rule of the row on footnote 2 of Bubeck et al. 2021, which
100 networks a cell, and 1,000 draws in wide cells, were too few to decide. In every cell of :math:`k \ge 100` shares
that flip lie within 5 points of each other, mean steps and mean gradient norms within 10 %. With 5,000 independent
networks a cell a difference of mean steps was expected to have a standard error of at most 2.6 %: a false alarm in one
of 500 tables at most, if the two laws are the same. (The table has up to 4.6 %, since steps scatter more behind six
layers at d = 50 than was assumed: a false alarm in one of some 20 tables.)
"""

from advlib.experiments.deeper import flips
from advlib.experiments.entry import Entry
from advlib.sweep.store import Cell


def top_cells(dims: list[int], widths: list[int], depths: list[int], networks: int) -> list[Cell]:
    r"""Cells of `flips` with both kinds of output weights, narrow ones first; deferred from k = 300 on.

    Examples
    --------
    >>> [cell["top"] for cell in top_cells([50], [100], [2], 5000)]
    ['signs', 'gaussian']
    """
    fixed = {"gain": 2**0.5, "networks": networks, "inputs": 1, "max_step": 20.0}
    return [
        {"dim": d, "width": k, "depth": depth, "top": top} | fixed | {"matrices": "deferred" if k >= 300 else "dense"}
        for k in widths
        for depth in depths
        for d in dims
        for top in ("signs", "gaussian")
    ]


ENTRIES = {
    "deeper-tops": Entry(
        flips,
        "Gaussian output weights against signs, two and six layers (Bubeck et al. 2021, footnote 2)",
        {
            "book": top_cells([50], [100], [2], 200),
            "paper": top_cells([50, 500], [100, 300, 1000], [2, 6], 5000),
        },
    ),
}
