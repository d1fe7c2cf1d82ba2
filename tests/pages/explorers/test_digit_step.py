"""Laws of the explorer of a digit and one gradient step."""

import json
import re

import numpy as np
import pytest

from advlib.data import digits01, has_mnist
from advlib.pages import explorers
from advlib.pages.explorers import digit_step_frame
from advlib.pages.explorers.digit_step import CONSTANTS, LENGTHS, SOURCES


@pytest.fixture(scope="module")
def page():
    return explorers.digit_step().html()


@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("index", [0, 3, 89])
@pytest.mark.parametrize("source", SOURCES)
def test_f_changes_sign_at_the_zero(source, constant, index):
    if source == "mnist" and not has_mnist():
        pytest.skip("MNIST is not here and cannot be downloaded")
    frame = digit_step_frame(source, constant, index)
    f = np.array(frame["f"])
    behind = np.sign(f[0]) * np.interp(frame["zero"] + 0.01, LENGTHS, f)
    before = np.sign(f[0]) * np.interp(max(frame["zero"] - 0.01, 0), LENGTHS, f)
    assert behind < 0 < before or frame["zero"] > 0.99
    assert frame["moved"] <= 1


def test_the_image_is_the_bundled_one_and_the_direction_has_norm_one():
    frame = digit_step_frame("digits", 5.0, 7)
    x, labels = digits01("test")
    assert frame["image"] == pytest.approx(x[7].tolist(), abs=1e-4)
    assert frame["label"] == labels[7]
    assert np.linalg.norm(frame["direction"]) == pytest.approx(1, abs=1e-3)


def test_a_larger_ball_makes_the_network_better():
    assert digit_step_frame("digits", 10.0, 0)["error"] < digit_step_frame("digits", 1.0, 0)["error"]


def test_frames_of_the_page_are_those_of_jupyter(page):
    assert len(page) < 300_000
    model = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])
    assert model["frames"]["5,2"] == digit_step_frame("digits", 5.0, 2)


def test_bad_arguments_are_refused_by_name():
    with pytest.raises(ValueError, match="index must be an integer from 0 to 89, got 90"):
        digit_step_frame("digits", 5.0, 90)
    with pytest.raises(ValueError, match="source must be one of 'digits', 'mnist', got 'faces'"):
        explorers.digit_step("faces")
    with pytest.raises(ValueError, match="constant must be a positive number, got 0"):
        digit_step_frame("digits", 0.0, 1)
