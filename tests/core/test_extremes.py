"""Extreme values and attacks on a sphere, against closed forms and brute force."""

import math

import pytest
import torch
from torch.nn.functional import normalize

from advlib import Network, smallest_flip
from advlib.extremes import extremes, one_step_reach, pgd_reach
from tests.draws import network, points, seeded


@pytest.mark.parametrize("batch", [(), (3,)])
def test_extremes_of_a_linear_network_are_its_gradients_length(batch):
    net = network((6, 5, 4), activation="identity", batch=batch)
    x = points(net, 2)
    lowest, highest = extremes(net, x, steps=60)
    wanted = math.sqrt(6) * net.gradient(x).norm(dim=-1)
    torch.testing.assert_close(highest, wanted, rtol=1e-5, atol=0)
    torch.testing.assert_close(lowest, -wanted, rtol=1e-5, atol=0)


@pytest.mark.parametrize("widths", [(2, 20), (2, 10, 10)])
def test_extremes_on_a_circle_are_those_of_a_fine_grid(widths):
    """To within what the last step, a turn by a thousandth, can change along the circle."""
    for seed in range(5):
        net = network(widths, seed)
        angle = torch.linspace(0, 2 * math.pi, 100_001, dtype=torch.float64)
        values = net(math.sqrt(2) * torch.stack((angle.cos(), angle.sin()), -1))
        lowest, highest = extremes(net, points(net, 50, seed), steps=60)
        scale = 1e-3 * values.diff().abs().max().item() * 100_000 / (2 * math.pi)
        assert highest.max().item() == pytest.approx(values.max().item(), abs=scale)
        assert lowest.min().item() == pytest.approx(values.min().item(), abs=scale)


def test_extremes_enclose_the_value_they_start_from_and_more_steps_find_no_less():
    net = network((8, 20, 20))
    x = points(net, 5)
    few, many = extremes(net, x, steps=3), extremes(net, x, steps=100)
    assert (few[0] <= net(x)).all()
    assert (net(x) <= few[1]).all()
    assert (many[0] <= few[0]).all()
    assert (many[1] >= few[1]).all()


def test_one_step_reach_is_the_smallest_flip_over_the_input_s_length():
    net = network((30, 60, 40), batch=(2,))
    x = points(net, 5)
    flip = smallest_flip(net, x)
    wanted = torch.where(flip.found, flip.perturbation_norm / math.sqrt(30), torch.inf)
    found = one_step_reach(net, x, reach=1.0)
    near = wanted < 1
    torch.testing.assert_close(found[near], wanted[near], rtol=1e-9, atol=0)
    assert found[~near].isinf().all()


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_reaches_do_not_depend_on_the_scale_of_the_weights(scale):
    net = network((10, 20, 15))
    scaled = Network([w * scale for w in net.weights], net.top)
    x, radii = points(net, 4), [0.1, 0.2, 0.4, 0.8]
    one, other = (one_step_reach(n, x, reach=2.0) for n in (net, scaled))
    torch.testing.assert_close(one, other, rtol=1e-9, atol=0)
    assert torch.equal(*(pgd_reach(n, x, radii=radii, steps=10) for n in (net, scaled)))


def test_pgd_needs_in_a_linear_network_just_the_radius_that_one_step_needs():
    net = network((10, 7), activation="identity")
    x = points(net, 20)
    exact = net(x).abs() / net.gradient(x).norm(dim=-1) / math.sqrt(10)
    radii = [0.05, 0.1, 0.2, 0.4, 0.8]
    found = pgd_reach(net, x, radii=radii, steps=20)
    for one, wanted in zip(found.tolist(), exact.tolist(), strict=True):
        assert one == min((radius for radius in radii if radius > wanted), default=math.inf)


def test_what_pgd_reaches_is_a_flip_within_the_radius():
    net = network((10, 20, 20))
    x = points(net, 10)
    found = pgd_reach(net, x, radii=[0.3, 0.6], steps=30)
    assert set(found.tolist()) <= {0.3, 0.6, math.inf}
    near = normalize(torch.randn(20_000, 1, 10, generator=seeded(3), dtype=torch.float64), dim=-1)
    for radius in (0.3, 0.6):
        flips = (net((x + radius * math.sqrt(10) * near).flatten(0, 1)).view(-1, 10) * net(x) < 0).any(0)
        assert (found[flips] <= radius).double().mean() > 0.9


def test_a_silent_network_is_flipped_by_nothing():
    net = Network([-torch.eye(3).double()], torch.ones(3).double())
    x = torch.ones(2, 3).double()
    assert one_step_reach(net, x, reach=0.5).isinf().all()
    assert pgd_reach(net, x, radii=[0.5], steps=3).isinf().all()
    assert (extremes(net, x, steps=3)[1] == 0).all()


def test_refusals():
    net = network((4, 5))
    x = points(net, 2)
    with pytest.raises(ValueError, match="steps must be a positive integer, got 0"):
        extremes(net, x, steps=0)
    with pytest.raises(ValueError, match="reach must be a positive number, got 0"):
        one_step_reach(net, x, reach=0)
    with pytest.raises(ValueError, match=r"radii\[1\] must be a positive number, got -1"):
        pgd_reach(net, x, radii=[0.1, -1], steps=2)
    with pytest.raises(ValueError, match="x must have rows of one length, got 2 to 6"):
        pgd_reach(net, x * torch.tensor([[1.0], [3.0]]), radii=[0.1], steps=2)
    for reaching in (lambda y: one_step_reach(net, y, reach=1.0), lambda y: pgd_reach(net, y, radii=[0.1], steps=2)):
        with pytest.raises(ValueError, match="x must not hold a row of zeros"):
            reaching(0 * x)
