"""Lemmas 4.1 and 4.3 of the third paper, and the scales at the start of lazy training, against draws."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import advlib
from advlib.lazy import project
from advlib.lazy_ball import push
from advlib.theory import lazy_constant, lazy_length, lazy_scales, lazy_shift_bound, lazy_switch_bound
from tests.draws import seeded

DIM, WIDTH = 30, 400


def start(batch=(), dim=DIM, width=WIDTH, seed=0):
    return advlib.lazy_two_layer(dim, width, batch=batch, generator=seeded(seed), dtype=torch.float64)


def inputs(n=50, dim=DIM):
    return advlib.sphere(n, dim, radius=1.0, generator=seeded(1), dtype=torch.float64)


@given(st.floats(1e-3, 3.0), st.integers(0, 3))
def test_nothing_in_the_ball_shifts_f_by_more(radius, seed):
    """Neither random far weights, projected, nor rows pushed along an input in the direction of their signs."""
    net, x = start(seed=seed), inputs()
    far = advlib.Network(start(seed=seed + 9).weights, net.top)
    bound = lazy_shift_bound(WIDTH, radius) * (1 + 1e-9)
    assert ((project(far, net, radius)(x) - net(x)).abs() <= bound).all()
    pushed = advlib.Network([net.weights[0] + radius * net.top.sign()[:, None] * x[0]], net.top)
    assert (pushed(x) - net(x)).abs().max() <= bound


def test_the_shift_bound_is_reached_when_every_neuron_is_on():
    x = inputs(1)
    net = advlib.Network([x.expand(WIDTH, DIM) * 5], start().top)
    pushed = advlib.Network([net.weights[0] + net.top.sign()[:, None] * x], net.top)
    assert (pushed(x) - net(x)).item() == pytest.approx(lazy_shift_bound(WIDTH, 1.0))


def test_more_neurons_than_bounded_can_switch_at_most_as_often_as_said():
    """2,000 starts at gamma = 0.05: were it 0.1, the count would pass 130 with probability above 1 - 1e-6."""
    first = start((2000,), width=100).first(inputs(1)).squeeze(-2)
    bound = lazy_switch_bound(0.05, 100, 0.3)
    switchable = (first.abs() <= 0.3).sum(-1)
    assert (switchable > bound).sum() <= 0.05 * 2000
    assert switchable.max() > 0.8 * bound  # and it is not idle


def test_neurons_that_switch_in_the_ball_are_among_those():
    net, x, radius = start(), inputs(), 0.2
    moved = project(start(seed=5), net, radius)
    z = net.first(x)
    assert (z.abs() <= radius)[(z > 0) != (moved.first(x) > 0)].all()


@pytest.mark.slow
def test_scales_are_those_of_wide_networks():
    """2,000 networks: each mean within five standard errors, and the 2 % that d = 400 leaves to its limit."""
    d, scales = 400, lazy_scales(400)
    net = start((2000,), dim=d, width=100)
    flip = advlib.smallest_flip(net, inputs(1, d), max_step=1.0)
    step, perturbation = (torch.where(flip.found, m, torch.nan) for m in (flip.step.abs(), flip.perturbation_norm))
    measured = {
        "value": flip.value.abs(),
        "norm": flip.gradient_norm,
        "step": step,
        "perturbation": perturbation,
    }
    for name, values in measured.items():
        kept = values[~values.isnan()]
        assert len(kept) > 0.95 * len(values)
        error = 5 * kept.std().item() / math.sqrt(len(kept))
        wanted = getattr(scales, name)
        assert kept.mean().item() == pytest.approx(wanted, abs=error + 0.02 * wanted), name


@pytest.mark.slow
@pytest.mark.parametrize("constant", [1.0, 10.0])
@pytest.mark.parametrize("bias", [0.0, 1.0])
def test_the_law_is_the_tangent_of_the_pushed_member(constant, bias):
    """400 starts at d = 25, each with its own value: the mean of measured over law within five standard errors of 1.

    The law without the part of the gradient that the start's value is would be 7 % off at 10, far outside.
    """
    d, m = 25, 1000
    x = torch.tensor([[1.0] + [0.0] * (d - 1) + [bias]], dtype=torch.float64)[:, : d + bool(bias)]
    net = start((400,), dim=x.shape[-1], width=m)
    sign = net(x).sign()
    far = push(net, sign * x, constant / m**0.5)
    tangent = (far(x).abs() / far.gradient(x)[..., :d].norm(dim=-1)).squeeze(-1)
    c = math.hypot(1, bias)
    law = [lazy_length(d, constant, value=value / c, bias=bias) for value in net(x).abs().flatten().tolist()]
    ratio = tangent / torch.tensor(law)
    assert ratio.mean().item() == pytest.approx(1, abs=5 * ratio.std().item() / 20 + 0.005)


@given(st.integers(2, 10_000), st.floats(0.1, 100), st.floats(-1, 3))
def test_the_constant_of_a_length_is_the_one_that_gave_it(dim, constant, value):
    length = lazy_length(dim, constant, value=value)
    if 0 < length < 1:
        assert lazy_constant(dim, length, value=value) == pytest.approx(constant, rel=1e-6, abs=1e-6)


def test_the_law_tends_to_the_start_and_falls_like_the_root():
    scales = lazy_scales(10**6)
    assert lazy_length(10**6, 1e-9) == pytest.approx(scales.perturbation, rel=1e-4)
    assert lazy_length(4 * 10**6, 3.0) / lazy_length(10**6, 3.0) == pytest.approx(0.5, rel=1e-4)
