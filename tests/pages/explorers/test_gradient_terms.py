"""Laws of the explorer of the gradient's terms."""

import numpy as np
import pytest

from advlib.pages.explorers import gradient_terms_frame
from advlib.pages.live.gradient_terms import ANGLES, LAYERS


@pytest.mark.parametrize("size", [(20, 2), (50, 50), (100, 500)])
def test_whole_obeys_the_triangle_inequality_of_its_terms(size):
    """Also for root mean squares, by Minkowski's inequality; up to rounding."""
    frame = gradient_terms_frame(*size, 0)
    terms, whole = np.array(frame["terms"]), np.array(frame["whole"])
    assert terms.shape == (len(ANGLES), LAYERS)
    assert (whole <= terms.sum(-1) + 0.003).all()
    assert (terms <= whole[:, None] + (terms.sum(-1)[:, None] - terms) + 0.003).all()


def test_law_of_the_first_layer_is_the_share_that_switches():
    frame = gradient_terms_frame(20, 20, 0)
    assert np.array(frame["law"])[:, 0] == pytest.approx(np.sqrt(2 * np.array(ANGLES) / np.pi), abs=1e-3)


def test_wide_network_follows_the_law():
    """To a quarter of it where one draw of twenty inputs leaves about a tenth."""
    frame = gradient_terms_frame(300, 300, 5)
    assert np.array(frame["whole"])[8:] == pytest.approx(np.array(frame["law_whole"])[8:], rel=0.25)
