r"""The lazy ball: how far f moves in it, how many neurons switch, and the scales at its centre (Wang et al. 2022).

Inputs have norm 1; the weights stay within V of their start, row by row, :math:`V = C_0 / \sqrt m`. Constants marked
"derived" follow from the paper's definitions; the paper does not print them.
"""

import math
from typing import NamedTuple

from advlib import checks

TYPICAL = 1 / math.sqrt(math.pi)
"""Mean of :math:`|f(x)|` over the start."""


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
    norm = math.sqrt(d / 2)
    return LazyScales(TYPICAL, norm, step=TYPICAL / norm**2, perturbation=TYPICAL / norm)


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


def lazy_length(dim: int, constant: float, *, value: float = TYPICAL, bias: float = 0.0) -> float:
    r"""Length of the step that flips the farthest value in the ball, along its tangent, over that of x (derived).

    Every row moves by V along x, the way of its sign on top. So f(x) rises by :math:`C_0 / 2`, and the gradient keeps
    its part across x; the part along x is f(x) itself, by Euler's identity.

    .. math:: \|\delta\| \approx \frac{F}{\sqrt{(d - 1) / 2 + F^2}}, \qquad F = f(x; W_0) + \frac{C_0}2

    Parameters
    ----------
    dim : int
    constant : float
        :math:`C_0`.
    value : float
        :math:`f(x; W_0)`, counted positive on the side to which f is pushed; by default the mean of its size.
    bias : float
        Size of a bias unit's input over that of x. With :math:`c^2 = 1 + b^2`, values and shifts are c times those
        without, and the gradient's part along x is F / c.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> round(lazy_length(784, 10.0), 3)
    0.271
    >>> lazy_length(400, 3.0) < lazy_length(400, 30.0) < 1
    True

    See Also
    --------
    lazy_constant : the constant at which it is a given length.
    """
    across = _across(dim)
    far = checks.number("value", value) + checks.positive("constant", constant) / 2
    stretch = math.hypot(1, checks.number("bias", bias))
    return stretch * far / math.hypot(across, far / stretch)


def _across(dim: int) -> float:
    """Length of the gradient's part across x."""
    return math.sqrt((checks.size("dim", dim) - 1) / 2)


def lazy_constant(dim: int, length: float, *, value: float = TYPICAL) -> float:
    r"""Return the :math:`C_0` at which `lazy_length` is this length; below 0 if the start's is longer (derived).

    .. math:: C_0 = 2 \Bigl(\frac{\epsilon}{\sqrt{1 - \epsilon^2}} \sqrt{\frac{d - 1}2} - f(x; W_0)\Bigr)

    In a smaller ball no value at x is large enough, unless the gradient shrinks too. A network that uses a share s of
    the room, as it serves many inputs at once, needs :math:`C_0 / s`.

    Parameters
    ----------
    dim : int
    length : float
        :math:`\epsilon`, over that of x, strictly between 0 and 1.
    value : float
        As for `lazy_length`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> round(lazy_constant(784, lazy_length(784, 10.0)), 9)
    10.0
    """
    across = _across(dim)
    far = across * math.tan(math.asin(checks.probability("length", length)))
    return 2 * (far - checks.number("value", value))
