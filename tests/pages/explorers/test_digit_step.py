"""Laws of the explorer of a digit and one gradient step."""

import numpy as np
import pytest
from traitlets import TraitError

from advlib.data import has_mnist, mnist5k01
from advlib.pages.explorers import digit_step_frame
from advlib.pages.live.digit_step import CONSTANTS, DIGITS, EACH, LENGTHS, OFFERED, PIXELS, drawn_network, offered
from tests.pages.explorers.built import explorer

BAR = "".join("f" if 12 <= i % 28 <= 15 and 4 <= i // 28 <= 23 else "0" for i in range(PIXELS))
"""A drawing: an upright bar."""


@pytest.mark.slow
@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("source", DIGITS)
def test_f_changes_sign_at_the_zero(source, constant):
    if source == "mnist" and not has_mnist():
        pytest.skip("MNIST is not here and cannot be downloaded")
    for digit in (0, 7, OFFERED - 1, BAR):
        frame = digit_step_frame(source, digit, constant)
        f = np.sign(frame["f"][0]) * np.array(frame["f"])
        around = [np.interp(max(frame["zero"] + side * 0.006, 0), LENGTHS, f) for side in (-1, 1)]
        assert around[1] < 0 < around[0] or frame["zero"] > LENGTHS[-2]
        assert frame["moved"] <= 1


def test_images_are_those_of_the_source_zeros_before_ones_and_the_direction_has_norm_one():
    x, labels = mnist5k01("test")
    for digit in (3, OFFERED - 1):
        frame = digit_step_frame("mnist5k", digit, 5.0)
        wanted = x[labels == frame["label"]][digit % EACH]
        assert frame["label"] == (-1 if digit < EACH else 1)
        assert frame["image"] == pytest.approx(wanted.tolist(), abs=wanted.max().item() / 15)
        for direction in ("image", "direction", "random"):
            assert np.linalg.norm(frame[direction]) == pytest.approx(1)


def test_a_larger_ball_makes_the_network_better():
    assert digit_step_frame("mnist5k", 0, 10.0)["error"] < digit_step_frame("mnist5k", 0, 1.0)["error"]


def test_an_image_drawn_as_one_of_those_offered_is_that_image_but_for_its_label_and_its_random_perturbation():
    ink = list(offered("mnist5k").values())[12]
    drawn, chosen = digit_step_frame("mnist5k", ink, 5.0), digit_step_frame("mnist5k", 12, 5.0)
    changed = {name for name in drawn if drawn[name] != chosen[name]}
    assert changed == {"label", "random", "f_random"}


@pytest.mark.parametrize("bad", ["", "0" * PIXELS, "f" * (PIXELS - 1), "F" * PIXELS, "f" * PIXELS + "\n"])
def test_what_is_no_drawing_is_refused(bad):
    with pytest.raises(ValueError, match="digit must be an integer from 0 to 19 or 784 hexadecimal digits, not all 0"):
        digit_step_frame("mnist5k", bad, 5.0)


@pytest.mark.slow
def test_in_python_a_drawing_is_set_as_any_other_value():
    shown = explorer("digit_step")
    shown.digit = BAR
    assert shown.frame["label"] is None
    for bad in ("a seven", OFFERED, None):
        with pytest.raises(TraitError):
            shown.digit = bad
    assert shown.digit == BAR
    shown.digit = 0
    assert shown.frame == digit_step_frame("mnist5k", 0, 5.0)


def test_the_network_before_training_is_standard_normal_with_signs():
    """At a false-alarm level of 1e-6: mean and second moment of 78,400 numbers."""
    net = drawn_network()
    weights = net.weights[0]
    assert abs(weights.mean()) < 4.9 / weights.numel() ** 0.5
    assert abs(weights.square().mean() - 1) < 4.9 * (2 / weights.numel()) ** 0.5
    assert set(net.top.tolist()) == {-0.1, 0.1}
