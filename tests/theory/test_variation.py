"""The bounds of paper 1 on variation and switching: assumptions, scaling laws, and networks within them.

Statistical tests have fixed seeds and reject at level LEVEL.
"""

import math

import pytest
import torch
from scipy import stats

from advlib import Activation, sphere, theory, two_layer
from advlib.curvature import hessian_norm
from advlib.landscape import gradient_change, worst_gradient_change
from tests.draws import seeded

LEVEL = 1e-6
GAMMA = 0.05


def assert_fails_at_most(failures, gamma):
    """Whether independent failures have probability at most gamma, by the binomial law, at level LEVEL."""
    assert stats.binomtest(int(failures.sum()), failures.numel(), gamma, alternative="greater").pvalue > LEVEL


def drawn(dim, width, draws, seed=0, **law):
    shared = {"batch": (draws,), "generator": seeded(seed), "dtype": torch.float64}
    return two_layer(dim, width, **shared, **law), sphere(1, dim, radius=dim**0.5, **shared)


def test_smoothness_of_the_known_activations():
    assert theory.smoothness("tanh") == pytest.approx(4 / 3**1.5, rel=1e-8)
    assert theory.smoothness("erf") == pytest.approx(math.sqrt(8 / (math.pi * math.e)), rel=1e-8)
    assert theory.smoothness("softplus") == pytest.approx(1 / 4, rel=1e-8)
    assert theory.smoothness("identity") == 0


@pytest.mark.parametrize("ratio", [0.2, 1.0, 5.0, 50.0])
def test_the_edge_of_two_equal_and_opposite_slopes_is_in_closed_form(ratio):
    """With psi'' = 1 the sum is W1^T W1 - W2^T W2, and its edge is the minimum of 1/g + g / (1 - g^2 / ratio)."""
    bent = Activation(lambda z: z**2 / 2, lambda z: z, torch.ones_like)
    roots = torch.linspace(1e-3, 1 - 1e-6, 2_000_001, dtype=torch.float64) * math.sqrt(ratio)
    brute = (1 / roots + roots / (1 - roots**2 / ratio)).min().item()
    assert theory.hessian_norm_limit(ratio, bent) == pytest.approx(brute, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["tanh", "erf", "softplus"])
@pytest.mark.parametrize("ratio", [0.5, 2.0, 8.0])
def test_the_derived_limit_of_the_hessian_norm_is_what_networks_have(activation, ratio):
    net, x = drawn(300, int(300 * ratio), 4, activation=activation)
    norm = hessian_norm(net, x, generator=seeded(1)).mean().item() * 300**0.5
    assert norm == pytest.approx(theory.hessian_norm_limit(ratio, activation), rel=0.04)


def test_a_linear_network_has_no_curvature():
    assert theory.hessian_norm_limit(1.0, "identity") == 0


def test_the_limit_of_narrow_networks_is_one_neuron():
    assert theory.hessian_norm_limit(1e-3, "tanh") * 1e-3**0.5 == pytest.approx(theory.smoothness("tanh"), rel=0.05)


def test_lemma_5_and_lemma_7_hold_at_fixed_delta_and_direction():
    delta = torch.zeros(1, 30, dtype=torch.float64)
    delta[0, 3] = 2.0
    for activation, bound in {
        "tanh": theory.smooth_change_bound(GAMMA, 30, 60, 2.0, "tanh"),
        "relu": theory.relu_change_bound(GAMMA, 30, 60, 2.0),
    }.items():
        net, x = drawn(30, 60, 2000, activation=activation)
        along = (net.gradient(x) - net.gradient(x + delta))[..., 3]
        assert_fails_at_most(along > bound, GAMMA)
        assert along.max() > bound / 30  # not an empty comparison


@pytest.mark.slow
def test_propositions_2_and_4_hold_for_what_a_search_finds():
    net, x = drawn(60, 3000, 3, activation="tanh")
    worst = gradient_change(net, x, worst_gradient_change(net, x, 1.0, generator=seeded(2)))
    assert (worst <= theory.smooth_variation_bound(GAMMA, 60, 3000, 1.0, "tanh")).all()
    net, x = drawn(60, 3000, 3)
    worst = gradient_change(net, x, worst_gradient_change(net, x, 1.0, generator=seeded(2)))
    assert (worst <= theory.relu_variation_bound(GAMMA, 60, 3000, 1.0)).all()


@pytest.mark.slow
def test_propositions_1_and_3_hold():
    for activation, value_bound, norm_bound in [
        ("tanh", theory.smooth_value_bound(GAMMA, 400), theory.smooth_gradient_bound(GAMMA, 400, 400, "tanh")),
        ("relu", theory.relu_value_bound(GAMMA, 400), theory.relu_gradient_bound(GAMMA, 400, 400)),
    ]:
        net, x = drawn(400, 400, 100, activation=activation)
        failed = (net(x).abs() > value_bound) | (net.gradient(x).norm(dim=-1) < norm_bound)
        assert_fails_at_most(failed, GAMMA)


@pytest.mark.parametrize("dim", [300, 10**4, 10**6])
def test_propositions_1_and_3_approach_their_limits_from_below(dim):
    for activation, bound in [
        ("tanh", theory.smooth_gradient_bound(GAMMA, dim, dim, "tanh")),
        ("relu", theory.relu_gradient_bound(GAMMA, dim, dim)),
    ]:
        limit = theory.limits(activation).gradient_norm
        assert limit * (1 - 20 / dim**0.5) < bound < limit


@pytest.mark.slow
def test_lemma_4_holds_and_its_law_given_the_slopes_is_a_chi():
    net, x = drawn(300, 40, 4000)
    mean_square = (net.preactivations(x)[0] > 0).double().mean(-1)
    radial = (net.gradient(x) * x).sum(-1, keepdim=True) * x / 300
    scaled = (net.gradient(x) - radial).norm(dim=-1) / mean_square.sqrt() * 300**0.5
    assert stats.kstest(scaled.flatten().numpy(), stats.chi(299).cdf).pvalue > LEVEL
    factor = theory.slopes_gradient_bound(GAMMA, 300, 1.0)
    assert 0 < factor < stats.chi(299).ppf(GAMMA) / 300**0.5
    assert theory.slopes_gradient_bound(GAMMA, 10, 1.0) == 0


@pytest.mark.parametrize("dim", [2, 10, 500, 10**5])
def test_lemma_6_is_above_the_probabilities_themselves(dim):
    for radius in (0.01, 0.1, 1.0, dim**0.5):
        assert theory.switch_probability(dim, radius) < theory.switch_bound(dim, radius)
    for epsilon in (1e-6, 1e-3, 0.1):
        for distance in (dim**0.5 / 2, dim**0.5, 1.5 * dim**0.5):
            assert theory.nearby_switch_probability(dim, epsilon, distance) < theory.nearby_switch_bound(dim, epsilon)


@pytest.mark.parametrize("dim", [2, 3, 20, 400, 10**9])
@pytest.mark.parametrize("ratio", [1e-5, 1e-3, 0.1, 0.9])
def test_the_probability_of_a_nearby_switch_is_a_beta_law(dim, ratio):
    wanted = stats.beta(0.5, (dim - 1) / 2).cdf(ratio**2)
    assert theory.nearby_switch_probability(dim, ratio, 1.0) == pytest.approx(wanted, rel=1e-4)


def test_a_ball_that_holds_the_origin_is_near_every_neuron():
    assert theory.nearby_switch_probability(7, 2.0, 1.0) == pytest.approx(1, rel=1e-4)
    assert theory.nearby_switch_probability(3, 2.0, 1.0) <= 1


@pytest.mark.parametrize(("dim", "width"), [(20, 5), (20, 100), (100, 100)])
def test_lemma_8_holds(dim, width):
    net, _ = drawn(dim, width, 50)
    norms = torch.linalg.matrix_norm(net.weights[0].data, 2)
    assert_fails_at_most(norms > theory.matrix_norm_bound(GAMMA, dim, width), GAMMA)


def test_lemma_9_holds_by_the_binomial_law():
    dim, width = 100, 5000
    small = 2 * stats.norm.cdf(1 / math.log(dim) ** 3) - 1
    bound = theory.small_share_bound(0.01, dim, width)
    assert stats.binom(width, small).sf(width * bound) < 0.01
    assert bound > small


@pytest.mark.parametrize("function", [theory.smooth_change_bound, theory.smooth_variation_bound])
def test_smooth_bounds_are_linear_in_the_smoothness(function):
    tanh, softplus = (function(GAMMA, 100, 200, 2.0, name) for name in ("tanh", "softplus"))
    assert tanh / softplus == pytest.approx(theory.smoothness("tanh") / 0.25)


def test_the_narrow_ball_shrinks_and_its_bound_falls():
    assert theory.narrow_radius(10**5, 4 * 10**5) == pytest.approx(2 * theory.narrow_radius(10**5, 10**5))
    assert theory.narrow_variation_bound(0.01, 10**6, 10**6) == pytest.approx(60 / math.log(10**6))
