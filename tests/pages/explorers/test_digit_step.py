"""Laws of the explorer of a digit and one gradient step."""

import numpy as np
import pytest

from advlib.data import digits01, has_mnist
from advlib.pages.explorers import digit_step_frame
from advlib.pages.live.digit_step import CONSTANTS, LENGTHS, SOURCES


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
    assert frame["image"] == pytest.approx(x[7].tolist(), abs=1e-3)  # in 255 steps, of norm 1
    assert frame["label"] == labels[7]
    assert np.linalg.norm(frame["direction"]) == pytest.approx(1, abs=1e-3)


def test_a_larger_ball_makes_the_network_better():
    assert digit_step_frame("digits", 10.0, 0)["error"] < digit_step_frame("digits", 1.0, 0)["error"]
