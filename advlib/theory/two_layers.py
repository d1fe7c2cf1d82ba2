"""Bounds on the value, the gradient and the flipping step of two-layer networks (Bubeck et al. 2021)."""

import math

import torch

from advlib import checks
from advlib.activations import RELU, Activation, resolve
from advlib.theory.limits import limits


def _gradient_limit(activation: str | Activation) -> float:
    """Return c_psi of an activation whose slopes lie in [-1, 1]."""
    slopes = resolve(activation).derivative(torch.linspace(-12, 12, 4801, dtype=torch.float64))
    if slopes.abs().max() > 1:
        raise ValueError(f"activation must be 1-Lipschitz, got {activation!r} with slope {slopes.abs().max():.4g}")
    return limits(activation).gradient_norm


def smooth_gradient_limit(activation: str | Activation) -> float:
    """Return c_psi of an activation as section 2 of the paper assumes it: also 0 at 0, and smooth."""
    psi = resolve(activation)
    if psi == RELU or psi.function(torch.zeros(())) != 0:
        raise ValueError(f"activation must be smooth and 0 at 0, got {activation!r}")
    return _gradient_limit(activation)


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
    k = checks.size("width", width)
    d = checks.size("dim", dim)
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
    c_psi = smooth_gradient_limit(activation)
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
    return 64 * math.sqrt(math.log(1 / checks.probability("gamma", gamma))) / smooth_gradient_limit(activation) ** 3
