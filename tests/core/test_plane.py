"""Laws of networks drawn in the plane of a ray."""

import pytest
import torch
from scipy.stats import ks_2samp

import advlib
from advlib.plane import plane_flips, plane_network
from advlib.rays import Ray

DRAWS = 4000


def measurements(net, x):
    """What the ray can see: f, its gradient's norm, the flipping step, and f further along."""
    flip = advlib.smallest_flip(net, x)
    far = Ray(net, x, net.gradient(x))(torch.full_like(flip.value, -3.0) * flip.value.sign())
    step = flip.step.abs().nan_to_num(100.0)
    return {"value": flip.value, "gradient": flip.gradient_norm, "step": step, "far": far}


@pytest.mark.parametrize(("dim", "width"), [(2, 3), (4, 10), (30, 6), (25, 60)])
def test_law_is_that_of_dense_networks(dim, width):
    generator = torch.Generator().manual_seed(dim * width)
    dense = advlib.two_layer(dim, width, batch=(DRAWS,), generator=generator)
    x = advlib.sphere(1, dim, radius=dim**0.5, batch=(DRAWS,), generator=generator)
    ours = measurements(*plane_network(dim, width, DRAWS, seed=1))
    for name, theirs in measurements(dense, x).items():
        assert ks_2samp(ours[name].flatten(), theirs.flatten()).pvalue > 1e-4, name


@pytest.mark.parametrize("top", ["signs", "gaussian"])
@pytest.mark.parametrize(("dim", "width"), [(2, 3), (4, 10), (30, 6), (25, 60)])
def test_flips_have_the_law_of_dense_networks(dim, width, top):
    generator = torch.Generator().manual_seed(dim * width)
    dense = advlib.two_layer(dim, width, top=top, batch=(DRAWS,), generator=generator)
    x = advlib.sphere(1, dim, radius=dim**0.5, batch=(DRAWS,), generator=generator)
    ours, theirs = plane_flips(dim, width, DRAWS, top, 20.0, generator), advlib.smallest_flip(dense, x)
    assert torch.equal(ours.found, ours.step.isfinite())
    assert (ours.step * ours.value < 0)[ours.found].all()
    assert abs(ours.found.float().mean() - theirs.found.float().mean()) < 5 / DRAWS**0.5
    for name in ("value", "gradient_norm", "step", "perturbation_norm"):
        one, other = (getattr(flip, name).nan_to_num(100.0).flatten() for flip in (ours, theirs))
        assert ks_2samp(one, other).pvalue > 1e-4, name


def test_gradient_lies_in_the_plane():
    net, x = plane_network(40, 100, 50, seed=0)
    assert net.dim == 2
    torch.testing.assert_close(x.norm(dim=-1), torch.full((50, 1), 40**0.5))
    p, q = net.weights[0].unbind(-1)
    u = net.top * (p > 0)
    torch.testing.assert_close((u * q).sum(-1), net.gradient(x)[:, 0, 1])
    assert (net.gradient(x)[:, 0, 1] > 0).all()


@pytest.mark.parametrize(("dim", "width"), [(101, 1000), (100, 1008)])
def test_neighbouring_sizes_give_neighbouring_networks(dim, width):
    near, far = (plane_network(*sizes, 100, seed=0) for sizes in [(100, 1000), (dim, width)])
    apart = measurements(*near)["value"] - measurements(*far)["value"]
    assert apart.abs().max() < 0.4
    assert apart.std() < 0.2 * measurements(*near)["value"].std()


def test_seeds_give_different_draws():
    one, other, again = (plane_network(10, 20, 5, seed=seed)[0].weights[0] for seed in (0, 1, 0))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
