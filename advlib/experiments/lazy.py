"""The third paper's experiments: train inside the lazy ball on zeros and ones, then attack the test images."""

from typing import Any

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import Flip, smallest_flip
from advlib.data import SOURCES
from advlib.lazy import Attack, Training, deviation, labels_agree, robust_accuracy, train
from advlib.network import Network
from advlib.random_networks import lazy_two_layer
from advlib.sweep.names import named


@named("advlib.lazy_experiments.trained_flips")
def trained_flips(
    source: str, size: int, normalize: bool, width: int, constant: float, epochs: int, run: int, *, seed: int
) -> dict[str, float]:
    r"""Train in the lazy regime, then find the smallest flipping steps (Wang et al. 2022, Figures 2, 3, 5, 6 and 7).

    Plain SGD on the logistic loss with learning rate 0.1 and minibatches of 64 ends before it leaves the ball of radius
    :math:`C_0 / \sqrt m`, or after so many epochs.

    Parameters
    ----------
    source : {"mnist", "mnist5k", "digits"}
    size : int
        Side of the images in pixels; d is its square.
    normalize : bool
        Whether inputs have norm 1.
    width : int
    constant : float
        :math:`C_0`.
    epochs, run : int
        The most epochs; and which of several independent runs, which only enters the seed.
    seed : int

    Returns
    -------
    dict
        `error`, the share of test images misclassified; `deviation` over the radius; `updates`, the steps of SGD;
        `left`, whether the ball ended the training; and over the test images classified correctly the share `flipped`,
        the mean gradient norm `norm`, and over those that flip the means of the step `step`, of the perturbation's
        length `perturbation` and of that relative to the image `relative`, its 5 %, 50 % and 95 % quantiles too.
        `wrong_relative` is the mean over the misclassified.

    Raises
    ------
    TypeError, ValueError, MissingData
        If an argument is not accepted, or MNIST is not to be had.

    Examples
    --------
    >>> record = trained_flips("digits", 8, True, 500, 10.0, epochs=200, run=0, seed=0)
    >>> record["error"] < 0.05, record["deviation"] <= 1, record["flipped"]
    (True, True, 1.0)
    """
    generator, (x, y), test = _start(source, size, normalize, seed)
    radius = checks.positive("constant", constant) / checks.size("width", width) ** 0.5
    start = lazy_two_layer(x.shape[-1], width, generator=generator)
    how: dict[str, Any] = {"lr": 0.1, "batch_size": 64, "epochs": epochs}
    trained = train(start, x, y, radius=radius, generator=generator, **how)
    return _progress(trained, start, radius) | _attacked(trained.network, *test)


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
    generator, (x, y), (x_test, y_test) = _start(source, size, True, seed)
    most = checks.size("images", images)
    chosen, tested = (torch.randperm(len(part), generator=generator)[:most] for part in (x, x_test))
    start = lazy_two_layer(x.shape[-1], width, generator=generator)
    attack = Attack(attack_radius, steps)
    how: dict[str, Any] = {"lr": lr, "batch_size": 32, "epochs": epochs, "attack": attack}
    trained = train(start, x[chosen], y[chosen], radius=radius, generator=generator, **how)
    x_test, y_test = x_test[tested], y_test[tested]
    switched = (trained.network.first(x_test) > 0) != (start.first(x_test) > 0)
    return _progress(trained, start, radius) | {
        "passes": float(len(trained.history.accuracy)),
        "trained": float(trained.history.accuracy[-1]),
        "robust": float(robust_accuracy(trained.network, x_test, y_test, attack)),
        "clean": float(labels_agree(trained.network, x_test, y_test).double().mean()),
        "switched": float(switched.double().mean()),
    }


Split = tuple[Tensor, Tensor]


def _start(source: str, size: int, unit: bool, seed: int) -> tuple[Generator, Split, Split]:
    load = SOURCES[checks.choice("source", source, SOURCES)].load
    train_split, test_split = (load(split, size=size, normalize=unit) for split in ("train", "test"))
    return Generator().manual_seed(checks.seed("seed", seed)), train_split, test_split


def _progress(trained: Training, start: Network, radius: float) -> dict[str, float]:
    return {
        "updates": float(trained.steps),
        "left": float(trained.left),
        "deviation": float(deviation(trained.network, start)) / radius,
    }


def _attacked(net: Network, x: Tensor, labels: Tensor) -> dict[str, float]:
    """What the smallest flipping steps are at the images of a test set, and how large."""
    flip = Flip(*(field.double() for field in smallest_flip(net, x, max_step=1e6)))
    relative = flip.perturbation_norm / x.norm(dim=-1)
    right = labels_agree(net, x, labels)
    flipped = right & flip.found.bool()
    low, middle, high = relative.where(flipped, torch.nan).nanquantile(relative.new_tensor([0.05, 0.5, 0.95])).tolist()
    means = {
        "error": (~right).double(),
        "flipped": flip.found[right],
        "norm": flip.gradient_norm[right],
        "step": flip.step[flipped].abs(),
        "perturbation": flip.perturbation_norm[flipped],
        "relative": relative[flipped],
        "wrong_relative": relative[~right & flip.found.bool()],
    }
    quantiles = {"relative_low": low, "relative_median": middle, "relative_high": high}
    return {name: float(values.mean()) for name, values in means.items()} | quantiles
