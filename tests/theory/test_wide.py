"""Laws of the flipping step at infinite width. Each random test errs with probability 0.1 % over its fixed seed."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_1samp, ks_2samp
from torch.utils._python_dispatch import TorchDispatchMode

from advlib import multilayer, smallest_flip, sphere, theory
from advlib.depth import angles
from advlib.experiments.plane import plane_flips
from advlib.theory import wide
from advlib.theory.wide import correlation, wide_shares, wide_steps
from tests.draws import seeded

FALSE_ALARM = 0.001


@given(theta=st.floats(1e-3, math.pi - 1e-3), depth=st.integers(1, 8))
def test_slope_is_the_derivative_of_the_correlation(theta, depth):
    at = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    value, slope = correlation(at, depth)
    assert slope.item() == pytest.approx(torch.autograd.grad(value, at)[0].item(), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 6])
def test_correlation_begins_as_a_gaussian_process_with_one_derivative_does(depth):
    theta = torch.tensor(1e-3, dtype=torch.float64)
    cubic = (correlation(theta, depth)[0] - 1 + theta**2 / 2) / theta**3
    assert cubic.item() == pytest.approx(depth / (3 * math.pi), rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [10, 50])
def test_steps_of_one_layer_are_those_of_a_wide_network(dim):
    drawn = plane_flips(dim, 10_000, 1000, "signs", 20.0, seeded(1)).step.abs().flatten().nan_to_num(20.0)
    law = wide_steps(dim, 1, 5000, generator=seeded(2)).clamp(max=20)
    assert ks_2samp(drawn, law).pvalue > FALSE_ALARM


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "depth", "width"), [(10, 2, 2000), (50, 4, 1500)])
def test_steps_of_several_layers_are_those_of_a_wide_network(dim, depth, width):
    shared = {"batch": (200,), "generator": seeded(3)}
    net = multilayer((dim, *[width] * depth), top="signs", matrices="deferred", **shared)
    flip = smallest_flip(net, sphere(1, dim, radius=dim**0.5, **shared))
    law = wide_steps(dim, depth, 5000, generator=seeded(4)).clamp(max=20)
    assert ks_2samp(flip.step.abs().flatten().nan_to_num(20.0), law).pvalue > FALSE_ALARM


def test_steps_of_high_dimensions_follow_the_limit():
    steps = wide_steps(5000, 1, 2000, generator=seeded(5))
    limit = theory.limits("relu")
    assert ks_1samp(steps, lambda t: theory.step_cdf(torch.as_tensor(t), limit).numpy()).pvalue > FALSE_ALARM


@pytest.mark.slow
def test_each_layer_makes_the_perturbation_longer():
    dim, depth, draws = 1000, 3, 20_000
    lengths = wide_steps(dim, depth, draws, gain=2**0.5, generator=seeded(6)) * 2**0.5
    formula = (2 / math.pi) ** 0.5 + depth / (math.pi * dim**0.5)
    assert lengths.mean().item() == pytest.approx(formula, abs=3.3 * lengths.std().item() / draws**0.5)


@pytest.mark.parametrize("depth", [1, 4])
def test_gain_divides_the_steps(depth):
    plain, scaled = (wide_steps(20, depth, 100, gain=gain, generator=seeded(7)) for gain in (1.0, 3.0))
    assert torch.allclose(plain, scaled * 3 ** (depth + 1), rtol=1e-12)
    assert torch.equal(plain.isinf(), scaled.isinf())


def brute_force(dim, depth, draws, generator):
    """The steps at gain sqrt(2) from as many normals as there are dimensions, at evenly growing angles."""
    theta = math.pi * torch.linspace(0, 1, 257, dtype=torch.float64)[1:] ** 2

    def value_and_slope(start):
        path = angles(start, depth)
        return path[-1].cos(), -start.sin() * (1 - path[:-1] / math.pi).prod(0)

    value, speed, normals = (torch.randn(draws, n, generator=generator).double() for n in (1, dim - 1, 256))
    value, speed = value.abs(), speed.norm(dim=-1, keepdim=True)
    r, slope = value_and_slope(theta)
    covariance = value_and_slope((theta[:, None] - theta).abs())[0] - torch.outer(r, r) - torch.outer(slope, slope)
    factor = torch.linalg.cholesky(covariance + 1e-10 * torch.eye(256, dtype=torch.float64))
    process = torch.cat((value, r * value + slope * speed + normals @ factor.T), -1)
    after = (process < 0).int().argmax(-1, keepdim=True).clamp(min=1)
    above, below = process.gather(-1, after - 1), process.gather(-1, after)
    before = torch.cat((torch.zeros(1, dtype=torch.float64), theta))[after - 1]
    zero = before + (theta[after - 1] - before) * above / (above - below)
    reach = speed * zero.cos() + value * zero.sin()
    found = (process < 0).any(-1, keepdim=True) & (reach > 0)
    return torch.where(found, dim * zero.sin() / reach / 2**0.5, torch.inf).squeeze(-1)


@pytest.mark.parametrize(("dim", "depth"), [(2, 1), (10, 3), (20, 12), (100, 6)])
def test_steps_are_those_of_as_many_normals_as_dimensions(dim, depth):
    law = wide_steps(dim, depth, 4000, gain=2**0.5, generator=seeded(8)).clamp(max=100)
    assert ks_2samp(brute_force(dim, depth, 4000, seeded(9)).clamp(max=100), law).pvalue > FALSE_ALARM


def test_one_layer_has_the_correlation_of_its_closed_form():
    theta = torch.linspace(0, math.pi, 50, dtype=torch.float64)
    value, slope = correlation(theta, 1)
    torch.testing.assert_close(value, (theta.sin() + (math.pi - theta) * theta.cos()) / math.pi)
    torch.testing.assert_close(slope, -theta.sin() * (math.pi - theta) / math.pi)


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "depth"), [(100, 10), (300, 35), (3000, 63)])
def test_shares_average_to_the_share_of_finite_steps(dim, depth):
    flipped = wide_steps(dim, depth, 20_000, generator=seeded(10)).isfinite().double()
    shares = wide_shares(dim, depth, 2000, generator=seeded(11))
    error = math.hypot(flipped.std().item() / 20_000**0.5, shares.std().item() / 2000**0.5)
    assert shares.std() < 0.5 * flipped.std()
    assert flipped.mean().item() == pytest.approx(shares.mean().item(), abs=3.3 * error + 1e-6)


class Largest(TorchDispatchMode):
    """Notes how many numbers the largest tensor holds that any operation returns."""

    numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        returned = function(*args, **(kwargs or {}))
        for tensor in returned if isinstance(returned, (tuple, list)) else (returned,):
            if isinstance(tensor, torch.Tensor):
                self.numbers = max(self.numbers, tensor.numel())
        return returned


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [wide_steps, wide_shares])
def test_memory_grows_with_neither_dimension_depth_nor_draws(drawn, monkeypatch):
    monkeypatch.setattr("advlib.theory.wide.BLOCK", 100)
    seen = []
    for dim, depth, draws in [(10, 2, 500), (10**6, 2, 500), (10, 40, 500), (10, 2, 2000)]:
        wide._ray.cache_clear()
        with Largest() as largest:
            assert len(drawn(dim, depth, draws, generator=seeded(12))) == draws
        seen.append(largest.numbers)
    assert len(set(seen)) == 1
