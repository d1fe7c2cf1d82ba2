"""The activation functions psi of the papers, each with its first two derivatives."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from advlib import checks


class Activation(NamedTuple):
    r"""A function :math:`\psi` on tensors, entry by entry, with :math:`\psi'` and :math:`\psi''`.

    Examples
    --------
    >>> import torch
    >>> sine = Activation(torch.sin, torch.cos, lambda z: -torch.sin(z))
    >>> resolve(sine) is sine
    True
    """

    function: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    second_derivative: Callable[[Tensor], Tensor]


def _step(z: Tensor) -> Tensor:
    return (z > 0).to(z.dtype)


def _itself(z: Tensor) -> Tensor:
    return z


def _sech2(z: Tensor) -> Tensor:
    return 1 - torch.tanh(z).square()


def _sech2_slope(z: Tensor) -> Tensor:
    return -2 * torch.tanh(z) * _sech2(z)


def _bell(z: Tensor) -> Tensor:
    return 2 / math.sqrt(math.pi) * torch.exp(-z.square())


def _bell_slope(z: Tensor) -> Tensor:
    return -2 * z * _bell(z)


def _softplus(z: Tensor) -> Tensor:
    return torch.logaddexp(z, torch.zeros_like(z))


def _logistic_bump(z: Tensor) -> Tensor:
    return torch.sigmoid(z) * torch.sigmoid(-z)


# Named functions, not lambdas, so that a network can be pickled.
RELU = Activation(torch.relu, _step, torch.zeros_like)
IDENTITY = Activation(_itself, torch.ones_like, torch.zeros_like)

ACTIVATIONS = {
    "relu": RELU,
    "tanh": Activation(torch.tanh, _sech2, _sech2_slope),
    "erf": Activation(torch.erf, _bell, _bell_slope),
    "softplus": Activation(_softplus, torch.sigmoid, _logistic_bump),
    "identity": IDENTITY,
}


def resolve(activation: str | Activation) -> Activation:
    """Return the activation of that name, or the given object if it holds a function and its two derivatives.

    Raises
    ------
    ValueError
        If the name is unknown.
    TypeError
        If the object lacks `function`, `derivative` or `second_derivative`.

    Examples
    --------
    >>> resolve("relu").function(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    if isinstance(activation, str):
        return ACTIVATIONS[checks.choice("activation", activation, ACTIVATIONS)]
    missing = [field for field in Activation._fields if not callable(getattr(activation, field, None))]
    if missing:
        raise TypeError(f"activation must be a name or have callable {', '.join(missing)}, got {activation!r}")
    return activation
