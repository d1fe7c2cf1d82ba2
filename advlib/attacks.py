r"""Attacks on the sign of a network: each returns a perturbation of the input, or the step that makes one.

They compute in the precision of their arguments, also under ``torch.autocast``, and what they return is detached: no
gradient flows through an attack.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from advlib import checks
from advlib.ambient import shielded
from advlib.network import Network, check_is_network, check_two_layers
from advlib.rays import Ray, first_sign_change


class Flip(NamedTuple):
    r"""The smallest steps that change the sign of f, and the sizes to compare them with; each of shape (\*batch, n)."""

    step: Tensor
    """Signed step eta along the direction, nan where none was found."""
    found: Tensor
    """Whether a sign change was found."""
    value: Tensor
    """f(x)."""
    gradient_norm: Tensor
    """Euclidean norm of grad f(x)."""
    perturbation_norm: Tensor
    """Euclidean norm of the perturbation, the step's size times the direction's norm; nan where none was found."""


@torch.no_grad()
@shielded()
def gradient_step(net: Network, x: Tensor, step: float | Tensor) -> Tensor:
    r"""One gradient step :math:`\delta = \eta \nabla f(x)`, the attack of paper 1.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    step : float or Tensor of shape (\*batch, n)
        The step :math:`\eta`, opposite to f(x) in sign; at the exact one f is 0: times 1.001 is past it in float32 too.

    Returns
    -------
    Tensor of shape (\*batch, n, dim)
        The perturbation, detached; add it to x.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> delta = advlib.gradient_step(net, x, -3 * net(x).sign())
    >>> bool((net(x + delta) * net(x) < 0).all())
    True
    """
    check_is_network(net)
    gradient = net.gradient(x)
    if not isinstance(step, Tensor):
        return checks.number("step", step) * gradient
    size = checks.tensor("step", step, x.dtype, x.device)
    wanted = tuple(gradient.shape[:-1])
    if size.ndim and size.shape != wanted:
        raise ValueError(f"step must be a number or have shape {wanted}, got {tuple(size.shape)}")
    return size.unsqueeze(-1) * gradient


@torch.no_grad()
@shielded()
def smallest_flip(net: Network, x: Tensor, *, max_step: float = 20.0, direction: Tensor | None = None) -> Flip:
    r"""Find the smallest step that changes the sign of f along its gradient, or along a given direction.

    Searches :math:`\eta` with :math:`|\eta| <` `max_step` and the sign opposite to that of f(x) (Bubeck et al. 2021,
    section 4). For one hidden ReLU layer, and for small ReLU networks of any depth, the answer is exact and the first;
    for others it is a sign change located to rounding, and `advlib.rays` says what is guaranteed.

    At the exact step f is 0, so in float32 about half of the signs have not turned; multiply it by 1.001 to be past it.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    max_step : float
        How far to search.
    direction : Tensor, optional
        Of the shape of x, or with n = 1 or without the batch axes where shared; by default :math:`\nabla f(x)`.

    Returns
    -------
    Flip
        Detached. `found` is False, and `step` nan, where no step within reach changes the sign: also where the gradient
        is zero, where f(x) is exactly 0, and where f only falls to 0 and stays there.

    Raises
    ------
    TypeError, ValueError
        If x, direction or max_step is not accepted; the message names the argument.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, generator=generator, dtype=torch.float64)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> flip = advlib.smallest_flip(net, x)
    >>> delta = advlib.gradient_step(net, x, flip.step)
    >>> bool(net(x + delta).abs().max() < 1e-12)
    True
    """
    check_is_network(net)
    layers = net.preactivations(x)
    reach = min(checks.positive("max_step", max_step), torch.finfo(x.dtype).max)
    gradient = net.pull_back(layers)
    value = (x * gradient).sum(-1) if net.homogeneous else net.readout(layers[-1])
    v = gradient if direction is None else direction_at(net, direction, gradient)
    ray = Ray.from_products(net, layers[0], -value.sign().unsqueeze(-1) * (v @ net.weights[0].mT))
    slope = -value.sign() * (v * gradient).sum(-1)
    t = first_sign_change(ray, value, slope, reach)
    return Flip(
        step=-value.sign() * t,
        found=t.isfinite(),
        value=value,
        gradient_norm=gradient.norm(dim=-1),
        perturbation_norm=t * v.norm(dim=-1),
    )


def direction_at(net: Network, direction: Tensor, gradient: Tensor) -> Tensor:
    """Return the direction, one for each gradient, if it holds as many or is shared."""
    v = net.check("direction", direction)
    if v.shape[-2] not in (1, gradient.shape[-2]):
        raise ValueError(f"direction must hold 1 or {gradient.shape[-2]} rows, as x does, got {v.shape[-2]}")
    return v.expand(gradient.shape)


@torch.no_grad()
@shielded()
def universal_direction(net: Network) -> Tensor:
    r"""The direction that fools a two-layer ReLU network at every input: :math:`k^{-1/2} \sum_\ell a_\ell w_\ell`.

    It does not depend on x (Bubeck et al. 2021, end of section 1.1). The paper's direction carries no factor
    :math:`k^{-1/2}`; with it the norm is about 1.

    Returns
    -------
    Tensor of shape (\*batch, 1, dim)
        Detached.

    Raises
    ------
    ValueError
        If the network has more than one hidden layer.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(200, 2000, generator=generator)
    >>> x = advlib.points(net, 100, generator=generator)
    >>> bool(advlib.smallest_flip(net, x, direction=advlib.universal_direction(net)).found.all())
    True
    """
    check_two_layers(net)
    return net.top.unsqueeze(-2) @ net.weights[0]


@torch.no_grad()
@shielded()
def pgd(
    net: Network, x: Tensor, labels: Tensor, *, radius: float, steps: int, step_size: float | None = None
) -> Tensor:
    r"""Projected gradient descent on the margin :math:`y f(x + \delta)` in the ball :math:`\|\delta\| \le` `radius`.

    Starts at 0, moves a fixed length against the normalised gradient, and projects back (Madry et al. 2018, in the form
    that Wang et al. 2022 use).

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    labels : Tensor of shape (\*batch, n), entries -1 and +1
    radius : float
        Largest Euclidean norm of the perturbation.
    steps : int
    step_size : float, optional
        Length of a step; by default 2.5 radius / steps.

    Returns
    -------
    Tensor of shape (\*batch, n, dim)
        The perturbation, detached; add it to x.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> delta = advlib.pgd(net, x, net(x).sign(), radius=3.0, steps=10)
    >>> bool((net(x + delta) * net(x) < 0).all()), bool((delta.norm(dim=-1) < 3.001).all())
    (True, True)
    """
    check_is_network(net)
    reach = checks.positive("radius", radius)
    count = checks.size("steps", steps)
    length = 2.5 * reach / count if step_size is None else checks.positive("step_size", step_size)
    y = checks.labels("labels", labels, net(x)).unsqueeze(-1)
    delta = torch.zeros_like(x).expand(*y.shape[:-2], *x.shape[-2:])
    for _ in range(count):
        g = net.gradient(x + delta)
        delta = delta - length * y * g / g.norm(dim=-1, keepdim=True).clamp(min=torch.finfo(g.dtype).tiny)
        delta = delta * (reach / delta.norm(dim=-1, keepdim=True).clamp(min=reach))
    return delta
