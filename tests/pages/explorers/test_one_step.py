"""Laws of the chapters' explorers."""

import numpy as np
import pytest
from scipy.stats import halfnorm

from advlib import theory
from advlib.pages.explorers import one_step_frame
from advlib.pages.explorers.charts import BLUE, VERMILLION
from advlib.pages.live.draws import plane_networks
from advlib.pages.live.one_step import DRAWS, STEPS
from tests.pages.explorers.curves import assert_first_zero_is_marked

SIZES = [(10, 10), (10, 1000), (200, 1000), (500, 300)]


@pytest.mark.parametrize(("dim", "width"), SIZES)
@pytest.mark.parametrize("seed", range(4))
def test_curve_starts_at_the_value_and_first_vanishes_at_the_marked_zero(dim, width, seed):
    assert_first_zero_is_marked(
        one_step_frame(dim, width, seed), STEPS, STEPS[-1], *plane_networks(dim, width, 1, seed)
    )


@pytest.mark.parametrize(("dim", "width"), SIZES)
def test_share_of_flips_grows_from_none_and_does_not_depend_on_the_seed(dim, width):
    frame, other = (one_step_frame(dim, width, seed) for seed in (0, 1))
    assert frame["flipped"][0] == 0
    assert frame["flipped"][-1] <= DRAWS == frame["draws"]
    assert (np.diff(frame["flipped"]) >= 0).all()
    assert frame["flipped"] == other["flipped"]
    assert frame["f"] != other["f"]


def test_flipping_steps_follow_the_limiting_law():
    share = np.array(one_step_frame(500, 3000, 0)["flipped"]) / DRAWS
    limit = halfnorm(scale=theory.limits("relu").step_scale).cdf(STEPS)
    assert abs(share - limit).max() < 1.95 / DRAWS**0.5  # Kolmogorov's bound at 0.1 %


def test_silent_network_has_no_zero():
    silent = next(frame for seed in range(100) if (frame := one_step_frame(2, 1, seed))["value"] == 0)
    assert silent["zero"] is None
    assert set(silent["f"]) == {0.0}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", [BLUE, VERMILLION])
@pytest.mark.parametrize("page_colour", ["#ffffff", "#121212"])
def test_colours_stand_out_on_light_and_dark_pages(colour, page_colour):
    low, high = sorted([luminance(colour), luminance(page_colour)])
    assert (high + 0.05) / (low + 0.05) >= 3
