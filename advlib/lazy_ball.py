r"""The lazy ball and its members, constructed and drawn: networks whose every first-layer row has moved by exactly V.

Theorem 3.1 of Wang et al. (2022) speaks of all of them at once. What moves f at an input most, and what shrinks its
gradient, can be written down.
"""

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.activations import RELU
from advlib.ambient import shielded
from advlib.network import Network
from advlib.sampling import gaussian_beside


@shielded()
def push(net: Network, direction: Tensor, radius: float) -> Network:
    r"""Move every row by V along a direction if its sign on top is positive, and back along it if negative.

    .. math:: w_s \mapsto w_s + V \, \mathrm{sign}(a_s) \, u

    Along u = x no member of the ball of radius V has a larger f(x), along -x none a smaller one. Along
    :math:`-\nabla f(x)` every active neuron takes :math:`V / \sqrt m` from the gradient, together about :math:`C_0 / 2`
    (derived).

    Parameters
    ----------
    net : Network
        One hidden layer, as `advlib.lazy_two_layer` draws it.
    direction : Tensor of shape (\*batch, dim)
        Any length but 0; it is normalised.
    radius : float
        V.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> x = torch.eye(20)[:1]
    >>> 0 < (push(net, x[0], 0.1)(x) - net(x)).item() <= 0.1 * 400**0.5
    True
    """
    check_lazy(net)
    checks.shaped("direction", direction, (*net.batch, net.dim), net.top)
    length = direction.norm(dim=-1, keepdim=True)
    if not (length > 0).all():
        raise ValueError("direction must have a positive length, got 0")
    step = checks.positive("radius", radius) * (direction / length)
    return Network([net.weights[0] + net.top.sign().unsqueeze(-1) * step.unsqueeze(-2)], net.top)


@shielded()
def scatter(net: Network, radius: float, *, generator: Generator) -> Network:
    """Move every row by V in a direction of its own, uniform on the sphere.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.lazy_two_layer(20, 400, generator=generator)
    >>> deviation(scatter(net, 0.1, generator=generator), net)
    tensor(0.1000)
    """
    check_lazy(net)
    rows = net.weights[0]
    away = gaussian_beside(rows, tuple(rows.shape), checks.generator("generator", generator))
    step = torch.nn.functional.normalize(away, dim=-1).mul_(checks.positive("radius", radius))
    return Network([rows + step], net.top)


@shielded()
def value_range(net: Network, x: Tensor, radius: float) -> tuple[Tensor, Tensor]:
    r"""The smallest and the largest f(x) in the ball, each of shape (\*batch, n); every value between is taken too.

    .. math:: \sum_s a_s \, \psi\bigl(\langle w_s, x \rangle \pm V \|x\| \, \mathrm{sign} \, a_s\bigr)

    It costs one product, as the members that `push` makes are not built.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> x = torch.eye(20)[:1]
    >>> low, high = value_range(net, x, 0.1)
    >>> torch.allclose(high, push(net, x[0], 0.1)(x), atol=1e-5)
    True
    """
    check_lazy(net)
    z = net.first(net.check("x", x))
    reach = checks.positive("radius", radius) * x.norm(dim=-1, keepdim=True)
    shift = reach * net.top.sign().unsqueeze(-2)
    return net.readout(z - shift), net.readout(z + shift)


def deviation(net: Network, start: Network) -> Tensor:
    r"""Largest distance :math:`\|W - W_0\|_{2,\infty}` of a first-layer row from its start, (\*batch,).

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> deviation(net, net)
    tensor(0.)
    """
    return (net.weights[0] - start.weights[0]).norm(dim=-1).amax(-1)


def project(net: Network, start: Network, radius: float | Tensor) -> Network:
    r"""Move every first-layer row to the nearest point at most `radius` from its start (Wang et al. 2022, Algorithm 1).

    `radius` is a number, or one for each network, of shape (\*batch,).

    Examples
    --------
    >>> import torch, advlib
    >>> start = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> far = Network([start.weights[0] + 1], start.top)
    >>> deviation(project(far, start, 0.5), start)
    tensor(0.5000)
    """
    reach = radii(radius, net)[..., None, None]
    change = net.weights[0] - start.weights[0]
    change = change * (reach / change.norm(dim=-1, keepdim=True)).clamp(max=1).nan_to_num(1.0)
    return Network([start.weights[0] + change], net.top)


def check_lazy(net: Network) -> None:
    """Refuse a network that is not of the kind that `advlib.lazy_two_layer` draws."""
    if len(net.weights) > 1 or net.activation != RELU or net.offset is not None:
        raise ValueError("net must have one hidden ReLU layer and no bias unit, as lazy_two_layer draws it")


def radii(radius: float | Tensor, net: Network) -> Tensor:
    r"""The radius of every network of a batch, (\*batch,), given one for all or one for each."""
    if not isinstance(radius, Tensor):
        return net.top.new_full(net.batch, checks.positive("radius", radius))
    if not (checks.shaped("radius", radius, net.batch, net.top) > 0).all():
        raise ValueError(f"radius must be positive, got {radius.min().item()} among its entries")
    return radius
