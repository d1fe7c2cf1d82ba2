r"""Whether one gradient step can flip a very deep network at all: a law for infinite width (derived).

It answers how long near-linearity lasts between a few layers and the collapse of Bartlett et al. 2021, section 3.
"""

import math

from advlib import checks


def flip_probability(dim: int, depth: float) -> float:
    r"""Probability that some step along the gradient flips the sign, infinitely wide, for large d and L (derived).

    With :math:`c = 3\pi / L` the slope of `correlation` is :math:`-r'(\theta) \approx \theta / (1 + \theta / c)^3`, at
    most 4 c / 27, so the ray outweighs a value of up to :math:`4 c \sqrt d / 27` standard deviations:

    .. math:: P = \operatorname{erf}\Bigl(\frac{A}{\sqrt 2}\Bigr), \qquad A = \frac{4\pi}{9} \frac{\sqrt d}{L} .

    Parameters
    ----------
    dim : int
    depth : float
        The number of hidden layers L, or what it counts as, `effective_depth`.

    See Also
    --------
    effective_depth : the correction of order 1/L.
    flip_noise : the correction of order 1/d.
    wide_steps : the law itself.

    Examples
    --------
    >>> round(flip_probability(30_000, 173), 3), round(flip_probability(30_000, 866), 3)
    (0.838, 0.22)
    """
    return math.erf(_reach(dim, depth) / math.sqrt(2))


def any_flip_rate(dim: int, depth: float) -> float:
    r"""Probability that any input at all has the other sign, infinitely wide: a heuristic, not a proof.

    Inputs at angles of more than :math:`c = 3\pi / L` have about independent values, c standard deviations apart. The
    sphere holds some :math:`c^{-d}` of them, and the most extreme lies about B away from the sphere's mean:

    .. math:: \operatorname{erf}\Bigl(\frac{B}{\sqrt 2}\Bigr), \qquad B = \frac{3\pi}L \sqrt{d \log \frac L{3\pi}} .

    It says nothing of networks of :math:`L \le 3\pi`, where it is 0.

    Parameters
    ----------
    dim : int
    depth : float
        The number of hidden layers L.

    See Also
    --------
    flip_probability : one gradient step.

    Examples
    --------
    >>> round(any_flip_rate(30, 100), 2), any_flip_rate(30, 9)
    (0.57, 0.0)
    """
    unit = 3 * math.pi / checks.positive("depth", depth)
    return math.erf(unit * math.sqrt(checks.size("dim", dim) * max(0.0, -math.log(unit)) / 2))


def effective_depth(depth: int) -> float:
    r"""Return the depth that L layers count as in `flip_probability`, to order 1/L (derived).

    .. math:: L + \tfrac32 \bigl(\log \tfrac32 + \tfrac16\bigr) \approx L + 0.86

    Examples
    --------
    >>> round(effective_depth(10), 2)
    10.86
    """
    return checks.size("depth", depth) + 1.5 * (math.log(1.5) + 1 / 6)


def flip_noise(dim: int, depth: float) -> float:
    r"""What noise along the ray and the scatter of gradients add to `flip_probability`, to order 1/d (derived).

    Terms of order 1/L^2, at L near the root of d a fifth of it, are left out.

    .. math:: \sqrt{\frac2\pi}\, e^{-A^2/2}\, \frac{A}{d} \Bigl(\frac{1995}{256} - \frac{73}{32} A^2\Bigr),
       \qquad A = \frac{4\pi}{9} \frac{\sqrt d}{L}

    Parameters
    ----------
    dim, depth
        As for `flip_probability`.

    Examples
    --------
    >>> round(flip_noise(300, effective_depth(17)), 3)
    0.005
    """
    reach = _reach(dim, depth)
    density = math.sqrt(2 / math.pi) * math.exp(-(reach**2) / 2)
    return density * reach * (1995 / 256 - 73 / 32 * reach**2) / dim


def _reach(dim: int, depth: float) -> float:
    """The A of `flip_probability`: up to how many standard deviations of f the ray outweighs."""
    return 4 * math.pi / 9 * math.sqrt(checks.size("dim", dim)) / checks.positive("depth", depth)
