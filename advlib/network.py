r"""A batch of feed-forward networks as one `torch.nn.Module`, with input gradients in closed form.

A network maps an input :math:`x \in \mathbb{R}^d` to one number,

.. math:: f(x) = a \cdot \psi(W_l \, \psi(\cdots \psi(W_1 x + b))),

and its sign is the predicted class. One `Network` object holds a whole batch of independent networks.
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

import torch
from torch import Tensor, nn

from advlib import checks
from advlib.activations import IDENTITY, RELU, Activation, resolve
from advlib.ambient import shielded
from advlib.deferred import DeferredGaussian, untraceable

Matrix = Tensor | DeferredGaussian


class Network(nn.Module):
    r"""A batch of independent feed-forward networks with one output each.

    Build one with `two_layer` or `multilayer`, or from given weights. Deferred matrices move and change dtype with it,
    but have no `state_dict`: `torch.save` keeps such a network whole, with the generator that decides the rest, and
    `torch.load` with ``weights_only=False`` restores it.

    As a module it follows ``torch.autocast``; `gradient`, and all in this package that searches or measures, compute in
    the network's own precision.

    Parameters
    ----------
    weights : sequence of Tensor or DeferredGaussian
        :math:`W_1, \dots, W_l`, the i-th of shape (\*batch, d_i, d_{i-1}), input side first.
    top : Tensor of shape (\*batch, d_l)
        The output weights :math:`a`, with their scale.
    activation : str or Activation
        The function :math:`\psi`.
    offset : Tensor of shape (\*batch, d_1), optional
        What the first layer adds to :math:`W_1 x`: the share of a bias unit.

    Raises
    ------
    TypeError, ValueError
        If the weights do not fit together; the message names the one that does not.

    Examples
    --------
    >>> import torch
    >>> net = Network([torch.tensor([[1.0, 0.0], [0.0, 1.0]])], torch.tensor([1.0, -1.0]))
    >>> net(torch.tensor([[3.0, 1.0]]))
    tensor([2.])
    >>> net.gradient(torch.tensor([[3.0, 1.0]]))
    tensor([[ 1., -1.]])
    """

    weights: nn.ParameterList
    top: nn.Parameter
    offset: nn.Parameter | None

    def __init__(
        self,
        weights: Sequence[Matrix],
        top: Tensor,
        activation: str | Activation = "relu",
        offset: Tensor | None = None,
    ):
        super().__init__()
        _check_fit(weights, top, offset)
        self.weights = nn.ParameterList([_frozen(w) if isinstance(w, Tensor) else w for w in weights])
        self.top = _frozen(top)
        self.offset = None if offset is None else _frozen(offset)
        self.activation = resolve(activation)

    @shielded()
    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        for w in self._deferred():
            w.convert(fn)
        return super()._apply(fn, recurse)

    def _save_to_state_dict(self, *args: Any) -> None:
        if self._deferred():
            raise TypeError("a network of deferred matrices has no state_dict; torch.save(net, path) keeps it whole")
        super()._save_to_state_dict(*args)

    def _deferred(self) -> list[DeferredGaussian]:
        return [w for w in self.weights if isinstance(w, DeferredGaussian)]

    @property
    def widths(self) -> tuple[int, ...]:
        """The input dimension and the width of every hidden layer."""
        return (self.weights[0].shape[-1], *(w.shape[-2] for w in self.weights))

    @property
    def dim(self) -> int:
        """The input dimension d."""
        return self.widths[0]

    @property
    def batch(self) -> tuple[int, ...]:
        """The axes of independent networks."""
        return tuple(self.top.shape[:-1])

    @property
    def homogeneous(self) -> bool:
        """Whether f(c x) = c f(x) for c > 0, so that f(x) = x . grad f(x)."""
        return self.offset is None and self.activation in (RELU, IDENTITY)

    def extra_repr(self) -> str:
        """What `repr` shows."""
        return f"widths={self.widths}, batch={self.batch}, dtype={self.top.dtype}"

    def check(self, name: str, x: object) -> Tensor:
        """Return `x` if it holds inputs of this network, else raise an error that names the argument."""
        return checks.inputs(name, x, self.dim, self.batch, self.top)

    def check_beside(self, name: str, value: object, x: object) -> Tensor:
        """Return `value` if it holds inputs as many as `x` does, or either holds just one, else raise an error."""
        given = self.check(name, value)
        rows = self.check("x", x).shape[-2]
        if given.shape[-2] != rows and 1 not in (given.shape[-2], rows):
            raise ValueError(f"{name} must hold 1 or {rows} rows, as x does, got {given.shape[-2]}")
        return given

    def first(self, x: Tensor) -> Tensor:
        r"""The first layer's preactivations :math:`W_1 x + b`, (\*batch, n, d_1)."""
        z = x @ self.weights[0].mT
        return z if self.offset is None else z + self.offset.unsqueeze(-2)

    def layers_from(self, z: Tensor) -> list[Tensor]:
        r"""All preactivations, (\*batch, n, d_i) for i = 1, ..., l, given the first layer's, (\*batch, n, d_1)."""
        layers = [z]
        for w in self.weights[1:]:
            layers.append(self.activation.function(layers[-1]) @ w.mT)
        return layers

    def readout(self, z: Tensor) -> Tensor:
        r"""The value f, (\*batch, n), given the last layer's preactivations, (\*batch, n, d_l)."""
        return (self.activation.function(z) @ self.top.unsqueeze(-1)).squeeze(-1)

    def pull_back(self, layers: list[Tensor]) -> Tensor:
        r"""The gradient of f at the input, (\*batch, n, dim), given all preactivations, (\*batch, n, d_i)."""
        derivative = self.activation.derivative
        g = derivative(layers[-1]) * self.top.unsqueeze(-2)
        for z, w in zip(layers[-2::-1], list(self.weights)[:0:-1], strict=True):
            g = (g @ w) * derivative(z)
        return g @ self.weights[0]

    def preactivations(self, x: Tensor) -> list[Tensor]:
        r"""What enters :math:`\psi` at each hidden layer: (\*batch, n, d_i) for i = 1, ..., l."""
        if torch.compiler.is_compiling() and self._deferred():
            raise untraceable("torch.export and torch.compile(fullgraph=True)")
        return self.layers_from(self.first(self.check("x", x)))

    def forward(self, x: Tensor) -> Tensor:  # (*batch, n, dim)
        r"""The value f(x), (\*batch, n)."""
        return self.readout(self.preactivations(x)[-1])

    @shielded()
    def gradient(self, x: Tensor) -> Tensor:  # (*batch, n, dim)
        r"""The gradient of f at x, (\*batch, n, dim), in closed form; where a ReLU is exactly 0 its derivative is 0."""
        return self.pull_back(self.preactivations(x))


class binary_logits(nn.Module):
    r"""The network as a classifier with the two logits :math:`(-f/2, +f/2)`, for attack libraries.

    Class 1 is the positive sign. The cross-entropy of these logits is the logistic loss :math:`\log(1 + e^{-y f})`.
    Inputs may carry any shape behind their first axis, as images do; they are flattened. torchattacks takes images of
    shape (n, 1, h, w) with entries from 0 to 1, not rows: give it ``x.unflatten(1, (1, h, w))`` with h w = dim.

    Raises
    ------
    ValueError
        If `net` is a batch of networks, or if the inputs, flattened, do not fit it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.two_layer(100, 1000, generator=generator)
    >>> images = torch.rand(4, 1, 10, 10, generator=generator)
    >>> logits = advlib.binary_logits(net)(images)
    >>> torch.equal(logits.argmax(-1) == 1, net(images.flatten(1)) > 0)
    True
    """

    def __init__(self, net: Network):
        super().__init__()
        check_is_network(net)
        if net.batch:
            raise ValueError(f"net must be a single network, got a batch of shape {net.batch}")
        self.net = net

    def forward(self, x: Tensor) -> Tensor:  # (n, *shape)
        """Two logits for each input, (n, 2)."""
        half = self.net(x.flatten(1) if isinstance(x, Tensor) and x.ndim > 2 else x) / 2
        return torch.stack((-half, half), -1)


def check_is_network(net: object) -> None:
    """Refuse what is no `Network`."""
    if not isinstance(net, Network):
        raise TypeError(f"net must be an advlib.Network, got {type(net).__name__}")


def check_two_layers(net: Network) -> None:
    """Refuse a network of more than one hidden layer."""
    check_is_network(net)
    if len(net.weights) > 1:
        raise ValueError(f"net must have one hidden layer, got {len(net.weights)}")


def lengths(net: Network, x: Tensor) -> Tensor:
    r"""Return the Euclidean norms, (\*batch, n), of inputs of a network, if none is 0."""
    found = net.check("x", x).norm(dim=-1)
    if not found.all():
        raise ValueError("x must not hold a row of zeros")
    return found


@shielded()
def _frozen(w: Tensor) -> nn.Parameter:
    """A parameter that nothing trains; what was made in inference mode is copied, as autograd would refuse it."""
    return nn.Parameter(w.clone() if w.is_inference() else w, requires_grad=False)


def _check_fit(weights: Sequence[Matrix], top: Tensor, offset: Tensor | None) -> None:
    if not len(weights) or not isinstance(weights[0], Matrix) or weights[0].ndim < 2:
        raise ValueError("weights must hold at least one matrix of shape (*batch, width, dim)")
    *batch, width, columns = weights[0].shape
    like = torch.empty(0, dtype=checks.floating("weights[0].dtype", weights[0].dtype), device=weights[0].device)
    if offset is not None:
        checks.shaped("offset", offset, (*batch, width), like)
    for i, w in enumerate(weights):
        if not isinstance(w, DeferredGaussian):
            checks.inputs(f"weights[{i}]", w, columns, tuple(batch), like)
        elif w.shape != (*batch, w.shape[-2], columns):
            raise ValueError(f"weights[{i}] must have shape {(*batch, 'width', columns)}, got {tuple(w.shape)}")
        columns = w.shape[-2]
    checks.shaped("top", top, (*batch, columns), like)
