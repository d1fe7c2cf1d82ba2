"""Laws of the explorer of rates."""

import numpy as np
import pytest
import torch

from advlib import theory
from advlib.experiments import flips
from advlib.pages.explorers import how_often_frame
from advlib.pages.explorers.how_often import limits as limits_of
from advlib.pages.live.how_often import CAPS, DRAWS, KINDS, WIDTHS

torch.set_num_threads(1)

SOME = [(2, "ReLU"), (10, "tanh"), (100, "ReLU, Gaussian top"), (500, "ReLU")]


def numbers(rows):
    return np.array(rows, dtype=float)  # None becomes nan


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "kind"), SOME)
def test_share_and_mean_step_grow_with_the_cap_and_the_step_stays_below_it(dim, kind):
    frame = how_often_frame(dim, kind)
    share, step = numbers(frame["share"]), numbers(frame["step"])
    assert share.shape == step.shape == (len(WIDTHS), len(CAPS))
    assert (np.diff(share) >= 0).all()
    assert ((share >= 0) & (share <= 1)).all()
    assert not (np.diff(step) < -1e-4).any()
    assert not (step >= np.array(CAPS) + 1e-4).any()
    assert (np.isnan(step) == (share == 0)).all()


def gap(mean, spread, draws, record, name):
    """By how many standard errors the mean of a frame's draws differs from an independent experiment."""
    return abs(mean - record[name]) / np.hypot(spread / draws**0.5, record[f"{name}_se"])


@pytest.mark.slow
@pytest.mark.parametrize("top", ["signs", "gaussian"])
@pytest.mark.parametrize(("dim", "width"), [(10, 10), (50, 300)])
def test_dense_networks_give_the_same_numbers(dim, width, top):
    frame = how_often_frame(dim, {"signs": "ReLU", "gaussian": "ReLU, Gaussian top"}[top])
    record = flips(dim, width, 1, top, 1.0, networks=2000, inputs=1, seed=7)
    i = WIDTHS.index(width)
    share, step, spread = (frame[name][i][-1] for name in ("share", "step", "spread"))
    # Ten comparisons at 4.2 standard errors: a false alarm in 1 of 3,000 runs at most.
    assert gap(step, spread, share * DRAWS, record, "step") < 4.2
    assert gap(frame["norm"][i], frame["norm_spread"][i], DRAWS, record, "norm") < 4.2
    if width == 10:  # at the other size every sign flips
        assert gap(share, (share * (1 - share)) ** 0.5, DRAWS, record, "flipped") < 4.2


def test_limits_are_those_of_the_half_normal_law():
    draws = np.abs(np.random.default_rng(0).normal(size=10**6)) * theory.limits("tanh").step_scale
    limits = limits_of("tanh")
    for cap, share, step in zip(CAPS, limits["share"], limits["step"], strict=True):
        within = draws[draws < cap]
        # Two comparisons for each cap at 5 standard errors, and the rounding of the frame.
        assert share == pytest.approx(len(within) / len(draws), abs=5 * 0.5 / 1000 + 1e-4)
        assert step == pytest.approx(within.mean(), abs=5 * within.std() / len(within) ** 0.5 + 1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_wide_networks_in_many_dimensions_come_near_the_limits(kind):
    frame = how_often_frame(500, kind)
    worst = abs(numbers(frame["share"][-1]) - limits_of(KINDS[kind][1])["share"]).max()
    assert worst < 1.95 / DRAWS**0.5 + 0.02  # Kolmogorov's bound at 0.1 %, and what finite d and k move
    assert abs(frame["norm"][-1] - limits_of(KINDS[kind][1])["norm"]) < 0.02
