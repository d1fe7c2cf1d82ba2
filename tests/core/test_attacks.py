import math

import pytest
import torch
from scipy import stats
from torch.nn.functional import cross_entropy, softplus

from advlib import (
    binary_logits,
    gradient_step,
    multilayer,
    pgd,
    smallest_flip,
    sphere,
    two_layer,
    universal_direction,
)
from advlib import points as advlib_points
from advlib.activations import ACTIVATIONS
from tests.draws import network, points, seeded

SHAPES = [((20, 50), ()), ((20, 50), (3,)), ((10, 9, 9), (2, 3)), ((10, 300, 300), (2,))]
PAPER_SIZES = [(50, 50), (50, 500), (500, 50), (200, 200)]


def paper_draws(dim, width, networks, inputs):
    """Networks and inputs as in paper 1's experiment, 25 networks at a time."""
    generator = seeded(2021)
    for _ in range(networks // 25):
        net = two_layer(dim, width, batch=(25,), generator=generator)
        yield net, sphere(inputs, dim, radius=dim**0.5, batch=(25,), generator=generator)


@pytest.mark.parametrize(("widths", "batch"), SHAPES)
def test_a_gradient_step_is_the_step_times_the_gradient(widths, batch):
    net = network(widths, batch=batch)
    x = points(net, 4)
    gradient, value = net.gradient(x), net(x)
    torch.testing.assert_close(gradient_step(net, x, -0.5), -0.5 * gradient)
    torch.testing.assert_close(gradient_step(net, x, value.new_tensor(2.0)), 2 * gradient)
    by_row = gradient_step(net, x, value)
    torch.testing.assert_close(by_row.norm(dim=-1), value.abs() * gradient.norm(dim=-1))
    torch.testing.assert_close((by_row * gradient).sum(-1), value * gradient.square().sum(-1))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("widths", "batch"), SHAPES)
def test_the_fields_of_a_flip_fit_together(widths, batch, name):
    net = network(widths, activation=name, batch=batch, bias=True)
    x = points(net, 6)
    flip = smallest_flip(net, x)
    assert all(field.shape == (*batch, 6) for field in flip)
    assert flip.found.dtype == torch.bool
    assert torch.equal(flip.found, flip.step.isfinite())
    assert torch.equal(flip.found, flip.perturbation_norm.isfinite())
    torch.testing.assert_close(flip.value, net(x))
    torch.testing.assert_close(flip.gradient_norm, net.gradient(x).norm(dim=-1))
    torch.testing.assert_close(flip.perturbation_norm, flip.step.abs() * flip.gradient_norm, equal_nan=True)
    assert flip.found.any()
    assert (flip.step * flip.value < 0)[flip.found].all()
    beyond = net(x + gradient_step(net, x, flip.step.nan_to_num(0)) * (1 + 1e-6))
    assert (beyond * flip.value < 0)[flip.found].all()


@pytest.mark.parametrize(("widths", "batch"), SHAPES)
def test_the_gradient_is_the_direction_unless_another_is_given(widths, batch):
    net = network(widths, batch=batch)
    x = points(net, 4)
    by_default, given = smallest_flip(net, x), smallest_flip(net, x, direction=net.gradient(x))
    for one, other in zip(by_default, given, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize(("widths", "batch"), SHAPES)
def test_a_direction_may_be_shared_by_rows_and_by_networks(widths, batch):
    net = network(widths, batch=batch)
    x, own = points(net, 4), points(net, 4, 2)
    for shared in (own[..., :1, :], own[(0,) * len(batch)], own[(0,) * len(batch)][:1]):
        flip = smallest_flip(net, x, direction=shared)
        repeated = smallest_flip(net, x, direction=shared.expand(x.shape))
        assert flip.found.any()
        torch.testing.assert_close(flip.step, repeated.step, equal_nan=True)
        size = flip.step.abs() * shared.norm(dim=-1)
        torch.testing.assert_close(flip.perturbation_norm, size, equal_nan=True)


@pytest.mark.parametrize(("widths", "batch"), SHAPES)
def test_the_search_goes_against_the_sign_of_f_whatever_the_direction(widths, batch):
    net = network(widths, batch=batch, bias=True)
    x, v = points(net, 6), points(net, 6, 2)
    flip = smallest_flip(net, x, direction=v)
    assert flip.found.any()
    assert (flip.step * flip.value < 0)[flip.found].all()
    at_root = net(x + flip.step.nan_to_num(0)[..., None] * v)
    assert (at_root.abs() <= 1e-10 * flip.value.abs())[flip.found].all()


def test_inputs_shared_by_a_batch_give_each_network_its_own_flip():
    net = network((20, 50), batch=(3,))
    x = points(net, 4)[0]
    repeated = smallest_flip(net, x.expand(3, 4, 20))
    torch.testing.assert_close(smallest_flip(net, x).step, repeated.step, equal_nan=True)


@pytest.mark.parametrize(("dim", "width"), PAPER_SIZES)
def test_at_least_999_of_1000_signs_flip_in_10_000_draws(dim, width):
    """At (50, 50) about 1.6 in 10,000 do not: by the Poisson law more than 10 would be a false alarm at level 1e-5."""
    found = [smallest_flip(net, x).found for net, x in paper_draws(dim, width, networks=100, inputs=100)]
    assert torch.cat(found).numel() == 10_000
    assert torch.cat(found).double().mean() >= 0.999


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "width"), [(500, 500), (1000, 500), (500, 1000)])
def test_the_mean_gradient_norm_is_one_over_root_two_within_one_percent(dim, width):
    """One percent is six standard errors of the mean over 100 networks: a false alarm at level 1e-8."""
    norms = torch.cat([net.gradient(x).norm(dim=-1).mean(-1) for net, x in paper_draws(dim, width, 100, 10)])
    assert 6 * norms.std() / 10 < 0.01
    assert abs(norms.mean() * math.sqrt(2) - 1) < 0.01


def test_the_universal_direction_is_the_sum_of_the_signed_weights_over_root_k():
    net = network((20, 50), batch=(2, 3), top="signs")
    weighted = sum(net.top[..., i, None] * net.weights[0][..., i, :] for i in range(50))
    direction = universal_direction(net)
    assert direction.shape == (2, 3, 1, 20)
    torch.testing.assert_close(direction.squeeze(-2), weighted)


def test_the_universal_direction_has_squared_norm_chi_square_over_d_at_level_1e_6():
    net = two_layer(30, 40, batch=(3000,), generator=seeded(7), dtype=torch.float64)
    scaled = 30 * universal_direction(net).square().sum((-2, -1))
    assert stats.kstest(scaled.numpy(), "chi2", args=(30,)).pvalue > 1e-6


def test_the_universal_direction_flips_all_of_2500_large_draws():
    for net, x in paper_draws(200, 2000, networks=25, inputs=100):
        assert smallest_flip(net, x, direction=universal_direction(net)).found.all()


@pytest.mark.parametrize(("widths", "batch"), SHAPES)
@pytest.mark.parametrize("steps", [1, 7])
def test_pgd_stays_in_its_ball_and_lowers_the_margin(widths, batch, steps):
    net = network(widths, activation="softplus", batch=batch)
    x = points(net, 5)
    y = net(x).sign()
    delta = pgd(net, x, y, radius=0.4, steps=steps)
    assert delta.shape == x.shape
    assert (delta.norm(dim=-1) <= 0.4 * (1 + 1e-12)).all()
    assert (y * net(x + delta) < y * net(x)).all()


def test_one_step_of_pgd_is_the_normalised_gradient_step():
    net = network((20, 50))
    x = points(net, 5)
    y = -net(x).sign()
    gradient = net.gradient(x)
    size = -0.3 * y / gradient.norm(dim=-1)
    torch.testing.assert_close(pgd(net, x, y, radius=1.0, steps=1, step_size=0.3), gradient_step(net, x, size))
    torch.testing.assert_close(pgd(net, x, y, radius=0.3, steps=1, step_size=9.0), gradient_step(net, x, size))


def test_on_a_linear_network_pgd_reaches_the_edge_against_the_gradient():
    net = network((20, 50, 10), activation="identity")
    x = points(net, 5)
    y = torch.tensor([1.0, -1.0, 1.0, 1.0, -1.0]).double()
    wanted = -0.7 * y[:, None] * torch.nn.functional.normalize(net.gradient(x), dim=-1)
    torch.testing.assert_close(pgd(net, x, y, radius=0.7, steps=10), wanted, rtol=1e-12, atol=1e-14)


def test_many_steps_of_pgd_reach_a_lower_margin_than_one_of_the_same_length():
    net = network((30, 30, 30), batch=(20,))
    x = points(net, 10)
    y = net(x).sign()
    one, many = (pgd(net, x, y, radius=3.0, steps=s, step_size=size) for s, size in [(1, 3.0), (60, 0.3)])
    gain = y * (net(x + one) - net(x + many))
    assert gain.mean() > 0
    assert (gain > -1e-9).double().mean() > 0.9


def test_pgd_stays_put_where_there_is_no_gradient():
    net = network((20, 50))
    x = torch.zeros(2, 20).double()
    assert torch.equal(pgd(net, x, torch.ones(2).double(), radius=1.0, steps=3), x)


def test_the_cross_entropy_of_the_two_logits_is_the_logistic_loss():
    net = network((20, 50), bias=True)
    x = points(net, 30)
    y = torch.where(torch.arange(30) % 3 == 0, 1.0, -1.0).double()
    loss = cross_entropy(binary_logits(net)(x), (y > 0).long(), reduction="none")
    torch.testing.assert_close(loss, softplus(-y * net(x)), rtol=1e-12, atol=1e-14)


def test_autograd_through_the_logits_gives_the_closed_form_gradient():
    net = network((12, 30, 20), bias=True)
    x = points(net, 5).reshape(5, 1, 3, 4).requires_grad_()
    loss = cross_entropy(binary_logits(net)(x), torch.ones(5, dtype=torch.long), reduction="sum")
    (by_autograd,) = torch.autograd.grad(loss, x)
    flat = x.detach().flatten(1)
    wanted = -torch.sigmoid(-net(flat))[:, None] * net.gradient(flat)
    torch.testing.assert_close(by_autograd.flatten(1), wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("widths", [(20, 40), (20, 30, 30)])
def test_inputs_that_track_gradients_may_be_attacked(widths):
    net = multilayer(widths, generator=seeded(0), dtype=torch.float64)
    x = points(net, 4)
    tracked = x.clone().requires_grad_()
    torch.testing.assert_close(smallest_flip(net, tracked).step, smallest_flip(net, x).step, equal_nan=True)


DETACHED = {
    "gradient_step": lambda net, x: gradient_step(net, x, net(x)),
    "smallest_flip": smallest_flip,
    "universal_direction": lambda net, x: universal_direction(net),
    "pgd": lambda net, x: pgd(net, x, net(x).detach().sign(), radius=1.0, steps=3),
}


@pytest.mark.parametrize("attack", DETACHED)
def test_what_an_attack_returns_is_detached_whatever_asks_for_gradients(attack):
    net = network((20, 50), activation="tanh").requires_grad_()
    x = points(net, 4).requires_grad_()
    found = DETACHED[attack](net, x)
    assert not any(field.requires_grad for field in (found if isinstance(found, tuple) else [found]))
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("matrices", ["dense", "deferred"])
def test_a_thousandth_beyond_the_exact_step_every_sign_has_turned_in_single_precision(matrices):
    net = two_layer(200, 1000, matrices=matrices, generator=seeded(0))
    x = advlib_points(net, 100, generator=seeded(1))
    flip = smallest_flip(net, x)
    at, beyond = (net(x + gradient_step(net, x, size * flip.step)) * flip.value < 0 for size in (1.0, 1.001))
    assert 0.2 < at.double().mean() < 0.8
    assert beyond.all()
