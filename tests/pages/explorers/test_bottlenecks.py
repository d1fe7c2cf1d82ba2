"""Laws of the explorer of bottlenecks, and of what the widths foretell."""

import json
import re

import numpy as np
import pytest
import torch

from advlib import bottleneck, multilayer, sphere
from advlib.pages import explorers
from advlib.pages.explorers import bottlenecks_frame
from advlib.pages.explorers.bottlenecks import DISTANCES, TOLERANCES, crossing
from advlib.theory import attack_gains, near_linear_length

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def page():
    return explorers.bottlenecks().html()


@pytest.fixture(scope="module")
def model(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize("widths", [(50, 20, 30, 20, 10), (20, 50, 50, 50, 50), (50, 50, 10, 5, 5)])
def test_bottlenecks_are_those_of_the_decomposition(widths):
    marked = bottlenecks_frame(*widths)["bottleneck"]
    assert tuple(i for i, mark in enumerate(marked) if mark)[::-1] == bottleneck.layers(widths)


def test_radius_is_where_the_curve_crosses_the_tolerance():
    frame = bottlenecks_frame(100, 100, 20, 100, 50)
    for tolerance, radius in zip(TOLERANCES, frame["ahead"], strict=True):
        assert np.interp(np.log(radius), np.log(DISTANCES), frame["attack"]) == pytest.approx(tolerance, abs=0.01)


def test_radius_is_unknown_beyond_the_last_distance_and_at_the_first_at_once():
    assert crossing([0.0] * 14, 0.5) is None
    assert crossing([0.6] * 14, 0.5) == DISTANCES[0]


def test_wide_network_changes_as_foretold():
    """To a third of it: the median of thirty draws, of which five share their network, leaves about a tenth."""
    frame = bottlenecks_frame(200, 200, 200, 200, 200)
    assert frame["ahead"][3] == pytest.approx(frame["law"][3], rel=0.33)


def test_early_narrow_layer_shortens_the_radius_more_than_a_late_one():
    early, late = bottlenecks_frame(200, 10, 200, 200, 200), bottlenecks_frame(200, 200, 200, 200, 10)
    assert early["ahead"][3] < 0.7 * late["ahead"][3]
    assert early["law"][3] < 0.7 * late["law"][3]


@pytest.mark.parametrize("widths", [(300, 300, 300, 300), (300, 40, 300, 300), (300, 300, 300, 40)])
def test_images_move_along_the_gradient_as_the_gains_say(widths):
    """Tangents are pushed forward through the masks; thirty networks leave a few hundredths."""
    law = {"batch": (30,), "generator": torch.Generator().manual_seed(5), "dtype": torch.float64}
    net = multilayer(widths, gain=2**0.5, **law)
    x = sphere(3, widths[0], radius=widths[0] ** 0.5, **law)
    moved = start = net.gradient(x)
    slopes, images = bottleneck.slopes_at(net, x), [z.relu() for z in net.preactivations(x)]
    for w, slope, image, gain in zip(net.weights, slopes, images, attack_gains(widths)[1:], strict=True):
        moved = (moved @ w.mT) * slope
        stretch = moved.square().sum(-1).mean() / start.square().sum(-1).mean()
        kept = image.square().sum(-1).mean() / x.square().sum(-1).mean()
        assert float((stretch / kept).sqrt()) == pytest.approx(gain, rel=0.1)


def test_radius_grows_as_the_square_of_the_tolerance():
    assert near_linear_length((9, 8), 0.4, ahead=True) == pytest.approx(4 * near_linear_length((9, 8), 0.2, ahead=True))


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        (((9,), 0.1), ValueError, "widths"),
        (((9, 0), 0.1), ValueError, r"widths\[1\]"),
        (((9, 9), 0.0), ValueError, "tolerance"),
    ],
)
def test_bad_arguments_of_the_law_are_named(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        near_linear_length(*arguments, ahead=True)


@pytest.mark.parametrize(
    ("widths", "error", "name"),
    [((0, 9, 9, 9, 9), ValueError, "dim"), ((9, 9, 1.5, 9, 9), TypeError, "second")],
)
def test_bad_widths_are_named(widths, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        bottlenecks_frame(*widths)


def test_static_frames_are_the_live_ones(model):
    values = [control["values"] for control in model["parameters"]]
    assert len(model["frames"]) == np.prod([len(v) for v in values])
    for setting in (tuple(v[0] for v in values), tuple(v[-1] for v in values)):
        assert model["frames"][",".join(map(str, setting))] == bottlenecks_frame(*setting)


def test_every_place_of_the_tolerance_is_known_to_every_frame(model):
    assert model["dials"][0]["values"] == TOLERANCES
    for frame in model["frames"].values():
        assert len(frame["ahead"]) == len(frame["aside"]) == len(frame["law"]) == len(TOLERANCES)


def test_page_is_light(page):
    assert len(page.encode()) < 300_000
