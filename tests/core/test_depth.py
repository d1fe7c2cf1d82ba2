"""The angle map against high precision, its asymptotics, and random networks against it, at level LEVEL."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from advlib import multilayer
from advlib.depth import angle_map, angles, measured_angles, random_angles
from advlib.theory import angle_deviations
from tests.draws import network, points, seeded

LEVEL = 1e-6
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798")


def sine_and_cosine(x):
    """Taylor series at the precision of the context."""
    term, sine, cosine = Decimal(1), Decimal(0), Decimal(0)
    for n in range(200):
        if n % 2:
            sine += term * (-1) ** (n // 2)
        else:
            cosine += term * (-1) ** (n // 2)
        term = term * x / (n + 1)
    return sine, cosine


def versine_behind(theta):
    """1 - cos theta' of Lemma 3.2, with 90 digits."""
    with localcontext() as context:
        context.prec = 90
        x = Decimal(theta)
        sine, cosine = sine_and_cosine(x)
        return 1 - (sine / PI + (1 - x / PI) * cosine)


@given(st.floats(-40, math.log10(math.pi)).map(lambda power: 10**power))
@settings(max_examples=200, derandomize=True)
def test_the_map_is_lemma_3_2_to_rounding_however_small_the_angle(theta):
    with localcontext() as context:
        context.prec = 90
        _, cosine = sine_and_cosine(Decimal(angle_map(theta).item()))
        error = (1 - cosine) / versine_behind(theta) - 1
    assert abs(float(error)) < 4e-15


def test_known_angles():
    assert angle_map(0.0) == 0
    assert angle_map(math.pi).item() == pytest.approx(math.pi / 2, rel=1e-15)
    assert angle_map(math.pi / 2).item() == pytest.approx(math.acos(1 / math.pi), rel=1e-15)
    assert angle_map(torch.tensor([0.0, math.pi], dtype=torch.float32)).dtype == torch.float32


def test_the_map_shrinks_every_angle_keeps_order_and_is_smooth_where_its_two_forms_meet():
    theta = torch.linspace(1e-4, math.pi, 20_001, dtype=torch.float64)
    image = angle_map(theta)
    assert (image < theta).all()
    assert (image.diff() > 0).all()
    assert image.diff().diff().abs().max() < 1e-7


@given(st.floats(1e-12, 1e-3))
@settings(max_examples=50, derandomize=True)
def test_small_angles_lose_their_square_over_3_pi(theta):
    loss = theta * (1 - (angle_map(theta).item() / theta))
    assert loss == pytest.approx(theta**2 / (3 * math.pi), rel=2 * theta, abs=1e-15 * theta)


@pytest.mark.slow
@pytest.mark.parametrize("theta", [0.3, math.pi / 2, math.pi])
def test_far_down_the_angle_is_3_pi_over_the_layer(theta):
    path = angles(theta, 20_000)
    errors = [abs(path[depth].item() * depth / (3 * math.pi) - 1) for depth in (200, 2000, 20_000)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 3e-3


def test_angles_are_the_map_again_and_again():
    theta = torch.tensor([[0.1, 1.0, 3.0]], dtype=torch.float64)
    path = angles(theta, 3)
    assert path.shape == (4, 1, 3)
    torch.testing.assert_close(path[3], angle_map(angle_map(angle_map(theta))), rtol=0, atol=0)


@pytest.mark.slow
@pytest.mark.parametrize("theta", [0.01, 1.0, 2.5])
def test_random_angles_scatter_as_predicted_at_level_1e_6(theta):
    """The variance of 2000 runs, relative to the prediction, has standard deviation 0.03; at width 2000 its first order
    is good to less than 0.02."""
    depth, width, runs = 6, 2000, 2000
    start = torch.full((runs,), theta, dtype=torch.float64)
    drawn = random_angles(start, depth, width, generator=seeded(1)).angle
    path, deviation = angles(theta, depth), angle_deviations(theta, depth, width)
    for layer in (1, 3, 6):
        ratio = (drawn[layer].var() / deviation[layer] ** 2).item()
        assert abs(ratio - 1) < 0.02 - stats.norm.isf(1 - LEVEL / 2) * math.sqrt(2 / runs)
        off = (drawn[layer].mean() - path[layer]).abs().item()
        assert off < 5 * deviation[layer].item() / math.sqrt(runs) + 5 * path[layer].item() / width


def test_two_products_in_law_are_those_of_a_dense_network_at_level_1e_6():
    """Angles and lengths at every layer of narrow networks, against dense weights."""
    runs, widths = 4000, (3, 7, 7, 7)
    net = multilayer(widths, batch=(runs,), generator=seeded(2), dtype=torch.float64)
    x = torch.tensor([[1.0, 0.0, 0.0]]).double()
    y = torch.tensor([[math.cos(1.2), math.sin(1.2), 0.0]]).double()
    dense = measured_angles(net, x, y)[..., 0]
    drawn = random_angles(torch.full((runs,), 1.2).double(), 3, 7, generator=seeded(3))
    for layer in (1, 2, 3):
        one, other = (a[a.isfinite()].numpy() for a in (dense[layer], drawn.angle[layer]))
        assert stats.ks_2samp(one, other).pvalue > LEVEL
        lengths = [net.preactivations(p)[layer - 1].relu().norm(dim=-1)[:, 0] for p in (x, y)]
        ratio = lengths[1] / lengths[0]
        one, other = (r[r.isfinite()].numpy() for r in (ratio, drawn.ratio[layer]))
        assert stats.ks_2samp(one, other).pvalue > LEVEL


def test_runs_are_independent_and_the_generator_decides():
    start = torch.full((1000, 2), 1.0).double()
    drawn = random_angles(start, 2, 50, generator=seeded(4)).angle
    assert drawn.shape == (3, 1000, 2)
    correlation = np.corrcoef(drawn[-1].numpy().T)[0, 1]
    assert abs(correlation) < stats.norm.isf(LEVEL / 2) / math.sqrt(1000)
    assert torch.equal(drawn, random_angles(start, 2, 50, generator=seeded(4)).angle)
    assert not torch.equal(drawn, random_angles(start, 2, 50, generator=seeded(5)).angle)


def test_measured_angles_of_a_linear_network_and_of_nearby_inputs():
    net = network((4, 6), activation="identity", batch=(2,))
    x, y = points(net, 3, 1), points(net, 3, 2)
    found = measured_angles(net, x, y)
    w = net.weights[0]
    cosine = torch.nn.functional.cosine_similarity(x @ w.mT, y @ w.mT, dim=-1)
    torch.testing.assert_close(found[1], cosine.acos(), rtol=1e-9, atol=0)
    torch.testing.assert_close(found[0], torch.nn.functional.cosine_similarity(x, y, dim=-1).acos(), rtol=1e-9, atol=0)
    e, f = torch.eye(4).double()[:2, None]
    close = measured_angles(network((4, 6)), e, e + 1e-12 * f)
    assert close[0].item() == pytest.approx(1e-12, rel=1e-4)


def test_a_dead_layer_has_no_angle():
    drawn = random_angles(torch.full((200,), 1.0).double(), 10, 1, generator=seeded(6)).angle
    assert drawn[-1].isnan().any()


@pytest.mark.parametrize("function", [angle_map, lambda t: angles(t, 2), lambda t: angle_deviations(t, 2, 3)])
@pytest.mark.parametrize(
    ("theta", "error", "message"),
    [
        (-0.1, ValueError, "theta must lie"),
        (3.2, ValueError, "theta must lie from 0 to pi, got 3.2 to 3.2"),
        (math.nan, ValueError, "theta must be a finite number"),
        ("1", TypeError, "theta must be a finite number, got '1'"),
        (torch.tensor([1]), TypeError, "theta.dtype must be torch.float32 or torch.float64"),
        (torch.tensor([math.nan]), ValueError, "theta must be finite"),
    ],
)
def test_angles_out_of_range_are_refused(function, theta, error, message):
    with pytest.raises(error, match=message):
        function(theta)


def test_other_refusals():
    with pytest.raises(ValueError, match="theta must lie above 0"):
        angle_deviations(0.0, 2, 3)
    with pytest.raises(ValueError, match="depth must be a positive integer, got 0"):
        angles(1.0, 0)
    with pytest.raises(ValueError, match="width must be a positive integer, got 0"):
        angle_deviations(1.0, 2, 0)
    with pytest.raises(TypeError, match="generator must be a torch.Generator, got NoneType"):
        random_angles(1.0, 2, 3, generator=None)
    with pytest.raises(ValueError, match="y must have shape"):
        measured_angles(network((4, 6)), torch.ones(1, 4).double(), torch.ones(1, 3).double())


def test_deferred_networks_scatter_about_the_map_as_predicted():
    """Each angle lies within five deviations, and half a percent for what the first order leaves out."""
    net = multilayer((50, *[3000] * 5), matrices="deferred", generator=seeded(7), dtype=torch.float64)
    x, y = torch.eye(50).double()[:2, None]
    found, path = measured_angles(net, x, y).flatten(), angles(math.pi / 2, 5)
    deviation = angle_deviations(math.pi / 2, 5, 3000)
    assert found[0].item() == pytest.approx(math.pi / 2, rel=1e-12)
    assert ((found - path).abs() <= 5 * deviation + 0.005 * path).all()
