r"""The lazy ball: how far f moves in it, how many neurons switch, and the scales at its centre (Wang et al. 2022).

Inputs have norm 1; the weights stay within V of their start, row by row, :math:`V = C_0 / \sqrt m`. Constants marked
"derived" follow from the paper's definitions; the paper does not print them.
"""

import math
from typing import NamedTuple

from advlib import checks


class LazyScales(NamedTuple):
    """What a network of `advlib.lazy_two_layer` shows at an input of norm 1, as width and then dimension grow."""

    value: float
    r"""Mean of :math:`|f(x)|`."""
    norm: float
    """Norm of the gradient."""
    step: float
    """Mean size of the smallest step that flips the sign."""
    perturbation: float
    """Mean length of the smallest perturbation along the gradient that flips it."""


def lazy_scales(dim: int) -> LazyScales:
    r"""Limits at the start of training (derived).

    .. math::

       \mathbb{E}|f| = \frac1{\sqrt\pi}, \quad \|\nabla f\| = \sqrt{\frac d2}, \quad
       |\eta| = \frac{2}{d \sqrt\pi}, \quad \|\delta\| = \sqrt{\frac{2}{\pi d}}

    Examples
    --------
    >>> round(lazy_scales(784).perturbation, 4)
    0.0285
    """
    d = checks.size("dim", dim)
    value = 1 / math.sqrt(math.pi)
    norm = math.sqrt(d / 2)
    return LazyScales(value, norm, step=value / norm**2, perturbation=value / norm)


def lazy_shift_bound(width: int, radius: float) -> float:
    r"""Upper bound on :math:`|f(x; W) - f(x; W_0)|` in the ball of radius V (Wang et al. 2022, Lemma 4.1).

    .. math:: \sqrt m \, V = C_0

    It always holds. Only where all neurons are on does some W attain it; the farthest W shifts f by half of it on
    average over the start (derived).

    Examples
    --------
    >>> lazy_shift_bound(10_000, 0.1)
    10.0
    """
    return math.sqrt(checks.size("width", width)) * checks.positive("radius", radius)


def lazy_switch_bound(gamma: float, width: int, radius: float) -> float:
    r"""Upper bound on how many neurons any W in the ball can switch at an input (Wang et al. 2022, Lemma 4.3).

    It fails with probability at most gamma over the start. The constants are derived: a neuron whose preactivation
    exceeds V at the start cannot switch, and Hoeffding's inequality counts the others.

    .. math:: m V \sqrt{\tfrac2\pi} + \sqrt{\tfrac{m \log(1/\gamma)}{2}}

    Examples
    --------
    >>> 850 < lazy_switch_bound(0.01, 10_000, 0.1) < 960
    True
    """
    m = checks.size("width", width)
    log = math.log(1 / checks.probability("gamma", gamma))
    return m * checks.positive("radius", radius) * math.sqrt(2 / math.pi) + math.sqrt(m * log / 2)


def lazy_linear_error(width: int, radius: float) -> float:
    r"""Mean over the start of the largest error in the ball of f's linearisation in W, at an input (derived).

    Only a neuron that switches errs, and it errs upwards. With N standard normal, and about
    :math:`C_0^2 / (2 \sqrt{2 \pi m})` where V is small,

    .. math:: \max_W \; \pm (f(x; W) - f(x; W_0) - \langle \nabla_W f(x; W_0), W - W_0 \rangle),
              \quad \text{mean} \; \frac{\sqrt m}{2} \, \mathbb{E} (V - |N|)_+

    Examples
    --------
    >>> round(lazy_linear_error(10_000, 0.1), 3)
    0.199
    """
    m = checks.size("width", width)
    v = checks.positive("radius", radius)
    density = -math.expm1(-(v**2) / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(m) / 2 * (v * math.erf(v / math.sqrt(2)) - 2 * density)
