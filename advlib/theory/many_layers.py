r"""Bounds for networks with many layers (Bartlett et al. 2021), and the exact law behind the paper's Figure 1.

The widths are :math:`(d, d_1, \dots, d_l)`, the input has length :math:`\sqrt d`, and :math:`\gamma` is the paper's
probability of failure :math:`\delta`. Where the paper has only absolute constants a function is a rate: the constant is
an argument, a value for it can only be fitted, and a fitted value is no statement of the paper. Lemma 2.1 is an
equality in law and Lemma 3.2 is `advlib.depth.angle_map`; neither has a bound.
"""

import math
from collections.abc import Iterable
from itertools import accumulate, pairwise

from advlib import checks
from advlib.bottleneck import layers


def relative_step_rate(gamma: float, dim: int, depth: int, *, constant: float) -> float:
    r"""Length of the flipping step over that of the input, as a rate (Bartlett et al. 2021, Theorem 1.1).

    .. math:: \frac{\|\eta \nabla f(x)\|}{\|x\|} \le C_3^l \sqrt{\frac{\log 1/\gamma}{d}}

    Examples
    --------
    >>> round(relative_step_rate(1 / math.e, 10_000, 3, constant=1.0), 12)
    0.01
    """
    grown = _raised(checks.positive("constant", constant), checks.size("depth", depth))
    return grown * math.sqrt(_log_inverse(gamma) / checks.size("dim", dim))


def width_rate(gamma: float, widest: int, depth: int, *, constant: float, power: float) -> float:
    r"""Least width from which Theorem 1.1 speaks, as a rate (Bartlett et al. 2021).

    .. math:: d_{\min} \ge (C_1 l)^{C_2 l} \, (\log d_{\max})^{C_2 l} \, \log \frac{1}{\gamma}

    `constant` is :math:`C_1` and `power` :math:`C_2`. The proof takes :math:`C_2 = 240` as far as the text can be read,
    with which no network that fits on a computer qualifies.

    Examples
    --------
    >>> width_rate(0.1, 1000, 1, constant=1.0, power=240.0) > 1e200
    True
    """
    base = checks.positive("constant", constant) * checks.size("depth", depth) * _log_width(widest)
    return _log_inverse(gamma) * _raised(base, checks.positive("power", power) * depth)


def deep_value_rate(gamma: float, depth: int, *, constant: float) -> float:
    r"""Bound on :math:`|f(x)|` at one input, as a rate (Bartlett et al. 2021, Lemma 2.2).

    .. math:: |f(x)| \le c \, 2^l \sqrt{\log 1/\gamma}

    Examples
    --------
    >>> deep_value_rate(1 / math.e, 3, constant=1.0)
    8.0
    """
    grown = _raised(2.0, checks.size("depth", depth))
    return checks.positive("constant", constant) * grown * math.sqrt(_log_inverse(gamma))


def deep_gradient_bound(depth: int) -> float:
    r"""Lower bound on the gradient's norm (Bartlett et al. 2021, Lemma 2.2).

    .. math:: \|\nabla f(x)\| \ge 2^{-(l+1)}

    holds with probability :math:`1 - \gamma` once every width is at least a constant times :math:`\log(l/\gamma)`.

    Examples
    --------
    >>> deep_gradient_bound(2)
    0.125
    """
    return 2.0 ** -(checks.size("depth", depth) + 1)


def image_bounds(widths: Iterable[int]) -> list[float]:
    r"""Lower bounds on the lengths of the images at layers 1, ..., l (Bartlett et al. 2021, Lemma 2.3).

    .. math:: \|f_i(x)\| \ge 2^{-i} \sqrt{d_i}

    Examples
    --------
    >>> image_bounds((9, 16, 64))
    [2.0, 2.0]
    """
    return [math.sqrt(width) * 2.0**-i for i, width in enumerate(checks.widths("widths", widths)) if i]


def image_radius_rates(widths: Iterable[int], radius: float, *, constant: float) -> list[float]:
    r"""Bounds on the radii of a ball's images at layers 1, ..., l, as rates (Bartlett et al. 2021, Lemma 2.3).

    .. math:: \|f_i(x') - f_i(x)\| \le (C \, l \log d_{\max})^{i/2} \Bigl(1 + \sqrt{d_i / d_i^{\min}}\Bigr) R,
              \qquad d_i^{\min} = \min_{j < i} d_j

    for all :math:`x'` in the ball of radius R about x at once. (The paper's Claim 2.4 is its induction step.)

    Examples
    --------
    >>> image_radius_rates((4, 4, 16), 1.0, constant=1 / (2 * math.log(16)))
    [2.0, 3.0]
    """
    sizes = checks.widths("widths", widths)
    ball = checks.positive("radius", radius)
    base = _polylog(sizes, constant)
    narrowest = list(accumulate(sizes, min))
    return [base ** (i / 2) * (1 + math.sqrt(sizes[i] / narrowest[i - 1])) * ball for i in range(1, len(sizes))]


def large_inputs_bound(alpha: float) -> float:
    r"""Least share of neurons whose input is not small (Bartlett et al. 2021, Lemma 2.5).

    .. math:: \#\bigl\{ m : |(W_{i+1} f_i(x))_m| \ge \alpha \|f_i(x)\| / \sqrt{d_i} \bigr\}
              \ge \Bigl(1 - 2 \sqrt{\tfrac{2}{\pi}} \, \alpha\Bigr) d_{i+1}

    with probability :math:`1 - \gamma` once :math:`\alpha^2 d_{i+1}` exceeds a constant times :math:`\log(l/\gamma)`.
    Where it is negative the lemma says nothing, and the bound is 0.

    Examples
    --------
    >>> large_inputs_bound(0.1) < large_inputs_share(0.1)
    True
    """
    return max(0.0, 1 - 2 * math.sqrt(2 / math.pi) * checks.positive("alpha", alpha))


def large_inputs_share(alpha: float) -> float:
    r"""Mean share of neurons whose input is not small: the number of Lemma 2.5 is binomial with this mean (derived).

    .. math:: P(|N(0, 1)| \ge \alpha) = \operatorname{erfc}(\alpha / \sqrt 2)

    Examples
    --------
    >>> round(large_inputs_share(1.96), 3)
    0.05
    """
    return math.erfc(checks.positive("alpha", alpha) / math.sqrt(2))


def masked_norm_rates(widths: Iterable[int], *, constant: float) -> list[float]:
    r"""Bounds on the norms of the masked products between bottlenecks, as rates (Bartlett et al. 2021, Lemma 2.6).

    .. math:: \Bigl\| \prod_{i = i_j}^{i_{j+1} + 1} D_i(y) W_i \Bigr\| \le (C \, l \log d_{\max})^{(i_j - i_{j+1})/2}

    for all y in the ball at once, in the order of `advlib.bottleneck.masked_norms`.

    Examples
    --------
    >>> [round(rate, 9) for rate in masked_norm_rates((9, 10, 10, 3), constant=4 / (3 * math.log(10)))]
    [8.0]
    """
    sizes = checks.widths("widths", widths)
    return [_polylog(sizes, constant) ** ((end - start) / 2) for end, start in pairwise(layers(sizes))]


def gradient_change_rate(depth: int, widest: int, *, constant: float, power: float) -> float:
    r"""Bound on the change of the gradient in the ball, as a rate (Bartlett et al. 2021, Lemma 2.8).

    .. math:: \|\nabla f(y) - \nabla f(x)\| \le \frac{C^l}{(l \log d_{\max})^{p\,l}}

    The exponent is unreadable in the text that we have, so its factor p is the argument `power`.

    Examples
    --------
    >>> gradient_change_rate(2, 1000, constant=1.0, power=1.0) < 0.01
    True
    """
    base = _raised(checks.size("depth", depth) * _log_width(widest), checks.positive("power", power))
    return _raised(checks.positive("constant", constant) / base, depth)


def norm_deviation(gamma: float, columns: int) -> float:
    r"""How far a Gaussian matrix moves a vector's length from its mean (Bartlett et al. 2021, Corollary C.4).

    For W with independent :math:`\mathcal{N}(0, 1/d_{i-1})` entries, each with probability at least :math:`1 - \gamma`,

    .. math:: \Bigl| \frac{\|W v\|}{\|v\|} - \sqrt{\frac{d_i}{d_{i-1}}} \Bigr| \le t, \qquad
              \Bigl| \frac{\|u^\top W\|}{\|u\|} - 1 \Bigr| \le t, \qquad
              t = \frac{\sqrt{2 \ln(2/\gamma)} + 1}{\sqrt{d_{i-1}}}.

    Exactly, :math:`d_{i-1} \|W v\|^2 / \|v\|^2` is chi-squared with :math:`d_i` degrees of freedom (derived).

    Examples
    --------
    >>> round(norm_deviation(2 / math.e**2, 900), 12)
    0.1
    """
    log = math.log(2 / checks.probability("gamma", gamma))
    return (math.sqrt(2 * log) + 1) / math.sqrt(checks.size("columns", columns))


def distortion_moments(dim: int, width: int) -> tuple[float, float]:
    r"""Mean and standard deviation of `advlib.bottleneck.total_distortion` for Gaussian weights (derived).

    The rows of :math:`W_1` span a uniformly random subspace, so the square of the ratio is
    :math:`\operatorname{Beta}(\tfrac{k}{2}, \tfrac{d - k}{2})`, with

    .. math:: \mathbb{E} \frac{\|W_1^+ W_1 x\|}{\|x\|}
              = \frac{\Gamma(\frac{k+1}{2}) \, \Gamma(\frac{d}{2})}{\Gamma(\frac{k}{2}) \, \Gamma(\frac{d+1}{2})}
              \approx \sqrt{k/d}

    for k below d, and the ratio is 1 from k = d on. (The paper's appendix D gives the square root.)

    Examples
    --------
    >>> distortion_moments(10, 10)
    (1.0, 0.0)
    >>> mean, std = distortion_moments(10_000, 2500)
    >>> abs(mean - 0.5) < 1e-4, std < 0.007
    (True, True)
    """
    d = checks.size("dim", dim)
    k = checks.size("width", width)
    if k >= d:
        return 1.0, 0.0
    mean = math.exp(math.lgamma((k + 1) / 2) - math.lgamma(k / 2) + math.lgamma(d / 2) - math.lgamma((d + 1) / 2))
    return mean, math.sqrt(max(k / d - mean**2, 0))


def _raised(base: float, power: float) -> float:
    """The power, infinite where it is too large for a number."""
    try:
        return base**power
    except OverflowError:
        return math.inf


def _log_inverse(gamma: float) -> float:
    return math.log(1 / checks.probability("gamma", gamma))


def _log_width(widest: int) -> float:
    return math.log(checks.size("widest", widest, least=2))


def _polylog(sizes: tuple[int, ...], constant: float) -> float:
    return checks.positive("constant", constant) * (len(sizes) - 1) * math.log(max(sizes))
