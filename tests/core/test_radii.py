"""Balls around an input: searches against what is known exactly for linear and for one-layer networks."""

import math

import pytest
import torch
from torch.nn.functional import normalize

from advlib import Network
from advlib.radii import PROBES, image_radii, near_linear_radius
from advlib.rays import Ray
from tests.draws import network, points, seeded


@pytest.mark.slow
def test_for_linear_networks_the_radii_are_products_norms():
    net = network((8, 12, 5, 9), activation="identity", batch=(2,))
    found = image_radii(net, points(net, 3), radius=0.7, steps=2000, generator=seeded(0))
    product = torch.eye(8).double()
    for i, w in enumerate(net.weights):
        product = w @ product
        wanted = 0.7 * torch.linalg.matrix_norm(product, 2).unsqueeze(-1).expand(2, 3)
        torch.testing.assert_close(found[..., i], wanted, rtol=1e-6, atol=0)


@pytest.mark.parametrize("radius", [0.01, 1.0, 10.0])
def test_for_relu_networks_the_search_beats_random_points_and_respects_lipschitz_bounds(radius):
    net = network((10, 20, 15))
    x = points(net, 3)
    found = image_radii(net, x, radius=radius, steps=30, generator=seeded(1))
    directions = torch.randn(1000, 1, 10, generator=seeded(2), dtype=torch.float64)
    tried = (x + radius * normalize(directions, dim=-1)).flatten(0, 1)
    lipschitz = radius
    for i, (z, z_tried) in enumerate(zip(net.preactivations(x), net.preactivations(tried), strict=True)):
        gaps = (z_tried.relu().unflatten(0, (1000, 3)) - z.relu()).norm(dim=-1)
        lipschitz = lipschitz * float(torch.linalg.matrix_norm(net.weights[i], 2))
        assert (found[..., i] > gaps.max(0).values).all()
        assert (found[..., i] <= lipschitz).all()


def test_in_a_small_ball_the_radius_is_that_of_the_masked_product():
    net = network((10, 20, 15))
    x = points(net, 1)
    found = image_radii(net, x, radius=1e-7, steps=500, generator=seeded(3))
    masks = [(z[0] > 0).double().diag() for z in net.preactivations(x)]
    one = masks[0] @ net.weights[0]
    wanted = [torch.linalg.matrix_norm(m, 2) * 1e-7 for m in (one, masks[1] @ net.weights[1] @ one)]
    torch.testing.assert_close(found[0], torch.stack(wanted), rtol=1e-5, atol=0)


def exact_radius(net, x, direction, tolerance):
    """Where a one-layer ReLU network's gradient first strays, kink by kink."""
    p, q = Ray(net, x, normalize(direction, dim=-1)).p[0], Ray(net, x, normalize(direction, dim=-1)).q[0]
    kinks, order = torch.where(-p / q > 0, -p / q, torch.inf).sort()
    start = net.gradient(x)[0]
    change = torch.zeros_like(start)
    for t, i in zip(kinks.tolist(), order.tolist(), strict=True):
        change += net.top[i] * net.weights[0][i] * (1 if p[i] <= 0 else -1)
        if change.norm() > tolerance * start.norm():
            return t
    return math.inf


@pytest.mark.parametrize("tolerance", [0.1, 0.5])
@pytest.mark.parametrize("seed", range(5))
def test_the_near_linear_radius_is_where_enough_neurons_have_switched(tolerance, seed):
    """With orthogonal rows every switch takes the gradient further, so that it crosses the tolerance once."""
    loose = network((40, 40), seed)
    net = Network([torch.linalg.qr(loose.weights[0])[0] * torch.arange(1.0, 41.0).double().unsqueeze(-1)], loose.top)
    x = points(net, 1)
    for direction in (None, points(net, 1, seed=10 + seed)):
        v = -net(x).sign().unsqueeze(-1) * net.gradient(x) if direction is None else direction
        found = near_linear_radius(net, x, tolerance=tolerance, reach=100.0, direction=direction).item()
        assert found == pytest.approx(exact_radius(net, x, v, tolerance), rel=1e-3)


@pytest.mark.parametrize("tolerance", [0.1, 0.5])
@pytest.mark.parametrize("seed", range(5))
def test_the_near_linear_radius_is_never_too_small_and_no_probe_before_it_strays(tolerance, seed):
    net = network((15, 400), seed)
    x, v = points(net, 1), points(net, 1, seed=10 + seed)
    found = near_linear_radius(net, x, tolerance=tolerance, reach=50.0, direction=v).item()
    assert found >= (1 - 1e-3) * exact_radius(net, x, v, tolerance)
    probes = 50.0 * torch.logspace(-3, 0, PROBES).double()
    before = net.gradient(x + probes[probes < 0.999 * found].unsqueeze(-1) * normalize(v, dim=-1)) - net.gradient(x)
    assert (before.norm(dim=-1) <= tolerance * net.gradient(x).norm()).all()


def test_at_the_radius_the_gradient_has_strayed_and_just_before_it_has_not():
    net = network((15, 60, 40), batch=(2,))
    x = points(net, 4)
    v = points(net, 4, seed=5)
    found = near_linear_radius(net, x, tolerance=0.3, reach=20.0, direction=v)
    start, unit = net.gradient(x), normalize(v, dim=-1)
    for factor, beyond in ((1 - 1e-3, False), (1.0, True)):
        there = net.gradient(x + factor * found.unsqueeze(-1) * unit)
        assert (((there - start).norm(dim=-1) > 0.3 * start.norm(dim=-1)) == beyond).all()


def test_a_linear_network_is_linear_as_far_as_one_looks():
    net = network((6, 5, 4), activation="identity", batch=(3,))
    assert near_linear_radius(net, points(net, 2), tolerance=1e-3, reach=1e6).isinf().all()


def test_a_short_reach_finds_nothing_and_lengths_of_directions_do_not_count():
    net = network((15, 400))
    x, v = points(net, 3), points(net, 1, seed=5)
    assert near_linear_radius(net, x, tolerance=0.5, reach=1e-9).isinf().all()
    one, other = (near_linear_radius(net, x, tolerance=0.2, reach=30.0, direction=c * v) for c in (1.0, 7.0))
    torch.testing.assert_close(one, other, rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tolerance": 0}, "tolerance must be a positive number, got 0"),
        ({"reach": -1.0}, "reach must be a positive number, got -1.0"),
        ({"direction": torch.ones(2, 5).double()}, "direction must hold 1 or 3 rows, as x does, got 2"),
        ({"direction": torch.ones(3, 4).double()}, "direction must have shape"),
        ({"x": torch.ones(5).double()}, "x must have shape"),
    ],
)
def test_refusals_of_near_linear_radius(change, message):
    net = network((5, 4))
    with pytest.raises(ValueError, match=message):
        near_linear_radius(net, **({"x": points(net, 3), "tolerance": 0.1, "reach": 1.0} | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"radius": 0}, "radius must be a positive number, got 0"),
        ({"steps": 0}, "steps must be a positive integer, got 0"),
        ({"starts": 0}, "starts must be a positive integer, got 0"),
        ({"generator": None}, "generator must be a torch.Generator, got NoneType"),
        ({"x": torch.ones(5).double()}, "x must have shape"),
    ],
)
def test_refusals_of_image_radii(change, message):
    net = network((5, 4))
    with pytest.raises((TypeError, ValueError), match=message):
        image_radii(net, **({"x": points(net, 3), "radius": 1.0, "generator": seeded(0)} | change))
