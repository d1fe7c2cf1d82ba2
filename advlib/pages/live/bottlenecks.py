"""Networks whose widths the reader sets: their bottlenecks, and how far their gradients stay near."""

import math
from typing import Any

from torch import Tensor
from torch.nn.functional import normalize

from advlib import bottleneck, checks
from advlib.network import Network
from advlib.pages.live.draws import ASIDE, INPUT, dense_networks, inputs
from advlib.theory.near_linear import near_linear_length

LAYERS = 4
DRAWS, MOST = 100, 10_000
"""How many networks a frame has, and how many a page can draw on to."""

DISTANCES = [10 ** (i / 4 - 3) for i in range(14)]
"""Where the gradient is compared, in lengths of the input."""

TOLERANCES = [i / 100 for i in range(10, 71)]


def bottlenecks_frame(dim: int, first: int, second: int, third: int, fourth: int) -> dict[str, Any]:
    r"""Compute what `bottlenecks` draws: the change of the gradient against the distance, for networks of these widths.

    Parameters
    ----------
    dim, first, second, third, fourth : int
        Widths of the input and of the hidden layers.

    Returns
    -------
    dict
        The `widths`; for each whether it is a `bottleneck`; `draws`, how many networks were drawn, each with an input;
        of :math:`\|\nabla f(y) - \nabla f(x)\| / \|\nabla f(x)\|` for each of `DISTANCES` along the attack, over the
        networks, the quartiles `low`, `attack`, the median, and `high`; and for each of `TOLERANCES` the distance at
        which the median first exceeds it along the attack, `ahead`, and in a random direction, `aside`, None where it
        never does, with the `law`.

    Raises
    ------
    TypeError, ValueError
        If a width is not accepted; the message names it.

    Examples
    --------
    >>> frame = bottlenecks_frame(100, 50, 80, 20, 20)
    >>> frame["bottleneck"], frame["attack"][0] < frame["attack"][-1]
    ([True, True, False, True, False], True)
    """
    named = {"dim": dim, "first": first, "second": second, "third": third, "fourth": fourth}
    return frame_of([checks.size(name, width) for name, width in named.items()], DRAWS)


def frame_of(widths: list[int], draws: int) -> dict[str, Any]:
    """The frame of so many networks."""
    net = dense_networks(widths, draws, 0)
    x, random = (inputs(net.dim, draws, 1, 0, stream) for stream in (INPUT, ASIDE))
    ahead = changes_along(net, x, -net(x).sign().unsqueeze(-1) * net.gradient(x))
    low, median, high = ([quantile(changes, part) for changes in ahead] for part in (0.25, 0.5, 0.75))
    across = [quantile(changes, 0.5) for changes in changes_along(net, x, random)]
    found = bottleneck.layers(widths)
    return {
        "widths": widths,
        "bottleneck": [i in found for i in range(LAYERS + 1)],
        "draws": draws,
        "low": low,
        "attack": median,
        "high": high,
        "ahead": [crossing(median, tolerance) for tolerance in TOLERANCES],
        "aside": [crossing(across, tolerance) for tolerance in TOLERANCES],
        "law": [near_linear_length(widths, tolerance, ahead=True) for tolerance in TOLERANCES],
    }


def changes_along(net: Network, x: Tensor, v: Tensor) -> list[Tensor]:
    """The gradient's relative change in each network at each of `DISTANCES` along v."""
    start = net.gradient(x)
    unit = normalize(v, dim=-1)
    size = start.norm(dim=-1).clamp(min=1e-30)
    moved = (net.gradient(x + distance * net.dim**0.5 * unit) for distance in DISTANCES)
    return [((there - start).norm(dim=-1) / size).flatten() for there in moved]


def quantile(values: Tensor, part: float) -> float:
    """The value that this part of the values does not exceed, the lower one between two."""
    return values.sort().values[int(part * (len(values) - 1))].item()


def crossing(changes: list[float], tolerance: float) -> float | None:
    """Where the changes first exceed the tolerance, interpolated between `DISTANCES`.

    Examples
    --------
    >>> math.isclose(crossing([0.0] * 4 + [1.0] * 10, 0.5), 10**-2.125)
    True
    """
    beyond = next((i for i, change in enumerate(changes) if change > tolerance), None)
    if not beyond:
        return None if beyond is None else DISTANCES[0]
    low, high = changes[beyond - 1 : beyond + 1]
    return 10 ** (math.log10(DISTANCES[beyond]) - (high - tolerance) / (high - low) / 4)
