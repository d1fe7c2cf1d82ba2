"""The third paper's experiment on training against an attack in the ball."""

from typing import Any

import torch
from torch import Generator

from advlib import checks
from advlib.experiments.entry import Entry, Options
from advlib.experiments.lazy import SIZES, Split, begin, progress
from advlib.lazy import Attack, Training, labels_agree, robust_accuracy, train
from advlib.network import Network
from advlib.random_networks import lazy_two_layer
from advlib.sweep import cells
from advlib.sweep.names import named


@named("advlib.lazy_experiments.robust_training")
def robust_training(
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
    r"""Train against PGD in the ball of radius V and test against it (Wang et al. 2022, Algorithm 1 and Figure 4).

    Inputs have norm 1, minibatches 32 images.

    Parameters
    ----------
    source : {"mnist", "mnist5k", "digits"}
    size, width : int
        Side of the images in pixels, and m.
    radius, attack_radius : float
        V, and the length of the attack's perturbations.
    images : int
        How many training and test images are used, at most; the first ones of a shuffle.
    lr : float
    epochs, steps : int
        The most epochs, and the steps of each attack.
    run : int
        Which of several independent runs; only enters the seed.
    seed : int

    Returns
    -------
    dict
        `robust` and `clean`, the test accuracy of the returned network under attack and without; `deviation` over the
        radius; `updates` and `passes`, the steps and epochs taken; `trained`, the last epoch's accuracy on attacked
        training images; and `switched`, the share of neurons and test images at which the neuron has switched on or
        off since the start.

    Raises
    ------
    TypeError, ValueError, MissingData
        If an argument is not accepted, or MNIST is not to be had.

    Examples
    --------
    >>> record = robust_training("digits", 8, 100, 1.0, 0.1, 300, 0.1, epochs=10, steps=5, run=0, seed=0)
    >>> record["deviation"] <= 1, record["robust"] <= record["clean"]
    (True, True)
    """
    most = checks.size("images", images)
    m = checks.size("width", width)
    attack = Attack(attack_radius, checks.size("steps", steps))
    how: dict[str, Any] = {"lr": lr, "batch_size": 32, "epochs": checks.size("epochs", epochs), "attack": attack}
    generator, training, test = begin(source, size, True, seed)
    x, y = _some(training, most, generator)
    tested = _some(test, most, generator)
    start = lazy_two_layer(x.shape[-1], m, generator=generator)
    trained = train(start, x, y, radius=radius, generator=generator, **how)
    return progress(trained, start, radius) | _tested(trained, start, tested, attack)


def _some(images: Split, most: int, generator: Generator) -> Split:
    """So many images at most, the first ones of a shuffle."""
    x, labels = images
    chosen = torch.randperm(len(x), generator=generator)[:most]
    return x[chosen], labels[chosen]


def _tested(trained: Training, start: Network, images: Split, attack: Attack) -> dict[str, float]:
    x, labels = images
    switched = (trained.network.first(x) > 0) != (start.first(x) > 0)
    return {
        "passes": float(len(trained.history.accuracy)),
        "trained": float(trained.history.accuracy[-1]),
        "robust": float(robust_accuracy(trained.network, x, labels, attack)),
        "clean": float(labels_agree(trained.network, x, labels).double().mean()),
        "switched": float(switched.double().mean()),
    }


SHARED: Options = {"source": ["mnist"], "images": [2000], "lr": [0.5], "epochs": [30], "steps": [10], "run": [0]}
RADII = [round(0.03 * 100 ** (i / 11), 4) for i in range(12)]
LENGTHS = [round(0.01 * 50 ** (i / 11), 4) for i in range(12)]
PAPER = [
    *cells(SHARED | {"width": [100, 300, 1000, 3000], "radius": RADII, "size": [28], "attack_radius": [0.2]}),
    *cells(SHARED | {"width": [1000], "radius": [10 / 1000**0.5], "size": SIZES, "attack_radius": LENGTHS}),
]
"""Figure 4, right and left, with 2,000 images, ten attack steps and a faster rate: what a laptop trains in an hour."""

WHOLE: Options = SHARED | {"images": [12_665], "epochs": [1000], "size": [28], "attack_radius": [0.2]}
TRANSITION = {100: RADII[8:11], 300: RADII[7:10], 1000: RADII[5:8]}
TO_THE_RULE = [
    cell
    for run in range(3)
    for width, radii in TRANSITION.items()
    for cell in cells(WHOLE | {"run": [run], "width": [width], "radius": radii})
]
"""The transition of Figure 4, right, on all training images to the paper's stopping rule; whole runs one by one."""

BOOK: Options = {
    "source": ["digits"],
    "size": [8],
    "width": [100],
    "radius": [0.1, 0.3, 1.0],
    "attack_radius": [0.2],
    "images": [270],
    "lr": [0.5],
    "epochs": [30],
    "steps": [10],
    "run": [0],
}

ENTRIES = {
    "robust-training": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4",
        {
            "book": BOOK,
            "paper": PAPER,
        },
    ),
    "to-the-rule": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4 right, at the transition, to the stopping rule",
        {"book": BOOK, "paper": TO_THE_RULE},
    ),
}
