r"""Neurons that switch, the norm of W, and the gradient given its slopes (Bubeck et al. 2021, Lemmas 4, 6, 8 and 9).

All logarithms are natural.
"""

import math

import torch

from advlib import checks


def slopes_gradient_bound(gamma: float, dim: int, mean_square: float) -> float:
    r"""Lower bound on the gradient's norm, given the slopes of its neurons (Bubeck et al. 2021, Lemma 4).

    .. math::

       \|\nabla f(x)\| \ge \Bigl(1 - 5 \sqrt{\tfrac{\log(2/\gamma)}{d}}\Bigr)
       \Bigl(\frac1k \sum_\ell \psi'(w_\ell \cdot x)^2\Bigr)^{1/2}, \qquad \gamma < \tfrac2e

    It fails with probability at most gamma. Where the factor is negative the bound is 0.

    Parameters
    ----------
    gamma : float
    dim : int
    mean_square : float
        The mean of the squared slopes.

    Examples
    --------
    >>> 0.6 < slopes_gradient_bound(0.01, 10**5, 0.5) < 0.5**0.5
    True
    """
    if checks.probability("gamma", gamma) >= 2 / math.e:
        raise ValueError(f"gamma must be below 2 / e, got {gamma}")
    factor = 1 - 5 * math.sqrt(math.log(2 / gamma) / checks.size("dim", dim))
    return max(factor, 0) * math.sqrt(checks.positive("mean_square", mean_square))


def switch_bound(dim: int, radius: float) -> float:
    r"""Upper bound on the probability that a neuron switches at a fixed delta (Bubeck et al. 2021, Lemma 6, (32)).

    .. math:: R \sqrt{\frac{2 \log d}{d}} + \frac1d

    Examples
    --------
    >>> 0.15 < switch_bound(500, 1.0) < 0.17
    True
    """
    d = checks.size("dim", dim)
    return checks.positive("radius", radius) * math.sqrt(2 * math.log(d) / d) + 1 / d


def switch_probability(dim: int, length: float) -> float:
    r"""Return the probability that a neuron switches at a fixed delta orthogonal to x (derived).

    .. math:: \frac1\pi \arctan \frac{\|\delta\|}{\sqrt d}

    Examples
    --------
    >>> round(switch_probability(100, 10.0), 12)
    0.25
    """
    return math.atan(checks.positive("length", length) / math.sqrt(checks.size("dim", dim))) / math.pi


def nearby_switch_bound(dim: int, epsilon: float) -> float:
    r"""Upper bound on the probability that a neuron switches within epsilon of a point (Lemma 6, (33)).

    .. math:: 2 \varepsilon \Bigl(1 + 2 \sqrt{\tfrac{\log(2 / \varepsilon)}{d}}\Bigr)

    The point lies within :math:`\sqrt d / 2` of x (Bubeck et al. 2021).

    Examples
    --------
    >>> 0.02 < nearby_switch_bound(500, 0.01) < 0.03
    True
    """
    reach = checks.probability("epsilon", epsilon)
    return 2 * reach * (1 + 2 * math.sqrt(math.log(2 / reach) / checks.size("dim", dim)))


def nearby_switch_probability(dim: int, epsilon: float, distance: float) -> float:
    r"""Return the probability that a neuron switches within epsilon of a point at this distance from 0 (derived).

    Its hyperplane must pass within epsilon, so the cosine u between its row and the point is small:

    .. math::

       \mathbb{P}\Bigl(|u| \le \frac{\varepsilon}{r}\Bigr), \qquad
       u^2 \sim \mathrm{Beta}\bigl(\tfrac12, \tfrac{d-1}2\bigr)

    Examples
    --------
    >>> round(nearby_switch_probability(3, 0.1, 1.0), 9)  # a slice of a sphere in three dimensions
    0.1
    """
    d = checks.size("dim", dim, least=2)
    ratio = checks.positive("epsilon", epsilon) / checks.positive("distance", distance)
    end = min(math.asin(min(ratio, 1.0)), 12 / math.sqrt(d))  # beyond that nothing is left of the density
    angles = (torch.arange(4000, dtype=torch.float64) + 0.5) / 4000 * end
    density = math.exp(math.lgamma(d / 2) - math.lgamma((d - 1) / 2)) / math.sqrt(math.pi)
    return min(1.0, 2 * density * end * angles.cos().pow(d - 2).mean().item())


def matrix_norm_bound(gamma: float, dim: int, width: int) -> float:
    r"""Upper bound on the spectral norm of W that fails with probability at most gamma (Bubeck et al. 2021, Lemma 8).

    .. math:: \|W\| \le 2 \Bigl(1 + \sqrt{\tfrac{10 (k + \log(1/\gamma))}{d}}\Bigr)

    Examples
    --------
    >>> matrix_norm_bound(0.01, 500, 500) > 2  # what the norm tends to
    True
    """
    log = math.log(1 / checks.probability("gamma", gamma))
    return 2 * (1 + math.sqrt(10 * (checks.size("width", width) + log) / checks.size("dim", dim)))


def small_share_bound(gamma: float, dim: int, width: int) -> float:
    r"""Upper bound on the share of neurons with a preactivation below 1 / log^3 d (Bubeck et al. 2021, Lemma 9).

    .. math::

       \frac1k \# \Bigl\{\ell : |w_\ell \cdot x| \le \tfrac1{\log^3 d}\Bigr\} \le \frac2{\log^3 d},
       \qquad k \ge 10 \log^3 d \log\tfrac1\gamma

    Examples
    --------
    >>> 0.02 < small_share_bound(0.01, 100, 5000) < 0.03
    True
    """
    log = math.log(1 / checks.probability("gamma", gamma))
    cube = math.log(checks.size("dim", dim, least=2)) ** 3
    if checks.size("width", width) < 10 * cube * log:
        raise ValueError(f"width must be at least 10 log(dim)^3 log(1 / gamma) = {10 * cube * log:,.0f}, got {width:,}")
    return 2 / cube
