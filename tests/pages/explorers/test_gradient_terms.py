"""Laws of the explorer of the gradient's terms."""

import json
import re

import numpy as np
import pytest

from advlib.pages import explorers
from advlib.pages.explorers import gradient_terms_frame
from advlib.pages.explorers.gradient_terms import ANGLES, LAYERS


@pytest.fixture(scope="module")
def page():
    return explorers.gradient_terms().html()


@pytest.fixture(scope="module")
def model(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize("size", [(20, 2), (50, 50), (100, 500)])
def test_whole_obeys_the_triangle_inequality_of_its_terms(size):
    """Also for root mean squares, by Minkowski's inequality; up to rounding."""
    frame = gradient_terms_frame(*size, 0)
    terms, whole = np.array(frame["terms"]), np.array(frame["whole"])
    assert terms.shape == (len(ANGLES), LAYERS)
    assert (whole <= terms.sum(-1) + 0.003).all()
    assert (terms <= whole[:, None] + (terms.sum(-1)[:, None] - terms) + 0.003).all()


def test_law_of_the_first_layer_is_the_share_that_switches():
    frame = gradient_terms_frame(20, 20, 0)
    assert np.array(frame["law"])[:, 0] == pytest.approx(np.sqrt(2 * np.array(ANGLES) / np.pi), abs=1e-3)


def test_wide_network_follows_the_law():
    """To a quarter of it where one draw of twenty inputs leaves about a tenth."""
    frame = gradient_terms_frame(300, 300, 5)
    assert np.array(frame["whole"])[8:] == pytest.approx(np.array(frame["law_whole"])[8:], rel=0.25)


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [((0, 10, 0), ValueError, "dim"), ((10, 1.5, 0), TypeError, "narrow"), ((10, 10, -1), ValueError, "seed")],
)
def test_bad_parameters_are_named(arguments, error, name):
    with pytest.raises(error, match=f"^{name} must"):
        gradient_terms_frame(*arguments)


def test_static_frames_are_the_live_ones(model):
    values = [control["values"] for control in model["parameters"]]
    assert len(model["frames"]) == np.prod([len(v) for v in values])
    for setting in (tuple(v[0] for v in values), tuple(v[-1] for v in values)):
        assert model["frames"][",".join(map(str, setting))] == gradient_terms_frame(*setting)


def test_every_place_of_the_angle_is_known_to_every_frame(model):
    assert model["dials"][0]["values"] == ANGLES
    for frame in model["frames"].values():
        assert len(frame["terms"]) == len(frame["whole"]) == len(frame["law_whole"]) == len(ANGLES)


def test_page_is_light(page):
    assert len(page.encode()) < 300_000
