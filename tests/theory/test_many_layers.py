"""The second paper's bounds against random networks, exact laws against a library's, at level LEVEL."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from advlib import multilayer, theory
from advlib.bottleneck import layers, masked_norms, total_distortion
from advlib.depth import random_angles
from tests.draws import points, seeded

LEVEL = 1e-6
WIDTHS = st.lists(st.integers(2, 50), min_size=2, max_size=7)


@pytest.mark.parametrize(("dim", "width"), [(10, 1), (10, 4), (10, 9), (1000, 10), (1000, 900)])
def test_distortion_moments_are_those_of_the_sine_of_a_random_angle(dim, width):
    """The angle between a vector and the complement of a random subspace has density sin^(k-1) cos^(d-k-1)."""

    def moment(power):
        def density(angle):
            return math.exp(
                (width - 1 + power) * math.log(math.sin(angle)) + (dim - width - 1) * math.log(math.cos(angle)) - top
            )

        peak = math.atan(math.sqrt(max(width - 1, 0.1) / max(dim - width - 1, 0.1)))
        top = (width - 1) * math.log(math.sin(peak)) + (dim - width - 1) * math.log(math.cos(peak))
        return integrate.quad(density, 1e-12, math.pi / 2 - 1e-12, points=[peak], epsabs=0, epsrel=1e-11, limit=500)[0]

    whole, first, second = (moment(power) for power in (0, 1, 2))
    mean, std = theory.distortion_moments(dim, width)
    assert mean == pytest.approx(first / whole, rel=1e-9)
    assert std == pytest.approx(math.sqrt(second / whole - (first / whole) ** 2), rel=1e-5)


def test_at_the_paper_s_sizes_the_mean_is_nearly_the_root_and_at_full_width_one():
    for width in (10, 50, 100, 500, 1000, 5000):
        mean, std = theory.distortion_moments(10_000, width)
        assert mean == pytest.approx(math.sqrt(width / 10_000), rel=1 / width)
        assert std == pytest.approx(math.sqrt((1 - width / 10_000) / 20_000), rel=2 / width)
    assert theory.distortion_moments(10_000, 10_000) == (1, 0)


@pytest.mark.parametrize("width", [1, 10, 25, 50, 60])
def test_measured_distortions_have_this_mean_at_level_1e_6(width):
    net = multilayer((50, width), batch=(1000,), generator=seeded(1), dtype=torch.float64)
    ratios = total_distortion(net, points(net, 1, seed=100)).flatten()
    mean, std = theory.distortion_moments(50, width)
    assert abs(ratios.mean().item() - mean) <= stats.norm.isf(LEVEL / 2) * std / math.sqrt(1000) + 1e-12


@pytest.mark.parametrize("gamma", [0.5, 0.1, 0.01])
@pytest.mark.parametrize(("rows", "columns"), [(1, 5), (30, 10), (10, 30)])
def test_corollary_c4_fails_with_frequency_at_most_gamma_at_level_1e_6(rows, columns, gamma):
    w = torch.randn(4000, rows, columns, generator=seeded(2), dtype=torch.float64) / math.sqrt(columns)
    v, u = torch.eye(columns).double()[0], torch.ones(rows).double() / math.sqrt(rows)
    bound = theory.norm_deviation(gamma, columns)
    for lengths, mean in ((w @ v, math.sqrt(rows / columns)), (u @ w, 1.0)):
        outside = int(((lengths.norm(dim=-1) - mean).abs() > bound).sum())
        assert stats.binomtest(outside, 4000, gamma, alternative="greater").pvalue > LEVEL


@pytest.mark.parametrize("alpha", [0.05, 0.3, 0.6])
def test_large_inputs_are_counted_by_their_law_and_the_lemma_bounds_them_at_level_1e_6(alpha):
    net = multilayer((40, 60, 500), batch=(20,), generator=seeded(3), dtype=torch.float64)
    first, second = net.preactivations(points(net, 1))
    threshold = alpha * first.relu().norm(dim=-1, keepdim=True) / math.sqrt(60)
    large = int((second.abs() >= threshold).sum())
    assert stats.binomtest(large, 10_000, theory.large_inputs_share(alpha)).pvalue > LEVEL
    assert ((second.abs() >= threshold).double().mean(-1) > theory.large_inputs_bound(alpha)).all()


@given(st.floats(1e-6, 10))
@settings(max_examples=100, derandomize=True)
def test_the_lemma_takes_away_twice_what_the_law_does_at_most(alpha):
    bound, share = theory.large_inputs_bound(alpha), theory.large_inputs_share(alpha)
    assert 0 <= bound <= share
    assert theory.large_inputs_bound(1e-9) == pytest.approx(1 - 2 * (1 - theory.large_inputs_share(1e-9)), abs=1e-15)


@pytest.mark.parametrize("widths", [(300, 300, 300, 300), (300, 100, 600, 200)])
def test_lower_bounds_on_images_and_gradients_hold_where_layers_are_wide(widths):
    """Both lie at more than ten standard deviations of the lengths at these widths."""
    net = multilayer(widths, batch=(20,), generator=seeded(4))
    x = points(net, 5)
    for z, bound in zip(net.preactivations(x), theory.image_bounds(widths), strict=True):
        assert (z.relu().norm(dim=-1) > bound).all()
    assert (net.gradient(x).norm(dim=-1) > theory.deep_gradient_bound(len(widths) - 1)).all()
    assert (net(x).abs() < theory.deep_value_rate(1e-4, len(widths) - 1, constant=1.0)).all()


@given(WIDTHS, st.floats(0.1, 5), st.floats(0.5, 3))
@settings(max_examples=200, derandomize=True)
def test_image_radius_rates_are_the_formula_of_lemma_2_3(widths, radius, constant):
    depth, found = len(widths) - 1, theory.image_radius_rates(widths, radius, constant=constant)
    for i in range(1, depth + 1):
        spread = 1 + math.sqrt(widths[i] / min(widths[:i]))
        wanted = (constant * depth * math.log(max(widths))) ** (i / 2) * spread * radius
        assert found[i - 1] == pytest.approx(wanted, rel=1e-12)


@given(WIDTHS)
@settings(max_examples=200, derandomize=True)
def test_masked_norm_rates_go_with_the_distance_between_bottlenecks(widths):
    found = theory.masked_norm_rates(widths, constant=1.0)
    base = (len(widths) - 1) * math.log(max(widths))
    assert found == pytest.approx([base ** ((i - j) / 2) for i, j in pairwise(layers(widths))])


def test_masked_products_stay_below_their_rate_with_constant_four():
    widths = (120, 200, 150, 40, 90, 60, 20)
    net = multilayer(widths, batch=(5,), generator=seeded(5))
    found = masked_norms(net, points(net, 2), generator=seeded(6))
    assert (found < torch.tensor(theory.masked_norm_rates(widths, constant=4.0))).all()


@pytest.mark.parametrize("theta", [0.01, 0.5, 2.0])
def test_difference_cdf_is_the_law_of_relative_differences_at_level_1e_6(theta):
    f, g = torch.randn(2, 4000, generator=seeded(8), dtype=torch.float64)
    differences = (1 - (f * math.cos(theta) + g * math.sin(theta)) / f).abs()
    law = stats.kstest(differences.numpy(), np.vectorize(lambda t: theory.difference_cdf(float(t), theta)))
    assert law.pvalue > LEVEL


@pytest.mark.slow
def test_relative_differences_in_a_wide_network_follow_the_law_at_level_1e_6():
    """One layer of width 4000: angles and lengths differ from the limit by less than 2000 draws can tell."""
    drawn = random_angles(torch.full((2000,), 1.5).double(), 1, 4000, generator=seeded(9))
    f, g = torch.randn(2, 2000, generator=seeded(10), dtype=torch.float64)
    angle = drawn.angle[-1]
    differences = (1 - drawn.ratio[-1] * (f * angle.cos() + g * angle.sin()) / f).abs()
    theta = drawn.angle[-1].mean().item()
    law = stats.kstest(differences.numpy(), np.vectorize(lambda t: theory.difference_cdf(float(t), theta)))
    assert law.pvalue > LEVEL


def test_rates_go_with_size_as_the_theorems_say():
    step = theory.relative_step_rate
    assert step(0.1, 400, 2, constant=3.0) == pytest.approx(step(0.1, 100, 2, constant=3.0) / 2, rel=1e-12)
    assert step(0.1, 100, 3, constant=3.0) == pytest.approx(3 * step(0.1, 100, 2, constant=3.0), rel=1e-12)
    assert step(0.1**4, 100, 2, constant=3.0) == pytest.approx(2 * step(0.1, 100, 2, constant=3.0), rel=1e-12)
    width = theory.width_rate
    assert width(0.01, 100, 2, constant=1.0, power=2.0) == pytest.approx(
        2 * (2 * math.log(100)) ** 4 * math.log(10), rel=1e-12
    )
    change = theory.gradient_change_rate
    assert change(2, 100, constant=3.0, power=2.0) == pytest.approx(9 / (2 * math.log(100)) ** 4, rel=1e-12)
    value = theory.deep_value_rate
    assert value(0.1, 3, constant=5.0) == pytest.approx(40 * math.sqrt(math.log(10)), rel=1e-12)


def test_what_no_number_can_hold_is_infinite_and_what_divides_by_it_zero():
    assert theory.width_rate(0.1, 1000, 3, constant=1.0, power=240.0) == math.inf
    assert theory.deep_value_rate(0.1, 2000, constant=1.0) == math.inf
    assert theory.relative_step_rate(0.1, 10, 2000, constant=2.0) == math.inf
    assert theory.gradient_change_rate(100, 1000, constant=1.0, power=240.0) == 0
    assert theory.image_bounds([4] * 1201)[-1] == 0


def test_collapse_widths_leave_room_only_in_high_dimension_and_out_of_reach():
    rooms = {d: theory.collapse_widths(d, d**3) for d in (10, 40, 60, 100)}
    assert [least < most for least, most in rooms.values()] == [False, False, True, True]
    assert rooms[60][0] == pytest.approx(20 * math.log10(60**4), rel=1e-12)
    assert rooms[60][1] == pytest.approx(math.log10(math.e) * 60**1.5, rel=1e-12)
    difference = theory.relative_difference_rate
    assert difference(100, constant=2.0) == pytest.approx(2 * math.sqrt(math.log(100) / 100), rel=1e-12)
