"""Laws of the networks that Python and a page draw alike."""

import pytest
import torch
from scipy.stats import ks_2samp

import advlib
from advlib.pages.live.draws import INPUT, dense_networks, inputs, plane_networks
from advlib.rays import Ray

DRAWS = 4000


def measurements(net, x):
    """What the ray can see: f, its gradient's norm, the flipping step, and f further along."""
    flip = advlib.smallest_flip(net, x)
    far = Ray(net, x, net.gradient(x))(torch.full_like(flip.value, -3.0) * flip.value.sign())
    step = flip.step.abs().nan_to_num(100.0)
    return {"value": flip.value, "gradient": flip.gradient_norm, "step": step, "far": far}


@pytest.mark.parametrize(("top", "activation"), [("signs", "relu"), ("gaussian", "relu"), ("signs", "tanh")])
@pytest.mark.parametrize(("dim", "width"), [(2, 3), (4, 10), (30, 6), (25, 60)])
def test_law_in_the_plane_is_that_of_whole_networks(dim, width, top, activation):
    law = {"batch": (DRAWS,), "generator": torch.Generator().manual_seed(dim * width)}
    whole = advlib.two_layer(dim, width, top=top, activation=activation, **law)
    x = advlib.sphere(1, dim, radius=dim**0.5, **law)
    ours = measurements(*plane_networks(dim, width, DRAWS, 1, top, activation))
    for name, theirs in measurements(whole, x).items():
        assert ks_2samp(ours[name].flatten(), theirs.flatten()).pvalue > 1e-4, name


@pytest.mark.slow
def test_gradient_lies_in_the_plane():
    net, x = plane_networks(40, 100, 50, seed=0)
    assert net.dim == 2
    torch.testing.assert_close(x.norm(dim=-1), torch.full((50, 1), 40**0.5, dtype=x.dtype))
    p, q = net.weights[0].unbind(-1)
    u = net.top * (p > 0)
    torch.testing.assert_close((u * q).sum(-1), net.gradient(x)[:, 0, 1])
    assert (net.gradient(x)[:, 0, 1] > 0).all()


@pytest.mark.parametrize(("dim", "width"), [(101, 1000), (100, 1008)])
def test_neighbouring_sizes_give_neighbouring_networks(dim, width):
    near, far = (plane_networks(*sizes, 100, seed=0) for sizes in [(100, 1000), (dim, width)])
    apart = measurements(*near)["value"] - measurements(*far)["value"]
    assert apart.abs().max() < 0.4
    assert apart.std() < 0.2 * measurements(*near)["value"].std()


def test_seeds_give_different_draws():
    one, other, again = (plane_networks(10, 20, 5, seed=seed)[0].weights[0] for seed in (0, 1, 0))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_dense_networks_have_the_law_of_multilayer():
    widths, law = (6, 5, 4), {"batch": (DRAWS,), "generator": torch.Generator().manual_seed(2)}
    theirs = advlib.multilayer(widths, gain=2**0.5, **law)
    x = advlib.sphere(1, 6, radius=6**0.5, **law)
    ours = dense_networks(widths, DRAWS, 0), inputs(6, DRAWS, 1, 0, INPUT)
    for one, other in zip(measurements(*ours).values(), measurements(theirs, x).values(), strict=True):
        assert ks_2samp(one.flatten(), other.flatten()).pvalue > 1e-4
    assert not torch.equal(ours[0].weights[0][:, :4, :4], ours[0].weights[1][:, :4, :4])
