"""What the formulas refuse: each refusal names the argument, what came and what is accepted."""

from functools import partial

import pytest
import torch

from advlib import theory
from tests.draws import seeded

STEPS = {"dim": 10, "depth": 2, "draws": 5, "gain": 1.0, "generator": seeded(0)}
ahead = partial(theory.near_linear_length, ahead=True)


def steps(**changed):
    return theory.wide_steps(**STEPS | changed)


VALUES = [
    # two layers
    (
        lambda: theory.gradient_bound(0.1, 100, 100, "erf"),
        r"activation must be 1-Lipschitz, got 'erf' with slope 1\.128",
    ),
    (lambda: theory.theorem1_step(0.1, 1.0, "erf"), r"activation must be 1-Lipschitz, got 'erf'"),
    (lambda: theory.theorem1_step(0.1, 1.0, "relu"), "activation must be .*got 'relu'"),
    (lambda: theory.theorem1_step(0.1, 1.0, "softplus"), "activation must be .*got 'softplus'"),
    (lambda: theory.theorem1_radius(0.1, "relu"), "activation must be .*got 'relu'"),
    (lambda: theory.theorem1_radius(0.1, "softplus"), "activation must be .*got 'softplus'"),
    (lambda: theory.theorem1_radius(0.1, "erf"), "activation must be .*got 'erf'"),
    (lambda: theory.step_cdf(torch.tensor([0.5, -1.0]), theory.limits()), "step must hold sizes from 0 up, got -1"),
    # propositions and lemmas on variation
    (lambda: theory.smoothness("relu"), "activation must be smooth, got 'relu'"),
    (lambda: theory.smooth_gradient_bound(0.01, 10, 10, "softplus"), "activation must be smooth and 0 at 0"),
    (lambda: theory.smooth_gradient_bound(0.01, 10, 10, "erf"), "activation must be 1-Lipschitz"),
    (lambda: theory.slopes_gradient_bound(0.8, 300, 1.0), "gamma must be below 2 / e, got 0.8"),
    (lambda: theory.smooth_variation_bound(0.01, 100, 100, 0.5, "tanh"), "radius must"),
    (lambda: theory.relu_change_bound(0.01, 100, 100, 0.5), "radius must"),
    (lambda: theory.relu_variation_bound(0.01, 100, 3000, 0.5), "radius must"),
    (lambda: theory.relu_variation_bound(0.01, 100, 3000, 6.0), "radius must"),
    (lambda: theory.relu_variation_bound(0.01, 100, 2000, 1.0), "width must"),
    (lambda: theory.relu_variation_bound(1e-3, 4, 3000, 1.0), "dim must"),
    (lambda: theory.narrow_variation_bound(0.01, 1000, 10**6), "dim must"),
    (lambda: theory.narrow_variation_bound(0.01, 10**6, 1000), "width must"),
    (lambda: theory.narrow_variation_bound(0.01, 10**6, 10**10), "width must"),
    (lambda: theory.narrow_radius(1, 10), "dim must"),
    (lambda: theory.small_share_bound(0.01, 1, 100), "dim must"),
    (lambda: theory.small_share_bound(0.01, 100, 100), "width must"),
    (lambda: theory.nearby_switch_probability(1, 0.1, 1.0), "dim must"),
    (lambda: theory.smooth_change_bound(2.0, 100, 100, 1.0, "tanh"), "gamma must"),
    (lambda: theory.relu_value_bound(0.0, 10), "gamma must"),
    (lambda: theory.switch_probability(10, -1.0), "length must"),
    (lambda: theory.nearby_switch_bound(10, 2.0), "epsilon must"),
    (lambda: theory.matrix_norm_bound(0.1, 0, 10), "dim must"),
    (lambda: theory.hessian_norm_limit(0.0, "tanh"), "ratio must"),
    # many layers, depth and near-linear networks
    (lambda: theory.collapse_widths(10, 999), r"depth must be at least dim \*\* 3 = 1000, got 999"),
    (lambda: theory.image_bounds((3,)), "widths must hold the input dimension and at least one hidden width"),
    (lambda: theory.masked_norm_rates((3, 0), constant=1.0), r"widths\[1\] must be a positive integer, got 0"),
    (lambda: theory.image_radius_rates((3, 4), 0.0, constant=1.0), "radius must be a positive number, got 0.0"),
    (lambda: theory.image_radius_rates((3, 4), 1.0, constant=0.0), "constant must be a positive number, got 0.0"),
    (lambda: theory.relative_step_rate(1.0, 3, 4, constant=1.0), "gamma must lie strictly between 0 and 1"),
    (lambda: theory.width_rate(0.1, 3, 4, constant=1.0, power=-1), "power must be a positive number, got -1"),
    (lambda: theory.distortion_moments(3, 0), "width must be a positive integer, got 0"),
    (lambda: theory.norm_deviation(0.0, 3), "gamma must lie strictly between 0 and 1"),
    (lambda: theory.difference_cdf(1.0, 0.0), "theta must be a positive number, got 0.0"),
    (lambda: theory.difference_cdf(1.0, 4.0), "theta must lie above 0 and at most at pi, got 4.0"),
    (lambda: theory.gradient_change_rate(2, 1, constant=1.0, power=1.0), "widest must be an integer from 2 up, got 1"),
    (lambda: theory.large_inputs_share(0), "alpha must be a positive number, got 0"),
    (lambda: ahead((9,), 0.1), "widths must hold the input dimension and at least one hidden width"),
    (lambda: ahead((9, 0), 0.1), r"widths\[1\] must be a positive integer, got 0"),
    (lambda: ahead((9, 9), 0.0), "tolerance must be a positive number, got 0.0"),
    # wide networks
    (lambda: steps(dim=1), "dim must be an integer from 2 up, got 1"),
    (lambda: steps(depth=0), "depth must be a positive integer, got 0"),
    (lambda: steps(gain=-1.0), "gain must be a positive number, got -1.0"),
    (lambda: theory.wide_shares(1, 2, 5, generator=seeded(0)), "dim must be an integer from 2 up, got 1"),
    (lambda: theory.wide_shares(2, 0, 5, generator=seeded(0)), "depth must be a positive integer, got 0"),
    (lambda: theory.any_flip_rate(0, 5), "dim must be a positive integer, got 0"),
    (lambda: theory.any_flip_rate(10, 0.0), "depth must be a positive number, got 0.0"),
    (lambda: theory.flip_probability(0, 5), "dim must be a positive integer, got 0"),
    (lambda: theory.flip_probability(10, 0.0), "depth must be a positive number, got 0.0"),
    (lambda: theory.flip_noise(10, -1), "depth must be a positive number, got -1"),
    (lambda: theory.effective_depth(0), "depth must be a positive integer, got 0"),
    # lazy networks
    (lambda: theory.lazy_scales(0), "dim must be a positive integer, got 0"),
    (lambda: theory.lazy_shift_bound(100, 0.0), "radius must be a positive number, got 0"),
    (lambda: theory.lazy_length(100, 0.0), "constant must be a positive number, got 0"),
    (lambda: theory.lazy_constant(100, 1.0), "length must lie strictly between 0 and 1, got 1.0"),
    (lambda: theory.lazy_switch_bound(1.5, 100, 1.0), "gamma must"),
    (lambda: theory.lazy_switch_bound(0.5, 0, 1.0), "width must be a positive integer, got 0"),
]
TYPES = [
    (lambda: theory.step_cdf(1.0, theory.limits()), "step must be a torch.Tensor, got float"),
    (lambda: steps(draws=2.5), "draws must be a positive integer, got 2.5"),
    (lambda: theory.effective_depth(2.5), "depth must be a positive integer, got 2.5"),
    (lambda: theory.wide_shares(2, 2, 5, generator=None), "generator must be a torch.Generator, got NoneType"),
    (lambda: steps(generator=0), "generator must be a torch.Generator, got int"),
]


@pytest.mark.parametrize(("call", "message"), VALUES)
def test_values_outside_a_statement_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize(("call", "message"), TYPES)
def test_types_that_are_not_meant_are_refused_by_name(call, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        call()
