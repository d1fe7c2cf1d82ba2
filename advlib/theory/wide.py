r"""Networks of infinite width: the law of the flipping step at a given dimension and depth, drawn without a network.

As the widths grow, a random ReLU network on the sphere of radius :math:`\sqrt d` becomes a Gaussian process. Its
correlation at two inputs is the cosine of the angle that `advlib.depth.angle_map`, applied once for every layer, makes
of theirs (Cho, Saul 2009; Bartlett et al. 2021, Lemma 3.2). What follows from that for the gradient ray is derived
here; the papers do not print it.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import torch
from scipy.special import gammaincinv
from torch import Generator, Tensor

from advlib import checks
from advlib.depth import angle_map
from advlib.sampling import gaussian
from advlib.theory.limits import limits

ANGLES = 256
"""At how many angles the process is drawn."""

BLOCK = 2**14
"""How many draws are held at once."""


def correlation(theta: Tensor, depth: int) -> tuple[Tensor, Tensor]:
    r"""Correlation of an infinitely wide ReLU network at inputs an angle theta apart, and its derivative.

    With :math:`\theta_0 = \theta` and :math:`\theta_i` the angle behind layer i they are

    .. math:: r(\theta) = \cos \theta_L, \qquad r'(\theta) = -\sin \theta \prod_{i < L} (1 - \theta_i / \pi).

    Examples
    --------
    >>> value, slope = correlation(torch.tensor(torch.pi / 2, dtype=torch.float64), depth=1)
    >>> round(value.item() * torch.pi, 12), round(slope.item(), 12)
    (1.0, -0.5)
    """
    slope = -theta.sin()
    for _ in range(depth):
        slope = slope * (1 - theta / math.pi)
        theta = angle_map(theta)
    return theta.cos(), slope


def wide_steps(dim: int, depth: int, draws: int, *, gain: float = 1.0, generator: Generator) -> Tensor:
    r"""Draw flipping steps of ReLU networks whose hidden layers are infinitely wide (derived).

    Along the great circle from x against its gradient the network is s F, with F a stationary Gaussian process of
    `correlation` r. Given :math:`F(0) > 0` and :math:`F'(0) = -R`, with :math:`R^2 \sim \chi^2_{d-1}`,

    .. math::

       F(\theta) = r(\theta) F(0) + r'(\theta) R + \text{noise of covariance }
       r(\theta - \theta') - r(\theta) r(\theta') - r'(\theta) r'(\theta').

    Its first zero :math:`\theta` is reached with the step
    :math:`|\eta| = d \sin \theta \,/\, \bigl(s (R \cos \theta + F(0) \sin \theta)\bigr)`. Memory grows neither
    with d nor with the depth.

    Parameters
    ----------
    dim, depth : int
        The dimension d, at least 2, and the number of hidden layers.
    draws : int
    gain : float
        The factor g of `multilayer`; it enters s, the limit's `value_std`.
    generator : torch.Generator

    Returns
    -------
    Tensor of shape (draws,), float64
        Sizes of the steps; infinite where no step changes the sign.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    See Also
    --------
    advlib.theory.flip_probability : for large d and L, the share of draws with a finite step.

    Examples
    --------
    >>> steps = wide_steps(500, 2, 1000, generator=torch.Generator().manual_seed(0))
    >>> bool((steps < 20).all())
    True
    """
    d = checks.size("dim", dim, least=2)
    n = checks.size("draws", draws)
    scale = limits(depth=depth, gain=gain).value_std
    checks.generator("generator", generator)
    law = _ray(d, depth)
    return torch.cat([_steps(d, law, size, generator) for size in _blocks(n)]) / scale


def wide_shares(dim: int, depth: int, draws: int, *, generator: Generator) -> Tensor:
    r"""Probabilities that a step of some length flips the sign, each given the noise along a ray and the gradient.

    In the notation of `wide_steps` a value F(0) changes sign at an angle :math:`\theta` ahead if it lies below
    :math:`M = \max_\theta\, (-r'(\theta) R - \text{noise}) / r(\theta)`, so the probability is
    :math:`\operatorname{erf}(M / \sqrt 2)`. The mean of these is the share of `wide_steps` that are finite, with a
    small part of its error, from some thirty dimensions on. At d = 10 it is one or two hundredths smaller: zeros beyond
    a right angle, where only long steps of large values lead, are left out.

    Parameters
    ----------
    dim, depth, draws, generator
        As for `wide_steps`.

    Returns
    -------
    Tensor of shape (draws,), float64

    See Also
    --------
    wide_steps : the steps themselves.

    Examples
    --------
    >>> shares = wide_shares(30_000, 173, 200, generator=torch.Generator().manual_seed(0))
    >>> round(shares.mean().item(), 2)
    0.84
    """
    d = checks.size("dim", dim, least=2)
    n = checks.size("draws", draws)
    law = _ray(d, checks.size("depth", depth))
    checks.generator("generator", generator)
    return torch.cat([_shares(d, law, size, generator) for size in _blocks(n)])


def grid(dim: int, depth: int) -> Tensor:
    r"""`ANGLES` angles up to :math:`\pi`, evenly spaced near 0 and geometrically from where zeros lie.

    They are :math:`s\,(e^{u \log(1 + \pi/s)} - 1)` for evenly spaced u, with s the smaller of :math:`1/\sqrt d`, where
    the tangent has its zero, and :math:`3\pi/L`, where the process forgets its start.

    Examples
    --------
    >>> theta = grid(10**6, 100)
    >>> theta[0].item() < 1e-4, math.isclose(theta[-1].item(), math.pi)
    (True, True)
    """
    unit = min(dim**-0.5, 3 * math.pi / depth)
    fractions = torch.linspace(0, 1, ANGLES + 1, dtype=torch.float64)[1:]
    return (unit * torch.expm1(fractions * math.log1p(math.pi / unit))).clamp(max=math.pi)


class Law(NamedTuple):
    """The law of the process along the ray, given its value and slope at 0."""

    angles: Tensor
    value: Tensor
    """What the value at 0 is multiplied by, r, at each of the angles."""
    slope: Tensor
    """The same for the slope at 0: r'."""
    noise: Tensor
    """A matrix that makes the noise of independent normals."""


@lru_cache(maxsize=8)
def _ray(dim: int, depth: int) -> Law:
    theta = grid(dim, depth)
    r, slope = correlation(theta, depth)
    i, j = torch.tril_indices(ANGLES, ANGLES)
    covariance = torch.zeros(ANGLES, ANGLES, dtype=torch.float64)
    covariance[i, j] = correlation(theta[i] - theta[j], depth)[0] - r[i] * r[j] - slope[i] * slope[j]
    variances, axes = torch.linalg.eigh(covariance)  # which reads the lower half alone
    return Law(theta, r, slope, variances.clamp(min=0).sqrt().unsqueeze(-1) * axes.T)


def _blocks(draws: int) -> list[int]:
    return [min(BLOCK, draws - first) for first in range(0, draws, BLOCK)]


def _steps(dim: int, law: Law, draws: int, generator: Generator) -> Tensor:
    """Flipping steps of networks of variance 1."""
    start = _normal((draws, 1), generator).abs()
    speed = _chi(dim - 1, draws, generator)
    noise = _normal((draws, ANGLES), generator) @ law.noise
    zero = _first_zero(law.angles, torch.cat((start, law.value * start + law.slope * speed + noise), -1))
    reach = (speed * zero.cos() + start * zero.sin()).squeeze(-1)
    return torch.where(reach > 0, dim * zero.sin().squeeze(-1) / reach, torch.inf)


def _shares(dim: int, law: Law, draws: int, generator: Generator) -> Tensor:
    speed = _chi(dim - 1, draws, generator)
    noise = _normal((draws, ANGLES), generator) @ law.noise
    ahead = law.angles <= math.pi / 2
    outweighed = ((-law.slope * speed - noise) / law.value)[:, ahead].amax(-1)
    return torch.erf(outweighed.clamp(min=0) / math.sqrt(2))


def _normal(shape: tuple[int, ...], generator: Generator) -> Tensor:
    return gaussian(shape, 1.0, generator, torch.float64)


def _chi(freedom: int, draws: int, generator: Generator) -> Tensor:
    """Lengths of standard normal vectors in so many dimensions, by the inverse of their distribution function."""
    uniform = torch.rand((draws, 1), generator=generator, dtype=torch.float64)
    return (2 * torch.from_numpy(gammaincinv(freedom / 2, uniform.numpy()))).sqrt()


def _first_zero(theta: Tensor, process: Tensor) -> Tensor:
    """The angle at which a process, known at 0 and at the angles theta, first becomes negative, else nan."""
    negative = process < 0
    after = negative.int().argmax(-1, keepdim=True).clamp(min=1)
    places = torch.cat((theta.new_zeros(1), theta))
    above = process.gather(-1, after - 1)
    below = process.gather(-1, after)
    zero = places[after - 1] + (places[after] - places[after - 1]) * above / (above - below)
    return torch.where(negative.any(-1, keepdim=True), zero, torch.nan)
