"""The controls of the cliff: training that goes on until the loss ends it, and attacks that start anywhere."""

from itertools import islice

import pytest
import torch
from torch import Generator

import advlib
from advlib.experiments import robust_restarted, robust_retested, robust_to_the_loss, robust_training
from advlib.experiments.robust import prepare
from advlib.experiments.robust_restarts import anywhere, searched, withstood
from advlib.experiments.robust_stop import Epoch, descent, stops
from advlib.lazy import PATIENCE, Attack, train
from tests.experiments.test_lazy import ROBUST

ATTACK = Attack(0.1, 4)


@pytest.fixture(scope="module")
def begun():
    return prepare("digits", 6, 40, 60, seed=0)


def after(loss, accuracy):
    """Epochs of one network with these losses and accuracies."""
    net = advlib.lazy_two_layer(2, 4, generator=Generator().manual_seed(0))
    return [Epoch(i, net, *seen) for i, seen in enumerate(zip(loss, accuracy, strict=True), 1)]


def test_epoch_by_epoch_it_is_the_papers_training(begun):
    how = {"radius": 0.5, "lr": 0.5, "batch_size": 32, "epochs": 3, "attack": ATTACK}
    trained = train(begun.start, *begun.training, generator=Generator().manual_seed(1), **how)
    same = begun._replace(generator=Generator().manual_seed(1))
    seen = list(islice(descent(same, 0.5, 0.5, ATTACK), 3))
    assert torch.allclose(seen[-1].network.weights[0], trained.network.weights[0], atol=1e-6)
    assert [epoch.accuracy for epoch in seen] == pytest.approx(trained.history.accuracy.tolist())


def test_an_accuracy_that_never_rises_ends_the_papers_rule_and_a_falling_loss_goes_on():
    falls = [1 / i for i in range(1, 41)] + [0.5] * 60
    found = stops(after(falls, [0.0] * 100))
    assert (found["rule"].passes, found["loss"].passes) == (PATIENCE + 1, 40 + PATIENCE)


def test_where_a_rule_ends_nothing_the_last_epoch_is_taken():
    found = stops(after([0.3] * 50, [i / 50 for i in range(50)]))
    assert (found["rule"].passes, found["loss"].passes) == (50, PATIENCE + 1)


def test_before_either_rule_ends_anything_both_have_the_network_of_the_cap():
    record = robust_to_the_loss(**ROBUST, seed=0)
    again = {name.removeprefix("rule_"): value for name, value in record.items() if name.startswith("rule_")}
    assert again["passes"] == ROBUST["epochs"] < PATIENCE
    plain = robust_training(**ROBUST, seed=0)
    shared = ["robust", "clean", "deviation", "passes"]
    assert [again[name] for name in shared] == pytest.approx([plain[name] for name in shared])
    assert {name: record[f"loss_{name}"] for name in again} == again


def test_a_search_from_nothing_is_pgd(begun):
    x, labels = begun.tested
    found = searched(begun.start, x, labels, ATTACK, torch.zeros_like(x))
    assert torch.allclose(found, advlib.pgd(begun.start, x, labels, **ATTACK._asdict()), atol=1e-6)


def test_a_search_from_anywhere_stays_in_the_ball(begun):
    x, labels = begun.tested
    start = anywhere(x, 0.1, Generator().manual_seed(0))
    assert searched(begun.start, x, labels, ATTACK, start).norm(dim=-1).max() <= 0.1 + 1e-6


def test_places_are_uniform_in_the_ball():
    """The d-th power of the norm is uniform; its mean within five standard errors, one false alarm in a million."""
    drawn = anywhere(torch.zeros(4000, 3), 2.0, Generator().manual_seed(0))
    powers = (drawn.norm(dim=-1) / 2) ** 3
    assert powers.max() <= 1 + 1e-6
    assert float(powers.mean()) == pytest.approx(0.5, abs=5 * (1 / 12 / 4000) ** 0.5)


def test_each_start_can_only_fool_more_images(begun):
    (x, labels), generator = begun.tested, Generator().manual_seed(0)
    starts = [anywhere(x, 0.1, generator) for _ in range(3)]
    kept = [int(withstood(begun.start, x, labels, ATTACK, starts[:count]).sum()) for count in range(4)]
    assert kept == sorted(kept, reverse=True)


def test_no_start_saves_an_image_and_a_ball_beyond_the_origin_keeps_none(begun):
    (x, labels), net = begun.tested, begun.start
    right = advlib.lazy.labels_agree(net, x, labels)
    assert torch.equal(withstood(net, x, labels, ATTACK, []), right)
    assert not withstood(net, x, labels, Attack(3.0, 20), [torch.zeros_like(x)]).any()


def test_the_restarted_network_is_the_one_that_is_retested():
    record, plain = robust_restarted(**ROBUST, seed=0), robust_retested(**ROBUST, seed=0)
    restarted = record.pop("restarted")
    assert record == pytest.approx(plain)
    assert restarted <= record["retested"]
