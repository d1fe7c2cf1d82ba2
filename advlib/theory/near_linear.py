r"""How far the gradient stays near, as the widths alone foretell it (derived; the papers have bounds).

A ReLU network of widths :math:`(d, d_1, \dots, d_l)` is looked at from an input x, for distances much shorter than x.
"""

import math
from collections.abc import Iterable
from itertools import accumulate, pairwise

from advlib import checks


def attack_gains(widths: Iterable[int]) -> list[float]:
    r"""How much farther than by a random perturbation the images move by one along the gradient (derived).

    .. math:: G_i^2 = 1 + 2 d \sum_{k=1}^{i} \frac{1}{d_k}, \qquad i = 0, \dots, l,

    the second moment of a product of wide Gaussian matrices, each with half of its rows masked, over its first.

    Parameters
    ----------
    widths : iterable of int
        :math:`(d, d_1, \dots, d_l)`

    Raises
    ------
    TypeError, ValueError
        If widths does not hold positive integers, at least two.

    Examples
    --------
    >>> attack_gains((60, 40, 6))
    [1.0, 2.0, 4.898979485566356]
    """
    sizes = checks.widths("widths", widths)
    inverse = accumulate((1 / size for size in sizes[1:]), initial=0.0)
    return [math.sqrt(1 + 2 * sizes[0] * total) for total in inverse]


def near_linear_length(widths: Iterable[int], tolerance: float, *, ahead: bool) -> float:
    r"""Distance over the input's length at which the gradient has changed by a fraction of itself (derived).

    .. math::

       \frac{r}{\|x\|} = \frac{\pi \tau^2}{\sum_{i=1}^{l} (G_{i-1} + G_i)} \text{ along the gradient}, \qquad
       \frac{\pi \tau^2}{2 l} \text{ aside, in a random direction.}

    Where the inputs of a layer turn by an angle :math:`\theta` a share :math:`\theta / \pi` of its neurons switches and
    changes the square of the gradient by twice that; the layers' squares add up. Along the gradient the inputs of the
    neurons that are on turn with :math:`G_i`, of those that are off with :math:`G_{i-1}`. The law asks for many
    switches in every layer, so for :math:`\tau^2 d_i` well above 2, and for :math:`\tau` well below 1.

    Parameters
    ----------
    widths : iterable of int
    tolerance : float
        The fraction :math:`\tau`.
    ahead : bool
        Whether to go along the gradient, up or down, rather than aside.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> narrow_early, narrow_late = (100, 10, 100, 100), (100, 100, 100, 10)
    >>> early, late = (near_linear_length(w, 0.5, ahead=True) for w in (narrow_early, narrow_late))
    >>> early < late < near_linear_length(narrow_late, 0.5, ahead=False)
    True
    """
    gains = attack_gains(widths)
    turned = sum(before + after for before, after in pairwise(gains)) if ahead else 2 * (len(gains) - 1)
    return math.pi * checks.positive("tolerance", tolerance) ** 2 / turned
