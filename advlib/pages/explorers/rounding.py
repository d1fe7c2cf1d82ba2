"""Numbers of few digits, so that frames stay small and pages write what they mean."""

import math
from typing import Any

from torch import Tensor


def rounded(values: Tensor, digits: int) -> Any:
    """Return a tensor as nested lists of numbers with so many decimals, None for what is not finite.

    Examples
    --------
    >>> import torch
    >>> rounded(torch.tensor([[0.12345], [torch.nan]]), 3)
    [[0.123], [None]]
    """
    return _rounded(values.tolist(), digits)


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(part, digits) for part in value]
    return round(value, digits) if math.isfinite(value) else None


def significant(value: float, digits: int) -> float | None:
    """Return a number to so many significant digits, None if it is not finite.

    Examples
    --------
    >>> significant(0.012345, 3), significant(float("inf"), 3)
    (0.0123, None)
    """
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None
