r"""Closed-form limits and bounds for random networks, as plain functions of their parameters.

Inputs lie on the sphere of radius :math:`\sqrt d`. What is marked "derived" follows from the papers' definitions by the
central limit theorem; the papers do not print it.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from advlib import checks
from advlib.activations import RELU, Activation, resolve


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

    It is :math:`\operatorname{erf}(t / (\sqrt 2 s))`, with s the limit's `step_scale`.

    Examples
    --------
    >>> step_cdf(torch.tensor([0.0, 100.0]), limits("relu"))
    tensor([0., 1.])
    """
    return torch.erf(step / (math.sqrt(2) * limit.step_scale))


def _gradient_limit(activation: str | Activation) -> float:
    """Return c_psi of an activation whose slopes lie in [-1, 1]."""
    slopes = resolve(activation).derivative(torch.linspace(-12, 12, 4801, dtype=torch.float64))
    if slopes.abs().max() > 1:
        raise ValueError(f"activation must be 1-Lipschitz, got {activation!r} with slope {slopes.abs().max():.4g}")
    return limits(activation).gradient_norm


def _smooth_gradient_limit(activation: str | Activation) -> float:
    """Return c_psi of an activation as section 2 of the paper assumes it: also 0 at 0, and smooth."""
    psi = resolve(activation)
    if psi == RELU or psi.function(torch.zeros(())) != 0:
        raise ValueError(f"activation must be smooth and 0 at 0, got {activation!r}")
    return _gradient_limit(psi)


def value_bound(gamma: float, width: int) -> float:
    r"""Upper bound on f(x) that fails with probability at most gamma (Bubeck et al. 2021, Lemma 1 with sigma = c = 1).

    .. math:: f(x) \le \sqrt{2 \log(1/\gamma)} + \frac{\log(1/\gamma)}{\sqrt k}

    It holds for every 1-Lipschitz activation with :math:`\psi(0) = 0`. The paper writes :math:`|f(x)|`; its one-sided
    proof gives f(x), and by symmetry :math:`|f(x)|` with :math:`\gamma / 2`.

    Examples
    --------
    >>> value_bound(0.01, 10_000) < value_bound(0.001, 10_000)
    True
    """
    log = math.log(1 / checks.probability("gamma", gamma))
    return math.sqrt(2 * log) + log / math.sqrt(checks.size("width", width))


def gradient_bound(gamma: float, dim: int, width: int, activation: str | Activation = "relu") -> float:
    r"""Lower bound on the gradient's norm that fails with probability at most gamma (Bubeck et al. 2021, Lemma 2).

    .. math::

       \|\nabla f(x)\| \ge \Bigl(c_\psi^2 - \sqrt{\tfrac{2 \log(2/\gamma)}{k}} - \tfrac{\log(2/\gamma)}{k}\Bigr)^{1/2}
       \Bigl(1 - 5 \sqrt{\tfrac{\log(4/\gamma)}{d}}\Bigr), \qquad c_\psi^2 = \mathbb{E}\,\psi'(X)^2,

    for 1-Lipschitz activations (sigma' = c' = 1); others raise a ValueError. Where a factor is negative the lemma says
    nothing, and the bound is 0.

    Examples
    --------
    >>> gradient_bound(0.01, dim=100, width=1000)
    0.0
    >>> 0.6 < gradient_bound(0.01, dim=10**5, width=10**5) < limits("relu").gradient_norm
    True
    """
    log = math.log(2 / checks.probability("gamma", gamma))
    k, d = checks.size("width", width), checks.size("dim", dim)
    squared = _gradient_limit(activation) ** 2 - math.sqrt(2 * log / k) - log / k
    return math.sqrt(max(squared, 0)) * max(1 - 5 * math.sqrt(math.log(4 / gamma) / d), 0)


def theorem1_step(gamma: float, gradient_norm: float, activation: str | Activation) -> float:
    r"""Return the step of Theorem 1 (Bubeck et al. 2021, section 2).

    .. math:: |\eta| = \frac{32 \sqrt{\log 1/\gamma}}{c_\psi^2 \|\nabla f(x)\|^2}

    The proof takes :math:`\psi` 1-Lipschitz and smooth with :math:`\psi(0) = 0`; other activations raise a ValueError.

    Examples
    --------
    >>> theorem1_step(0.01, 0.7, "tanh") > limits("tanh").mean_step
    True
    """
    log = math.log(1 / checks.probability("gamma", gamma))
    c_psi = _smooth_gradient_limit(activation)
    return 32 * math.sqrt(log) / (c_psi * checks.positive("gradient_norm", gradient_norm)) ** 2


def theorem1_radius(gamma: float, activation: str | Activation) -> float:
    r"""Return the longest perturbation in the proof of Theorem 1 (Bubeck et al. 2021, section 2).

    .. math:: R = \frac{64 \sqrt{\log 1/\gamma}}{c_\psi^3}

    The assumptions are those of `theorem1_step`.

    Examples
    --------
    >>> theorem1_radius(0.01, "tanh") > 64
    True
    """
    return 64 * math.sqrt(math.log(1 / checks.probability("gamma", gamma))) / _smooth_gradient_limit(activation) ** 3
