"""Laws of the chapters' explorers."""

import json
import re

import numpy as np
import pytest
import torch
from scipy.stats import halfnorm

from advlib import theory
from advlib.pages import explorers
from advlib.pages.explorers import one_step_frame
from advlib.pages.explorers.charts import BLUE, VERMILLION
from advlib.pages.explorers.one_step import DRAWS, END, STEPS, flipped_by
from advlib.plane import plane_network
from advlib.rays import Ray

SIZES = [(10, 10), (10, 1000), (200, 1000), (500, 300)]


@pytest.fixture(scope="module")
def page():
    return explorers.one_step().html()


@pytest.fixture(scope="module")
def model(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize(("dim", "width"), SIZES)
@pytest.mark.parametrize("seed", range(4))
def test_curve_starts_at_the_value_and_first_vanishes_at_the_marked_zero(dim, width, seed):
    frame = one_step_frame(dim, width, seed)
    side = np.sign(frame["value"])
    f = side * np.array(frame["f"])
    assert f[0] == pytest.approx(abs(frame["value"]), abs=1e-3)
    before = np.array(STEPS) < (END + 1 if frame["zero"] is None else frame["zero"])
    assert (f[before] >= 0).all()
    assert before.all() or f[~before][0] <= 0
    if frame["zero"] is not None:
        net, x = plane_network(dim, width, 1, seed)
        ray = Ray(net, x, -torch.tensor(float(side)) * net.gradient(x))
        assert abs(ray(torch.tensor([[frame["zero"]]])).item()) < 1e-3


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


def test_same_parameters_give_the_same_frame():
    first = one_step_frame(50, 100, 7)
    flipped_by.cache_clear()
    assert one_step_frame(50, 100, 7) == first


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ((1, 10, 0), ValueError, "dim"),
        ((0, 10, 0), ValueError, "dim"),
        ((2.5, 10, 0), TypeError, "dim"),
        ((10, 0, 0), ValueError, "width"),
        ((10, "wide", 0), TypeError, "width"),
        ((10, 10, -1), ValueError, "seed"),
        ((10, 10, 100), ValueError, "seed"),
        ((10, 10, 0.5), ValueError, "seed"),
    ],
)
def test_bad_parameters_are_named(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        one_step_frame(*arguments)


def test_silent_network_has_no_zero():
    silent = next(frame for seed in range(100) if (frame := one_step_frame(2, 1, seed))["value"] == 0)
    assert silent["zero"] is None
    assert set(silent["f"]) == {0.0}


def test_static_frames_are_the_live_ones(model):
    dims, widths, seeds = (control["values"] for control in model["parameters"])
    assert set(model["frames"]) == {f"{d},{k},{s}" for d in dims for k in widths for s in seeds}
    for d, k, s in [(dims[0], widths[0], seeds[-1]), (dims[-1], widths[1], seeds[0])]:
        assert model["frames"][f"{d},{k},{s}"] == one_step_frame(d, k, s)


def test_values_of_a_built_page_are_among_the_live_ones(model):
    for built, live in zip(model["parameters"], explorers.one_step().model()["parameters"], strict=True):
        assert set(built["values"]) <= set(live["values"])
        assert built["start"] == live["start"]


def test_every_place_of_the_step_is_known_to_every_frame(model):
    steps = model["dials"][0]["values"]
    assert all(len(frame["f"]) == len(frame["flipped"]) == len(steps) for frame in model["frames"].values())
    assert len(steps) == len(set(steps))


def test_page_is_light(page):
    assert len(page.encode()) < 400_000


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", [BLUE, VERMILLION])
@pytest.mark.parametrize("page_colour", ["#ffffff", "#121212"])
def test_colours_stand_out_on_light_and_dark_pages(colour, page_colour):
    low, high = sorted([luminance(colour), luminance(page_colour)])
    assert (high + 0.05) / (low + 0.05) >= 3
