r"""Propositions 1 and 3 of Bubeck et al. 2021: bounds on value and gradient, with their printed constants.

Both are Lemmas 1 and 2 with sigma = c = 1. The lemmas' proofs bound f(x) from one side; a bound on :math:`|f(x)|` that
fails with probability at most gamma follows with :math:`\gamma / 2` in the place of gamma.
"""

import math

from advlib import checks
from advlib.activations import Activation
from advlib.theory.two_layers import smooth_gradient_limit


def smooth_value_bound(gamma: float, width: int) -> float:
    r"""Upper bound on the value, smooth activations (Bubeck et al. 2021, Proposition 1).

    .. math:: |f(x)| \le \sqrt{2 \log\tfrac1\gamma} \Bigl(1 + \sqrt{\tfrac{\log(2/\gamma)}{k}}\Bigr)

    Examples
    --------
    >>> smooth_value_bound(0.01, 1000) < relu_value_bound(0.01, 1000)
    True
    """
    return math.sqrt(2 * _log(1, gamma)) * (1 + math.sqrt(_log(2, gamma) / checks.size("width", width)))


def relu_value_bound(gamma: float, width: int) -> float:
    r"""Upper bound on the value, ReLU (Bubeck et al. 2021, Proposition 3).

    .. math:: |f(x)| \le \sqrt{2 \log\tfrac2\gamma} \Bigl(1 + \sqrt{\tfrac{\log(2/\gamma)}{k}}\Bigr)

    Examples
    --------
    >>> relu_value_bound(0.01, 1000) > 3
    True
    """
    return math.sqrt(2 * _log(2, gamma)) * (1 + math.sqrt(_log(2, gamma) / checks.size("width", width)))


def smooth_gradient_bound(gamma: float, dim: int, width: int, activation: str | Activation) -> float:
    r"""Lower bound on the gradient's norm, smooth activations (Bubeck et al. 2021, Proposition 1).

    .. math::

       \|\nabla f(x)\| \ge \Bigl(c_\psi^2 - \sqrt{\tfrac{2 \log(4/\gamma)}{k}}
       \Bigl(1 + \sqrt{\tfrac{\log(4/\gamma)}{k}}\Bigr)\Bigr)^{1/2} \Bigl(1 - 5 \sqrt{\tfrac{\log(8/\gamma)}{d}}\Bigr)

    It takes :math:`\psi` 1-Lipschitz and smooth with :math:`\psi(0) = 0`; other activations raise a ValueError. Where a
    factor is negative the bound is 0.

    Examples
    --------
    >>> smooth_gradient_bound(0.01, 10**5, 10**5, "tanh") > 0.5
    True
    """
    log = _log(4, gamma)
    limit = smooth_gradient_limit(activation)
    return _norm(limit**2, log, log, width) * _factor(_log(8, gamma), dim)


def relu_gradient_bound(gamma: float, dim: int, width: int) -> float:
    r"""Lower bound on the gradient's norm, ReLU (Bubeck et al. 2021, Proposition 3).

    .. math::

       \|\nabla f(x)\| \ge \Bigl(\tfrac12 - \sqrt{\tfrac{2 \log(4/\gamma)}{k}}
       \Bigl(1 + \sqrt{\tfrac{\log(1/\gamma)}{k}}\Bigr)\Bigr)^{1/2} \Bigl(1 - 5 \sqrt{\tfrac{\log(4/\gamma)}{d}}\Bigr)

    Where a factor is negative the bound is 0.

    Examples
    --------
    >>> relu_gradient_bound(0.01, 10**5, 10**5) > 0.6
    True
    """
    return _norm(0.5, _log(4, gamma), _log(1, gamma), width) * _factor(_log(4, gamma), dim)


def _log(count: int, gamma: float) -> float:
    return math.log(count / checks.probability("gamma", gamma))


def _norm(limit_squared: float, log: float, inner_log: float, width: int) -> float:
    k = checks.size("width", width)
    return math.sqrt(max(limit_squared - math.sqrt(2 * log / k) * (1 + math.sqrt(inner_log / k)), 0))


def _factor(log: float, dim: int) -> float:
    return max(1 - 5 * math.sqrt(log / checks.size("dim", dim)), 0)
