"""Laws of networks drawn in the plane of a ray."""

import pytest
import torch
from scipy.stats import ks_2samp

import advlib
from advlib.experiments.plane import plane_flips

DRAWS = 4000


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
