"""The limits and bounds, against closed forms, against integrals by another method, and against random networks.

Statistical tests have fixed seeds and reject at level LEVEL. Where a docstring says so, their laws hold exactly at the
sizes drawn, not only in the limit.
"""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from advlib import multilayer, sphere, two_layer
from advlib.activations import ACTIVATIONS, Activation, resolve
from advlib.theory import (
    gaussian_mean,
    gradient_bound,
    limits,
    step_cdf,
    theorem1_radius,
    theorem1_step,
    value_bound,
)
from tests.draws import seeded

LEVEL = 1e-6


def assert_mean(sample, wanted):
    """Whether independent values have this mean, by the normal law of their average, at level LEVEL."""
    z = (sample.mean() - wanted) / (sample.std() / math.sqrt(len(sample)))
    assert 2 * stats.norm.sf(abs(float(z))) > LEVEL


def one_input_each(net, seed):
    return sphere(1, net.dim, radius=net.dim**0.5, batch=net.batch, generator=seeded(seed), dtype=net.top.dtype)


@pytest.mark.parametrize("std", [0.1, 1.0, 3.0])
def test_gaussian_means_of_powers_are_the_moments(std):
    for power, moment in {0: 1, 1: 0, 2: 1, 4: 3, 6: 15}.items():
        mean = gaussian_mean(lambda z, power=power: z**power, std)
        assert mean == pytest.approx(moment * std**power, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("gain", [1.0, 0.5, 2.0])
def test_the_limits_of_one_layer_are_the_integrals_of_a_library(name, gain):
    psi, limit = resolve(name), limits(name, gain=gain)

    def mean_square(function):
        def integrand(x):
            return float(function(torch.tensor(gain * x, dtype=torch.float64))) ** 2 * stats.norm.pdf(x)

        return sum(integrate.quad(integrand, *side, epsabs=1e-12)[0] for side in [(-12, 0), (0, 12)])

    assert limit.value_std**2 == pytest.approx(gain**2 * mean_square(psi.function), rel=1e-8)
    assert limit.gradient_norm**2 == pytest.approx(gain**4 * mean_square(psi.derivative), rel=1e-8)
    assert limit.step_scale == pytest.approx(limit.value_std / limit.gradient_norm**2)


def test_the_known_closed_forms():
    relu, erf = limits("relu"), limits("erf")
    assert relu.value_std == pytest.approx(math.sqrt(1 / 2), rel=1e-12)
    assert relu.gradient_norm == pytest.approx(math.sqrt(1 / 2), rel=1e-12)
    assert relu.mean_step == pytest.approx(2 / math.sqrt(math.pi), rel=1e-12)
    assert erf.gradient_norm**2 == pytest.approx(4 / (math.pi * math.sqrt(5)), rel=1e-12)
    assert erf.value_std**2 == pytest.approx(2 / math.pi * math.asin(2 / 3), rel=1e-12)
    assert limits("identity") == pytest.approx((1, 1, 1), rel=1e-12)


@pytest.mark.parametrize("depth", range(1, 7))
def test_plain_relu_layers_halve_and_he_layers_keep_the_squares(depth):
    half = 2 ** (-depth / 2)
    assert limits("relu", depth=depth) == pytest.approx((half, half, 1 / half), rel=1e-11)
    he = limits("relu", depth=depth, gain=math.sqrt(2))
    assert he == pytest.approx(limits("relu", depth=1, gain=math.sqrt(2)), rel=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize("gain", [1.0, math.sqrt(2)])
@pytest.mark.parametrize("widths", [(3, 20), (8, 10, 12), (20, 15, 30, 15), (10, 40, 40, 40, 40)])
def test_the_mean_squares_of_random_relu_networks_equal_the_limits_at_level_1e_6(widths, gain):
    """For ReLU both mean squares equal their limits exactly at every width and dimension."""
    net = multilayer(widths, gain=gain, batch=(4000,), generator=seeded(1), dtype=torch.float64)
    x, limit = one_input_each(net, 2), limits("relu", depth=len(widths) - 1, gain=gain)
    assert_mean(net(x).square().flatten(), limit.value_std**2)
    assert_mean(net.gradient(x).square().sum(-1).flatten(), limit.gradient_norm**2)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("top", ["signs", "gaussian"])
def test_the_mean_squares_of_two_layer_networks_at_level_1e_6(name, top):
    r"""At every k, E f^2 is its limit, and E |grad f|^2 = c^2 (1 - 1/d) + E[psi'(X)^2 X^2] / d, exactly."""
    net = two_layer(6, 30, top=top, activation=name, batch=(4000,), generator=seeded(3), dtype=torch.float64)
    x, psi, limit = one_input_each(net, 4), resolve(name), limits(name)
    along_x = gaussian_mean(lambda z: (psi.derivative(z) * z) ** 2)
    assert_mean(net(x).square().flatten(), limit.value_std**2)
    assert_mean(net.gradient(x).square().sum(-1).flatten(), limit.gradient_norm**2 * 5 / 6 + along_x / 6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_wide_networks_follow_the_limits_at_level_1e_6(name):
    """With 1000 neurons f is normal beyond what 2000 draws can tell from the limit; so are deep means at width 300."""
    wide = two_layer(4, 1000, activation=name, batch=(2000,), generator=seeded(5), dtype=torch.float64)
    values = wide(one_input_each(wide, 6)).flatten()
    assert stats.kstest(values.numpy(), "norm", args=(0, limits(name).value_std)).pvalue > LEVEL

    deep = multilayer((200, 300, 300), activation=name, batch=(60,), generator=seeded(7))
    x, limit = one_input_each(deep, 8), limits(name, depth=2)
    assert_mean(deep(x).square().flatten(), limit.value_std**2)
    assert_mean(deep.gradient(x).norm(dim=-1).flatten(), limit.gradient_norm)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_step_cdf_is_the_law_of_the_limiting_step_at_level_1e_6(name):
    limit = limits(name)
    normal = torch.randn(20_000, generator=seeded(9), dtype=torch.float64)
    steps = (limit.value_std * normal).abs() / limit.gradient_norm**2
    law = stats.kstest(steps.numpy(), lambda t: step_cdf(torch.from_numpy(np.asarray(t)), limit).numpy())
    assert law.pvalue > LEVEL


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_mean_step_is_the_area_above_its_distribution(name):
    limit = limits(name)
    t = torch.linspace(0, 12 * limit.step_scale, 20_001, dtype=torch.float64)
    assert torch.trapezoid(1 - step_cdf(t, limit), t).item() == pytest.approx(limit.mean_step, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [0.5, 0.1, 0.01])
@pytest.mark.parametrize("width", [1, 10, 300])
@pytest.mark.parametrize("name", ["relu", "tanh", "identity"])
def test_f_exceeds_its_bound_with_frequency_at_most_gamma_at_level_1e_6(name, width, gamma):
    net = two_layer(3, width, activation=name, batch=(5000,), generator=seeded(10), dtype=torch.float64)
    above = int((net(one_input_each(net, 11)) > value_bound(gamma, width)).sum())
    assert stats.binomtest(above, 5000, gamma, alternative="greater").pvalue > LEVEL


@pytest.mark.parametrize("gamma", [0.5, 0.1])
@pytest.mark.parametrize("name", ["relu", "tanh", "identity"])
def test_the_gradient_stays_above_its_bound_with_frequency_at_least_1_minus_gamma_at_level_1e_6(name, gamma):
    net = two_layer(1000, 1000, activation=name, batch=(20,), generator=seeded(12))
    below = int((net.gradient(one_input_each(net, 13)).norm(dim=-1) < gradient_bound(gamma, 1000, 1000, name)).sum())
    assert gradient_bound(gamma, 1000, 1000, name) > 0.3 * limits(name).gradient_norm
    assert stats.binomtest(below, 20, gamma, alternative="greater").pvalue > LEVEL


def test_bounds_tighten_with_size_and_loosen_with_certainty():
    assert value_bound(0.1, 1000) < value_bound(0.1, 10) < value_bound(0.01, 10)
    bounds = [gradient_bound(g, n, n) for g, n in [(0.01, 10**4), (0.1, 10**4), (0.1, 10**6), (0.1, 10**12)]]
    assert bounds == sorted(bounds)
    assert bounds[-1] == pytest.approx(limits("relu").gradient_norm, rel=1e-4)


@pytest.mark.parametrize(("dim", "width"), [(10, 10**9), (10**9, 3)])
def test_where_lemma_2_says_nothing_the_bound_is_zero(dim, width):
    assert gradient_bound(0.01, dim, width) == 0


SINE = Activation(torch.sin, torch.cos, lambda z: -torch.sin(z))


@pytest.mark.parametrize("psi", ["tanh", "identity", SINE])
@pytest.mark.parametrize("gamma", [0.3, 0.01])
def test_at_the_smallest_gradient_of_the_proof_theorem_1_s_step_reaches_its_radius(psi, gamma):
    smallest = limits(psi).gradient_norm / 2
    assert theorem1_step(gamma, smallest, psi) * smallest == pytest.approx(theorem1_radius(gamma, psi), rel=1e-12)
