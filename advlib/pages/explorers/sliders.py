"""Sliders that several explorers have."""

import math
from collections.abc import Sequence

from advlib.pages.explorer import Control

SEEDS = 100
"""How many seeds a slider has in Jupyter."""


def seed_slider(start: int, built: Sequence[int] = ()) -> Control:
    """Which random draw is shown; a built page that does not compute stores the seeds `built`."""
    return Control("seed", "seed, which draw", range(SEEDS), start, built=built)


def widths(highest: int, per_decade: int) -> list[int]:
    """Widths from 10 to `highest` at equal ratios, to two digits.

    Examples
    --------
    >>> widths(100, 4)
    [10, 18, 32, 56, 100]
    """
    count = round(per_decade * math.log10(highest / 10))
    return sorted({int(float(f"{10 ** (1 + i / per_decade):.2g}")) for i in range(count + 1)})


def sizes(lowest: int, highest: int) -> list[int]:
    """Every size below 100, and from there on those of two digits.

    Examples
    --------
    >>> sizes(97, 130)
    [97, 98, 99, 100, 110, 120, 130]
    """
    return [size for size in range(lowest, highest + 1) if size % 10 ** max(0, len(str(size)) - 2) == 0]
