r"""The landscape of a network around an input: how its gradient turns and which neurons switch.

Value and gradient are `net(x)` and `net.gradient(x)`; the Hessian comes from `advlib.curvature`. Two searches look for
the worst point of a ball :math:`\|\delta\| \le R`. A search returns a perturbation, so what is measured there is a
*lower* bound on the supremum over the ball; only a proof bounds it from above.
"""

from collections.abc import Callable
from copy import copy
from functools import partial

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.activations import ACTIVATIONS, RELU, Activation
from advlib.ambient import shielded
from advlib.curvature import product
from advlib.network import Network, check_two_layers
from advlib.sampling import gaussian_beside

Direction = Callable[[Tensor, float], Tensor]
"""Where to look next: takes a perturbation and a width on the scale of the preactivations that it moves."""


@shielded()
def gradient_change(net: Network, x: Tensor, delta: Tensor) -> Tensor:
    r"""How far the gradient moves, :math:`\|\nabla f(x + \delta) - \nabla f(x)\|`, of shape (\*batch, n).

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.two_layer(20, 30, generator=torch.Generator().manual_seed(0))
    >>> gradient_change(net, torch.ones(2, 20), torch.zeros(2, 20))
    tensor([0., 0.])
    """
    return (net.gradient(x + net.check_beside("delta", delta, x)) - net.gradient(x)).norm(dim=-1)


@shielded()
def switched(net: Network, x: Tensor, delta: Tensor) -> Tensor:
    r"""Which share of the hidden neurons changes sign between x and x + delta, of shape (\*batch, n).

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.two_layer(20, 30, generator=torch.Generator().manual_seed(0))
    >>> switched(net, torch.ones(2, 20), torch.full((2, 20), -2.0))
    tensor([1., 1.])
    """
    there = x + net.check_beside("delta", delta, x)
    before, after = (torch.cat(net.preactivations(y), -1) > 0 for y in (x, there))
    return (before != after).to(x.dtype).mean(-1)


@shielded()
def worst_gradient_change(net: Network, x: Tensor, radius: float, *, steps: int = 20, generator: Generator) -> Tensor:
    r"""Search the sphere :math:`\|\delta\| = R` for the perturbation that moves the gradient most.

    Each step goes to the point of the sphere in the direction of the ascent,
    :math:`\nabla^2 f(x + \delta) \, (\nabla f(x + \delta) - \nabla f(x))`; on the smallest spheres that is power
    iteration on the squared Hessian. For ReLU, whose gradient is constant between kinks, the ascent rounds every kink
    over a width that shrinks as the search goes on; what is compared is always the true change. The search starts once
    along the gradient and once at random, and keeps the best.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    radius : float
        The radius R.
    steps : int
        How many steps from each start.
    generator : torch.Generator
        Draws the random start.

    Returns
    -------
    Tensor of shape (\*batch, n, dim)
        The perturbation; `gradient_change` there is a lower bound on the supremum over the ball (Bubeck et al. 2021,
        equation (9)).

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, generator=generator)
    >>> x = advlib.points(net, 3, generator=generator)
    >>> found = gradient_change(net, x, worst_gradient_change(net, x, 1.0, generator=generator))
    >>> along = gradient_change(net, x, torch.nn.functional.normalize(net.gradient(x), dim=-1))
    >>> bool((found > along).all())
    True
    """

    def ascent(delta: Tensor, width: float) -> Tensor:
        bent = _softened(net, width) if net.activation == RELU else net
        y = x + delta
        return product(bent, bent.preactivations(y), bent.gradient(y) - bent.gradient(x))

    return _search(net, x, radius, steps, generator, ascent, partial(gradient_change, net, x))


@shielded()
def most_switched(net: Network, x: Tensor, radius: float, *, steps: int = 20, generator: Generator) -> Tensor:
    r"""Search the sphere :math:`\|\delta\| = R` for the perturbation that switches most neurons of a hidden layer.

    It climbs the sum over the neurons of a smoothed step at the place of the switch, as `worst_gradient_change` does.

    Parameters
    ----------
    net : Network
        With one hidden layer.
    x, radius, steps, generator
        As for `worst_gradient_change`.

    Returns
    -------
    Tensor of shape (\*batch, n, dim)
        The perturbation; `switched` there is a lower bound on the largest share in the ball.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, generator=generator)
    >>> x = advlib.points(net, 3, generator=generator)
    >>> delta = most_switched(net, x, 1.0, generator=generator)
    >>> bool((switched(net, x, delta) > 1 / (10 * torch.pi)).all())
    True
    """
    check_two_layers(net)
    sides = net.preactivations(x)[0].sign()

    def ascent(delta: Tensor, width: float) -> Tensor:
        z = net.first(x + delta) / width
        return -(sides * torch.sigmoid(z) * torch.sigmoid(-z)) @ net.weights[0]

    return _search(net, x, radius, steps, generator, ascent, partial(switched, net, x))


def _softened(net: Network, width: float) -> Network:
    """The same weights under a softplus that rounds every kink of a ReLU over this width."""
    soft = ACTIVATIONS["softplus"]
    bent = copy(net)
    bent.activation = Activation(
        lambda z: width * soft.function(z / width),
        lambda z: soft.derivative(z / width),
        lambda z: soft.second_derivative(z / width) / width,
    )
    return bent


def _search(
    net: Network,
    x: Tensor,
    radius: float,
    steps: int,
    generator: Generator,
    ascent: Direction,
    height: Callable[[Tensor], Tensor],
) -> Tensor:
    """Go from point to point of the sphere, each in the direction of the ascent at the last, and keep the highest."""
    reach = checks.positive("radius", radius)
    count = checks.size("steps", steps)
    checks.generator("generator", generator)
    gradient = net.gradient(x)
    random = gaussian_beside(x, tuple(gradient.shape), generator)
    starts = [reach * normalize(start, dim=-1) for start in (gradient, random)]
    typical = (starts[1] @ net.weights[0].mT).square().mean().sqrt().item()
    best = torch.zeros_like(gradient)
    top = torch.full_like(gradient[..., 0], -torch.inf)
    for delta in starts:
        for i in range(count + 1):
            reached = height(delta)
            best = torch.where((reached > top).unsqueeze(-1), delta, best)
            top = torch.maximum(top, reached)
            delta = reach * normalize(ascent(delta, typical * 3 ** (1 - 2 * i / count)), dim=-1)
    return best
