"""The papers' random networks and their inputs, drawn from an explicit generator."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.activations import Activation, resolve
from advlib.deferred import DeferredGaussian
from advlib.network import Matrix, Network, check_is_network
from advlib.sampling import gaussian, signs, sphere


def deferred(shape: tuple[int, ...], std: float, generator: Generator, dtype: torch.dtype) -> DeferredGaussian:
    """Draw a batch of Gaussian matrices whose entries are decided only when a product asks."""
    *batch, rows, columns = shape
    return DeferredGaussian(rows, columns, std=std, batch=tuple(batch), generator=generator, dtype=dtype)


Draw = Callable[[tuple[int, ...], float, Generator, torch.dtype], Matrix]
"""Draws an array of a shape and a standard deviation."""

MATRICES: dict[str, Draw] = {"dense": gaussian, "deferred": deferred}
TOPS = {"signs": signs, "gaussian": gaussian}


def two_layer(
    dim: int,
    width: int,
    *,
    top: str = "signs",
    activation: str | Activation = "relu",
    bias: float = 0.0,
    batch: tuple[int, ...] = (),
    matrices: str = "dense",
    generator: Generator,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Network:
    r"""Draw random two-layer networks.

    .. math::

       f(x) = \frac{1}{\sqrt k} \sum_{\ell=1}^{k} a_\ell \, \psi(w_\ell \cdot x), \qquad
       w_\ell \sim \mathcal{N}(0, I_d / d),

    with :math:`a_\ell` uniform on -1 and +1 (Bubeck et al. 2021, equation 1) or standard normal (their footnote 2).
    The returned network stores the top weights with their factor :math:`1/\sqrt k`.

    Parameters
    ----------
    dim, width : int
        The input dimension d and the number of neurons k.
    top : {"signs", "gaussian"}
        The law of :math:`a`.
    activation : str or Activation
        "relu", "tanh", "erf", "softplus", "identity", or a function with its two derivatives.
    bias : float
        The constant value of a bias unit that joins the d inputs, with weights of the same law; 0 for none. No
        perturbation touches it, so the gradient is already the projected one.
    batch : tuple of int
        Axes of independent networks.
    matrices : {"dense", "deferred"}
        Whether the weights are drawn now, or decided when products ask for them (`advlib.deferred`).
    generator : torch.Generator
        The only source of randomness.
    dtype, device
        float32 or float64, and where the weights live; by default on the generator's device.

    Raises
    ------
    TypeError, ValueError
        If a size is not positive or a name, number or dtype is not accepted; the message names the argument.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(50, 1000, batch=(8,), generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> net(x).shape, net.gradient(x).shape
    (torch.Size([8, 5]), torch.Size([8, 5, 50]))
    """
    d = checks.size("dim", dim)
    k = checks.size("width", width)
    unit_value = checks.number("bias", bias)
    net = multilayer(
        (d, k), top=top, activation=activation, batch=batch, matrices=matrices, generator=generator, dtype=dtype
    )
    if unit_value:
        unit = gaussian((*net.batch, k), unit_value / d**0.5, generator, dtype)
        net = Network(list(net.weights), net.top, net.activation, offset=unit)
    return net.to(checks.device("device", device))


def multilayer(
    widths: Sequence[int],
    *,
    top: str = "gaussian",
    gain: float = 1.0,
    activation: str | Activation = "relu",
    batch: tuple[int, ...] = (),
    matrices: str = "dense",
    generator: Generator,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Network:
    r"""Draw random networks of any depth.

    .. math::

       f(x) = a \cdot \psi(W_l \, \psi(\cdots \psi(W_1 x))), \qquad
       (W_i)_{jk} \sim \mathcal{N}(0, g^2 / d_{i-1}),

    and :math:`a \sim \mathcal{N}(0, g^2 I / d_l)` (Bartlett et al. 2021, NN-DEF, at gain g = 1).

    Parameters
    ----------
    widths : sequence of int
        :math:`(d, d_1, \dots, d_l)`: the input dimension, then the width of each hidden layer.
    top : {"gaussian", "signs"}
        The law of the top weights; "signs" draws them uniformly from :math:`\pm g / \sqrt{d_l}`.
    gain : float
        The factor g; 1 is "plain", :math:`\sqrt 2` keeps the scale of a ReLU network from layer to layer ("He").
    activation, batch, matrices, generator, dtype, device
        As for `two_layer`.

    Raises
    ------
    TypeError, ValueError
        If there is no hidden layer, or an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> advlib.multilayer((20, 40, 30), generator=torch.Generator().manual_seed(0)).widths
    (20, 40, 30)
    """
    sizes = checks.widths("widths", widths)
    leading = checks.sizes("batch", batch)
    draw_matrix = MATRICES[checks.choice("matrices", matrices, MATRICES)]
    draw_top = TOPS[checks.choice("top", top, TOPS)]
    psi = resolve(activation)
    scale = checks.positive("gain", gain)
    checks.floating("dtype", dtype)
    checks.generator("generator", generator)
    weights = [
        draw_matrix((*leading, rows, columns), scale / columns**0.5, generator, dtype)
        for columns, rows in pairwise(sizes)
    ]
    amplitudes = draw_top((*leading, sizes[-1]), scale / sizes[-1] ** 0.5, generator, dtype)
    return Network(weights, amplitudes, psi).to(checks.device("device", device))


def lazy_two_layer(
    dim: int,
    width: int,
    *,
    batch: tuple[int, ...] = (),
    generator: Generator,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Network:
    r"""Draw the two-layer networks from which lazy training starts.

    .. math::

       f(x) = \sum_{s=1}^{m} a_s \, \psi(\langle w_s, x \rangle), \qquad w_s \sim \mathcal{N}(0, I_d),

    with :math:`\psi` the ReLU and :math:`a_s` uniform on :math:`\pm 1/\sqrt m`, for inputs of norm 1 (Wang et al.
    2022). It is `two_layer` in another scaling: :math:`w_s = \sqrt d \, w_\ell` and :math:`x / \sqrt d` for x.

    Parameters
    ----------
    dim, width : int
        The input dimension d and the number of neurons m.
    batch, generator, dtype, device
        As for `two_layer`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.lazy_two_layer(100, 5000, generator=torch.Generator().manual_seed(0))
    >>> net.gradient(torch.eye(100)).norm(dim=-1).mean().round()  # the square root of 50
    tensor(7.)
    """
    d = checks.size("dim", dim)
    m = checks.size("width", width)
    leading = checks.sizes("batch", batch)
    checks.floating("dtype", dtype)
    checks.generator("generator", generator)
    weights = gaussian((*leading, m, d), 1.0, generator, dtype)
    top = signs((*leading, m), m**-0.5, generator, dtype)
    return Network([weights], top).to(checks.device("device", device))


def points(net: Network, n: int, *, generator: Generator) -> Tensor:
    r"""Draw inputs of a network, (\*batch, n, dim), uniformly from the sphere of radius :math:`\sqrt d`.

    Parameters
    ----------
    net : Network
    n : int
        How many for each network of the batch, in its precision and on its device.
    generator : torch.Generator
        The only source of randomness.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    See Also
    --------
    sphere : any radius and any shape.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, batch=(8,), generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> x.shape, x.norm(dim=-1).mean()
    (torch.Size([8, 5, 100]), tensor(10.))
    """
    check_is_network(net)
    top = net.top
    return sphere(
        n, net.dim, radius=net.dim**0.5, batch=net.batch, generator=generator, dtype=top.dtype, device=top.device
    )
