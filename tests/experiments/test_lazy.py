"""The third paper's experiments on the bundled digits: records against what the parts of the package say."""

import math

import pytest
import torch
from torch import Generator

import advlib
from advlib.data import digits01
from advlib.experiments import (
    fooled_digits,
    robust_restarted,
    robust_retested,
    robust_to_the_loss,
    robust_training,
    trained_flips,
    trained_room,
)
from advlib.experiments.room import most_room, one_step
from advlib.lazy import Attack, labels_agree, loss_gradient, robust_accuracy, train
from advlib.lazy_ball import deviation, project

FLIPS = {"source": "digits", "size": 8, "normalize": True, "width": 50, "constant": 5.0, "epochs": 20, "run": 0}
ROBUST = {
    "source": "digits",
    "size": 6,
    "width": 40,
    "radius": 0.5,
    "attack_radius": 0.1,
    "images": 60,
    "lr": 0.5,
    "epochs": 3,
    "steps": 4,
    "run": 0,
}
ROOM = FLIPS | {"normalize": False, "bias": True}
CALLS = [(trained_flips, FLIPS), (trained_room, ROOM), (robust_training, ROBUST), (fooled_digits, ROBUST)]
CALLS += [(robust_retested, ROBUST), (robust_to_the_loss, ROBUST), (robust_restarted, ROBUST)]


@pytest.fixture(scope="module")
def drawn():
    """A start of 2,000 neurons, where few can switch at V = 0.01, and the digits' test images."""
    x, y = digits01("test")
    return advlib.lazy_two_layer(64, 2000, generator=Generator().manual_seed(0)), x, y


@pytest.mark.parametrize(("experiment", "cell"), CALLS)
def test_bad_arguments_are_refused_by_name(experiment, cell):
    for name in ("size", "width", "epochs"):
        with pytest.raises(ValueError, match=f"{name} must be a positive integer, got 0"):
            experiment(**cell | {name: 0}, seed=0)
    with pytest.raises(ValueError, match="source must be one of 'mnist', 'mnist5k', 'digits', got 'faces'"):
        experiment(**cell | {"source": "faces"}, seed=0)


def test_trained_flips_says_what_the_parts_say():
    record = trained_flips(**FLIPS, seed=0)
    generator, (x, y), (x_test, y_test) = Generator().manual_seed(0), digits01("train"), digits01("test")
    start = advlib.lazy_two_layer(64, 50, generator=generator)
    how = {"lr": 0.1, "batch_size": 64, "epochs": 20, "generator": generator}
    net = train(start, x, y, radius=5 / 50**0.5, **how).network
    right = labels_agree(net, x_test, y_test)
    flip = advlib.smallest_flip(net, x_test, max_step=1e6)
    chosen = right & flip.found
    assert record["error"] == pytest.approx(float((~right).double().mean()))
    assert record["norm"] == pytest.approx(float(flip.gradient_norm[right].mean()), rel=1e-5)
    assert record["step"] == pytest.approx(float(flip.step[chosen].abs().mean()), rel=1e-5)
    assert record["relative_median"] == pytest.approx(float(flip.perturbation_norm[chosen].quantile(0.5)), rel=1e-5)
    assert record["relative_low"] <= record["relative_median"] <= record["relative_high"]


def test_a_ball_too_small_for_a_step_leaves_the_start():
    record = trained_flips(**FLIPS | {"constant": 1e-9}, seed=0)
    assert (record["updates"], record["left"], record["deviation"]) == (0, 1, 0)


@pytest.mark.slow
def test_where_nothing_is_wrong_the_wrong_have_no_mean():
    record = trained_flips(**FLIPS | {"constant": 100.0, "epochs": 300}, seed=0)
    assert record["error"] > 0 or math.isnan(record["wrong_relative"])


def trained_against_attacks():
    """The network of the cell `ROBUST`, its attack, and the test images that it is tested on."""
    generator = Generator().manual_seed(0)
    (x, y), (x_test, y_test) = (digits01(split, size=6) for split in ("train", "test"))
    chosen, tested = (torch.randperm(len(part), generator=generator)[:60] for part in (x, x_test))
    start, attack = advlib.lazy_two_layer(36, 40, generator=generator), Attack(0.1, 4)
    how = {"lr": 0.5, "batch_size": 32, "epochs": 3, "attack": attack, "generator": generator}
    net = train(start, x[chosen], y[chosen], radius=0.5, **how).network
    return net, attack, (x_test[tested], y_test[tested])


def test_robust_training_reports_the_network_that_it_returns():
    record = robust_training(**ROBUST, seed=0)
    net, attack, images = trained_against_attacks()
    assert record["robust"] == pytest.approx(float(robust_accuracy(net, *images, attack)))
    assert record["robust"] <= record["clean"]
    assert record["deviation"] <= 1 + 1e-6


def test_fooled_digits_are_the_first_test_images_that_the_same_network_loses_to_the_attack():
    record = fooled_digits(**ROBUST, seed=0)
    net, attack, _ = trained_against_attacks()
    x, y = (part[:12] for part in digits01("test", size=6))
    kept = [float(robust_accuracy(net, x[i : i + 1], y[i : i + 1], attack)) for i in range(12)]
    assert [1 - record[f"fooled_{i}"] for i in range(12)] == kept
    assert record["robust"] == robust_training(**ROBUST, seed=0)["robust"]


def test_the_retest_attacks_the_same_network_with_the_papers_hundred_steps():
    record = robust_retested(**ROBUST, seed=0)
    net, attack, images = trained_against_attacks()
    stronger = attack._replace(steps=100)
    assert record.pop("retested") == pytest.approx(float(robust_accuracy(net, *images, stronger)))
    assert record == robust_training(**ROBUST, seed=0)


@pytest.mark.parametrize(("length", "fooled"), [(1e-9, False), (0.9, True)])
def test_hardly_any_attack_fools_few_of_the_dozen_and_a_long_one_all(length, fooled):
    record = fooled_digits(**ROBUST | {"attack_radius": length, "epochs": 20, "radius": 2.0}, seed=0)
    share = sum(record[f"fooled_{i}"] for i in range(12)) / 12
    assert share == 1 if fooled else share < 0.2


def test_a_bias_unit_is_trained_and_no_step_moves_it():
    record = trained_room(**ROOM, seed=0)
    generator = Generator().manual_seed(0)
    images, tested = (digits01(split, normalize=False) for split in ("train", "test"))
    (x, y), (x_test, y_test) = ((torch.cat([x, torch.ones(len(x), 1)], -1), y) for x, y in (images, tested))
    start = advlib.lazy_two_layer(65, 50, generator=generator)
    how = {"lr": 0.1, "batch_size": 64, "epochs": 20, "generator": generator}
    net = train(start, x, y, radius=5 / 50**0.5, **how).network
    along = net.gradient(x_test) * (torch.arange(65) < 64)
    flip = advlib.smallest_flip(net, x_test, max_step=1e6, direction=along)
    right = labels_agree(net, x_test, y_test)
    relative = (flip.perturbation_norm / tested[0].norm(dim=-1))[right]
    assert record["norm"] == pytest.approx(float(along.norm(dim=-1)[right].mean()), rel=1e-5)
    assert record["relative"] == pytest.approx(float(relative.nanmean()), rel=1e-5)
    assert record["lost"] == pytest.approx(float((relative <= 5 / (8 * 64) ** 0.5).double().mean()))


def test_without_a_bias_unit_the_lengths_are_those_of_the_other_experiment():
    rooms, flips = trained_room(**ROOM | {"normalize": True, "bias": False}, seed=0), trained_flips(**FLIPS, seed=0)
    shared = ["error", "updates", "norm", "step", "relative", "flipped"]
    assert [rooms[name] for name in shared] == pytest.approx([flips[name] for name in shared])


def test_one_step_is_gradient_descent_where_f_is_small(drawn):
    start, x, y = drawn
    moved = one_step(start, x, y, 0.3).weights[0] - start.weights[0]
    descent = -loss_gradient(start, 1e-6 * x, y)[0]
    assert torch.allclose(moved, descent * (0.3 / descent.norm(dim=-1).max()), atol=1e-4)


def test_no_member_of_the_ball_gains_more_than_most_of_the_room(drawn):
    """But for switches, which at this radius are worth a hundredth of the room; one member gains that much."""
    start, x, y = drawn
    radius = 0.01
    room = radius * 2000**0.5 / 2
    towards = one_step(start, x, y, 1.0).weights[0] - start.weights[0]
    best = advlib.Network([start.weights[0] + radius * torch.nn.functional.normalize(towards, dim=-1)], start.top)
    members = [best, one_step(start, x, y, radius)]
    members += [project(advlib.Network([start.weights[0] + 9 * towards], start.top), start, radius)]
    gains = [float((y * (net(x) - start(x))).mean()) / room for net in members]
    assert all(deviation(net, start) <= radius * 1.001 for net in members)
    assert max(gains) <= most_room(start, x, y) + 0.01
    assert gains[0] == pytest.approx(most_room(start, x, y), abs=0.01)
    assert gains[1] < gains[0]
