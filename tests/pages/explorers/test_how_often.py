"""Laws of the explorer of rates."""

import json
import re

import numpy as np
import pytest
import torch

from advlib import theory
from advlib.experiments.flips import flips
from advlib.pages import explorers
from advlib.pages.explorers import how_often_frame
from advlib.pages.explorers.how_often import CAPS, DRAWS, KINDS, WIDTHS, _frame

torch.set_num_threads(1)

SOME = [(2, "ReLU"), (10, "tanh"), (100, "ReLU, Gaussian top"), (500, "ReLU")]


@pytest.fixture(scope="module")
def page():
    return explorers.how_often().html()


@pytest.fixture(scope="module")
def model(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])


def numbers(rows):
    return np.array(rows, dtype=float)  # None becomes nan


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
    limits = how_often_frame(10, "tanh")["limits"]
    for cap, share, step in zip(CAPS, limits["share"], limits["step"], strict=True):
        within = draws[draws < cap]
        # 42 comparisons at 5 standard errors, and the rounding of the frame.
        assert share == pytest.approx(len(within) / len(draws), abs=5 * 0.5 / 1000 + 1e-4)
        assert step == pytest.approx(within.mean(), abs=5 * within.std() / len(within) ** 0.5 + 1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_wide_networks_in_many_dimensions_come_near_the_limits(kind):
    frame = how_often_frame(500, kind)
    worst = abs(numbers(frame["share"][-1]) - frame["limits"]["share"]).max()
    assert worst < 1.95 / DRAWS**0.5 + 0.02  # Kolmogorov's bound at 0.1 %, and what finite d and k move
    assert abs(frame["norm"][-1] - frame["limits"]["norm"]) < 0.02


def test_same_parameters_give_the_same_frame():
    first = how_often_frame(20, "tanh")
    _frame.cache_clear()
    assert how_often_frame(20, "tanh") == first


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ((0, "ReLU"), ValueError, "dim"),
        ((2.5, "ReLU"), TypeError, "dim"),
        (("wide", "ReLU"), TypeError, "dim"),
        ((10, "sine"), ValueError, "kind"),
        ((10, 3), ValueError, "kind"),
    ],
)
def test_bad_parameters_are_named(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        how_often_frame(*arguments)


def test_static_frames_are_the_live_ones(model):
    dims, kinds = (control["values"] for control in model["parameters"])
    assert set(model["frames"]) == {f"{d},{kind}" for d in dims for kind in kinds}
    assert model["frames"][f"{dims[0]},{kinds[1]}"] == how_often_frame(dims[0], kinds[1])


def test_every_value_of_the_cap_has_its_place_in_every_frame(model):
    assert model["dials"][0]["values"] == CAPS
    assert model["dials"][0]["start"] in CAPS
    assert all(len(row) == len(CAPS) for frame in model["frames"].values() for row in frame["share"])


def test_values_of_a_built_page_are_among_the_live_ones(model):
    for built, live in zip(model["parameters"], explorers.how_often().model()["parameters"], strict=True):
        assert set(built["values"]) <= set(live["values"])
        assert built["start"] == live["start"]


def test_page_is_light(page):
    assert len(page.encode()) < 300_000
