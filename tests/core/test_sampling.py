"""Laws of the draws.

Every statistical test has a fixed seed and rejects at level LEVEL: a right implementation would fail it for one seed in
a million.
"""

import math

import pytest
import torch
from scipy import stats

from advlib import sphere
from advlib.sampling import gaussian, signs
from tests.draws import seeded

LEVEL = 1e-6


def assert_law(sample, cdf, *parameters):
    assert stats.kstest(sample.flatten().numpy(), cdf, args=parameters).pvalue > LEVEL


@pytest.mark.parametrize("std", [1.0, 0.02])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gaussian_entries_are_normal_with_the_given_deviation_at_level_1e_6(std, dtype):
    sample = gaussian((200, 100), std, seeded(1), dtype)
    assert (sample.shape, sample.dtype) == ((200, 100), dtype)
    assert_law(sample.double(), "norm", 0, std)


def test_gaussian_rows_are_independent_at_level_1e_6():
    a, b = gaussian((2, 50_000), 1.0, seeded(2), torch.float64)
    correlation = float(a @ b) / math.sqrt(50_000)
    assert 2 * stats.norm.sf(abs(correlation)) > LEVEL


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_signs_are_exactly_plus_or_minus_the_scale_and_fair_at_level_1e_6(dtype):
    sample = signs((100, 300), 0.1, seeded(3), dtype)
    assert sample.dtype == dtype
    assert sample.unique().tolist() == torch.tensor([-0.1, 0.1], dtype=dtype).tolist()
    assert stats.binomtest(int((sample > 0).sum()), sample.numel()).pvalue > LEVEL


@pytest.mark.parametrize("dim", [1, 2, 50, 1000])
@pytest.mark.parametrize(("dtype", "eps"), [(torch.float32, 1e-6), (torch.float64, 1e-14)])
def test_every_point_of_the_sphere_has_the_radius_to_rounding(dim, dtype, eps):
    x = sphere(40, dim, radius=3.5, batch=(2, 3), generator=seeded(4), dtype=dtype)
    assert (x.shape, x.dtype) == ((2, 3, 40, dim), dtype)
    assert ((x.norm(dim=-1) / 3.5 - 1).abs() <= eps).all()


@pytest.mark.parametrize("dim", [2, 3, 10, 100])
def test_the_sphere_s_law_does_not_change_with_rotation_at_level_1e_6(dim):
    # Along every unit vector u, (1 + x.u / r) / 2 is Beta((d-1)/2, (d-1)/2); so is it between independent points.
    x = sphere(20_000, dim, radius=2.0, generator=seeded(5), dtype=torch.float64) / 2
    rotation = torch.linalg.qr(gaussian((dim, dim), 1.0, seeded(6), torch.float64)).Q
    first_axis, diagonal = torch.eye(dim).double()[0], torch.full((dim,), dim**-0.5).double()
    half = (dim - 1) / 2
    for cosine in [x @ first_axis, x @ diagonal, x @ rotation[0], (x[0::2] * x[1::2]).sum(-1)]:
        assert_law((1 + cosine) / 2, "beta", half, half)


def test_the_same_seed_gives_the_same_points_and_another_seed_others():
    draws = [sphere(3, 4, radius=1.0, generator=seeded(seed)) for seed in (0, 0, 1)]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


def test_global_randomness_is_neither_used_nor_moved():
    before = torch.get_rng_state()
    sphere(3, 4, radius=1.0, generator=seeded(0))
    signs((3,), 1.0, seeded(0), torch.float32)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_points_live_on_the_generator_s_device_unless_told_otherwise():
    generator = torch.Generator("cuda").manual_seed(0)
    assert sphere(3, 4, radius=1.0, generator=generator).is_cuda
    assert not sphere(3, 4, radius=1.0, generator=generator, device="cpu").is_cuda
