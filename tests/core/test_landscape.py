"""Laws of the landscape: the Hessian against automatic differentiation, searches against proofs and brute force."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from torch.nn.functional import normalize

from advlib import Activation, Network, sphere, theory, two_layer
from advlib.curvature import hessian_norm, hessian_product
from advlib.landscape import gradient_change, most_switched, switched, worst_gradient_change
from tests.draws import member, network, points, seeded

LEVEL = 1e-6
SMOOTH = ["tanh", "erf", "softplus", Activation(torch.sin, torch.cos, lambda z: -torch.sin(z))]
NAMES = ["tanh", "erf", "softplus", "sine"]


def hessians(net, x):
    """The Hessian at every row of x, by automatic differentiation."""
    return torch.stack([torch.autograd.functional.hessian(lambda row: net(row[None])[0], row) for row in x])


@pytest.mark.parametrize("activation", SMOOTH, ids=NAMES)
@pytest.mark.parametrize("widths", [(7, 5), (7, 40), (6, 9, 8), (5, 6, 7, 8)])
@pytest.mark.parametrize("bias", [False, True])
def test_the_hessian_is_that_of_automatic_differentiation(activation, widths, bias):
    net = network(widths, activation=activation, bias=bias)
    x = points(net, 4)
    wanted = hessians(net, x)
    v = torch.randn(x.shape, generator=seeded(2), dtype=x.dtype)
    torch.testing.assert_close(hessian_product(net, x, v), (wanted @ v.unsqueeze(-1)).squeeze(-1))
    norms = torch.linalg.matrix_norm(wanted, 2)
    torch.testing.assert_close(hessian_norm(net, x, generator=seeded(3)), norms, rtol=1e-9, atol=0)


def test_few_lanczos_steps_come_near_the_norm_and_never_above():
    net = network((120, 600), activation="tanh", top="signs")
    x = points(net, 3)
    exact = torch.linalg.matrix_norm(hessians(net, x), 2)
    found = [hessian_norm(net, x, steps=steps, generator=seeded(0)) for steps in (1, 4, 16, 64)]
    for fewer, more in pairwise(found):
        assert (fewer < more).all()
    assert (found[-1] <= exact * (1 + 1e-12)).all()
    assert (found[-1] > 0.999 * exact).all()


def test_the_norm_survives_a_hessian_of_low_rank_and_one_of_zero():
    narrow = network((30, 2), activation="tanh")
    x = points(narrow, 5)
    torch.testing.assert_close(
        hessian_norm(narrow, x, generator=seeded(0)), torch.linalg.matrix_norm(hessians(narrow, x), 2)
    )
    assert (hessian_norm(network((30, 9), activation="identity"), x, generator=seeded(0)) == 0).all()


def test_a_batch_is_its_members():
    net = network((9, 20), activation="tanh", batch=(2, 3))
    x = points(net, 4)
    norms = hessian_norm(net, x, generator=seeded(0))
    delta = torch.randn(x.shape, generator=seeded(1), dtype=x.dtype)
    changes, shares = gradient_change(net, x, delta), switched(net, x, delta)
    assert norms.shape == changes.shape == shares.shape == (2, 3, 4)
    for index in [(0, 0), (1, 2)]:
        one = member(net, index)
        torch.testing.assert_close(norms[index], hessian_norm(one, x[index], generator=seeded(5)))
        torch.testing.assert_close(changes[index], gradient_change(one, x[index], delta[index]))
        assert (shares[index] == switched(one, x[index], delta[index])).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_precision_and_shape_are_kept(dtype):
    net = network((9, 20), batch=(2,), activation="tanh", dtype=dtype)
    x = points(network((9, 20), dtype=dtype), 3)
    for delta in (
        worst_gradient_change(net, x, 0.5, generator=seeded(0)),
        most_switched(net, x, 0.5, generator=seeded(0)),
    ):
        assert delta.dtype == dtype
        assert delta.shape == (2, 3, 9)
        torch.testing.assert_close(delta.norm(dim=-1), torch.full((2, 3), 0.5, dtype=dtype))
    assert hessian_norm(net, x, generator=seeded(0)).dtype == dtype


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["relu", *SMOOTH], ids=["relu", *NAMES])
@pytest.mark.parametrize("radius", [0.01, 0.3, 3.0, 30.0])
def test_the_search_stays_below_every_proof_and_beats_chance(activation, radius):
    net = network((40, 300), activation=activation, top="signs")
    x = points(net, 6)
    found = worst_gradient_change(net, x, radius, generator=seeded(0))
    change, share = gradient_change(net, x, found), switched(net, x, found)
    matrix = torch.linalg.matrix_norm(net.weights[0].data, 2)
    if activation == "relu":  # at most the norm of W times that of the switched output weights
        bound = matrix * share.sqrt()
    else:
        bound = theory.smoothness(activation) * matrix**2 * radius * net.top.abs().max()
    assert (change <= bound * (1 + 1e-9)).all()
    chance = torch.stack(
        [gradient_change(net, x, sphere(6, 40, radius=radius, generator=seeded(s), dtype=x.dtype)) for s in range(20)]
    )
    assert (change.mean() > chance.amax(0).mean()) if radius < 30 else (change.mean() > chance.mean())


@pytest.mark.slow
@pytest.mark.parametrize("activation", SMOOTH, ids=NAMES)
def test_in_a_tiny_ball_the_search_finds_the_hessian_norm(activation):
    net = network((30, 200), activation=activation, top="signs")
    x = points(net, 4)
    radius = 1e-5
    found = worst_gradient_change(net, x, radius, steps=200, generator=seeded(0))
    norm = hessian_norm(net, x, generator=seeded(1))
    torch.testing.assert_close(gradient_change(net, x, found) / radius, norm, rtol=0.01, atol=0)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("radius", [0.05, 0.5])
def test_in_the_plane_the_search_finds_what_brute_force_finds(activation, radius):
    net = network((2, 60), activation=activation, top="signs")
    x = points(net, 8)
    angles = torch.arange(4000, dtype=x.dtype) * (2 * math.pi / 4000)
    circle = radius * torch.stack((angles.cos(), angles.sin()), -1)
    change = torch.stack([gradient_change(net, row.expand(4000, 2), circle) for row in x]).amax(-1)
    share = torch.stack([switched(net, row.expand(4000, 2), circle) for row in x]).amax(-1)
    worst = gradient_change(net, x, worst_gradient_change(net, x, radius, generator=seeded(0)))
    most = switched(net, x, most_switched(net, x, radius, generator=seeded(0)))
    assert (worst >= 0.9 * change).float().mean() >= 0.75
    assert (most >= 0.8 * share).float().mean() >= 0.75


def test_searches_switch_more_neurons_than_chance_and_no_more_than_the_matrix_allows():
    net = network((50, 400), top="signs")
    x = points(net, 5)
    radius = 0.5
    share = switched(net, x, most_switched(net, x, radius, generator=seeded(0)))
    chance = switched(net, x, sphere(5, 50, radius=radius, generator=seeded(1), dtype=x.dtype))
    assert (share > 2 * chance).all()
    z = net.preactivations(x)[0].square().sort(-1).values.cumsum(-1)
    reach = (torch.linalg.matrix_norm(net.weights[0].data, 2) * radius) ** 2
    assert (share <= (z <= reach).double().mean(-1)).all()  # sum of z^2 over the switched <= |W delta|^2


def test_neurons_switch_at_a_fixed_perturbation_as_often_as_angles_say():
    """Rows are independent of delta here, so the count is exactly binomial; rejects at LEVEL."""
    net = two_layer(20, 200_000, generator=seeded(0), dtype=torch.float64)
    x = sphere(1, 20, radius=20**0.5, generator=seeded(1), dtype=torch.float64)
    for length in (0.1, 1.0, 5.0, 40.0):
        away = torch.randn(x.shape, generator=seeded(2), dtype=x.dtype)
        away -= (away * x).sum(-1, keepdim=True) / 20 * x
        count = round(switched(net, x, length * normalize(away, dim=-1)).item() * 200_000)
        assert stats.binomtest(count, 200_000, theory.switch_probability(20, length)).pvalue > LEVEL


@given(radius=st.floats(1e-3, 1e2), dim=st.integers(1, 6), width=st.integers(1, 6), n=st.integers(1, 3))
@settings(max_examples=30, derandomize=True)
def test_searches_stay_on_the_sphere_or_at_its_centre_for_all_shapes(radius, dim, width, n):
    net = network((dim, width))
    x = points(net, n)
    for search in (worst_gradient_change, most_switched):
        delta = search(net, x, radius, steps=3, generator=seeded(0))
        length = delta.norm(dim=-1)
        assert delta.shape == x.shape
        assert ((length == 0) | ((length - radius).abs() < 1e-9 * radius)).all()


def test_same_generator_same_answer():
    net = network((9, 20), activation="tanh")
    x = points(net, 3)
    first, second = (worst_gradient_change(net, x, 1.0, generator=seeded(4)) for _ in range(2))
    assert (first == second).all()


NET, SILENT = network((4, 6), activation="tanh"), network((4, 6))
X = points(NET, 5)


@pytest.mark.parametrize("search", [worst_gradient_change, most_switched])
@pytest.mark.parametrize(
    ("changes", "error", "name"),
    [
        ({"radius": 0.0}, ValueError, "radius"),
        ({"radius": "1"}, TypeError, "radius"),
        ({"steps": 0}, ValueError, "steps"),
        ({"steps": 2.5}, TypeError, "steps"),
        ({"generator": 0}, TypeError, "generator"),
        ({"x": X[:, :3]}, ValueError, "x"),
        ({"x": X.float()}, TypeError, "x"),
    ],
)
def test_bad_arguments_of_a_search_are_named(search, changes, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        search(**({"net": NET, "x": X, "radius": 1.0, "generator": seeded(0)} | changes))


def test_bad_arguments_of_the_rest_are_named():
    with pytest.raises(ValueError, match="^net must have a smooth activation, got 'relu'"):
        hessian_norm(SILENT, X, generator=seeded(0))
    with pytest.raises(ValueError, match="^net must have a smooth activation"):
        hessian_product(SILENT, X, X)
    with pytest.raises(ValueError, match="^v must have shape"):
        hessian_product(NET, X, X[:, :2])
    with pytest.raises(TypeError, match="^steps must"):
        hessian_norm(NET, X, steps="4", generator=seeded(0))
    with pytest.raises(TypeError, match="^generator must"):
        hessian_norm(NET, X, generator=None)
    with pytest.raises(ValueError, match="^delta must have shape"):
        gradient_change(NET, X, X[:, :2])
    with pytest.raises(ValueError, match="^delta must be finite"):
        switched(NET, X, X * math.nan)
    with pytest.raises(ValueError, match="^net must have one hidden layer, got 2"):
        most_switched(network((4, 6, 5)), X, 1.0, generator=seeded(0))


def test_a_network_that_nothing_can_change_is_no_error():
    flat = Network([torch.eye(4).double()], torch.zeros(4).double())
    delta = worst_gradient_change(flat, X, 1.0, generator=seeded(0))
    assert (gradient_change(flat, X, delta) == 0).all()
