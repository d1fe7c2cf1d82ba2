"""Laws of the explorer of deeper networks. Each random test errs with probability 0.1 % over its fixed seed."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from advlib import multilayer, sphere
from advlib.pages.explorers import deeper_frame
from advlib.pages.explorers.deep_draws import END, STEPS, WIDE_DRAWS, he_networks
from advlib.rays import Ray
from tests.draws import seeded
from tests.pages.explorers.curves import assert_first_zero_is_marked

SIZES = [(1, 10, 10), (2, 100, 100), (4, 50, 300), (6, 20, 30), (6, 100, 1000)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_curve_starts_at_the_value_and_first_vanishes_at_the_marked_zero(size, seed):
    assert_first_zero_is_marked(deeper_frame(*size, seed), STEPS, END, *he_networks(*size, 1, seed))


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 3, 6])
def test_plain_network_is_the_frame_divided_by_its_factor(depth):
    frame = deeper_frame(depth, 50, 100, 5)
    shared = {"batch": (1,), "generator": seeded(5)}
    plain = multilayer((50, *[100] * depth), top="signs", **shared)
    x = sphere(1, 50, radius=50**0.5, **shared)
    gradient = plain.gradient(x)
    step = -np.sign(frame["value"]) * frame["factor"] * torch.tensor(STEPS)
    f = Ray(plain, x, gradient)(step[:, None, None])
    assert f.flatten().numpy() * frame["factor"] == pytest.approx(np.array(frame["f"]), abs=2e-3)
    assert gradient.norm().item() * frame["factor"] == pytest.approx(frame["gradient_norm"], abs=1e-3)
    assert frame["cap"] * frame["factor"] == pytest.approx(20, abs=1e-3)


@pytest.mark.parametrize("size", SIZES)
def test_shares_grow_from_none_and_do_not_depend_on_the_seed(size):
    frame, other = (deeper_frame(*size, seed) for seed in (0, 1))
    for counts, most in ((frame["flipped"], frame["draws"]), (frame["wide"], 1)):
        assert counts[0] == 0
        assert counts[-1] <= most
        assert all(a <= b for a, b in pairwise(counts))
    assert (frame["flipped"], frame["wide"]) == (other["flipped"], other["wide"])
    assert frame["f"] != other["f"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 20, 1000), (3, 100, 1000)])
def test_draws_follow_the_law_of_wide_networks(size):
    frame = deeper_frame(*size, 0)
    gap = np.abs(np.array(frame["flipped"]) / frame["draws"] - frame["wide"]).max()
    assert gap < 1.95 * (1 / frame["draws"] + 1 / WIDE_DRAWS) ** 0.5  # Smirnov's bound at 0.1 %
