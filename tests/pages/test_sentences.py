"""What a chapter tells its reader to move changes what the chapter says; a page computes the same frames."""

from itertools import pairwise

import numpy as np
import pytest

from advlib.pages import explorers
from advlib.pages.live.bottlenecks import TOLERANCES
from advlib.pages.live.deferred_decisions import KINDS
from advlib.pages.live.depth import LAYERS
from advlib.pages.live.gradient_terms import ANGLES

NARROW_FROM_THE_END = [
    (200, 200, 50, 200, 10),
    (200, 200, 50, 10, 200),
    (200, 200, 10, 200, 200),
    (200, 10, 200, 200, 200),
]


@pytest.mark.slow
def test_the_nearer_the_narrow_layer_to_the_input_the_shorter_the_distance():
    distances = [explorers.bottlenecks_frame(*widths)["ahead"][TOLERANCES.index(0.5)] for widths in NARROW_FROM_THE_END]
    assert all(later < before for before, later in pairwise(distances))


def test_the_bottlenecks_start_with_ten_neurons_at_the_end():
    assert tuple(control.start for control in explorers.bottlenecks().parameters) == NARROW_FROM_THE_END[0]


def test_what_the_reader_pushes_starts_unpushed():
    (dial,) = explorers.digit_step().dials
    assert dial.start == dial.values[0] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_decided_before_the_first_question(kind):
    (dial,) = explorers.deferred_decisions().dials
    before = explorers.deferred_decisions_frame(kind, 1)["states"][dial.values[0]]
    assert before["decided"] == before["drawn"] == 0


def test_a_narrow_second_layer_scatters_the_terms_to_both_sides():
    place = ANGLES.index(0.1)
    frames = [explorers.gradient_terms_frame(200, 10, seed) for seed in range(6)]
    second = [frame["terms"][place][1] / frame["law"][place][1] for frame in frames]
    assert min(second) < 0.8
    assert max(second) > 1.2


@pytest.mark.slow
def test_behind_forty_narrow_layers_the_angle_is_mostly_far_below_the_limit():
    place = LAYERS.index(40)
    frames = [explorers.depth_frame(180, 10, seed) for seed in range(20)]
    small = [frame["angle"][place] is None or frame["angle"][place] < frame["limit"][place] / 3 for frame in frames]
    assert np.mean(small) > 0.8


def test_the_steps_hardly_notice_dimension_or_width_from_twenty_up_but_do_below_ten():
    def flipped(dim, width):
        frame = explorers.one_step_frame(dim, width, 3)
        return np.array(frame["flipped"]) / frame["draws"]

    usual = flipped(200, 1000)
    assert all(abs(flipped(*size) - usual).max() < 0.12 for size in [(20, 1000), (500, 1000), (200, 20)])
    assert flipped(2, 1000)[-1] < 0.8
    assert flipped(200, 2)[-1] < 0.8
