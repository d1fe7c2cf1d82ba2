"""Laws of the members of the lazy ball that are constructed, against random ones and autograd."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import advlib
from advlib.experiments import ball_flips, members
from advlib.lazy import deviation
from advlib.lazy_ball import push, scatter, value_range
from advlib.theory import lazy_linear_error, lazy_shift_bound
from tests.draws import seeded

DIM, WIDTH = 30, 400


def start(batch=(), width=WIDTH, seed=0):
    return advlib.lazy_two_layer(DIM, width, batch=batch, generator=seeded(seed), dtype=torch.float64)


def inputs(n=20):
    return advlib.sphere(n, DIM, radius=1.0, generator=seeded(1), dtype=torch.float64)


@pytest.mark.slow
@given(st.floats(1e-3, 3.0), st.sampled_from([(), (2,), (2, 3)]))
def test_every_row_moves_by_the_radius(radius, batch):
    net = start(batch)
    direction = torch.randn(*batch, DIM, generator=seeded(2), dtype=torch.float64)
    for moved in (push(net, direction, radius), scatter(net, radius, generator=seeded(3))):
        away = (moved.weights[0] - net.weights[0]).norm(dim=-1)
        assert torch.allclose(away, torch.full_like(away, radius))


@pytest.mark.slow
@given(st.floats(1e-3, 3.0), st.integers(0, 3))
def test_no_member_passes_the_ends_of_the_range_and_pushing_attains_them(radius, seed):
    net, x = start(seed=seed), inputs()
    low, high = value_range(net, x, radius)
    for member in (scatter(net, radius, generator=seeded(seed)), push(net, x[1] - x[0], radius)):
        assert ((low - 1e-9 <= member(x)) & (member(x) <= high + 1e-9)).all()
    ends = [push(net, way * x[0], radius)(x[:1]) for way in (-1, 1)]
    assert torch.allclose(torch.stack(ends).squeeze(-1), torch.stack([low[0], high[0]]))


def test_the_farthest_shift_is_half_the_bound_of_lemma_4_1_on_average():
    """2,000 starts, within four standard errors (false alarm 6e-5), at small and at large radii."""
    net, x = start((2000,), width=100), inputs(1)
    for radius in (0.03, 0.3, 2.0):
        shift = (value_range(net, x, radius)[1] - net(x)).squeeze(-1)
        off = shift.mean().item() - lazy_shift_bound(100, radius) / 2
        assert abs(off) < 4 * shift.std().item() / math.sqrt(2000)


@pytest.mark.slow
def test_the_linearisation_errs_most_as_said():
    """2,000 starts, within four standard errors; and no pushed, scattered or mixed member errs more at its start."""
    net, x = start((2000,), width=100), inputs(1)
    z = net.first(x).squeeze(-2)
    for radius in (0.03, 0.3, 2.0):
        most = (net.top.clamp(min=0) * (radius - z.abs()).clamp(min=0)).sum(-1)
        assert abs(most.mean().item() - lazy_linear_error(100, radius)) < 4 * most.std().item() / math.sqrt(2000)
        for member in (scatter(net, radius, generator=seeded(4)), push(net, x.expand(2000, DIM), radius)):
            tangent = (net.top * (z > 0) * ((member.weights[0] - net.weights[0]) @ x[0])).sum(-1)
            assert ((member(x) - net(x)).squeeze(-1) - tangent <= most + 1e-9).all()


def test_pushing_against_the_gradient_shortens_it_by_the_share_of_active_neurons():
    net, x, radius = start(), inputs(1), 1e-6
    gradient = net.gradient(x)[0]
    flat = push(net, -gradient, radius)
    lost = gradient.norm() - flat.gradient(x)[0].norm()
    assert lost.item() == pytest.approx(radius / WIDTH**0.5 * (net.first(x) > 0).sum().item(), rel=1e-4)


def test_of_the_members_the_one_named_value_is_farthest_from_zero():
    net, x = start(), inputs(1)
    values = {name: abs(f(x).item()) for name, f in members(net, x, 0.1, seeded(5)).items()}
    assert max(values, key=values.get) == "value"
    assert values["value"] == pytest.approx(max(abs(end.item()) for end in value_range(net, x, 0.1)))
    assert all(deviation(f, net) <= 0.1 + 1e-12 for f in members(net, x, 0.1, seeded(5)).values())


def test_lengths_are_those_of_flips_on_the_same_draws():
    record = ball_flips(40, 200, 3.0, networks=1, seed=7)
    generator = seeded(7)
    net = advlib.lazy_two_layer(40, 200, generator=generator)
    x = advlib.sphere(1, 40, radius=1.0, generator=generator)
    for name, member in members(net, x, 3 / 200**0.5, generator).items():
        flip = advlib.smallest_flip(member, x, max_step=1e6)
        assert record[f"{name}_length_median"] == pytest.approx(flip.perturbation_norm.item(), rel=1e-5)
        assert record[f"{name}_norm"] == pytest.approx(flip.gradient_norm.item(), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda net: push(net, torch.zeros(DIM, dtype=torch.float64), 0.1), "direction"),
        (lambda net: push(net, torch.ones(DIM + 1, dtype=torch.float64), 0.1), "direction"),
        (lambda net: push(net, torch.ones(DIM, dtype=torch.float64), 0.0), "radius"),
        (lambda net: scatter(net, -1.0, generator=seeded(0)), "radius"),
        (lambda net: value_range(net, inputs()[:, :3], 0.1), "x"),
        (lambda net: value_range(net, inputs(), 0.0), "radius"),
        (lambda net: ball_flips(10, 10, -1.0, 2, seed=0), "constant"),
    ],
)
def test_bad_input_is_refused_by_name(call, named):
    with pytest.raises((TypeError, ValueError), match=f"^{named} must"):
        call(start())


@pytest.mark.parametrize("call", [lambda net: push(net, torch.ones(DIM), 0.1), lambda net: value_range(net, net, 0.1)])
def test_a_deeper_network_is_refused_and_not_cut(call):
    net = advlib.multilayer((DIM, 20, 20), generator=seeded(0))
    with pytest.raises(ValueError, match="^net must have one hidden ReLU layer"):
        call(net)
