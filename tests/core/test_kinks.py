"""Laws of the walk along kinks that `test_rays` does not see: rays with so many kinks that they are counted in bins."""

import pytest
import torch

from advlib import kinks
from advlib.experiments.plane import plane_flips
from advlib.sampling import gaussian, signs
from tests.draws import seeded


def rays(rate, seed):
    """One-layer ReLU networks along rays on which the preactivations move by about `rate` a step."""
    p, q = (gaussian((100, 6000), scale, seeded(seed + i), torch.float64) for i, scale in enumerate((1.0, rate)))
    top = signs((100, 6000), 6000**-0.5, seeded(seed + 2), torch.float64)
    value = (top * p.relu()).sum(-1)
    q -= value.sign()[:, None] * top * (p > 0) / 6000**0.5  # f turns towards zero
    return p, q, top, value, (top * q * (p > 0)).sum(-1)


@pytest.mark.parametrize("rate", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("window", [0.3, 3.0, 300.0])
def test_counting_kinks_in_bins_changes_no_answer(rate, window, monkeypatch):
    windows = torch.full((100,), window, dtype=torch.float64)
    monkeypatch.setattr(kinks, "MANY", 10)
    binned = kinks.walk_kinks(*rays(rate, 5), windows)
    monkeypatch.setattr(kinks, "MANY", 10**9)
    torch.testing.assert_close(binned, kinks.walk_kinks(*rays(rate, 5), windows), rtol=1e-9, atol=0, equal_nan=True)
    assert binned.isfinite().any()


def test_bins_are_used_and_leave_few_kinks_to_sort(monkeypatch):
    sorted_sizes, sort = [], torch.Tensor.sort
    monkeypatch.setattr(torch.Tensor, "sort", lambda m, *a: sorted_sizes.append(m.shape[-1]) or sort(m, *a))
    plane_flips(5, 100_000, 1, "signs", 1e4, seeded(1))
    assert sorted_sizes
    assert max(sorted_sizes) < 10_000
