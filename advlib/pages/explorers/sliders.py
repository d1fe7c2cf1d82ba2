"""Sliders that several explorers have."""

import math
from collections.abc import Sequence

from advlib.pages.explorer import Control

SEEDS = 100
"""How many seeds a slider has in Jupyter."""


def seed_slider(built: Sequence[int], start: int) -> Control:
    """Which random draw is shown; a built page keeps the seeds `built`."""
    return Control("seed", "seed, which draw", range(SEEDS), built, start)


def widths(highest: int, per_decade: int) -> list[int]:
    """Widths from 10 to `highest` at equal ratios, to two digits.

    Examples
    --------
    >>> widths(100, 4)
    [10, 18, 32, 56, 100]
    """
    count = round(per_decade * math.log10(highest / 10))
    return [int(float(f"{10 ** (1 + i / per_decade):.2g}")) for i in range(count + 1)]
