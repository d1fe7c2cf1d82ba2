"""The Hessian of a network with respect to its input, never formed: its product with a vector, and its norm."""

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.activations import RELU
from advlib.ambient import shielded
from advlib.network import Network
from advlib.sampling import gaussian_beside


@shielded()
def hessian_product(net: Network, x: Tensor, v: Tensor) -> Tensor:
    r"""The Hessian of f at x times v, (\*batch, n, dim), at the cost of two products with every matrix.

    For one hidden layer it is (Bubeck et al. 2021, section 1.2)

    .. math:: \nabla^2 f(x) \, v = \sum_\ell a_\ell \, \psi''(w_\ell \cdot x) \, (w_\ell \cdot v) \, w_\ell .

    Parameters
    ----------
    net : Network
        With any activation but ReLU, whose kinks have no second derivative.
    x, v : Tensor of shape (\*batch, n, dim)

    Raises
    ------
    TypeError, ValueError
        If the activation is ReLU, or x or v is not accepted; the message names the argument.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.two_layer(20, 30, activation="tanh", generator=torch.Generator().manual_seed(0))
    >>> e = torch.eye(20)
    >>> hessian = hessian_product(net, torch.ones(20, 20), e)
    >>> torch.allclose(hessian, hessian.mT, atol=1e-6)
    True
    """
    _check_smooth(net)
    return product(net, net.preactivations(x), net.check_beside("v", v, x))


@shielded()
def hessian_norm(net: Network, x: Tensor, *, steps: int = 64, generator: Generator) -> Tensor:
    r"""The spectral norm of the Hessian of f at x, (\*batch, n), by Lanczos iteration.

    Its eigenvalues come in both signs, and near-ties are the rule in a random network; power iteration would crawl. The
    answer never exceeds the norm but for rounding. It equals it once `steps` reaches the dimension, and long before to
    three digits: at dimension 500, 64 steps suffice.

    Parameters
    ----------
    net : Network
        With any activation but ReLU.
    x : Tensor of shape (\*batch, n, dim)
    steps : int
        How many products with the Hessian, at most the dimension.
    generator : torch.Generator
        Draws the vectors that the iteration starts from.

    Raises
    ------
    TypeError, ValueError
        If the activation is ReLU or an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, activation="tanh", generator=generator)
    >>> x = advlib.points(net, 3, generator=generator)
    >>> bool((hessian_norm(net, x, generator=generator) < 2 / 100**0.5).all())
    True
    """
    _check_smooth(net)
    layers = net.preactivations(x)
    checks.generator("generator", generator)
    start = gaussian_beside(x, (*layers[0].shape[:-1], net.dim), generator)
    count = min(checks.size("steps", steps), net.dim)
    basis = normalize(start, dim=-1).unsqueeze(-2)
    diagonal, beside = [], []
    for _ in range(count):
        last = basis[..., -1, :]
        r = product(net, layers, last)
        diagonal.append((r * last).sum(-1))
        for _ in range(2):  # once leaves rounding errors that grow
            r = r - ((basis @ r.unsqueeze(-1)).mT @ basis).squeeze(-2)
        beside.append(r.norm(dim=-1))
        basis = torch.cat((basis, normalize(r, dim=-1).unsqueeze(-2)), -2)
    lower = torch.stack(beside[:-1], -1) if beside[:-1] else start[..., :0]
    small = torch.diag_embed(torch.stack(diagonal, -1)) + torch.diag_embed(lower, -1)
    return torch.linalg.eigvalsh(small).abs().amax(-1)


def _check_smooth(net: Network) -> None:
    if net.activation == RELU:
        raise ValueError("net must have a smooth activation, got 'relu', which has no Hessian at its kinks")


def product(net: Network, layers: list[Tensor], v: Tensor) -> Tensor:
    """The Hessian of f times v, given all preactivations: the derivative of `Network.pull_back` as the input moves."""
    psi = net.activation
    weights = list(net.weights)
    moves = [v @ weights[0].mT]
    for z, w in zip(layers, weights[1:], strict=False):
        moves.append((psi.derivative(z) * moves[-1]) @ w.mT)
    pull = net.top.unsqueeze(-2)
    turn = pull * psi.second_derivative(layers[-1]) * moves[-1]
    for z, above, move, w in zip(layers[-2::-1], layers[:0:-1], moves[-2::-1], weights[:0:-1], strict=True):
        pull = (pull * psi.derivative(above)) @ w
        turn = (turn @ w) * psi.derivative(z) + pull * psi.second_derivative(z) * move
    return turn @ weights[0]
