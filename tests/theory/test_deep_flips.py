"""The law of flips in very deep networks of infinite width, and its two corrections."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from advlib.theory import any_flip_rate, effective_depth, flip_noise, flip_probability, wide_shares
from advlib.theory.wide import correlation
from tests.draws import seeded


@given(dim=st.integers(1, 10**6), depth=st.integers(1, 10**4))
def test_depth_counts_over_the_root_of_the_dimension(dim, depth):
    assert flip_probability(4 * dim, 2 * depth) == pytest.approx(flip_probability(dim, depth), rel=1e-12)
    assert flip_probability(dim, depth + 1) <= flip_probability(dim, depth) <= flip_probability(dim + 1, depth) <= 1


@pytest.mark.parametrize("depth", [30, 100, 300])
def test_slopes_have_the_form_and_the_maximum_that_the_law_is_made_of(depth):
    """Exact up to the square of 1/L, with the depth that L counts as."""
    unit = 3 * math.pi / depth
    theta = unit * torch.linspace(0.01, 3, 2000, dtype=torch.float64)
    slope = -correlation(theta, depth)[1]
    torch.testing.assert_close(slope, theta / (1 + theta / unit) ** 3, rtol=10 / depth, atol=0)
    assert theta[slope.argmax()].item() == pytest.approx(unit / 2, rel=3 / depth)
    assert slope.max().item() * effective_depth(depth) * 9 / (4 * math.pi) == pytest.approx(1, abs=4 / depth**2)


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [0.5, 1, 2])
def test_high_dimensions_follow_the_law(ratio):
    dim = 30_000
    depth = round(ratio * dim**0.5)
    share = wide_shares(dim, depth, 500, generator=seeded(1)).mean().item()
    assert share == pytest.approx(flip_probability(dim, depth), abs=0.003)


@pytest.mark.parametrize("depth", [17, 35, 87])
def test_noise_adds_what_its_first_order_says(depth):
    """At d = 300 it adds up to 0.013; left over is the next order and an error of at most 0.0006."""
    counted = effective_depth(depth)
    share = wide_shares(300, depth, 8000, generator=seeded(2)).mean().item()
    added = share - flip_probability(300, counted)
    assert added == pytest.approx(flip_noise(300, counted), abs=0.003)
    assert added > 0.004


@given(dim=st.integers(1, 10**6), ratio=st.floats(1.5, 100))
def test_the_best_attack_reaches_farther_than_one_step_by_the_root_of_a_logarithm(dim, ratio):
    """Both are normal variables below a reach, so that their quantiles are to each other as the reaches are."""
    depth = 3 * math.pi * ratio
    one, any_ = flip_probability(dim, depth), any_flip_rate(dim, depth)
    if any_ < 0.999:
        reaches = [float(stats.norm.ppf((1 + share) / 2)) for share in (one, any_)]
        assert reaches[1] / reaches[0] == pytest.approx(27 / 4 * math.log(ratio) ** 0.5, rel=1e-6)


def test_shallow_networks_are_not_what_the_heuristic_speaks_of():
    assert any_flip_rate(100, 3 * math.pi) == any_flip_rate(100, 2) == 0
