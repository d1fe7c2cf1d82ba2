r"""How the angle between two inputs shrinks from layer to layer of a random ReLU network (paper 2, section 3).

In the limit of infinite width the angle follows a map (Lemma 3.2); at finite width it scatters about it. A layer's
Gaussian matrix is asked for two products only, so given the angle :math:`\theta` of its two inputs the products are
independent rows :math:`(g, g \cos\theta + g' \sin\theta)`, exactly in law: no matrix is drawn, and no layer is kept.
"""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.ambient import shielded
from advlib.network import Network
from advlib.sampling import gaussian_beside

SERIES = [(-1) ** n * 2 * (n + 1) / math.factorial(2 * n + 3) for n in range(10)]
r"""Coefficients of :math:`(\sin\theta - \theta \cos\theta) / \theta^3` in :math:`\theta^2`."""


def angle_map(theta: Tensor | float) -> Tensor:
    r"""Angle between the images of two inputs behind an infinitely wide ReLU layer (Bartlett et al. 2021, Lemma 3.2).

    .. math:: \cos\theta' = \frac{\sin\theta}{\pi} + \Bigl(1 - \frac{\theta}{\pi}\Bigr) \cos\theta

    Computed as :math:`2 \sin^2(\theta'/2) = 2 \sin^2(\theta/2) - (\sin\theta - \theta\cos\theta)/\pi` it is accurate to
    rounding however small the angle.

    Parameters
    ----------
    theta : float or Tensor
        Angles from 0 to :math:`\pi`.

    Returns
    -------
    Tensor of the same shape
        From 0 to :math:`\pi / 2`; in float64 for a float.

    Raises
    ------
    TypeError, ValueError
        If theta is no number or floating tensor, or leaves this range.

    Examples
    --------
    >>> round(angle_map(math.pi).item() / math.pi, 12)
    0.5
    """
    return _behind(checks.angles("theta", theta))


def angles(theta: Tensor | float, depth: int) -> Tensor:
    r"""Angles that the map gives at layers 0, ..., `depth`; far down :math:`\theta_l \sim 3\pi / l` (derived).

    Parameters
    ----------
    theta : float or Tensor of any shape
        Angles between the inputs, from 0 to :math:`\pi`.
    depth : int

    Returns
    -------
    Tensor of shape (depth + 1, \*theta.shape)

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> round(angles(math.pi / 2, 1000)[-1].item() * 1000 / (3 * math.pi), 1)
    1.0
    """
    found = [checks.angles("theta", theta)]
    for _ in range(checks.size("depth", depth)):
        found.append(_behind(found[-1]))
    return torch.stack(found)


class Images(NamedTuple):
    r"""How the images of two inputs lie at layers 0, ..., depth; each of shape (depth + 1, \*shape of the angles)."""

    angle: Tensor
    """The angle between them."""
    ratio: Tensor
    """The second image's length over the first's."""


def random_angles(theta: Tensor | float, depth: int, width: int, *, generator: Generator) -> Images:
    r"""Draw the images of two inputs of equal length in a random ReLU network, exactly in law, without any matrix.

    Every angle gets a network of its own. A layer costs O(width) time, and nothing of it is kept; the law does not
    depend on the input dimension, nor on the scale of the weights.

    Parameters
    ----------
    theta : float or Tensor of any shape
        Angles between the inputs, from 0 to :math:`\pi`.
    depth, width : int
    generator : torch.Generator

    Returns
    -------
    Images
        The angle is nan from where an image is zero, as happens in narrow networks.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> images = random_angles(math.pi / 2, 20, 10_000, generator=torch.Generator().manual_seed(0))
    >>> bool((images.angle - angles(math.pi / 2, 20)).abs().max() < 0.05)
    True
    """
    start = checks.angles("theta", theta)
    k = checks.size("width", width)
    checks.generator("generator", generator)
    path = [start]
    ratios = [torch.ones_like(start)]
    for _ in range(checks.size("depth", depth)):
        g, other = gaussian_beside(start, (2, *start.shape, k), generator)
        angle = path[-1].unsqueeze(-1)
        other = torch.addcmul(g * angle.cos(), other, angle.sin())
        one, other = (m.relu() for m in (g, other))
        path.append(angle_between(one, other))
        ratios.append(ratios[-1] * other.norm(dim=-1) / one.norm(dim=-1))
    return Images(torch.stack(path), torch.stack(ratios))


@shielded()
def measured_angles(net: Network, x: Tensor, y: Tensor) -> Tensor:
    r"""Angles between the images of two inputs at layers 0, ..., l of a given network.

    Parameters
    ----------
    net : Network
    x, y : Tensor of shape (\*batch, n, dim)

    Returns
    -------
    Tensor of shape (hidden layers + 1, \*batch, n)
        Accurate for small angles too; nan where an image is zero.

    Raises
    ------
    TypeError, ValueError
        If x or y is not accepted; the message names it.

    Examples
    --------
    >>> import advlib
    >>> net = advlib.two_layer(2, 10_000, generator=torch.Generator().manual_seed(0))
    >>> x, y = torch.eye(2)[:, None]
    >>> bool((measured_angles(net, x, y)[1] - angle_map(math.pi / 2)).abs() < 0.05)
    True
    """
    psi = net.activation.function
    y = net.check_beside("y", y, x)
    behind_x, behind_y = ([psi(z) for z in net.preactivations(p)] for p in (x, y))
    found = [angle_between(one, other) for one, other in zip(behind_x, behind_y, strict=True)]
    return torch.stack([angle_between(x, y).expand_as(found[0]), *found])


def _behind(theta: Tensor) -> Tensor:
    half_square = (theta / 2).sin().square() - cosine_rise(theta) / 2
    return 2 * half_square.clamp(min=0).sqrt().asin()


def cosine_rise(theta: Tensor) -> Tensor:
    r"""By how much the map raises the cosine of an angle: :math:`(\sin\theta - \theta\cos\theta)/\pi`."""
    square = theta.square()
    series = torch.zeros_like(theta)
    for coefficient in SERIES[::-1]:
        series = series * square + coefficient
    return torch.where(theta < 1, theta * square * series, theta.sin() - theta * theta.cos()) / math.pi


def angle_between(x: Tensor, y: Tensor) -> Tensor:
    """The angle between rows, accurate for small ones (Kahan)."""
    x, y = (m / m.norm(dim=-1, keepdim=True) for m in (x, y))
    return 2 * torch.atan2((x - y).norm(dim=-1), (x + y).norm(dim=-1))
