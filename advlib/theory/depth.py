r"""How little a very deep random network tells inputs apart (Bartlett et al. 2021, section 3)."""

import math

from advlib import checks


def relative_difference_rate(dim: int, *, constant: float) -> float:
    r"""Bound on the relative difference of any two values on the sphere, as a rate (Bartlett et al. 2021, Theorem 3.1).

    .. math:: \frac{|f(x) - f(y)|}{|f(x)|} \le C \sqrt{\frac{\log d}{d}} \qquad \text{for all } x, y

    with probability 0.9, for the depths and widths of `collapse_widths`. (Theorem B.1 is the same for weights that
    preserve lengths.)

    Examples
    --------
    >>> relative_difference_rate(1000, constant=1.0) < relative_difference_rate(100, constant=1.0)
    True
    """
    return checks.positive("constant", constant) * math.sqrt(math.log(checks.size("dim", dim)) / dim)


def collapse_widths(dim: int, depth: int) -> tuple[float, float]:
    r"""Decimal logarithms of the least and greatest width of which Theorem 3.1 speaks (Bartlett et al. 2021).

    .. math:: l \ge d^3, \qquad (l d)^{20} \le k \le e^{\sqrt l}

    The exponents 3 and 20 are read from a scan. Depths below :math:`d^3` raise a ValueError.

    Examples
    --------
    >>> least, most = collapse_widths(50, 50**3)
    >>> 135 < least < 137 < 153 < most < 154
    True
    """
    d = checks.size("dim", dim)
    if checks.size("depth", depth) < d**3:
        raise ValueError(f"depth must be at least dim ** 3 = {d**3}, got {depth}")
    return 20 * math.log10(depth * d), math.sqrt(depth) / math.log(10)


def difference_cdf(t: float, theta: float) -> float:
    r"""Probability that :math:`|f(x) - f(y)| \le t |f(x)|` for two images of equal length at angle theta (derived).

    Given the images, :math:`f(y) = f(x) \cos\theta + g \sin\theta` with g an independent copy of f(x), so that
    :math:`g / f(x)` is a Cauchy variable:

    .. math:: P = \frac{1}{\pi} \Bigl(\arctan \frac{t + 1 - \cos\theta}{\sin\theta}
              + \arctan \frac{t - 1 + \cos\theta}{\sin\theta}\Bigr)

    Examples
    --------
    >>> round(difference_cdf(1.0, math.pi / 2), 12) == round(math.atan(2) / math.pi, 12)
    True
    """
    if checks.positive("theta", theta) > math.pi:
        raise ValueError(f"theta must lie above 0 and at most at pi, got {theta}")
    fall = 2 * math.sin(theta / 2) ** 2
    checks.positive("t", t)
    return (math.atan2(t + fall, math.sin(theta)) + math.atan2(t - fall, math.sin(theta))) / math.pi
