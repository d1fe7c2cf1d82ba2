"""How much the search for the first sign change along a ray overlooks.

The rule, asked for before the search that looks again was written: in every cell it overlooks a sign change in at most
0.2 % of the draws, or in a single one where they are fewer than 500. A search that overlooks 0.02 % fails a cell of
2,000 draws one time in 16,000; one that overlooks 0.5 % passes it three times in a hundred.
"""

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.experiments.deeper import DEPTHS
from advlib.experiments.entry import Entry
from advlib.experiments.trials import draw, mean
from advlib.experiments.two_layers import DIMS
from advlib.network import Network
from advlib.rays import Ray
from advlib.sweep import cells
from advlib.sweep.names import named


@named("advlib.search_experiments.search_against_scan")
def search_against_scan(
    dim: int,
    width: int,
    depth: int,
    networks: int,
    inputs: int,
    points: int = 200,
    max_step: float = 20.0,
    *,
    seed: int,
) -> dict[str, float]:
    r"""Compare `smallest_flip` with a fine scan of the same ray.

    Beyond 512 hidden neurons the search steps outwards and can miss two sign changes in quick succession. The scan
    looks at `points` values of f between an eighth of the tangent's root :math:`|f| / \|\nabla f\|^2` and the search's
    answer, or `max_step` where it has none, each the same factor further out; so it misses changes closer to each other
    than a point to the next, and any before the first.
    Networks have variance 2 over fan-in and Gaussian output weights.

    Parameters
    ----------
    dim, width, depth : int
        Of `depth` hidden layers of one width.
    networks, inputs : int
        How many networks, and inputs for each.
    points : int
        How many points of each ray to look at.
    max_step : float
        How far to search.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `earlier`, the share of draws whose sign changes before the search says so, or although it says never;
        `flipped` and `first_flipped`, the shares that flip by the search and by either; `step` and `first_step`, the
        mean step of those (the scan's is too long by up to the factor); standard errors of the shares across networks.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = search_against_scan(10, 30, 2, networks=5, inputs=4, seed=0)  # 60 neurons: every linear piece is seen
    >>> record["earlier"], record["step"] == record["first_step"]
    (0.0, True)
    """
    looked_at = checks.size("points", points)
    furthest = checks.positive("max_step", max_step)
    widths = checks.size("dim", dim), *[checks.size("width", width)] * checks.size("depth", depth)

    def measure(net: Network, x: Tensor, generator: Generator) -> dict[str, Tensor]:
        step = smallest_flip(net, x, max_step=furthest).step.abs()
        first = step.fmin(scan(net, x, step.nan_to_num(furthest), looked_at))
        shares = {"earlier": first.nan_to_num(furthest) < step.nan_to_num(furthest)}
        shares |= {"flipped": step.isfinite(), "first_flipped": first.isfinite()}
        return shares | {"step": step, "first_step": first}

    measured = draw(lambda generator: widths, networks, inputs, seed, measure)
    shares = mean("earlier", measured) | mean("flipped", measured) | mean("first_flipped", measured)
    means = {name: float(torch.cat(measured[name]).nanmean()) for name in ("step", "first_step")}
    return {"draws": sum(len(drawn) for drawn in measured["step"])} | shares | means


def scan(net: Network, x: Tensor, end: Tensor, points: int) -> Tensor:
    r"""Return the first of some points against the gradient at which f has the other sign, nan where none has.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    end : Tensor of shape (\*batch, n)
        Where to stop.
    points : int
        How many points between an eighth of the tangent's root and `end`, both left out.

    Examples
    --------
    >>> import advlib
    >>> net = advlib.Network([torch.eye(2)], torch.tensor([1.0, -2.0]))  # f(x) = relu(x_1) - 2 relu(x_2)
    >>> t = scan(net, torch.tensor([[1.0, 0.1]]), torch.tensor([1.0]), points=99)
    >>> bool(0.8 / 5 < t < 1.05 * 0.8 / 5)  # f is 0 at the left
    True
    """
    value = net(x)
    gradient = net.gradient(x)
    ray = Ray(net, x, -value.sign().unsqueeze(-1) * gradient)
    start = (value.abs() / gradient.square().sum(-1) / 8).minimum(end)
    fractions = torch.linspace(0, 1, points + 2, dtype=x.dtype, device=x.device)[1:-1]
    t = start * (end / start) ** fractions.view(-1, *[1] * end.ndim)
    opposite = torch.stack([ray(at) for at in t]) * value.sign() < 0
    return torch.where(opposite, t, torch.inf).amin(0).where(opposite.any(0), torch.nan)


ENTRIES = {
    "search": Entry(
        search_against_scan,
        "How many sign changes the search along a ray overlooks",
        {
            "book": {"dim": [10, 100], "width": [300], "depth": [2, 6], "networks": [5], "inputs": [20]},
            "paper": [
                *cells({"dim": DIMS, "width": [300, 1000], "depth": DEPTHS, "networks": [100], "inputs": [20]}),
                *cells({"dim": [10, 100], "width": [3000], "depth": [2, 6], "networks": [30], "inputs": [10]}),
            ],
        },
    ),
}
