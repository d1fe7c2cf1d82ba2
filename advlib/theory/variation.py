r"""Bounds on how the gradient of a two-layer network varies over a ball (Bubeck et al. 2021, sections 2 and 3).

All logarithms are natural. :math:`R` is the radius, :math:`\gamma` the probability of failure, :math:`L` the Lipschitz
constant of :math:`\psi'`. Where a proposition assumes something of the sizes, sizes outside raise a ValueError.
"""

import math

import torch

from advlib import checks
from advlib.activations import RELU, Activation, resolve
from advlib.theory.limits import gaussian_mean


def smoothness(activation: str | Activation) -> float:
    r"""Return L, the largest :math:`|\psi''|` (Bubeck et al. 2021, equation (12)), read off a grid on [-12, 12].

    ReLU, which has no second derivative at 0, raises a ValueError.

    Examples
    --------
    >>> round(smoothness("softplus"), 6)
    0.25
    """
    psi = resolve(activation)
    if psi == RELU:
        raise ValueError("activation must be smooth, got 'relu'")
    return float(psi.second_derivative(torch.linspace(-12, 12, 240_001, dtype=torch.float64)).abs().max())


def smooth_change_bound(gamma: float, dim: int, width: int, radius: float, activation: str | Activation) -> float:
    r"""Upper bound on the gradient's change at a fixed delta, along a fixed direction (Bubeck et al. 2021, Lemma 5).

    .. math::

       (\nabla f(x) - \nabla f(x + \delta)) \cdot v
       \le \frac{4 R L}{d} \sqrt{\log\tfrac1\gamma} \Bigl(1 + \sqrt{\tfrac{\log(1/\gamma)}{k}}\Bigr)

    Examples
    --------
    >>> smooth_change_bound(0.01, 500, 1000, 1.0, "tanh") < 0.02
    True
    """
    log, d, k, r = _sizes(gamma, dim, width, radius)
    return 4 * r * smoothness(activation) / d * math.sqrt(log) * (1 + math.sqrt(log / k))


def smooth_variation_bound(gamma: float, dim: int, width: int, radius: float, activation: str | Activation) -> float:
    r"""Upper bound on the gradient's change over the ball, smooth activations (Bubeck et al. 2021, Proposition 2).

    .. math::

       \sup_{\|\delta\| \le R} \|\nabla f(x) - \nabla f(x + \delta)\|
       \le 20 R L \Bigl(\sqrt{\tfrac{\log(R k / \gamma)}{d}} + \tfrac{\log(1/\gamma)}{\sqrt k}\Bigr), \qquad R \ge 1

    Examples
    --------
    >>> smooth_variation_bound(0.01, 500, 1000, 1.0, "tanh") > 1
    True
    """
    log, d, k, r = _sizes(gamma, dim, width, radius)
    _require("radius", r >= 1, "at least 1", radius)
    return 20 * r * smoothness(activation) * (math.sqrt((math.log(r * k) + log) / d) + log / math.sqrt(k))


def relu_change_bound(gamma: float, dim: int, width: int, radius: float) -> float:
    r"""Upper bound on a ReLU gradient's change at a fixed delta, along a fixed direction (Bubeck et al. 2021, Lemma 7).

    .. math::

       2 \sqrt{\tfrac{\log(1/\gamma)}{d}}
       \Bigl(\Bigl(2 R \sqrt{\tfrac{\log d}{d}}\Bigr)^{1/4} + \sqrt{\tfrac{\log(1/\gamma)}{k}}\Bigr), \qquad R \ge 1

    Bernstein's inequality, as the proof applies it, gives :math:`\sqrt 2` times the first term; this is the one
    printed, which a closer look at the moments gives as well.

    Examples
    --------
    >>> relu_change_bound(0.01, 500, 1000, 1.0) < 0.2
    True
    """
    log, d, k, r = _sizes(gamma, dim, width, radius)
    _require("radius", r >= 1, "at least 1", radius)
    return 2 * math.sqrt(log / d) * ((2 * r * math.sqrt(math.log(d) / d)) ** 0.25 + math.sqrt(log / k))


def relu_variation_bound(gamma: float, dim: int, width: int, radius: float) -> float:
    r"""Upper bound on a ReLU gradient's change over the ball, wide networks (Bubeck et al. 2021, Proposition 4).

    .. math::

       20 \Bigl(R \log^2(R k) \sqrt{\tfrac{\log d}{d}}\Bigr)^{1/4} + 40 \sqrt{\tfrac dk} \log(R k),
       \qquad 1 \le R \le \tfrac{\sqrt d}2, \quad \sqrt k \ge 52, \quad d \ge \log\tfrac1\gamma

    It does not depend on gamma otherwise.

    Examples
    --------
    >>> relu_variation_bound(0.01, 500, 3000, 1.0) > 100
    True
    """
    log, d, k, r = _sizes(gamma, dim, width, radius)
    _require("radius", 1 <= r <= math.sqrt(d) / 2, "between 1 and half the root of dim", radius)
    _require("width", k >= 52**2, f"at least {52**2}", width)
    _require("dim", d >= log, "at least log(1 / gamma)", dim)
    near = r * math.log(r * k) ** 2 * math.sqrt(math.log(d) / d)
    return 20 * near**0.25 + 40 * math.sqrt(d / k) * math.log(r * k)


def narrow_radius(dim: int, width: int) -> float:
    r"""Return the radius of the ball in the proposition for narrow networks (Bubeck et al. 2021, Proposition 5).

    .. math:: R = \frac{\sqrt k}{\log^6 d}

    Examples
    --------
    >>> narrow_radius(10**6, 10**6) < 1e-3
    True
    """
    return math.sqrt(checks.size("width", width)) / math.log(checks.size("dim", dim, least=2)) ** 6


def narrow_variation_bound(gamma: float, dim: int, width: int) -> float:
    r"""Upper bound on a ReLU gradient's change over the ball, narrow networks (Bubeck et al. 2021, Proposition 5).

    .. math::

       \sup_{\|\delta\| \le \sqrt k / \log^6 d} \|\nabla f(x) - \nabla f(x + \delta)\| \le \frac{60}{\log d},
       \qquad 20 \log^3 d \log\tfrac1\gamma \le k \le d \log^3 d, \quad d \ge 20 \log^3 d \log\tfrac1\gamma

    Examples
    --------
    >>> narrow_variation_bound(0.01, 10**6, 10**6) > 4
    True
    """
    log, d, k, _ = _sizes(gamma, dim, width, 1.0)
    floor = 20 * math.log(d) ** 3 * log
    _require("dim", d >= floor, f"at least 20 log(dim)^3 log(1 / gamma) = {floor:,.0f}", dim)
    ceiling = d * math.log(d) ** 3
    _require("width", floor <= k <= ceiling, f"between {floor:,.0f} and {ceiling:,.0f} at this dim and gamma", width)
    return 60 / math.log(d)


def hessian_norm_limit(ratio: float, activation: str | Activation) -> float:
    r"""Return what :math:`\sqrt d \, \|\nabla^2 f(x)\|` tends to as d and k grow with :math:`k / d` fixed (derived).

    .. math::

       \min_{g} \; \frac1g + g \, \mathbb{E} \frac{\psi''(X)^2}{1 - \psi''(X)^2 g^2 d / k} ,
       \qquad 0 < g < \frac{\sqrt{k / d}}{L} ,

    the edge of the spectrum of :math:`\sum_\ell c_\ell w_\ell w_\ell^\top` with signs independent of all else, from its
    R-transform. For :math:`k \gg d` it is :math:`2 \sqrt{\mathbb{E}\,\psi''(X)^2}`, a semicircle's; for
    :math:`k \ll d` it grows like :math:`L \sqrt{d / k}`, so that the norm itself is :math:`L / \sqrt k`. The paper
    proves the order :math:`1 / \sqrt d` up to logarithms (equation (4)).

    Examples
    --------
    >>> wide = 2 * gaussian_mean(lambda z: resolve("tanh").second_derivative(z) ** 2) ** 0.5
    >>> abs(hessian_norm_limit(1e6, "tanh") - wide) < 1e-5
    True
    """
    psi = resolve(activation)
    root = math.sqrt(checks.positive("ratio", ratio))
    steepest = smoothness(activation)
    if not steepest:
        return 0.0
    end = root / steepest

    def edge(g: float) -> float:
        def bend(z: torch.Tensor) -> torch.Tensor:
            squared = psi.second_derivative(z).square()
            return squared / (1 - squared * (g * g / ratio))

        return 1 / g + g * gaussian_mean(bend)

    low, high = 0.0, end
    while high - low > 1e-7 * high:
        left = low + (high - low) / 3
        right = high - (high - low) / 3
        low, high = (low, right) if edge(left) < edge(right) else (left, high)
    return edge(high)


def _sizes(gamma: float, dim: int, width: int, radius: float) -> tuple[float, int, int, float]:
    log = math.log(1 / checks.probability("gamma", gamma))
    return log, checks.size("dim", dim), checks.size("width", width), checks.positive("radius", radius)


def _require(name: str, holds: bool, wanted: str, value: float) -> None:
    if not holds:
        raise ValueError(f"{name} must be {wanted}, got {value:,}")
