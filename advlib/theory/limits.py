r"""What random networks tend to as their widths and then their dimension grow."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from advlib import checks
from advlib.activations import Activation, resolve


class Limits(NamedTuple):
    """What f, its gradient and its flipping step tend to as the widths and the dimension grow."""

    value_std: float
    """Standard deviation of f(x), which becomes Gaussian."""
    gradient_norm: float
    """Norm of grad f(x), which becomes constant."""
    step_scale: float
    r"""value_std / gradient_norm^2; the flipping step becomes :math:`s\,|N(0, 1)|` with this s."""

    @property
    def mean_step(self) -> float:
        """Mean of the limiting flipping step."""
        return self.step_scale * math.sqrt(2 / math.pi)


def gaussian_mean(function: Callable[[Tensor], Tensor], std: float = 1.0) -> float:
    r"""Integrate :math:`\mathbb{E}\,g(\sigma X)` for standard normal X by the midpoint rule.

    On 12 standard deviations to either side the rule converges faster than any power of its step for smooth g. Its
    points are symmetric about 0, so the square of a ReLU, half of an even function, is summed as well.

    Examples
    --------
    >>> round(gaussian_mean(lambda z: torch.relu(z) ** 2), 12)
    0.5
    """
    points = (torch.arange(-2400, 2400, dtype=torch.float64) + 0.5) / 200
    weights = torch.exp(-points.square() / 2) / (200 * math.sqrt(2 * math.pi))
    return float(weights @ function(std * points))


def limits(activation: str | Activation = "relu", *, depth: int = 1, gain: float = 1.0) -> Limits:
    r"""Limits of a random network with `depth` hidden layers, as its widths and then its dimension grow.

    At depth 1 the limits of the value and of the mean squared gradient norm are in the paper (Bubeck et al. 2021,
    introduction and section 1.2); greater depths and the step are derived.

    With :math:`q_1 = g^2`, :math:`q_{i+1} = g^2\, \mathbb{E}\,\psi(\sqrt{q_i} X)^2`,

    .. math::

       f(x) \to \mathcal{N}(0, q_{l+1}), \qquad
       \|\nabla f(x)\|^2 \to g^2 \prod_{i=1}^{l} g^2\, \mathbb{E}\,\psi'(\sqrt{q_i} X)^2, \qquad
       |\eta| \to \frac{|f|}{\|\nabla f\|^2},

    for a network `multilayer(..., gain=g)`; `two_layer` is depth 1 and gain 1. For ReLU there,
    :math:`\|\nabla f\| \to 1/\sqrt 2`, and the mean step tends to :math:`2 / \sqrt \pi`.

    Parameters
    ----------
    activation : str or Activation
    depth : int
        Number of hidden layers l.
    gain : float
        The factor g of the standard deviation of all weights.

    Examples
    --------
    >>> relu = limits("relu")
    >>> round(relu.gradient_norm**2, 12), round(relu.mean_step - 2 / math.sqrt(math.pi), 12)
    (0.5, 0.0)
    """
    psi = resolve(activation)
    variance = gain_squared = checks.positive("gain", gain) ** 2
    gradient_squared = gain_squared
    for _ in range(checks.size("depth", depth)):
        std = math.sqrt(variance)
        gradient_squared *= gain_squared * gaussian_mean(lambda z: psi.derivative(z) ** 2, std)
        variance = gain_squared * gaussian_mean(lambda z: psi.function(z) ** 2, std)
    return Limits(math.sqrt(variance), math.sqrt(gradient_squared), math.sqrt(variance) / gradient_squared)


def step_cdf(step: Tensor, limit: Limits) -> Tensor:
    r"""Return the limiting probability that a gradient step of this size flips the sign (derived).

    It is :math:`\operatorname{erf}(t / (\sqrt 2 s))`, with s the limit's `step_scale`; steps may have any shape.

    Examples
    --------
    >>> step_cdf(torch.tensor([0.0, 100.0]), limits("relu"))
    tensor([0., 1.])
    """
    if not isinstance(step, Tensor):
        raise TypeError(f"step must be a torch.Tensor, got {type(step).__name__}")
    if (step < 0).any():
        raise ValueError(f"step must hold sizes from 0 up, got {step.min():.6g}")
    return torch.erf(step / (math.sqrt(2) * limit.step_scale))
