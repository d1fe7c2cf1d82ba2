"""Laws of the explorer of the three scales."""

import json

import numpy as np
import pytest
import torch

from advlib.network import Network
from advlib.pages.explorers import three_scales_frame
from advlib.pages.live import philox
from advlib.pages.live.draws import INPUT, OUTPUT
from advlib.pages.live.three_scales import ACTIVATIONS, PLACES, RADII, SEEDS

SIZES = [(2, 10), (20, 300), (100, 1000)]


@pytest.mark.parametrize(("dim", "width"), SIZES)
@pytest.mark.parametrize("seed", [0, 5])
def test_rays_start_on_the_tangent_and_are_those_of_the_network(dim, width, seed):
    frame = three_scales_frame(dim, width, seed)
    rows, first = (
        torch.from_numpy(philox.normals(seed, stream, 1, n, dim)[0]) for stream, n in ((0, width), (INPUT, 1))
    )
    signs = torch.from_numpy(philox.signs(seed, OUTPUT, 1, 1, width)[0, 0])
    net = Network([rows / dim**0.5], signs / width**0.5)
    x = dim**0.5 * first / first.norm()
    gradient = net.gradient(x)
    for radius, row in zip(RADII, frame["relu"]["ray"], strict=True):
        assert row[PLACES // 2] == pytest.approx(0, abs=1e-9)
        ends = [net(x + side * radius * gradient / gradient.norm()).item() for side in (-1, 1)]
        wanted = (np.array(ends) - net(x).item()) / (radius * gradient.norm().item())
        assert row[:: PLACES - 1] == pytest.approx(wanted, abs=1e-6)


def test_tanh_is_straight_near_and_not_far():
    rays = np.array(three_scales_frame(100, 3000, 1)["tanh"]["ray"])
    straight = abs(rays - np.linspace(-1, 1, PLACES)).max(-1)
    assert straight[RADII.index(0.1)] < 0.01
    assert straight[RADII.index(100.0)] > 0.3


@pytest.mark.slow
def test_near_a_smooth_change_is_linear_and_that_of_relu_a_root():
    """Over a factor of ten in length and many draws, in a random direction, at sizes where many neurons switch."""
    near, far = RADII.index(0.1), RADII.index(1.0)
    for name, power in {"tanh": 1.0, "relu": 0.5}.items():
        change = np.array([three_scales_frame(50, 2000, seed)[name]["apart"] for seed in range(20)]).mean(0)
        assert np.log10(change[far] / change[near]) == pytest.approx(power, abs=0.1)


@pytest.mark.parametrize(("dim", "width"), SIZES)
def test_shares_and_changes_lie_where_they_can(dim, width):
    frame = three_scales_frame(dim, width, 3)
    for name in ACTIVATIONS:
        view = frame[name]
        assert len(view["along"]) == len(view["apart"]) == len(view["switched"]) == len(view["ray"]) == len(RADII)
        assert all(0 <= share <= 1 for share in view["switched"])
        assert min(view["along"] + view["apart"]) >= 0


def test_same_parameters_give_the_same_frame_and_another_seed_another():
    assert three_scales_frame(20, 30, 7) == three_scales_frame(20, 30, 7)
    assert three_scales_frame(20, 30, 7)["relu"] != three_scales_frame(20, 30, 8)["relu"]


def test_a_silent_network_draws():
    silent = next(
        frame for seed in range(SEEDS) if not any((frame := three_scales_frame(2, 1, seed))["relu"]["ray"][3])
    )
    json.dumps(silent, allow_nan=False)
