"""Laws of the explorer of the lazy ball."""

import json
import re

import pytest
import torch

from advlib.pages import explorers
from advlib.pages.explorers import lazy_ball_frame
from advlib.pages.explorers.lazy_ball import DIM
from advlib.random_networks import lazy_two_layer
from advlib.theory import lazy_switch_bound

torch.set_num_threads(1)


@pytest.mark.parametrize("room", [0.5, 3.0, 10.0])
def test_no_weights_in_the_ball_pass_the_ends_and_two_attain_them(room):
    frame, generator = lazy_ball_frame(room, 400), torch.Generator().manual_seed(0)
    net = lazy_two_layer(DIM, 400, generator=generator, dtype=torch.float64)
    x = torch.eye(DIM, dtype=torch.float64)[0]

    def value(way):
        rows = frame_radius * torch.nn.functional.normalize(way, dim=-1)
        return float(net.top @ ((net.weights[0] + rows) @ x).relu())

    frame_radius = room / 400**0.5
    drawn = [value(torch.randn(400, DIM, generator=generator, dtype=torch.float64)) for _ in range(20)]
    drawn += [value(torch.randn(400, 1, generator=generator, dtype=torch.float64) * x) for _ in range(20)]
    assert frame["low"] - 1e-4 <= min(drawn)
    assert max(drawn) <= frame["high"] + 1e-4
    ends = [value(sign * net.top[:, None] * x) for sign in (-1, 1)]
    assert ends == pytest.approx([frame["low"], frame["high"]], abs=1e-4)


@pytest.mark.parametrize("room", [0.5, 3.0, 10.0])
@pytest.mark.parametrize("width", [100, 1600])
def test_lemmas_hold_at_the_network_drawn(room, width):
    """The count fails with probability 0.001 at most, at each of six places."""
    frame = lazy_ball_frame(room, width)
    assert max(frame["high"] - frame["value"], frame["value"] - frame["low"]) <= room + 1e-3
    assert frame["switch"] <= lazy_switch_bound(0.001, width, room / width**0.5)


@pytest.mark.parametrize("room", [0.5, 10.0])
@pytest.mark.parametrize("width", [100, 6400])
def test_one_step_flips_the_start_and_a_longer_one_the_network_farthest_from_zero(room, width):
    frame = lazy_ball_frame(room, width)
    assert 0 < frame["first"] < frame["last"] < 2


def test_page_is_small():
    model = re.search(r'<script type="application/json">(.*?)</script>', explorers.lazy_ball().html(), re.DOTALL)[1]
    assert len(model) < 300_000
    assert json.loads(model)
