"""Laws of the random networks; statistical tests have fixed seeds and reject at level LEVEL: one seed in a million."""

import math

import pytest
import torch
from scipy import stats

import advlib
from advlib import multilayer, sphere, two_layer
from tests.draws import network, points, seeded

LEVEL = 1e-6


def assert_standard_normal(sample):
    """Kolmogorov's test of the shape and the chi-square test of the scale."""
    z = sample.double().flatten().numpy()
    squares = float((z**2).sum())
    assert stats.kstest(z, "norm").pvalue > LEVEL
    assert 2 * min(stats.chi2.cdf(squares, z.size), stats.chi2.sf(squares, z.size)) > LEVEL


@pytest.mark.parametrize("gain", [1.0, math.sqrt(2)])
@pytest.mark.parametrize("top", ["gaussian", "signs"])
def test_every_layer_has_variance_gain_squared_over_its_fan_in_at_level_1e_6(top, gain):
    net = multilayer((40, 60, 50), top=top, gain=gain, batch=(30,), generator=seeded(1), dtype=torch.float64)
    for w in net.weights:
        assert_standard_normal(w * w.shape[-1] ** 0.5 / gain)
    if top == "gaussian":
        assert_standard_normal(net.top * 50**0.5 / gain)


@pytest.mark.parametrize("bias", [0.0, 2.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_two_layer_weights_follow_equation_one_at_level_1e_6(dtype, bias):
    net = two_layer(30, 80, bias=bias, batch=(40,), generator=seeded(2), dtype=dtype)
    assert_standard_normal(net.weights[0] * 30**0.5)
    if bias:
        assert_standard_normal(net.offset * 30**0.5 / bias)
    else:
        assert net.offset is None


@pytest.mark.parametrize("draw", [lambda **law: two_layer(20, 300, **law), lambda **law: multilayer((20, 300), **law)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_signs_are_exactly_one_over_root_k_and_fair_at_level_1e_6(draw, dtype):
    top = draw(top="signs", batch=(50,), generator=seeded(3), dtype=dtype).top
    assert top.abs().unique().tolist() == torch.tensor([1 / 300**0.5], dtype=dtype).tolist()
    assert stats.binomtest(int((top > 0).sum()), top.numel()).pvalue > LEVEL


def test_networks_of_one_batch_are_independent_at_level_1e_6():
    w = two_layer(200, 200, batch=(2,), generator=seeded(4), dtype=torch.float64).weights[0] * 200**0.5
    correlation = float((w[0] * w[1]).sum()) / 200
    assert 2 * stats.norm.sf(abs(correlation)) > LEVEL


def test_two_layer_and_multilayer_draw_the_same_law_at_level_1e_6():
    x = points(two_layer(20, 30, generator=seeded(0), dtype=torch.float64), 1)
    law = {"top": "gaussian", "batch": (4000,), "dtype": torch.float64}
    one, other = two_layer(20, 30, generator=seeded(5), **law), multilayer((20, 30), generator=seeded(6), **law)
    assert stats.ks_2samp(one(x).flatten().numpy(), other(x).flatten().numpy()).pvalue > LEVEL


@pytest.mark.parametrize(
    "draw", [lambda **law: two_layer(5, 8, bias=1.0, **law), lambda **law: multilayer((5, 8, 6), **law)]
)
def test_the_same_seed_gives_the_same_network_and_another_seed_another(draw):
    one, same, other = (draw(generator=seeded(seed)) for seed in (0, 0, 1))
    for name, value in one.state_dict().items():
        assert torch.equal(value, same.state_dict()[name])
        assert not torch.equal(value, other.state_dict()[name])


def test_a_bias_unit_joins_a_network_without_changing_its_other_weights():
    plain, biased = (two_layer(5, 8, bias=bias, generator=seeded(0)) for bias in (0.0, 1.0))
    assert torch.equal(plain.weights[0], biased.weights[0])
    assert torch.equal(plain.top, biased.top)


def test_sizes_dtypes_and_activations_are_those_asked_for():
    net = multilayer([5, 8, 6], activation="erf", batch=[2, 3], generator=seeded(0), dtype=torch.float64)
    assert (net.widths, net.batch, net.top.dtype) == ((5, 8, 6), (2, 3), torch.float64)
    assert net.activation.function is torch.erf
    assert two_layer(5, 8, generator=seeded(0)).top.dtype == torch.float32


def test_global_randomness_is_neither_used_nor_moved():
    before = torch.get_rng_state()
    multilayer((5, 8, 6), top="signs", generator=seeded(0))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_weights_live_on_the_generator_s_device_unless_told_otherwise():
    generator = torch.Generator("cuda").manual_seed(0)
    assert two_layer(5, 8, generator=generator).top.is_cuda
    assert not two_layer(5, 8, generator=generator, device="cpu").top.is_cuda


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("batch", [(), (2, 3)])
def test_points_are_the_sphere_of_radius_root_d_in_the_network_s_shape_and_dtype(batch, dtype):
    net = network((7, 9), batch=batch, dtype=dtype)
    x = advlib.points(net, 4, generator=seeded(1))
    assert torch.equal(x, sphere(4, 7, radius=7**0.5, batch=batch, generator=seeded(1), dtype=dtype))
    torch.testing.assert_close(x.norm(dim=-1), torch.full((*batch, 4), 7**0.5, dtype=dtype))


def test_points_lie_where_the_network_lies():
    net = two_layer(7, 9, generator=seeded(0), device="meta")
    assert advlib.points(net, 4, generator=seeded(1)).device.type == "meta"
