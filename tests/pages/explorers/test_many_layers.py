"""Laws of the explorer of networks of many shapes."""

import json

import numpy as np
import pytest
import torch

from advlib.pages.explorers import many_layers_frame
from advlib.pages.explorers.many_layers import DIMS, FORMS, NETWORKS, form_widths
from tests.pages.explorers.built import model

torch.set_num_threads(1)


def test_narrowest_layer_is_where_the_form_says():
    assert form_widths("constant", 30, 4, 0) == (30,) * 5
    assert form_widths("pyramid to d/16", 160, 4, 0) == (160, 80, 40, 20, 10)
    assert form_widths("hourglass to d/16", 160, 3, 0) == (160, 40, 10, 40)


def test_random_widths_are_the_seeds_and_stay_in_their_range():
    draws = [form_widths("random, d/4 to 4d", 100, 6, seed) for seed in range(20)]
    assert len(set(draws)) == 20
    assert all(25 <= width <= 400 for widths in draws for width in widths)
    assert draws[3] == form_widths("random, d/4 to 4d", 100, 6, 3)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_quartiles_ascend_and_are_finite_exactly_as_far_as_the_share_that_flips(form):
    frame = many_layers_frame(form, 2)
    assert len(frame["widths"]) == len(frame["quartiles"]) == len(frame["flipped"]) == len(DIMS)
    for quartiles, share in zip(frame["quartiles"], frame["flipped"], strict=True):
        finite = [q for q in quartiles if q is not None]
        assert finite == sorted(finite) == quartiles[: len(finite)]
        assert all(0 < q <= 1 for q in finite)
        assert len(finite) == sum(NETWORKS * share > i - 0.5 for i in (25, 50, 75))


@pytest.mark.slow
def test_wide_network_has_the_quartiles_of_a_linear_function():
    """To a half: a hundred draws leave a fifth, and two hundred dimensions a tenth."""
    frame = many_layers_frame("constant", 2)
    assert np.array(frame["quartiles"][-1]) * 200**0.5 == pytest.approx([0.319, 0.674, 1.15], rel=0.5)
    assert frame["flipped"][-1] > 0.9


@pytest.mark.thorough
def test_every_place_of_a_slider_changes_the_picture():
    """No two frames of the built page draw the same."""
    drawn = [json.dumps([frame["widths"], frame["quartiles"]]) for frame in model("many_layers")["frames"].values()]
    assert len(set(drawn)) == len(drawn)
