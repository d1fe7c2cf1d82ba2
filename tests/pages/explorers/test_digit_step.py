"""Laws of the explorer of a digit and one gradient step."""

import numpy as np
import pytest

from advlib.data import has_mnist, mnist5k01
from advlib.pages.explorers import digit_step_frame
from advlib.pages.live.digit_step import CONSTANTS, DIGITS, LENGTHS


@pytest.mark.slow
@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("index", [0, 3, 199])
@pytest.mark.parametrize("source", DIGITS)
def test_f_changes_sign_at_the_zero(source, constant, index):
    if source == "mnist" and not has_mnist():
        pytest.skip("MNIST is not here and cannot be downloaded")
    frame = digit_step_frame(source, constant, index)
    f = np.array(frame["f"])
    behind = np.sign(f[0]) * np.interp(frame["zero"] + 0.01, LENGTHS, f)
    before = np.sign(f[0]) * np.interp(max(frame["zero"] - 0.01, 0), LENGTHS, f)
    assert behind < 0 < before or frame["zero"] > 0.99
    assert frame["moved"] <= 1


def test_the_image_is_one_of_the_source_and_the_direction_has_norm_one():
    frame = digit_step_frame("mnist5k", 5.0, 7)
    x, labels = mnist5k01("test", size=14)
    assert frame["image"] == pytest.approx(x[7].tolist(), abs=1e-3)  # in 255 steps, of norm 1
    assert frame["label"] == labels[7]
    assert np.linalg.norm(frame["direction"]) == pytest.approx(1, abs=1e-3)


def test_a_larger_ball_makes_the_network_better():
    assert digit_step_frame("mnist5k", 10.0, 0)["error"] < digit_step_frame("mnist5k", 1.0, 0)["error"]
