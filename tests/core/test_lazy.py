"""Training in the lazy ball: gradients against autograd, projections, stops, and runs that do not know one another."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import softplus

import advlib
from advlib.lazy import Attack, deviation, labels_agree, loss_gradient, project, robust_accuracy, train
from tests.draws import seeded

DIM, WIDTH = 20, 100
HOW = {"lr": 0.5, "batch_size": 7, "epochs": 6}


def task(n=40, seed=0):
    """Inputs of norm 1 and labels that one coordinate decides."""
    x = advlib.sphere(n, DIM, radius=1.0, generator=seeded(seed), dtype=torch.float64)
    return x, x[:, 0].sign()


def fresh(batch=(), width=WIDTH, seed=1):
    return advlib.lazy_two_layer(DIM, width, batch=batch, generator=seeded(seed), dtype=torch.float64)


def test_the_law_is_that_of_two_layer_in_another_scaling():
    ours, theirs = fresh(), advlib.two_layer(DIM, WIDTH, generator=seeded(1), dtype=torch.float64)
    x, _ = task()
    assert torch.allclose(ours(x), theirs(x * DIM**0.5))
    assert torch.allclose(ours.gradient(x), theirs.gradient(x * DIM**0.5) * DIM**0.5)


@pytest.mark.parametrize("batch", [(), (3,)])
def test_gradients_of_the_loss_are_those_of_autograd(batch):
    net, (x, y) = fresh(batch), task()
    w = net.weights[0].detach().clone().requires_grad_()
    f = ((x @ w.mT).relu() @ net.top.unsqueeze(-1)).squeeze(-1)
    (wanted,) = torch.autograd.grad(softplus(-y * f).mean(-1).sum(), w)
    gradient, margin = loss_gradient(net, x, y)
    assert torch.allclose(gradient, wanted, rtol=1e-12, atol=1e-15)
    assert torch.allclose(margin, y * f)


def test_one_step_of_training_is_one_gradient_step():
    net, (x, y) = fresh(), task()
    found = train(net, x, y, radius=10.0, lr=0.3, batch_size=len(x), epochs=1, generator=seeded(0))
    assert torch.allclose(found.network.weights[0], net.weights[0] - 0.3 * loss_gradient(net, x, y)[0])
    assert found.steps == 1


@pytest.mark.parametrize("radius", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("attack", [None, Attack(0.1, 3)])
def test_every_run_ends_inside_its_ball(radius, attack):
    net, (x, y) = fresh((4,)), task()
    found = train(net, x, y, radius=radius, attack=attack, generator=seeded(0), **HOW)
    assert (deviation(found.network, net) <= radius * (1 + 1e-12)).all()
    assert (found.history.deviation <= radius * (1 + 1e-12)).all()
    assert torch.equal(found.history.deviation[-1], deviation(found.network, net))


def test_plain_training_ends_one_step_before_it_leaves():
    net, (x, y) = fresh(), task()
    found = train(net, x, y, radius=0.05, generator=seeded(0), **HOW)
    assert found.left
    order = torch.randperm(len(x), generator=seeded(0)).split(7)
    w, count = net, 0
    while True:
        chosen = order[count % len(order)]
        after = advlib.Network([w.weights[0] - 0.5 * loss_gradient(w, x[chosen], y[chosen])[0]], w.top)
        if deviation(after, net) > 0.05:
            break
        w, count = after, count + 1
    assert count == found.steps
    assert torch.equal(w.weights[0], found.network.weights[0])


@pytest.mark.parametrize("attack", [None, Attack(0.1, 3)])
def test_runs_in_a_batch_are_the_runs_alone(attack):
    """And so the radius of one run does not reach another."""
    net, (x, y) = fresh((3,)), task()
    radii = torch.tensor([0.02, 0.1, 5.0], dtype=torch.float64)
    together = train(net, x, y, radius=radii, attack=attack, generator=seeded(0), **HOW)
    for i, radius in enumerate(radii.tolist()):
        single = advlib.Network([net.weights[0][i]], net.top[i])
        alone = train(single, x, y, radius=radius, attack=attack, generator=seeded(0), **HOW)
        assert torch.allclose(alone.network.weights[0], together.network.weights[0][i], rtol=0, atol=1e-12)
        assert alone.steps == together.steps[i]


def test_training_ends_with_its_last_run():
    net, (x, y) = fresh((2,)), task()
    found = train(net, x, y, radius=1e-6, generator=seeded(0), **HOW)
    assert found.left.all()
    assert found.steps.tolist() == [0, 0]
    assert found.history.margin.shape == (1, 2)
    assert torch.equal(found.network.weights[0], net.weights[0])


@pytest.mark.slow
def test_training_far_from_its_bounds_fits_the_data():
    net, (x, y) = fresh((2,), width=400), task()
    found = train(net, x, y, radius=50.0, lr=1.0, batch_size=10, epochs=150, generator=seeded(0))
    assert not found.left.any()
    assert labels_agree(found.network, x, y).all()
    assert (found.history.margin.diff(dim=0) > -1e-3).all()
    assert found.history.accuracy[-1].tolist() == [1, 1]


@pytest.mark.slow
def test_adversarial_training_makes_what_it_trains_on_robust():
    """Against the same attack, plain training far beyond the same margin is not."""
    net, (x, y) = fresh((2,), width=400), task()
    how = {"radius": 50.0, "lr": 1.0, "batch_size": 10, "epochs": 60, "generator": seeded(0)}
    attack = Attack(0.08, 10)
    hardened, plain = train(net, x, y, attack=attack, **how), train(net, x, y, **how)
    at_start, after = (robust_accuracy(n, x, y, attack) for n in (net, hardened.network))
    assert (after > at_start).all()
    assert (after >= robust_accuracy(plain.network, x, y, attack)).all()


def test_adversarial_training_stops_when_it_rises_no_more():
    net, (x, y) = fresh(), task()
    found = train(net, x, y, radius=1e-9, lr=0.1, batch_size=40, epochs=100, attack=Attack(0.5, 2), generator=seeded(0))
    assert len(found.history.accuracy) == 21


@given(st.floats(1e-3, 10), st.integers(0, 5))
def test_projection_is_onto_the_ball_along_the_row(radius, seed):
    start, net = fresh(seed=seed), fresh(seed=seed + 1)
    there = project(net, start, radius)
    assert deviation(there, start) <= radius * (1 + 1e-12)
    assert torch.allclose(project(there, start, radius).weights[0], there.weights[0])
    before, after = (n.weights[0] - start.weights[0] for n in (net, there))
    shrunk = after.norm(dim=-1, keepdim=True) / before.norm(dim=-1, keepdim=True)
    assert torch.allclose(after, before * shrunk)
    inside = before.norm(dim=-1) <= radius
    assert torch.equal(after[inside], before[inside])
    assert torch.allclose(after[~inside].norm(dim=-1), torch.tensor(radius, dtype=torch.float64))


def test_a_row_that_has_not_moved_stays():
    assert torch.equal(project(fresh(), fresh(), 0.1).weights[0], fresh().weights[0])


def test_robust_accuracy_counts_inputs_right_before_and_after():
    net, (x, y) = fresh((2,)), task()
    whole = robust_accuracy(net, x, y, Attack(0.05, 5))
    assert torch.equal(whole, robust_accuracy(net, x, y, Attack(0.05, 5), block=7))
    assert (whole <= labels_agree(net, x, y).double().mean(-1)).all()
    assert torch.equal(robust_accuracy(net, x, net(x)[0].sign(), Attack(20.0, 20))[0], torch.tensor(0.0).double())


x_good, y_good = task()
BAD = [
    ({"labels": y_good * 2}, "labels must be -1 or \\+1, got"),
    ({"labels": y_good[:5]}, "labels must have shape"),
    ({"x": x_good[None]}, "x must have shape \\(n, 20\\)"),
    ({"x": x_good[:, :3]}, "x must have shape"),
    ({"x": x_good.float()}, "x must have dtype torch.float64"),
    ({"radius": 0.0}, "radius must be a positive number, got 0"),
    ({"radius": torch.zeros((), dtype=torch.float64)}, "radius must be positive, got 0"),
    ({"radius": torch.ones(2, dtype=torch.float64)}, "radius must have shape \\(\\)"),
    ({"lr": math.inf}, "lr must be a finite number"),
    ({"batch_size": 0}, "batch_size must be a positive integer, got 0"),
    ({"epochs": 1.5}, "epochs must be a positive integer, got 1.5"),
    ({"generator": 3}, "generator must be a torch.Generator, got int"),
    ({"attack": Attack(0.1, 3), "x": 2 * x_good}, "x must have rows of norm 1 .normalize=True., got one of norm 2"),
    ({"attack": Attack(-1.0, 3)}, "radius must be a positive number, got -1"),
    ({"net": advlib.multilayer((DIM, 5, 5), generator=seeded(0), dtype=torch.float64)}, "net must have one hidden"),
]


@pytest.mark.parametrize(("changed", "message"), BAD)
def test_bad_arguments_are_refused_by_name(changed, message):
    given = {"net": fresh(), "x": x_good, "labels": y_good, "radius": 0.1, "generator": seeded(0)} | HOW | changed
    with pytest.raises((TypeError, ValueError), match=message):
        train(given.pop("net"), given.pop("x"), given.pop("labels"), **given)
