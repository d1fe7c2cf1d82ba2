"""Laws of the explorer of bottlenecks, and of what the widths foretell."""

import numpy as np
import pytest
import torch

from advlib import bottleneck, multilayer, sphere
from advlib.pages.explorers import bottlenecks_frame
from advlib.pages.live.bottlenecks import DISTANCES, TOLERANCES, crossing
from advlib.theory import attack_gains, near_linear_length

torch.set_num_threads(1)

HALF = TOLERANCES.index(0.5)


@pytest.mark.parametrize("widths", [(50, 20, 30, 20, 10), (20, 50, 50, 50, 50), (50, 50, 10, 5, 5)])
def test_bottlenecks_are_those_of_the_decomposition(widths):
    marked = bottlenecks_frame(*widths)["bottleneck"]
    assert tuple(i for i, mark in enumerate(marked) if mark)[::-1] == bottleneck.layers(widths)


def test_radius_is_where_the_curve_crosses_the_tolerance():
    frame = bottlenecks_frame(100, 100, 20, 100, 50)
    for tolerance, radius in zip(TOLERANCES, frame["ahead"], strict=True):
        assert np.interp(np.log(radius), np.log(DISTANCES), frame["attack"]) == pytest.approx(tolerance, abs=0.01)


def test_radius_is_unknown_beyond_the_last_distance_and_at_the_first_at_once():
    assert crossing([0.0] * 14, 0.5) is None
    assert crossing([0.6] * 14, 0.5) == DISTANCES[0]


@pytest.mark.slow
def test_wide_network_changes_as_foretold():
    """To a third of it: the median of thirty draws, of which five share their network, leaves about a tenth."""
    frame = bottlenecks_frame(200, 200, 200, 200, 200)
    assert frame["ahead"][HALF] == pytest.approx(frame["law"][HALF], rel=0.33)


@pytest.mark.slow
def test_early_narrow_layer_shortens_the_radius_more_than_a_late_one():
    early, late = bottlenecks_frame(200, 10, 200, 200, 200), bottlenecks_frame(200, 200, 200, 200, 10)
    assert early["ahead"][HALF] < 0.7 * late["ahead"][HALF]
    assert early["law"][HALF] < 0.7 * late["law"][HALF]


@pytest.mark.parametrize("widths", [(300, 300, 300, 300), (300, 40, 300, 300), (300, 300, 300, 40)])
def test_images_move_along_the_gradient_as_the_gains_say(widths):
    """Tangents are pushed forward through the masks; thirty networks leave a few hundredths."""
    shared = {"batch": (30,), "generator": torch.Generator().manual_seed(5), "dtype": torch.float64}
    net = multilayer(widths, gain=2**0.5, **shared)
    x = sphere(3, widths[0], radius=widths[0] ** 0.5, **shared)
    moved = start = net.gradient(x)
    slopes, images = bottleneck.slopes_at(net, x), [z.relu() for z in net.preactivations(x)]
    for w, slope, image, gain in zip(net.weights, slopes, images, attack_gains(widths)[1:], strict=True):
        moved = (moved @ w.mT) * slope
        stretch = moved.square().sum(-1).mean() / start.square().sum(-1).mean()
        kept = image.square().sum(-1).mean() / x.square().sum(-1).mean()
        assert float((stretch / kept).sqrt()) == pytest.approx(gain, rel=0.1)


def test_radius_grows_as_the_square_of_the_tolerance():
    assert near_linear_length((9, 8), 0.4, ahead=True) == pytest.approx(4 * near_linear_length((9, 8), 0.2, ahead=True))
