r"""Bottleneck layers, and what they govern: distortion, masked products, and how the gradient changes (paper 2).

Throughout, :math:`D_i(x)` is the diagonal matrix of the slopes :math:`\psi'` at layer i, zeros and ones for a ReLU, so
that :math:`\nabla f(x) = a^\top D_l(x) W_l \cdots D_1(x) W_1`.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.ambient import shielded
from advlib.deferred import DeferredGaussian
from advlib.network import Matrix, Network, lengths
from advlib.sampling import gaussian_beside


def layers(widths: Iterable[int]) -> tuple[int, ...]:
    r"""List the bottleneck layers, output side first (Bartlett et al. 2021, NN-DECOMP).

    .. math:: i_1 = \arg\min_{0 \le i \le l} d_i, \qquad i_{j+1} = \arg\min_{i < i_j} d_i, \qquad \text{until } i_m = 0.

    Among equally narrow layers the one nearest the input counts. For a layer as narrow as the input the paper's
    :math:`d_{i_j} < d` demands it; for the others it is our reading. So layer i is a bottleneck exactly when it is
    narrower than every layer before it.

    Parameters
    ----------
    widths : iterable of int
        :math:`(d, d_1, \dots, d_l)`; 0 stands for the input.

    Raises
    ------
    TypeError, ValueError
        If widths does not hold positive integers, at least one.

    Examples
    --------
    >>> layers((100, 200, 50, 80, 50, 20, 30))
    (5, 2, 0)
    """
    sizes = checks.sizes("widths", widths)
    if not sizes:
        raise ValueError("widths must hold at least the input dimension, got none")
    narrowest = (math.inf, *accumulate(sizes, min))
    return tuple(i for i, size in enumerate(sizes) if size < narrowest[i])[::-1]


@shielded()
def total_distortion(net: Network, x: Tensor) -> Tensor:
    r"""Length of the shortest perturbation that erases x from the first layer, relative to x; (\*batch, n).

    .. math:: \min \bigl\{ \|\delta\| : W_1 (x - \delta) = 0 \bigr\} \,/\, \|x\| = \|W_1^+ W_1 x\| \,/\, \|x\|

    (Bartlett et al. 2021, appendix D, Min-Pert). The perturbation is the projection of x on the rows of
    :math:`W_1`; Householder reflections find it to rounding, however ill-conditioned the matrix, in O(d k min(d, k)).
    They are made in float64 whatever the network's precision: a square Gaussian matrix of single precision can be too
    near to one that lacks rank.

    Parameters
    ----------
    net : Network
        Deferred first layers are formed.
    x : Tensor of shape (\*batch, n, dim)

    Raises
    ------
    TypeError, ValueError
        If x is not accepted, or holds a row of zeros.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(1000, 250, generator=generator)
    >>> x = advlib.sphere(1, 1000, radius=1.0, generator=generator)
    >>> abs(total_distortion(net, x).item() - (250 / 1000) ** 0.5) < 0.05
    True
    """
    size = lengths(net, x)
    first = net.weights[0]
    dense = first.to_dense() if isinstance(first, DeferredGaussian) else first
    rank = min(first.shape[-2:])
    factors, tau = torch.geqrf(dense.double().mT)
    columns = x.double().mT.expand(*net.batch, -1, -1)
    along = torch.ormqr(factors, tau, columns, transpose=True)[..., :rank, :]
    pivots = factors.diagonal(dim1=-2, dim2=-1).abs()
    noise = max(first.shape[-2:]) * torch.finfo(torch.float64).eps
    if (pivots.min(-1).values <= noise * pivots.max(-1).values).any():
        u, s, _ = torch.linalg.svd(factors[..., :rank, :].triu(), full_matrices=False)
        along = (s > noise * s[..., :1]).to(s.dtype).unsqueeze(-1) * (u.mT @ along)
    return (along.norm(dim=-2) / size).to(x.dtype)


@shielded()
def gradient_terms(net: Network, x: Tensor, y: Tensor) -> Tensor:
    r"""Share of each hidden layer in the change of the gradient (Bartlett et al. 2021, GD-DECOMP).

    .. math::

       \nabla f(x) - \nabla f(y) = \sum_{j=1}^{l}
       a^\top \Bigl(\prod_{i=l}^{j+1} D_i(x) W_i\Bigr) \bigl(D_j(x) - D_j(y)\bigr) W_j
       \Bigl(\prod_{i=j-1}^{1} D_i(y) W_i\Bigr)

    The identity is exact, for every activation.

    Parameters
    ----------
    net : Network
    x, y : Tensor of shape (\*batch, n, dim)
        Either may be shared, with shape (n, dim) or with n = 1.

    Returns
    -------
    Tensor of shape (\*batch, n, hidden layers, dim)
        The terms for j = 1, ..., l, as rows.

    Raises
    ------
    TypeError, ValueError
        If x or y is not accepted, or they do not fit each other; the message names the argument.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.multilayer((4, 9, 7), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    >>> x, y = torch.eye(4, dtype=torch.float64)[:2, None]
    >>> terms = gradient_terms(net, x, y)
    >>> terms.shape, torch.allclose(terms.sum(-2), net.gradient(x) - net.gradient(y))
    (torch.Size([1, 2, 4]), True)
    """
    above = net.top.unsqueeze(-2)
    rows = max(net.check_beside("y", y, x).shape[-2], x.shape[-2])
    terms = net.top.new_zeros(*net.batch, rows, 0, net.widths[-1])
    for w, at_x, at_y in zip(list(net.weights)[::-1], slopes_at(net, x)[::-1], slopes_at(net, y)[::-1], strict=True):
        own = (above * (at_x - at_y)).expand(*net.batch, rows, -1).unsqueeze(-2)
        terms = torch.cat((own, terms * at_y.unsqueeze(-2)), -2)
        terms = (terms.flatten(-3, -2) @ w).unflatten(-2, (rows, -1))
        above = (above * at_x) @ w
    return terms


@shielded()
def masked_norms(net: Network, y: Tensor, *, iterations: int = 100, generator: Generator) -> Tensor:
    r"""Spectral norms of the masked products between bottlenecks (Bartlett et al. 2021, Lemma 2.6).

    .. math:: \Bigl\| \prod_{i = i_j}^{i_{j+1} + 1} D_i(y) W_i \Bigr\|, \qquad j = 1, \dots, m - 1,

    by power iteration, with no product of matrices formed: a lower bound that tightens with every iteration.

    Parameters
    ----------
    net : Network
    y : Tensor of shape (\*batch, n, dim)
    iterations : int
    generator : torch.Generator
        Draws the vectors to start from.

    Returns
    -------
    Tensor of shape (\*batch, n, bottlenecks - 1)
        In the order of `layers`; empty where the input is the only bottleneck.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.multilayer((40, 60, 20, 30, 10), generator=generator)
    >>> masked_norms(net, advlib.sphere(3, 40, radius=1.0, generator=generator), generator=generator).shape
    torch.Size([3, 2])
    """
    slopes = slopes_at(net, net.check("y", y))
    weights = list(net.weights)
    count = checks.size("iterations", iterations)
    checks.generator("generator", generator)
    norms = [slopes[0].new_empty(*slopes[0].shape[:-1], 0)]
    for end, start in pairwise(layers(net.widths)):
        v = gaussian_beside(y, (*slopes[0].shape[:-1], net.widths[start]), generator)
        for _ in range(count):
            v = normalize(v, dim=-1)
            for w, slope in zip(weights[start:end], slopes[start:end], strict=True):
                v = (v @ w.mT) * slope
            norm = v.norm(dim=-1, keepdim=True)
            v = pull_back_through(weights[start:end], slopes[start:end], v)
        norms.append(norm)
    return torch.cat(norms, -1)


def slopes_at(net: Network, x: Tensor) -> list[Tensor]:
    """The diagonals of D_1(x), ..., D_l(x)."""
    return [net.activation.derivative(z) for z in net.preactivations(x)]


def pull_back_through(weights: Sequence[Matrix], slopes: Sequence[Tensor], rows: Tensor) -> Tensor:
    """Rows times the product of D_i W_i over these layers."""
    for w, slope in zip(weights[::-1], slopes[::-1], strict=True):
        rows = (rows * slope) @ w
    return rows
