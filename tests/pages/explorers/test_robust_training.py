"""Laws of the explorer of adversarial training, which shows a stored table."""

import numpy as np
import pytest

from advlib.pages.explorers import robust_training_frame
from advlib.pages.explorers.robust_training import ATTACK, RADII, SIDE, WIDTHS
from advlib.pages.tables import table


def test_every_row_of_whole_images_and_that_attack_is_shown():
    stored = table("robust-training")
    rows = stored[(stored["size"] == SIDE) & (stored["attack_radius"] == ATTACK) & (stored["radius"].isin(RADII))]
    assert len(rows) == len(WIDTHS) * len(RADII)
    shown = np.sort(np.ravel(robust_training_frame()["robust"]))
    assert shown == pytest.approx(np.sort(rows["robust"]), abs=1e-4)


def test_nothing_withstands_attacks_that_is_not_right_as_it_is():
    frame = robust_training_frame()
    assert (np.array(frame["robust"]) <= frame["clean"]).all()
