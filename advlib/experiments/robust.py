"""The third paper's experiment on training against an attack in the ball."""

from typing import Any, NamedTuple

import torch
from torch import Generator

from advlib import checks
from advlib.attacks import pgd
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
    made = harden(source, size, width, radius, attack_radius, images, lr, epochs, steps, seed)
    return progress(made.trained, made.start, radius) | tested(made)


@named("advlib.robust.fooled_digits")
def fooled_digits(
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
    r"""Train as `robust_training` does, and attack the first dozen of the test images one by one.

    Parameters are those of `robust_training`.

    Returns
    -------
    dict
        `robust` and `deviation` as there; and for each of the dozen, `fooled_0` to `fooled_11`, 1 where the network is
        wrong about the image as it is or attacked, else 0.

    Raises
    ------
    TypeError, ValueError, MissingData
        If an argument is not accepted, or MNIST is not to be had.

    Examples
    --------
    >>> record = fooled_digits("digits", 8, 100, 1.0, 0.1, 300, 0.1, epochs=10, steps=5, run=0, seed=0)
    >>> sum(record[f"fooled_{i}"] for i in range(DOZEN)) < DOZEN
    True
    """
    made = harden(source, size, width, radius, attack_radius, images, lr, epochs, steps, seed)
    x, labels = (part[:DOZEN] for part in made.test)
    net = made.trained.network
    attacked = x + pgd(net, x, labels, **made.attack._asdict())
    fooled = ~(labels_agree(net, x, labels) & labels_agree(net, attacked, labels))
    robust = float(robust_accuracy(net, *made.tested, made.attack))
    moved = progress(made.trained, made.start, radius)["deviation"]
    return {"robust": robust, "deviation": moved} | {f"fooled_{i}": float(one) for i, one in enumerate(fooled)}


class Hardened(NamedTuple):
    """A network trained against an attack, where it began, and the images to test it on, a shuffle's first and all."""

    trained: Training
    start: Network
    attack: Attack
    tested: Split
    test: Split


def harden(
    source: str,
    size: int,
    width: int,
    radius: float,
    attack_radius: float,
    images: int,
    lr: float,
    epochs: int,
    steps: int,
    seed: int,
) -> Hardened:
    """Train a network against an attack in the ball, on images of norm 1 (Wang et al. 2022, Algorithm 1)."""
    most = checks.size("images", images)
    m = checks.size("width", width)
    attack = Attack(attack_radius, checks.size("steps", steps))
    how: dict[str, Any] = {"lr": lr, "batch_size": BATCH, "epochs": checks.size("epochs", epochs), "attack": attack}
    begun = prepare(source, size, m, most, seed)
    trained = train(begun.start, *begun.training, radius=radius, generator=begun.generator, **how)
    return Hardened(trained, begun.start, attack, begun.tested, begun.test)


class Begun(NamedTuple):
    """What a training begins with: a network, images to train on and to test on, and what decides their order."""

    start: Network
    training: Split
    tested: Split
    test: Split
    generator: Generator


def prepare(source: str, size: int, width: int, images: int, seed: int) -> Begun:
    """Draw the images that are used, at most so many, the first ones of a shuffle, and the network at its start."""
    generator, training, test = begin(source, size, True, seed)
    used = _some(training, images, generator)
    tested = _some(test, images, generator)
    start = lazy_two_layer(used[0].shape[-1], width, generator=generator)
    return Begun(start, used, tested, test, generator)


def _some(images: Split, most: int, generator: Generator) -> Split:
    """So many images at most, the first ones of a shuffle."""
    x, labels = images
    chosen = torch.randperm(len(x), generator=generator)[:most]
    return x[chosen], labels[chosen]


def tested(run: Hardened) -> dict[str, float]:
    """What a trained network does on the images it is tested on, as a flat record."""
    (x, labels), net = run.tested, run.trained.network
    switched = (net.first(x) > 0) != (run.start.first(x) > 0)
    return {
        "passes": float(len(run.trained.history.accuracy)),
        "trained": float(run.trained.history.accuracy[-1]),
        "robust": float(robust_accuracy(net, x, labels, run.attack)),
        "clean": float(labels_agree(net, x, labels).double().mean()),
        "switched": float(switched.double().mean()),
    }


BATCH = 32
"""How many images a minibatch has."""
DOZEN = 12
"""How many test images `fooled_digits` looks at."""

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
"""The transition of Figure 4, right, on all images to the paper's stopping rule: some hours of one core."""

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
FOOLED = cells(SHARED | {"source": ["mnist5k"], "width": [300], "radius": RADII, "size": [28], "attack_radius": [0.2]})
"""One curve of Figure 4, right, on 800 images that need no download: what a laptop trains in a minute or two."""

ENTRIES = {
    "robust-training": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4",
        {"book": BOOK, "paper": PAPER},
    ),
    "fooled-digits": Entry(
        fooled_digits,
        "Wang et al. 2022, Figure 4, right, image by image",
        {"book": BOOK, "paper": FOOLED},
    ),
    "to-the-rule": Entry(
        robust_training,
        "Wang et al. 2022, Figure 4 right, at the transition, to the stopping rule",
        {"book": BOOK, "paper": TO_THE_RULE},
    ),
}
