"""What a chapter tells its reader to move changes what the chapter says; a page computes the same frames."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from advlib.experiments.robust import DOZEN
from advlib.pages import explorers
from advlib.pages.explorers.deep_draws import ALL as DEPTHS
from advlib.pages.explorers.deep_draws import COARSE, STEPS
from advlib.pages.explorers.many_layers import DIMS
from advlib.pages.explorers.one_step import BIN
from advlib.pages.explorers.robust_training import RADII as BALLS
from advlib.pages.explorers.robust_training import TRIED
from advlib.pages.explorers.robust_training import WIDTHS as WIDE
from advlib.pages.explorers.sliders import SEEDS
from advlib.pages.live.deferred_decisions import KINDS
from advlib.pages.live.depth import LAYERS
from advlib.pages.live.digit_step import CONSTANTS, LENGTHS, OFFERED
from advlib.pages.live.gradient_terms import ANGLES
from advlib.pages.live.how_often import CAPS, REFERENCE, WIDTHS
from advlib.pages.live.how_often import KINDS as STEPPED
from advlib.pages.live.one_step import DRAWS, MOST, flipped_by
from advlib.pages.live.three_scales import PLACES, RADII
from tests.pages.explorers.built import explorer

pytestmark = pytest.mark.slow

FROM_THE_END = [[200, *(10 if i == place else 200 for i in range(1, 5))] for place in (4, 3, 2, 1)]
"""The widths as the handle takes the narrow layer to the start."""


def test_the_bottlenecks_start_with_ten_neurons_at_the_end():
    assert [control.start for control in explorer("bottlenecks").parameters] == FROM_THE_END[0]


def test_the_distance_shrinks_at_every_place_of_the_narrow_layer_and_for_every_tolerance():
    frames = [explorers.bottlenecks_frame(*widths) for widths in FROM_THE_END]
    for earlier, later in pairwise(frames):
        assert (np.array(later["ahead"]) < earlier["ahead"]).all()
        assert (np.array(later["law"]) < earlier["law"]).all()


BEFORE = {
    "one_step": "step",
    "how_often": "cap",
    "deeper": "step",
    "deferred_decisions": "question",
    "depth": "layer",
    "gradient_terms": "angle",
    "many_layers": "dim",
    "three_scales": "radius",
    "lazy_ball": "constant",
    "robust_training": "radius",
    "digit_step": "size",
}
"""What the reader moves to make something happen."""


@pytest.mark.parametrize(("name", "moved"), BEFORE.items())
def test_an_explorer_starts_before_anything_happens(name, moved):
    shown = explorer(name)
    (control,) = [control for control in (*shown.parameters, *shown.dials) if control.name == moved]
    assert control.start == control.values[0]


def test_every_seed_is_another_network_with_a_step_of_its_own():
    assert len({explorers.one_step_frame(200, 1000, seed)["zero"] for seed in range(SEEDS)}) == SEEDS


@pytest.mark.parametrize(("dim", "width"), [(5, 20), (20, 10), (100, 100), (500, 20)])
def test_ten_thousand_draws_make_the_ragged_histogram_smooth(dim, width):
    def raggedness(draws):
        bars = np.diff(flipped_by(dim, width, draws)[::BIN]) / draws
        return np.square(np.diff(bars, n=2)).sum()

    assert raggedness(MOST) < raggedness(DRAWS) / 4


@pytest.mark.parametrize("kind", STEPPED)
def test_the_farther_the_step_the_more_signs_flip_up_to_nearly_all_but_in_few_dimensions(kind):
    def share(dim):
        return np.array(explorers.how_often_frame(dim, kind)["share"])

    wide = share(50)[WIDTHS.index(1000)]
    assert wide[0] < 0.1
    assert min(cap for cap, flipped in zip(CAPS, wide, strict=True) if flipped > 0.5) == pytest.approx(1, abs=0.25)
    assert min(share(dim)[WIDTHS.index(20) :, -1].min() for dim in (20, 500)) > 0.95
    assert share(2)[:, -1].max() < 0.95
    assert kind == "tanh" or share(500)[WIDTHS.index(10), -1] < 0.95


@pytest.mark.parametrize("kind", STEPPED)
def test_lengths_as_a_part_of_the_input_lie_apart_by_dimension_and_fall_on_one_another_times_its_root(kind):
    lengths = np.array(explorers.how_often_frame(100, kind)["lengths"], dtype=float)
    parts = lengths / np.sqrt(REFERENCE)[:, None]
    assert (parts[:-1] / parts[1:]).min() > 1.5
    assert (lengths.max(axis=0) / lengths.min(axis=0)).max() < 1.35


def medians(dim):
    """The step, on the He ruler, at which half of the infinitely wide networks have flipped, for each depth."""
    start = {control.name: control.start for control in explorer("deeper").parameters}
    frame = explorers.deeper_frame(**start | {"dim": dim})
    halves = [np.interp(0.5, share, STEPS[::COARSE]) for share in frame["wides"]]
    assert halves == pytest.approx(frame["medians"], abs=0.02)
    return halves


@pytest.mark.parametrize("dim", [100, 500])
def test_curves_of_all_depths_lie_apart_on_the_plain_ruler_and_fall_on_one_another_on_that_of_he(dim):
    plain = [step * 2 ** ((depth + 1) / 2) for depth, step in zip(DEPTHS, medians(dim), strict=True)]
    assert all(later > 1.3 * earlier for earlier, later in pairwise(plain))
    assert max(medians(dim)) < 1.2 * min(medians(dim))


def test_curves_of_all_depths_do_not_fall_on_one_another_in_ten_dimensions():
    assert max(medians(10)) > 2 * min(medians(10))


def test_with_every_layer_the_curves_fall_behind_and_the_cap_comes_in():
    start = {control.name: control.start for control in explorer("deeper").parameters}
    frames = [explorers.deeper_frame(**start | {"depth": depth}) for depth in (start["depth"], 6)]
    for before, after in pairwise(frames):
        assert np.mean(after["flipped"]) / after["draws"] < np.mean(before["flipped"]) / before["draws"]
        assert (np.array(after["wide"]) <= before["wide"]).all()
        assert after["cap"] < before["cap"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(0, SEEDS, 20))
def test_an_answer_draws_ten_numbers_and_lifts_the_grey_or_was_known(kind, seed):
    states = explorers.deferred_decisions_frame(kind, seed)["states"]
    drawn, decided = (np.diff([state[name] for state in states[:-1]]) for name in ("drawn", "decided"))
    assert {*drawn} <= ({0, 10} if kind == "earlier answers" else {10})
    assert ((decided > 0.005) == (drawn == 10)).all()


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_networks_of_constant_width_come_to_the_line_as_the_dimension_grows(depth):
    medians = [median for _, median, _ in explorers.many_layers_frame("constant", depth)["quartiles"]]
    off = [abs(np.log((median or np.inf) * dim**0.5 / 0.6745)) for median, dim in zip(medians, DIMS, strict=True)]
    assert off[-1] < 0.4
    assert max(off[DIMS.index(100) :]) < min(off[DIMS.index(10)], off[DIMS.index(20)])


def test_narrow_and_deep_networks_hold_out():
    def flipped(form, depth):
        return explorers.many_layers_frame(form, depth)["flipped"]

    fewer = [flipped(*setting)[0] for setting in [("constant", 3), ("pyramid to d/4", 3), ("pyramid to d/16", 3)]]
    assert fewer == sorted({*fewer}, reverse=True)
    assert np.mean(flipped("constant", 6)) < np.mean(flipped("constant", 2)) - 0.1


def test_opposite_inputs_are_at_a_right_angle_behind_one_layer_and_nearly_aligned_behind_forty():
    limit = explorers.depth_frame(180, 100, 0)["limit"]
    assert limit[1] == pytest.approx(90)
    assert limit[LAYERS.index(40)] < 15


@cache
def landscapes(dim):
    """Frames of some of the seeds offered."""
    return [explorers.three_scales_frame(dim, 3000, seed) for seed in range(0, SEEDS, 10)]


@pytest.mark.parametrize("dim", [20, 100, 500])
def test_the_lens_shows_nearly_a_line_well_below_the_length_of_the_input_and_bends_about_there(dim):
    near, far = np.array(RADII) <= dim**0.5 / 10, np.array(RADII) >= 2 * dim**0.5
    for frame in landscapes(dim):
        for name, straight in {"relu": 0.2, "tanh": 0.05}.items():
            off = abs(np.array(frame[name]["ray"]) - np.linspace(-1, 1, PLACES)).max(-1)
            assert off[near].max() < straight
            assert off[near].max() < 0.7 * off[far].min()


@pytest.mark.parametrize("dim", [20, 100, 500])
def test_the_curve_of_tanh_climbs_in_step_with_the_length_and_that_of_relu_from_far_above_it_more_slowly(dim):
    small, large = RADII.index(0.1), RADII.index(1.0)
    for frame in landscapes(dim):
        relu, tanh = (np.array(frame[name]["along"]) for name in ("relu", "tanh"))
        assert relu[small] > 2 * tanh[small]
        assert relu[large] / relu[small] < 0.9 * tanh[large] / tanh[small]
        assert tanh[large] / tanh[small] == pytest.approx(10, rel=0.25)


def cliffs():
    """The radius at which half of the test images come to withstand attacks, for each width."""
    robust = explorers.robust_training_frame()["robust"]
    return [np.exp(np.interp(0.5, np.maximum.accumulate(curve), np.log(BALLS))) for curve in robust]


def test_every_width_has_a_cliff_that_the_radius_starts_before():
    robust = np.array(explorers.robust_training_frame()["robust"])
    assert (robust[:, 0] == 0).all()
    assert (robust[:, -1] > 0.9).all()
    assert all(BALLS[0] < cliff < BALLS[-1] for cliff in cliffs())


def test_the_cliffs_lie_apart_over_the_radius_and_together_over_the_radius_times_the_root_of_the_width():
    assert cliffs() == sorted(cliffs(), reverse=True)
    assert max(cliffs()) / min(cliffs()) > 4
    rescaled = np.array(cliffs()) * np.sqrt(WIDE)
    assert max(rescaled) / min(rescaled) < 1.5


def test_all_of_the_dozen_are_fooled_before_the_cliff_and_few_behind_it():
    count = np.array(explorers.robust_training_frame()["count"])
    balls, cliff = np.array(BALLS), cliffs()[WIDE.index(TRIED)]
    assert (count[balls < 0.6 * cliff] == DOZEN).all()
    assert (count[balls > 1.5 * cliff] <= DOZEN / 4).all()
    assert (np.diff(count) <= 0).all()


def test_up_to_the_cliffs_the_share_of_switches_goes_by_the_radius_and_not_by_its_product_with_the_root_of_the_width():
    shares = np.log(explorers.robust_training_frame()["switched"])
    balls, roots = np.log(BALLS), np.log(WIDE) / 2
    over_radius = np.ptp(shares[:, balls < np.log(0.4)], axis=0)
    common = np.linspace(balls[0] + roots[-1], balls[-1] + roots[0])
    moved = [np.interp(common, balls + root, share) for root, share in zip(roots, shares, strict=True)]
    assert over_radius.max() < np.ptp(moved, axis=0).min() / 4


@pytest.mark.parametrize("width", [100, 400, 1600, 6400])
def test_more_room_lets_more_neurons_switch_and_moves_the_value_farther(width):
    frames = [explorers.lazy_ball_frame(constant, width) for constant in (0.5, 2.0, 10.0)]
    for before, after in pairwise(frames):
        assert after["switch"] > before["switch"]
        assert after["low"] < before["low"]
        assert after["high"] > before["high"]


def test_more_neurons_let_more_of_them_switch():
    """The count about doubles with four times the neurons, as the answer of the worksheet says."""
    switched = [explorers.lazy_ball_frame(5, width)["switch"] for width in (100, 400, 1600, 6400)]
    assert all(1.6 < later / before < 2.8 for before, later in pairwise(switched))


@cache
def stepped(constant):
    """The frames of all digits offered."""
    return [explorers.digit_step_frame("mnist5k", digit, constant) for digit in range(OFFERED)]


def flips(constant):
    """The lengths at which the digits flip."""
    return np.array([frame["zero"] for frame in stepped(constant)])


def test_with_more_room_nearly_every_digit_must_be_pushed_farther():
    for tight, roomy in pairwise(CONSTANTS):
        assert np.mean(flips(roomy) > flips(tight)) >= 0.75
    assert np.mean(flips(CONSTANTS[-1]) > flips(5.0)) > 0.9


@pytest.mark.parametrize("constant", CONSTANTS)
def test_every_digit_flips_by_a_small_part_of_it_and_a_random_perturbation_as_long_hardly_moves_the_value(constant):
    for frame in stepped(constant):
        assert frame["zero"] < 0.2 < LENGTHS[-1]
        there = np.interp(frame["zero"], LENGTHS, frame["f_random"])
        assert abs(there / frame["f"][0] - 1) < 0.5


def test_at_the_smallest_ball_the_network_often_errs_before_anything_is_pushed():
    wrong = [np.mean([frame["f"][0] * frame["label"] <= 0 for frame in stepped(c)]) for c in CONSTANTS]
    assert wrong[0] >= 0.25
    assert wrong[-1] <= 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_decided_before_the_first_question(kind):
    (dial,) = explorer("deferred_decisions").dials
    before = explorers.deferred_decisions_frame(kind, 1)["states"][dial.values[0]]
    assert before["decided"] == before["drawn"] == 0


def test_all_terms_rise_together_with_the_angle_like_its_root():
    frame = explorers.gradient_terms_frame(100, 100)
    terms = np.array(frame["terms"])
    assert (np.diff(terms, axis=0) > 0).all()
    assert terms[ANGLES.index(0.398)] / terms[ANGLES.index(0.1)] == pytest.approx([2] * 4, rel=0.25)


def test_ten_neurons_have_no_term_in_most_networks_and_far_more_than_wide_layers_in_some():
    place = ANGLES.index(0.1)
    wide, narrow = (explorers.gradient_terms_frame(100, width) for width in (100, 10))
    assert wide["absent"][place][1] < 10
    assert narrow["absent"][place][1] > 50
    assert narrow["spread"][place][1][4] > 1.5 * narrow["law"][place][1]
    assert narrow["terms"][place] == pytest.approx(narrow["law"][place], rel=0.3)


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
