"""Laws of the explorer of deeper networks. Each random test errs with probability 0.1 % over its fixed seed."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
import torch

from advlib import multilayer, sphere
from advlib.pages import explorers
from advlib.pages.explorers import deeper_frame
from advlib.pages.explorers.deeper import END, STEPS, WIDE_DRAWS, flipped_by, he_networks, wide_share
from advlib.rays import Ray
from tests.draws import seeded

SIZES = [(1, 10, 10), (2, 100, 100), (4, 50, 300), (6, 20, 30), (6, 100, 1000)]


@pytest.fixture(scope="module")
def page():
    return explorers.deeper().html()


@pytest.fixture(scope="module")
def model(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_curve_starts_at_the_value_and_first_vanishes_at_the_marked_zero(size, seed):
    frame = deeper_frame(*size, seed)
    side = np.sign(frame["value"])
    f = side * np.array(frame["f"])
    assert f[0] == pytest.approx(abs(frame["value"]), abs=1e-3)
    before = np.array(STEPS) < (END + 1 if frame["zero"] is None else frame["zero"])
    assert (f[before] >= 0).all()
    assert before.all() or f[~before][0] <= 0
    if frame["zero"] is not None:
        net, x = he_networks(*size, 1, seed)
        ray = Ray(net, x, -torch.tensor(float(side)) * net.gradient(x))
        assert abs(ray(torch.tensor([[frame["zero"]]])).item()) < 1e-3


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


@pytest.mark.parametrize("size", [(1, 20, 1000), (3, 100, 1000)])
def test_draws_follow_the_law_of_wide_networks(size):
    frame = deeper_frame(*size, 0)
    gap = np.abs(np.array(frame["flipped"]) / frame["draws"] - frame["wide"]).max()
    assert gap < 1.95 * (1 / frame["draws"] + 1 / WIDE_DRAWS) ** 0.5  # Smirnov's bound at 0.1 %


def test_same_parameters_give_the_same_frame():
    first = deeper_frame(3, 50, 100, 7)
    flipped_by.cache_clear()
    wide_share.cache_clear()
    assert deeper_frame(3, 50, 100, 7) == first


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ((0, 10, 10, 0), ValueError, "depth"),
        ((1.5, 10, 10, 0), TypeError, "depth"),
        ((2, 1, 10, 0), ValueError, "dim"),
        ((2, 10, "wide", 0), TypeError, "width"),
        ((2, 10, 10, 100), ValueError, "seed"),
        ((2, 10, 10, 0.5), ValueError, "seed"),
    ],
)
def test_bad_parameters_are_named(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        deeper_frame(*arguments)


def test_static_frames_are_the_live_ones(model):
    values = [control["values"] for control in model["parameters"]]
    assert len(model["frames"]) == np.prod([len(v) for v in values])
    for setting in (tuple(v[0] for v in values), tuple(v[-1] for v in values)):
        assert model["frames"][",".join(map(str, setting))] == deeper_frame(*setting)


def test_values_of_a_built_page_are_among_the_live_ones(model):
    for built, live in zip(model["parameters"], explorers.deeper().model()["parameters"], strict=True):
        assert set(built["values"]) <= set(live["values"])
        assert built["start"] == live["start"]


def test_every_place_of_the_step_is_known_to_every_frame(model):
    steps = model["dials"][0]["values"]
    for frame in model["frames"].values():
        assert len(frame["f"]) == len(frame["flipped"]) == len(frame["wide"]) == len(steps)


def test_page_is_light(page):
    assert len(page.encode()) < 300_000
