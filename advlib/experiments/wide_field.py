r"""An infinitely wide ReLU network on the whole sphere, drawn where it is asked for and exactly in law.

On the unit sphere of :math:`\mathbb{R}^d` its value over its standard deviation, F, is a Gaussian process of covariance
:math:`\kappa(x \cdot y)`, with :math:`\kappa(\cos\theta) = \cos\theta_L` (`advlib.theory.wide`). Derivatives along
tangents u at x and v at y are jointly Gaussian with it (derived):

.. math:: \mathrm{cov}(F(x), \partial_v F(y)) = \kappa' \, (x \cdot v), \qquad
   \mathrm{cov}(\partial_u F(x), \partial_v F(y)) = \kappa' \, (u \cdot v) + \kappa'' \, (u \cdot y)(x \cdot v).

So a search may go wherever it likes: what it asks next is drawn given all that it has been told.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from advlib.depth import angle_map
from advlib.sampling import gaussian, sphere

GRID = 2**17
"""At how many angles the covariance is tabulated; it is interpolated between them."""

JITTER = 1e-6
"""Variance added to every answer, so that rounding leaves the covariance positive."""


class Asked(NamedTuple):
    """Values and derivatives asked for: at which of the points, along which tangent (0 for a value), and if a value."""

    points: Tensor
    at: Tensor
    tangents: Tensor
    value: Tensor


def values(points: Tensor) -> Asked:
    """Ask for values at points of the unit sphere, (n, dim)."""
    return Asked(points, torch.arange(len(points)), torch.zeros_like(points), points.new_ones(len(points)))


def slopes(points: Tensor) -> Asked:
    """Ask for the derivatives at points of the unit sphere, (n, dim), along dim - 1 orthonormal tangents each."""
    n, dim = points.shape
    beside = torch.eye(dim, dtype=points.dtype).expand(n, -1, -1)
    tangents = torch.linalg.qr(torch.cat((points.unsqueeze(-1), beside), -1)).Q[..., 1:].mT.flatten(0, 1)
    return Asked(points, torch.arange(n).repeat_interleave(dim - 1), tangents, points.new_zeros(n * (dim - 1)))


def together(one: Asked, other: Asked) -> Asked:
    """Ask for both."""
    at = torch.cat((one.at, other.at + len(one.points)))
    joined = {name: torch.cat((getattr(one, name), getattr(other, name))) for name in ("points", "tangents", "value")}
    return Asked(at=at, **joined)


def kernel(theta: Tensor, depth: int) -> Tensor:
    r"""Stack :math:`\kappa`, :math:`\kappa'` and :math:`\theta \kappa''` at angles from 0, exclusive, to :math:`\pi`.

    Examples
    --------
    >>> value, first, second = kernel(torch.tensor(torch.pi / 2, dtype=torch.float64), depth=1).tolist()
    >>> round(value * torch.pi, 9), round(first, 9), round(second, 9)
    (1.0, 0.5, 0.5)
    """
    start = theta
    first = torch.ones_like(theta)
    bend = torch.zeros_like(theta)
    for _ in range(depth):
        kept = 1 - theta / math.pi
        bend = bend + start * first / (math.pi * theta.sin() * kept).clamp(min=1e-300)
        first = first * kept
        theta = angle_map(theta)
    return torch.stack((theta.cos(), first, first * bend))


@lru_cache(maxsize=4)
def _table(depth: int) -> Tensor:
    unit = 3 * math.pi / depth
    fractions = (torch.arange(GRID + 1, dtype=torch.float64) + 1e-6) / (GRID + 2e-6)
    return kernel(unit * torch.expm1(fractions * math.log1p(math.pi / unit)), depth)


def _tabulated(cosine: Tensor, depth: int) -> Tensor:
    """What `kernel` stacks, with the second derivative itself, at angles given by their cosines."""
    theta = cosine.clamp(-1, 1).acos()
    unit = 3 * math.pi / depth
    place = torch.log1p(theta / unit) * (GRID / math.log1p(math.pi / unit))
    below = place.long().clamp(max=GRID - 1)
    table = _table(depth)
    found = torch.lerp(table[:, below], table[:, below + 1], place - below)
    found[2] /= theta.clamp(min=1e-7)
    return found


def covariance(one: Asked, other: Asked, depth: int) -> Tensor:
    """Covariances of all that is asked for in one with all in the other."""
    value, first, second = _tabulated(one.points @ other.points.mT, depth)[:, one.at][:, :, other.at]
    along = (one.points @ other.tangents.mT)[one.at]
    back = (one.tangents @ other.points.mT)[:, other.at]
    sloped = one.value.unsqueeze(-1) * along + back * other.value + one.tangents @ other.tangents.mT
    return one.value.unsqueeze(-1) * value * other.value + first * sloped + second * back * along


class WideField:
    """An infinitely wide network of so many layers, in so many dimensions, that answers `most` questions.

    Examples
    --------
    >>> field = WideField(20, 10, most=100, generator=Generator().manual_seed(0))
    >>> x = field.somewhere(2)
    >>> field.ask(values(x)).shape, field.gradients(x).shape
    (torch.Size([2]), torch.Size([2, 20]))
    """

    def __init__(self, dim: int, depth: int, most: int, generator: Generator):
        self.dim, self.depth, self.generator = dim, depth, generator
        self.root = torch.zeros(most, most, dtype=torch.float64)
        self.noise = torch.zeros(most, dtype=torch.float64)
        self.asked = values(torch.zeros(0, dim, dtype=torch.float64))

    def somewhere(self, n: int) -> Tensor:
        """Random points of the unit sphere, (n, dim)."""
        return sphere(n, self.dim, radius=1.0, generator=self.generator, dtype=torch.float64)

    def ask(self, asked: Asked) -> Tensor:
        """Draw the answers, given all that were drawn before."""
        old = len(self.asked.at)
        new = old + len(asked.at)
        told = torch.linalg.solve_triangular(
            self.root[:old, :old], covariance(self.asked, asked, self.depth), upper=False
        )
        rest = covariance(asked, asked, self.depth) - told.mT @ told
        rest.diagonal().add_(JITTER)
        self.root[old:new, :old] = told.mT
        self.root[old:new, old:new] = torch.linalg.cholesky(rest)
        self.noise[old:new] = gaussian((new - old,), 1.0, self.generator, torch.float64)
        self.asked = together(self.asked, asked)
        return self.root[old:new, :new] @ self.noise[:new]

    def gradients(self, points: Tensor) -> Tensor:
        """Draw the gradients within the sphere, (n, dim)."""
        asked = slopes(points)
        along = self.ask(asked).unsqueeze(-1) * asked.tangents
        return along.unflatten(0, (len(points), -1)).sum(1)
