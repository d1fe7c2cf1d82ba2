"""Laws of the flipping step at infinite width. Each random test errs with probability 0.1 % over its fixed seed."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_1samp, ks_2samp

from advlib import multilayer, smallest_flip, sphere, theory
from advlib.experiments.plane import plane_flips
from advlib.theory.wide import correlation, wide_steps
from tests.draws import seeded

FALSE_ALARM = 0.001


@given(theta=st.floats(1e-3, math.pi - 1e-3), depth=st.integers(1, 8))
def test_slope_is_the_derivative_of_the_correlation(theta, depth):
    at = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    value, slope = correlation(at, depth)
    assert slope.item() == pytest.approx(torch.autograd.grad(value, at)[0].item(), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 6])
def test_correlation_begins_as_a_gaussian_process_with_one_derivative_does(depth):
    theta = torch.tensor(1e-3, dtype=torch.float64)
    cubic = (correlation(theta, depth)[0] - 1 + theta**2 / 2) / theta**3
    assert cubic.item() == pytest.approx(depth / (3 * math.pi), rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [10, 50])
def test_steps_of_one_layer_are_those_of_a_wide_network(dim):
    drawn = plane_flips(dim, 10_000, 1000, "signs", 20.0, seeded(1)).step.abs().flatten().nan_to_num(20.0)
    law = wide_steps(dim, 1, 5000, generator=seeded(2)).clamp(max=20)
    assert ks_2samp(drawn, law).pvalue > FALSE_ALARM


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "depth", "width"), [(10, 2, 2000), (50, 4, 1500)])
def test_steps_of_several_layers_are_those_of_a_wide_network(dim, depth, width):
    shared = {"batch": (200,), "generator": seeded(3)}
    net = multilayer((dim, *[width] * depth), top="signs", matrices="deferred", **shared)
    flip = smallest_flip(net, sphere(1, dim, radius=dim**0.5, **shared))
    law = wide_steps(dim, depth, 5000, generator=seeded(4)).clamp(max=20)
    assert ks_2samp(flip.step.abs().flatten().nan_to_num(20.0), law).pvalue > FALSE_ALARM


def test_steps_of_high_dimensions_follow_the_limit():
    steps = wide_steps(5000, 1, 2000, generator=seeded(5))
    limit = theory.limits("relu")
    assert ks_1samp(steps, lambda t: theory.step_cdf(torch.as_tensor(t), limit).numpy()).pvalue > FALSE_ALARM


@pytest.mark.slow
def test_each_layer_makes_the_perturbation_longer():
    dim, depth, draws = 1000, 3, 20_000
    lengths = wide_steps(dim, depth, draws, gain=2**0.5, generator=seeded(6)) * 2**0.5
    formula = (2 / math.pi) ** 0.5 + depth / (math.pi * dim**0.5)
    assert lengths.mean().item() == pytest.approx(formula, abs=3.3 * lengths.std().item() / draws**0.5)


@pytest.mark.parametrize("depth", [1, 4])
def test_gain_divides_the_steps(depth):
    plain, scaled = (wide_steps(20, depth, 100, gain=gain, generator=seeded(7)) for gain in (1.0, 3.0))
    assert torch.allclose(plain, scaled * 3 ** (depth + 1), rtol=1e-12)
    assert plain.isinf().any() == (depth > 1)
