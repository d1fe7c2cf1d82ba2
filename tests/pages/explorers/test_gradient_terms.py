"""Laws of the explorer of the gradient's terms."""

import numpy as np
import pytest

from advlib.pages.explorers import gradient_terms_frame
from advlib.pages.live.gradient_terms import ANGLES, DRAWS, LAYERS, PARTS


@pytest.mark.slow
@pytest.mark.parametrize("size", [(20, 2), (50, 50), (80, 200)])
def test_whole_obeys_the_triangle_inequality_of_its_terms(size):
    """Also for root mean squares, by Minkowski's inequality; up to rounding."""
    frame = gradient_terms_frame(*size)
    terms, whole = np.array(frame["terms"]), np.array(frame["whole"])
    assert terms.shape == (len(ANGLES), LAYERS)
    assert (whole <= terms.sum(-1) + 0.003).all()
    assert (terms <= whole[:, None] + (terms.sum(-1)[:, None] - terms) + 0.003).all()


def test_law_of_the_first_layer_is_the_share_that_switches():
    frame = gradient_terms_frame(20, 20)
    assert np.array(frame["law"])[:, 0] == pytest.approx(np.sqrt(2 * np.array(ANGLES) / np.pi), abs=1e-3)


@pytest.mark.slow
def test_wide_network_follows_the_law():
    """To a fifth of it, from an angle on at which some neurons switch."""
    frame = gradient_terms_frame(100, 100)
    assert np.array(frame["whole"])[8:] == pytest.approx(np.array(frame["law_whole"])[8:], rel=0.2)


def test_quantiles_of_fewer_networks_than_lack_a_term_are_zero():
    frame = gradient_terms_frame(30, 5)
    for absent, spread in zip(np.ravel(frame["absent"]), np.reshape(frame["spread"], (-1, len(PARTS))), strict=True):
        assert (spread[absent > np.array(PARTS) * DRAWS] == 0).all()
    assert np.max(frame["absent"]) > 90


def test_quantiles_ascend():
    frame = gradient_terms_frame(30, 5)
    assert (np.diff(frame["spread"], axis=-1) >= 0).all()
    assert (np.diff(frame["whole_spread"], axis=-1) >= 0).all()
