r"""Random two-layer networks in the plane of a ray, drawn directly and exactly in law.

A two-layer ReLU network is seen by the ray :math:`x + t \nabla f(x)` only through the plane that holds the ray. In an
orthonormal basis of that plane (:math:`x / \|x\|` first) it is a network on two inputs with rows
:math:`(p_\ell, q_\ell) / \sqrt d`, where

.. math:: p \sim \mathcal{N}(0, I_k), \qquad q = (I - u u^\top) z + \chi_{d-1} u, \qquad z \sim \mathcal{N}(0, I_k),

and :math:`u` is the unit vector along :math:`(a_\ell 1\{p_\ell > 0\})_\ell`. For given :math:`p = W x`, let
:math:`W_\perp` be W without its part along x. The gradient's part orthogonal to x points along :math:`W_\perp^\top u`,
whose length is :math:`\chi_{d-1} / \sqrt d`, and the rest of :math:`W_\perp` is independent of it. A draw costs
O(k + d) instead of O(k d).
"""

import torch
from torch import Generator, Tensor
from torch.linalg import vecdot

from advlib import checks
from advlib.ambient import shielded
from advlib.attacks import Flip
from advlib.kinks import walk_windows


def signs_in_order(draws: int, width: int, generator: Generator) -> Tensor:
    """Signs drawn for neurons that come in no order, (draws, width): a binomial number says how many, first, are 1."""
    device = generator.device
    counts = torch.full((draws, 1), width, dtype=torch.float64, device=device)
    positive = torch.binomial(counts, counts.new_tensor(0.5), generator)
    signs = torch.full((draws, width), -1.0, dtype=torch.float32, device=device)
    for row, count in zip(signs, positive.int(), strict=True):
        row[:count] = 1
    return signs


def normals(draws: int, width: int, generator: Generator) -> Tensor:
    """Standard Gaussian numbers in float32, (draws, width)."""
    return torch.randn(draws, width, generator=generator, dtype=torch.float32, device=generator.device)


TOPS = {"signs": signs_in_order, "gaussian": normals}
"""How the output weights are drawn, before their factor."""


@shielded()
def plane_flips(dim: int, width: int, draws: int, top: str, max_step: float, generator: Generator) -> Flip:
    r"""Draw two-layer ReLU networks, with an input each, and the smallest steps along their gradients that flip signs.

    The law is that of `smallest_flip` for `two_layer` with output weights from `TOPS`.

    Returns
    -------
    Flip
        With fields of shape (draws, 1).

    Examples
    --------
    >>> flip = plane_flips(100, 1000, 50, "signs", max_step=20.0, generator=Generator().manual_seed(0))
    >>> flip.found.shape, bool(flip.found.all())
    (torch.Size([50, 1]), True)
    """
    d = checks.size("dim", dim)
    k = checks.size("width", width)
    count = checks.size("draws", draws)
    reach = checks.positive("max_step", max_step)
    checks.generator("generator", generator)
    amplitudes = TOPS[checks.choice("top", top, TOPS)](count, k, generator)
    p, q = (normals(count, k, generator) for _ in range(2))
    chi = normals(count, d - 1, generator).norm(dim=-1, keepdim=True)
    a = p.clone().gt_(0).mul_(amplitudes)
    size = a.norm(dim=-1, keepdim=True)
    u_scale = torch.where(size > 0, 1 / size, 0)  # a is u without its scale, and 0 where no neuron is active
    q.addcmul_((chi - vecdot(a, q).unsqueeze(-1) * u_scale) * u_scale, a)
    value = vecdot(a, p).unsqueeze(-1) / k**0.5
    climb = chi * size / k**0.5
    norm = torch.hypot(value, climb) / d**0.5
    rate = q.mul_(-value.sign() * climb / d).addcmul_(p, -value.abs() / d)
    slope = -value.sign() * norm.square()
    t = walk_windows(p, rate, amplitudes.div_(k**0.5), value.flatten(), slope.flatten(), reach).unsqueeze(-1)
    return Flip(-value.sign() * t, t.isfinite(), value, norm, t * norm)
