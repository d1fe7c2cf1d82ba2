"""Laws of the explorer of adversarial training."""

import json
import re

import pytest
import torch

from advlib.pages import explorers
from advlib.pages.explorers import robust_training_frame

torch.set_num_threads(1)


@pytest.mark.parametrize("width", [100, 300])
@pytest.mark.parametrize("radius", [0.05, 0.2, 2.0])
def test_neurons_stay_in_the_ball_and_only_those_that_move_switch(radius, width):
    frame = robust_training_frame(radius, width)
    assert 0 < max(frame["moved"]) <= frame["far"] <= radius * 1.001
    assert frame["robust"] <= frame["clean"]
    assert all(moved > 0 for moved, switched in zip(frame["moved"], frame["switched"], strict=True) if switched)


def test_a_large_ball_holds_a_robust_network_and_a_small_one_does_not():
    assert robust_training_frame(0.05, 300)["robust"] < 0.05
    assert robust_training_frame(1.0, 300)["robust"] > 0.8


def test_a_radius_that_was_not_trained_is_refused():
    with pytest.raises(ValueError, match=r"^radius must be one of .*, got 0.25"):
        robust_training_frame(0.25, 100)


def test_page_is_small_and_knows_every_place():
    model = re.search(r'<script type="application/json">(.*?)</script>', explorers.robust_training().html(), re.S)[1]
    assert len(model) < 300_000
    assert json.loads(model)
