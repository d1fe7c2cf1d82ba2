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
from advlib.deferred import DeferredGaussian, untraceable

Matrix = Tensor | DeferredGaussian


class Network(nn.Module):
    r"""A batch of independent feed-forward networks with one output each.

    Build one with `two_layer` or `multilayer`, or from given weights. Deferred matrices move and change dtype with it,
    but have no `state_dict`: `torch.save` keeps such a network whole, with the generator that decides the rest, and
    `torch.load` with ``weights_only=False`` restores it.

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
        frozen = [nn.Parameter(w, requires_grad=False) if isinstance(w, Tensor) else w for w in weights]
        self.weights = nn.ParameterList(frozen)
        self.top = nn.Parameter(top, requires_grad=False)
        self.offset = None if offset is None else nn.Parameter(offset, requires_grad=False)
        self.activation = resolve(activation)

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
        given, rows = self.check(name, value), self.check("x", x).shape[-2]
        if given.shape[-2] != rows and 1 not in (given.shape[-2], rows):
            raise ValueError(f"{name} must hold 1 or {rows} rows, as x does, got {given.shape[-2]}")
        return given

    def first(self, x: Tensor) -> Tensor:
        r"""The first layer's preactivations :math:`W_1 x + b`, (\*batch, n, d_1)."""
        z = x @ self.weights[0].mT
        return z if self.offset is None else z + self.offset.unsqueeze(-2)

    def layers_from(self, z: Tensor) -> list[Tensor]:
        """All preactivations, given the first layer's."""
        layers = [z]
        for w in self.weights[1:]:
            layers.append(self.activation.function(layers[-1]) @ w.mT)
        return layers

    def readout(self, z: Tensor) -> Tensor:
        """The value f, given the last layer's preactivations."""
        return (self.activation.function(z) @ self.top.unsqueeze(-1)).squeeze(-1)

    def pull_back(self, layers: list[Tensor]) -> Tensor:
        """The gradient of f with respect to the input, given all preactivations."""
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

    def gradient(self, x: Tensor) -> Tensor:  # (*batch, n, dim)
        r"""The gradient of f at x, (\*batch, n, dim), in closed form; where a ReLU is exactly 0 its derivative is 0."""
        return self.pull_back(self.preactivations(x))


def check_is_network(net: object) -> None:
    """Refuse what is no `Network`."""
    if not isinstance(net, Network):
        raise TypeError(f"net must be an advlib.Network, got {type(net).__name__}")


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
