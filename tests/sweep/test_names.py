"""The names that head stored tables: what they were when these were drawn, wherever the files have moved since."""

import pytest

from advlib.experiments import CATALOGUE, flips
from advlib.sweep import cell_seed
from advlib.sweep.names import name_of
from tests.fakes import noisy

NAMES = {
    "two-layers": "advlib.experiments.flips_in_plane",
    "constant-steps": "advlib.experiments.flips_in_plane",
    "gaussian-top": "advlib.experiments.flips_in_plane",
    "deeper": "advlib.experiments.flips_plain_and_he",
    "deeper-million": "advlib.experiments.flips_plain_and_he",
    "deeper-tops": "advlib.experiments.flips",
    "cross-check": "advlib.experiments.flips_plain_and_he",
    "search": "advlib.search_experiments.search_against_scan",
    "distortion": "advlib.shape_experiments.distortion",
    "shapes": "advlib.shape_experiments.shapes",
    "narrow-layer": "advlib.shape_experiments.narrow_layer",
    "angles": "advlib.collapse_experiments.angle_scatter",
    "collapse": "advlib.collapse_experiments.collapse",
    "depth-law": "advlib.experiments.wide_flips",
    "depth-widths": "advlib.experiments.flips",
    "any-attack": "advlib.any_attack.sphere_signs",
    "pushed-lengths": "advlib.ball_plane.pushed_lengths",
    "ball-flips": "advlib.ball_experiments.ball_flips",
    "trained-flips": "advlib.lazy_experiments.trained_flips",
    "robust-training": "advlib.lazy_experiments.robust_training",
    "to-the-rule": "advlib.lazy_experiments.robust_training",
    "fooled-digits": "advlib.robust.fooled_digits",
    "learning-rates": "advlib.robust.retested",
    "longer-attacks": "advlib.robust.retested",
    "restarts": "advlib.robust.restarted",
    "loss-rule": "advlib.robust.to_the_loss",
    "few-dimensions": "advlib.lazy_experiments.robust_training",
    "whole-lengths": "advlib.lazy_experiments.robust_training",
    "trained-room": "advlib.experiments.trained_room",
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_experiments_keep_the_names_their_tables_were_drawn_under(name):
    assert name_of(CATALOGUE[name].experiment) == NAMES[name]


def test_no_two_experiments_share_a_name():
    different = {entry.experiment for entry in CATALOGUE.values()}
    assert len({name_of(experiment) for experiment in different}) == len(different)


def test_flips_keeps_the_name_that_seeds_the_chapters():
    assert name_of(flips) == "advlib.experiments.flips"


def test_a_function_without_a_name_of_its_own_has_its_modules_and_its_own():
    assert name_of(noisy) == "tests.fakes.noisy"


def test_seeds_come_from_the_name():
    assert cell_seed(0, name_of(flips), {"dim": 2}) == cell_seed(0, "advlib.experiments.flips", {"dim": 2})
