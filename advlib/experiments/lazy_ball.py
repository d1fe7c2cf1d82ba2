r"""The third paper's theorem without training: one step against constructed members of the lazy ball.

`advlib.experiments.trials` says what the records' names mean.
"""

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import gradient_step, smallest_flip
from advlib.experiments.trials import Measured, mean, medians
from advlib.lazy_ball import push, scatter, value_range
from advlib.network import Network
from advlib.random_networks import lazy_two_layer
from advlib.sampling import sphere
from advlib.sweep.names import named


def members(start: Network, x: Tensor, radius: float, generator: Generator) -> dict[str, Network]:
    r"""The start and four members of its lazy ball, chosen with an input of norm 1 in view, x of shape (1, dim).

    `random` moves every row by V its own way; `value` takes f(x) as far from 0 as the ball allows, to the side on which
    it is; `gradient` pushes against :math:`\nabla f(x)`; `both` pushes halfway between the two.

    Examples
    --------
    >>> generator = torch.Generator().manual_seed(0)
    >>> start, x = lazy_two_layer(50, 400, generator=generator), torch.eye(50)[:1]
    >>> found = {name: abs(net(x).item()) for name, net in members(start, x, 0.2, generator).items()}
    >>> max(found, key=found.get)
    'value'
    """
    away = start(x).sign() * x[0]
    flat = -torch.nn.functional.normalize(start.gradient(x)[0], dim=-1)
    pushed = {"value": away, "gradient": flat, "both": away + flat}
    return {
        "start": start,
        "random": scatter(start, radius, generator=generator),
        **{name: push(start, direction, radius) for name, direction in pushed.items()},
    }


@named("advlib.ball_experiments.ball_flips")
def ball_flips(dim: int, width: int, constant: float, networks: int, *, seed: int) -> dict[str, float]:
    r"""Measure one gradient step against five members of the lazy ball (Wang et al. 2022, Theorem 3.1).

    Parameters
    ----------
    dim, width : int
        d and m.
    constant : float
        :math:`C_0`; the ball's radius is :math:`V = C_0 / \sqrt m`.
    networks : int
        How many starts, each with an input of norm 1.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        For each of the `members`, behind its name: `flipped`, the share that a step of any length flips; `length`, the
        median length of the smallest perturbation that does; `norm`, the mean gradient norm; `turn`, the median change
        of the gradient over that perturbation, relative to its norm, all at x. And `shift`, the mean of the farthest
        that the ball moves f(x) upwards, over :math:`C_0`; and `switch`, the mean share of neurons that can switch.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = ball_flips(400, 1000, 3.0, networks=20, seed=0)
    >>> record["random_flipped"], record["start_length_median"] < record["value_length_median"] < 0.2
    (1.0, True)
    """
    radius = checks.positive("constant", constant) / checks.size("width", width) ** 0.5
    generator, measured = Generator().manual_seed(checks.seed("seed", seed)), Measured()
    for _ in range(checks.size("networks", networks)):
        start = lazy_two_layer(dim, width, generator=generator)
        x = sphere(1, dim, radius=1.0, generator=generator)
        shift = (value_range(start, x, radius)[1] - start(x)) / constant
        seen = {"shift": shift, "switch": (start.first(x).abs() <= radius).double().mean().unsqueeze(0)}
        for name, net in members(start, x, radius, generator).items():
            seen |= {f"{name}_{column}": values for column, values in _flip(net, x).items()}
        for name, values in seen.items():
            measured.setdefault(name, []).append(values.double())
    averaged = [name for name in measured if not name.endswith(("length", "turn"))]
    record = {column: number for name in averaged for column, number in mean(name, measured).items()}
    return record | medians({name: values for name, values in measured.items() if name not in averaged})


def _flip(net: Network, x: Tensor) -> dict[str, Tensor]:
    flip = smallest_flip(net, x, max_step=1e6)
    gradient, delta = net.gradient(x), gradient_step(net, x, flip.step.nan_to_num(0))
    turn = (net.gradient(x + delta) - gradient).norm(dim=-1) / flip.gradient_norm
    far = torch.full_like(turn, torch.inf)
    return {
        "flipped": flip.found,
        "norm": flip.gradient_norm,
        "length": flip.perturbation_norm.where(flip.found, far),
        "turn": turn.where(flip.found, far),
    }
