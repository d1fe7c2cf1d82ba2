r"""Is the cliff of robust training one of the rule that ends it? (Wang et al. 2022, Figure 4).

Wang et al. 2022 end adversarial training when robust accuracy on the training images has not risen for twenty epochs.
Where hardly an image withstands, that is at once. Here the mean logistic loss on attacked images decides: training
ends when it has not fallen for as many epochs. The network of the accuracy's rule lies on the way.

The rules, written before the tables were drawn, knowing `robust-training`, `to-the-rule` and, of `learning-rates`, the
two slowest rates. The half of a run is read as in `robust_controls`. The repeats are few, so no rule has a level:
their margins are those of `robust_controls`, several times what starts differ by.

* The stop: the half, a mean of the logarithm over the starts, moves by at most a factor of 1.25 from the accuracy's
  rule to the loss's.
* The longest attacks: in 25 and 49 dimensions too, robust accuracy is below 0.1 for attacks 0.7 times as long as the
  image.
* Attacks as long as the image (`whole-lengths`, knowing the table before): below 0.1 at 0.7 and at 1, in every
  dimension. At 1 an attack reaches the origin, where f is 0 and no network is right; at 0.7 most images have one of
  the other digit near enough. So this could hardly fail, and has no verdict: it takes the curves to their end.
"""

from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import NamedTuple

import torch
from torch.nn.functional import softplus

from advlib import checks
from advlib.experiments.entry import Entry, Options
from advlib.experiments.lazy import SIZES
from advlib.experiments.robust import BATCH, BOOK, SHARED, Begun, prepare, robust_training
from advlib.experiments.robust_controls import ON_SMALL, at_the_cliff
from advlib.lazy import PATIENCE, Attack, Run, Task, labels_agree, robust_accuracy, run_epoch
from advlib.lazy_ball import deviation, radii
from advlib.network import Network
from advlib.sweep.names import named


@named("advlib.robust.to_the_loss")
def robust_to_the_loss(
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
    r"""Train as `robust_training` does until the loss stops falling, and test the networks of both rules.

    Parameters are those of `robust_training`.

    Returns
    -------
    dict
        For the network at which the rule of the accuracy ends training, `rule_...`, and that of the loss, `loss_...`,
        or else the last: `passes`, the epochs; `loss`, the last epoch's mean over attacked training images; `deviation`
        over the radius; and `clean` and `robust` accuracy on test images.

    Raises
    ------
    TypeError, ValueError, MissingData
        If an argument is not accepted, or MNIST is not to be had.

    Examples
    --------
    >>> record = robust_to_the_loss("digits", 8, 100, 1.0, 0.1, 300, 0.1, epochs=10, steps=5, run=0, seed=0)
    >>> record["loss_robust"] <= record["loss_clean"], record["loss_passes"]
    (True, 10.0)
    """
    m = checks.size("width", width)
    most = checks.size("epochs", epochs)
    attack = Attack(checks.positive("attack_radius", attack_radius), checks.size("steps", steps))
    begun = prepare(source, size, m, checks.size("images", images), seed)
    reach = checks.positive("radius", radius)
    passed = islice(descent(begun, reach, checks.positive("lr", lr), attack), most)
    found = {rule: _tested(stop, begun, reach, attack) for rule, stop in stops(passed).items()}
    return {f"{rule}_{name}": value for rule, record in found.items() for name, value in record.items()}


class Epoch(NamedTuple):
    """A network after some epochs, with the last one's mean loss and accuracy on attacked images."""

    passes: int
    network: Network
    loss: float
    accuracy: float


@torch.no_grad()
def descent(begun: Begun, radius: float, lr: float, attack: Attack) -> Iterator[Epoch]:
    """Train as `advlib.lazy.train` does against an attack, epoch after epoch without an end."""
    x, labels = begun.training
    order = torch.randperm(len(x), generator=begun.generator)
    parts = [(x[part], labels[part]) for part in order.split(BATCH)]
    task = Task(begun.start, parts, lr, radii(radius, begun.start), attack)
    run = Run(begun.start, torch.tensor(True), torch.tensor(0))
    for passes in count(1):
        run, seen = run_epoch(run, task)
        yield Epoch(passes, run.network, float(softplus(-seen).mean()), float((seen > 0).double().mean()))


def stops(epochs: Iterable[Epoch]) -> dict[str, Epoch]:
    """Where the accuracy's rule and the loss's end training; where one does not, the last epoch."""
    seen: dict[str, list[float]] = {"rule": [], "loss": []}
    found: dict[str, Epoch] = {}
    for epoch in epochs:
        seen["rule"].append(-epoch.accuracy)
        seen["loss"].append(epoch.loss)
        found |= {rule: epoch for rule, values in seen.items() if rule not in found and stale(values)}
        if len(found) == len(seen):
            break
    return {rule: found.get(rule, epoch) for rule in seen}


def stale(values: list[float]) -> bool:
    """Whether the least, the first of equals, is `PATIENCE` epochs old.

    Examples
    --------
    >>> stale([0.0] * PATIENCE), stale([0.0] * PATIENCE + [0.1])
    (False, True)
    """
    return len(values) - 1 - values.index(min(values)) >= PATIENCE


def _tested(stop: Epoch, begun: Begun, radius: float, attack: Attack) -> dict[str, float]:
    """What the network of a stop does on the images it is tested on."""
    (x, labels), net = begun.tested, stop.network
    return {
        "passes": float(stop.passes),
        "loss": stop.loss,
        "deviation": float(deviation(net, begun.start)) / radius,
        "clean": float(labels_agree(net, x, labels).double().mean()),
        "robust": float(robust_accuracy(net, x, labels, attack)),
    }


STOPS: Options = ON_SMALL | {"epochs": [100], "run": [0, 1]}
FEW: Options = SHARED | {"width": [1000], "radius": [10 / 1000**0.5], "size": [5, 7]}
LONG: Options = SHARED | {"width": [300], "radius": [10 / 300**0.5], "size": SIZES, "attack_radius": [0.7, 1.0]}

ENTRIES = {
    "loss-rule": Entry(
        robust_to_the_loss,
        "Wang et al. 2022, Figure 4 right, training ended by the loss",
        {"book": BOOK, "paper": STOPS | {"radius": at_the_cliff(0.2, dim=100)[1:4]}},
    ),
    "few-dimensions": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4 left, longer attacks on small images",
        {"book": BOOK, "paper": FEW | {"attack_radius": [0.7]}},
    ),
    "whole-lengths": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4 left, attacks as long as the image",
        {"book": BOOK, "paper": LONG},
    ),
}
