"""How far angles scatter at finite width, against the integral that the prediction stands for."""

import math

import pytest
import torch

from advlib.depth import angle_map, angles
from advlib.theory import angle_deviations


def mean_over_the_plane(theta, function):
    """The mean of a function of two ReLUs of Gaussians of this correlation, by the midpoint rule over the plane."""
    points = (torch.arange(-1600, 1600).double() + 0.5) / 200
    density = torch.exp(-points.square() / 2) / math.sqrt(2 * math.pi) / 200
    x, z = points.unsqueeze(-1), points
    values = function(x.relu(), (x * math.cos(theta) + z * math.sin(theta)).relu())
    return float(density @ values @ density)


@pytest.mark.parametrize("theta", [0.1, 0.5, 2.0, 3.0])
def test_the_variance_of_one_layer_is_the_integral_of_the_delta_method(theta):
    after = angle_map(theta).item()
    cos = math.cos(after)
    mean_square = mean_over_the_plane(theta, lambda a, b: (a * b - cos * (a * a + b * b) / 2) ** 2)
    wanted = 4 * mean_square / math.sin(after) ** 2 / 1000
    assert angle_deviations(theta, 1, 1000)[1].item() ** 2 == pytest.approx(wanted, rel=1e-4)


@pytest.mark.slow
def test_deviations_of_small_angles_and_far_down():
    for theta in (1e-3, 1e-6, 1e-9):
        assert angle_deviations(theta, 1, 50)[1].item() == pytest.approx(
            theta * math.sqrt(2 / 50), rel=2 * theta + 1e-6
        )
    relative = angle_deviations(1.0, 10_000, 10**7)[-1] / angles(1.0, 10_000)[-1]
    assert relative.item() == pytest.approx(math.sqrt(2 * 10_000 / (3 * 10**7)), rel=0.02)
    assert angle_deviations(math.pi, 1, 10)[1] < 1e-8
