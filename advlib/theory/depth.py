r"""How little a very deep random network tells inputs apart (Bartlett et al. 2021, section 3)."""

import math

import numpy as np
import torch
from torch import Tensor

from advlib import checks
from advlib.depth import angles, cosine_rise


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


def angle_deviations(theta: Tensor | float, depth: int, width: int) -> Tensor:
    r"""Standard deviations of the angles at layers 0, ..., `depth` of a network of finite width, to first order.

    Derived; the paper has none. With F the map, the deviation of one layer is propagated along the map,

    .. math:: V_{l+1} = F'(\theta_l)^2 V_l + \frac{v(\theta_l)}{k}, \qquad V_0 = 0,

    where by the delta method, for Gaussians X, Y of correlation :math:`\cos\theta` and their ReLUs A, B,

    .. math:: v(\theta) = \frac{4}{\sin^2 \theta'} \, \mathbb{E}\Bigl(A B - \frac{A^2 + B^2}{2} \cos\theta'\Bigr)^2.

    For small angles :math:`v(\theta) \sim 2 \theta^2`, so that :math:`V_l \sim 6\pi^2 / (k l)`, and the deviation over
    the angle is about :math:`\sqrt{2 l / (3 k)}`: to trust the first order, l must be much less than k.

    Parameters
    ----------
    theta : float or Tensor of any shape
        Angles between the inputs, above 0 and up to :math:`\pi`.
    depth, width : int

    Returns
    -------
    Tensor of shape (depth + 1, \*theta.shape)

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> round(angle_deviations(math.pi / 2, 1000, 10**5)[-1].item() / angles(math.pi / 2, 1000)[-1].item(), 2)
    0.08
    """
    start = checks.angles("theta", theta)
    if not (start > 0).all():
        raise ValueError(f"theta must lie above 0 and at most at pi, got {start.min():.6g}")
    path = angles(start, depth)
    before, after = path[:-1], path[1:]
    slopes = (1 - before / math.pi) * before.sin() / after.sin()
    fresh_variances = _layer_variance(before, after) / checks.size("width", width)
    variances = [torch.zeros_like(start)]
    for carried, fresh in zip(slopes.square(), fresh_variances, strict=True):
        variances.append(carried * variances[-1] + fresh)
    return torch.stack(variances).sqrt()


def _layer_variance(before: Tensor, after: Tensor) -> Tensor:
    r"""The v of `angle_deviations`, as an integral over the directions of (X, Y), each part of it positive."""
    gap = 2 * (before / 2).sin().square()
    gain = cosine_rise(before)
    tilt = gap + (gap - gain) * before.cos()
    rest = math.pi - before
    area = rest / 2 - (2 * before).sin() / 4
    both = (gain.square() * rest - 2 * gain * tilt * rest.sin() + tilt.square() * area) / 4
    nodes, weights = (torch.from_numpy(a).to(before) for a in np.polynomial.legendre.leggauss(24))
    fourth_powers = (before.unsqueeze(-1) * (nodes + 1) / 2).sin().pow(4) @ weights * before / 2
    one = after.cos().square() * fourth_powers / 4
    return 16 / math.pi * (both + 2 * one) / after.sin().square()
