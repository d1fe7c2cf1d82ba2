r"""How far a network tells the points of a sphere apart: its extreme values, and the attacks that still flip it."""

from collections.abc import Sequence

import torch
from torch import Tensor

from advlib import checks
from advlib.ambient import shielded
from advlib.attacks import pgd, smallest_flip
from advlib.network import Network, lengths


@shielded()
def extremes(net: Network, x: Tensor, *, steps: int) -> tuple[Tensor, Tensor]:
    r"""Search the sphere through each x for the lowest and the highest value of f.

    Each step turns the input towards the gradient, or away from it: at first by half of the angle between them, at last
    by a thousandth. With them the worst pair of Theorem 3.1 is known as far as the search goes:
    :math:`\max |f(x) - f(y)| / |f(x)| = (f_{\max} - f_{\min}) / \min(|f_{\max}|, |f_{\min}|)` where both have one sign;
    where they have not, f has a zero between them and the ratio is unbounded.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
        Where the search starts.
    steps : int

    Returns
    -------
    lowest, highest : Tensor of shape (\*batch, n)
        Attained, so bounds of the extreme values from inside.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.Network([torch.eye(2)], torch.ones(2), "identity")
    >>> lowest, highest = extremes(net, torch.tensor([[1.0, 0.0]]), steps=100)
    >>> lowest, highest
    (tensor([-1.4142]), tensor([1.4142]))
    """
    start = net.preactivations(x)
    radius = x.norm(dim=-1, keepdim=True)
    turns = torch.logspace(0, -3, checks.size("steps", steps), dtype=torch.float32, device="cpu").tolist()
    found = []
    for sign in (-1, 1):
        at = x
        layers = start
        best = sign * net.readout(start[-1])
        for turn in turns:
            at = radius * _unit(_unit(at) + sign * turn * _unit(net.pull_back(layers)))
            layers = net.preactivations(at)
            best = torch.maximum(best, sign * net.readout(layers[-1]))
        found.append(sign * best)
    return found[0], found[1]


@shielded()
def one_step_reach(net: Network, x: Tensor, *, reach: float) -> Tensor:
    r"""Length of the shortest perturbation along the gradient that flips the sign, over that of x.

    Lengths, unlike steps, do not depend on the scale of the weights.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    reach : float
        How far to search, in lengths of the shortest x.

    Returns
    -------
    Tensor of shape (\*batch, n)
        Infinite where none was found.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.multilayer((400, 400, 400), generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> bool((one_step_reach(net, x, reach=1.0) < 0.3).all())
    True
    """
    size = lengths(net, x)
    farthest = checks.positive("reach", reach) * float(size.min())
    flip = smallest_flip(net, x, max_step=farthest, direction=_unit(net.gradient(x)))
    return torch.where(flip.found, flip.step.abs() / size, torch.inf)


@shielded()
def pgd_reach(net: Network, x: Tensor, *, radii: Sequence[float], steps: int) -> Tensor:
    r"""Smallest of several radii, in lengths of x, at which projected gradient descent flips the sign.

    Radii are tried from the largest down, as long as some input's sign flips.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
        All of one length.
    radii : sequence of float
    steps : int
        Of `advlib.pgd`, at each radius.

    Returns
    -------
    Tensor of shape (\*batch, n)
        Infinite where no radius sufficed. The attack is only one: a larger number is no proof of robustness.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.multilayer((400, 400, 400), generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> bool((pgd_reach(net, x, radii=[0.1, 0.2, 0.3], steps=10) <= 0.3).all())
    True
    """
    sizes = lengths(net, x)
    value = net(x)
    size = sizes.max()
    if not torch.allclose(sizes, size, rtol=1e-4):
        raise ValueError(f"x must have rows of one length, got {sizes.min():.6g} to {size:.6g}")
    labels = torch.where(value < 0, -1, 1).to(x.dtype)
    found = torch.full_like(value, torch.inf)
    accepted = [checks.positive(f"radii[{i}]", radius) for i, radius in enumerate(radii)]
    for radius in sorted(accepted, reverse=True):
        delta = pgd(net, x, labels, radius=radius * float(size), steps=steps)
        flipped = net(x + delta) * value < 0
        if not flipped.any():
            break
        found = torch.where(flipped, radius, found)
    return found


def _unit(rows: Tensor) -> Tensor:
    return rows / rows.norm(dim=-1, keepdim=True).clamp(min=torch.finfo(rows.dtype).tiny)
