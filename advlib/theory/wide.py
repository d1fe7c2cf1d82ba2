r"""Networks of infinite width: the law of the flipping step at a given dimension and depth, drawn without a network.

As the widths grow, a random ReLU network on the sphere of radius :math:`\sqrt d` becomes a Gaussian process. Its
correlation at two inputs is the cosine of the angle that `advlib.depth.angle_map`, applied once for every layer, makes
of theirs (Cho, Saul 2009; Bartlett et al. 2021, Lemma 3.2). What follows from that for the gradient ray is derived
here; the papers do not print it.
"""

import math
from functools import partial

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.depth import angles
from advlib.sampling import gaussian
from advlib.theory.limits import limits

ANGLES = math.pi * torch.linspace(0, 1, 257, dtype=torch.float64)[1:] ** 2
"""Where the process is drawn, closer together near the start."""


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
    behind = angles(theta, depth)
    return behind[-1].cos(), -theta.sin() * (1 - behind[:-1] / math.pi).prod(0)


def wide_steps(dim: int, depth: int, draws: int, *, gain: float = 1.0, generator: Generator) -> Tensor:
    r"""Draw flipping steps of ReLU networks whose hidden layers are infinitely wide (derived).

    Along the great circle from x against its gradient the network is s F, with F a stationary Gaussian process of
    `correlation` r. Given :math:`F(0) > 0` and :math:`F'(0) = -R`, with :math:`R^2 \sim \chi^2_{d-1}`,

    .. math::

       F(\theta) = r(\theta) F(0) + r'(\theta) R + \text{noise of covariance }
       r(\theta - \theta') - r(\theta) r(\theta') - r'(\theta) r'(\theta').

    Its first zero :math:`\theta` is reached with the step
    :math:`|\eta| = d \sin \theta \,/\, \bigl(s (R \cos \theta + F(0) \sin \theta)\bigr)`.

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

    Examples
    --------
    >>> steps = wide_steps(500, 2, 1000, generator=torch.Generator().manual_seed(0))
    >>> bool((steps < 20).all())
    True
    """
    checks.size("dim", dim, least=2)
    n = checks.size("draws", draws)
    scale = limits(depth=depth, gain=gain).value_std
    normal = partial(gaussian, std=1.0, generator=checks.generator("generator", generator), dtype=torch.float64)
    start = normal((n, 1)).abs()
    speed = normal((n, dim - 1)).norm(dim=-1, keepdim=True)
    r, slope = correlation(ANGLES, depth)
    covariance = correlation((ANGLES[:, None] - ANGLES).abs(), depth)[0] - torch.outer(r, r) - torch.outer(slope, slope)
    variances, axes = torch.linalg.eigh(covariance)
    noise = (normal((n, len(r))) * variances.clamp(min=0).sqrt()) @ axes.T
    zero = _first_zero(torch.cat((start, r * start + slope * speed + noise), -1))
    reach = scale * (speed * zero.cos() + start * zero.sin()).squeeze(-1)
    return torch.where(reach > 0, dim * zero.sin().squeeze(-1) / reach, torch.inf)


def _first_zero(process: Tensor) -> Tensor:
    """The angle at which a process, known at 0 and at `ANGLES`, first becomes negative; nan where it does not."""
    negative = process < 0
    after = negative.int().argmax(-1, keepdim=True).clamp(min=1)
    angles = torch.cat((ANGLES.new_zeros(1), ANGLES))
    above = process.gather(-1, after - 1)
    below = process.gather(-1, after)
    zero = angles[after - 1] + (angles[after] - angles[after - 1]) * above / (above - below)
    return torch.where(negative.any(-1, keepdim=True), zero, torch.nan)
