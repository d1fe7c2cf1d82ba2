"""Do attacks that start anywhere in their ball fool images that others do not? (Wang et al. 2022, Figure 4).

The rule, written before the table was drawn: of the images that are tested again, random starts fool at most 0.02 that
withstand as many steps from the image itself, in every network. An attack only finds what it finds, so this can refute.
"""

from collections.abc import Iterable

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.experiments.entry import Entry
from advlib.experiments.lazy import progress
from advlib.experiments.robust import BOOK, harden, tested
from advlib.experiments.robust_controls import ON_SMALL, RETEST, at_the_cliff
from advlib.lazy import Attack, labels_agree
from advlib.network import Network
from advlib.sampling import sphere
from advlib.sweep.names import named


@named("advlib.robust.restarted")
def robust_restarted(
    source: str,
    size: int,
    width: int,
    radius: float,
    attack_radius: float,
    images: int,
    lr: float,
    epochs: int,
    steps: int,
    run: int,
    *,
    seed: int,
) -> dict[str, float]:
    r"""Train as `robust_training` does, and attack some test images again from random places of the attack's ball.

    Parameters are those of `robust_training`.

    Returns
    -------
    dict
        What `robust_training` returns; `retested`, the robust accuracy of the first `AGAIN` images under `RETEST`
        steps; and `restarted`, that under as many again from each of `STARTS` places, drawn for each image.

    Raises
    ------
    TypeError, ValueError, MissingData
        If an argument is not accepted, or MNIST is not to be had.

    Examples
    --------
    >>> record = robust_restarted("digits", 8, 100, 1.0, 0.1, 300, 0.1, epochs=10, steps=5, run=0, seed=0)
    >>> record["restarted"] <= record["retested"]
    True
    """
    made = harden(source, size, width, radius, attack_radius, images, lr, epochs, steps, seed)
    net, generator = made.trained.network, Generator().manual_seed(checks.seed("seed", seed))
    x, labels = (part[:AGAIN] for part in made.tested)
    longer = made.attack._replace(steps=RETEST)
    starts = [anywhere(x, attack_radius, generator) for _ in range(STARTS)]
    again = withstood(net, x, labels, longer, [torch.zeros_like(x)])
    anyhow = again & withstood(net, x, labels, longer, starts)
    found = {"retested": float(again.double().mean()), "restarted": float(anyhow.double().mean())}
    return progress(made.trained, made.start, radius) | tested(made) | found


@torch.no_grad()
def withstood(net: Network, x: Tensor, labels: Tensor, attack: Attack, starts: Iterable[Tensor]) -> Tensor:
    """Which images the network is right about, as they are and after PGD from each of some perturbations."""
    kept = labels_agree(net, x, labels)
    for start in starts:
        left = kept.nonzero()[:, 0]
        attacked = x[left] + searched(net, x[left], labels[left], attack, start[left])
        kept[left] = labels_agree(net, attacked, labels[left])
    return kept


def searched(net: Network, x: Tensor, labels: Tensor, attack: Attack, start: Tensor) -> Tensor:
    """PGD as `advlib.pgd` does it, from a perturbation in place of 0."""
    length = 2.5 * attack.radius / attack.steps
    delta = start
    for _ in range(attack.steps):
        down = -labels.unsqueeze(-1) * normalize(net.gradient(x + delta), dim=-1)
        delta = (delta + length * down).renorm(2, 0, attack.radius)
    return delta


def anywhere(like: Tensor, radius: float, generator: Generator) -> Tensor:
    """Perturbations drawn uniformly from the ball of an attack, one for each image."""
    rows, dim = like.shape
    inwards = torch.rand(rows, 1, generator=generator) ** (1 / dim)
    return inwards * sphere(rows, dim, radius=radius, generator=generator)


AGAIN, STARTS = 500, 3
"""How many test images are attacked with more steps, and from how many random places besides."""

ENTRIES = {
    "restarts": Entry(
        robust_restarted,
        "Wang et al. 2022, Figure 4 right, attacks that start anywhere",
        {"book": BOOK, "paper": ON_SMALL | {"epochs": [1000], "radius": at_the_cliff(0.2, dim=100)[1:]}},
    ),
}
