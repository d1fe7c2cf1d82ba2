r"""Networks and inputs drawn one network after another, and what a record says of them.

In a record a name with `_se` is the standard error of a mean, computed across networks because the inputs of a network
share its weights. One with `_median` is the (lower) median over all draws, so that some of them may be infinite.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import Flip
from advlib.network import Network
from advlib.random_networks import multilayer, points

Measured = dict[str, list[Tensor]]


def draw(
    widths: Callable[[Generator], Sequence[int]],
    networks: int,
    inputs: int,
    seed: int,
    measure: Callable[[Network, Tensor, Generator], dict[str, Tensor]],
    dtype: torch.dtype = torch.float32,
) -> Measured:
    r"""Draw networks at the gain :math:`\sqrt 2`, which keeps lengths, with inputs for each, and measure every network.

    Examples
    --------
    >>> measured = draw(lambda generator: (5, 8), 3, 4, 0, lambda net, x, generator: {"value": net(x)})
    >>> len(measured["value"]), measured["value"][0].shape
    (3, torch.Size([4]))
    """
    n = checks.size("inputs", inputs)
    generator = Generator().manual_seed(checks.seed("seed", seed))
    measured: Measured = {}
    for _ in range(checks.size("networks", networks)):
        net = multilayer(widths(generator), gain=2**0.5, generator=generator, dtype=dtype)
        x = points(net, n, generator=generator)
        for name, values in measure(net, x, generator).items():
            measured.setdefault(name, []).append(values.double())
        del net  # before the next one takes as much memory again
    return measured


def mean(name: str, measured: Measured) -> dict[str, float]:
    """Return the mean and its standard error.

    Examples
    --------
    >>> mean("x", {"x": [torch.tensor([0.0, 2.0]).double(), torch.tensor([3.0, 3.0]).double()]})
    {'x': 2.0, 'x_se': 1.0}
    """
    means = torch.stack([values.mean() for values in measured[name]])
    error = float(means.std()) / math.sqrt(len(means)) if len(means) > 1 else math.nan
    return {name: float(means.mean()), f"{name}_se": error}


def medians(measured: Measured) -> dict[str, float]:
    """Return the median of everything measured.

    Examples
    --------
    >>> medians({"x": [torch.tensor([0.0, 2.0]), torch.tensor([torch.inf])]})
    {'x_median': 2.0}
    """
    return {f"{name}_median": float(torch.cat(values).median()) for name, values in measured.items()}


def flip_record(flip: Flip) -> dict[str, float]:
    """Return the statistics of flips of shape (networks, inputs) that `advlib.experiments.flips` describes.

    Examples
    --------
    >>> flip = Flip(*torch.tensor([[[2.0, torch.nan]], [[1.0, 0.0]], [[0.5, 0.1]], [[1.0, 3.0]], [[2.0, torch.nan]]]))
    >>> record = flip_record(flip)
    >>> record["flipped"], record["step"], record["norm"]
    (0.5, 2.0, 2.0)
    """
    flip = Flip(*(field.double() for field in flip))
    found = flip.found
    all_draws = torch.ones_like(found)
    measured = {
        "flipped": (found, all_draws),
        "step": (flip.step.abs(), found),
        "norm": (flip.gradient_norm, all_draws),
        "value": (flip.value.abs(), all_draws),
        "perturbation": (flip.perturbation_norm, found),
    }
    record: dict[str, float] = {"draws": found.numel()}
    for name, (values, counted) in measured.items():
        record |= _statistics(name, values, counted)
    return record


def _statistics(name: str, values: Tensor, counted: Tensor) -> dict[str, float]:
    """Mean, standard deviation over draws and standard error across networks, the rows, of a mean over some draws."""
    networks = len(values)
    chosen = values[counted > 0]
    mean = chosen.mean()
    residuals = torch.where(counted > 0, values - mean, 0).sum(-1)
    error = residuals.norm() * math.sqrt(networks / (networks - 1)) / len(chosen) if networks > 1 else math.nan
    deviation = (chosen - mean).norm() / math.sqrt(len(chosen) - 1) if len(chosen) > 1 else math.nan
    return {name: float(mean), f"{name}_std": float(deviation), f"{name}_se": float(error)}
