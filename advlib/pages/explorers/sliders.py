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
    return [int(float(f"{10 ** (1 + i / per_decade):.2g}")) for i in range(count + 1)]


def sizes(lowest: int, highest: int) -> list[int]:
    """Every size at first, then sizes at equal ratios.

    Examples
    --------
    >>> sizes(2, 400)[:5], len(sizes(2, 400)), sizes(2, 400)[-2:]
    ([2, 3, 4, 5, 6], 164, [391, 400])
    """
    ratio = (highest / lowest) ** (1 / 240)
    return sorted({round(lowest * ratio**i) for i in range(241)})
