"""Laws of the explorer of adversarial training, which shows a stored table."""

import base64
import io

import matplotlib.image
import numpy as np
import pytest

from advlib.data import mnist5k01
from advlib.pages.explorers import robust_training_frame
from advlib.pages.explorers.robust_training import ATTACK, RADII, SIDE, TRIED, WIDTHS
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


def test_the_dozen_are_the_first_test_images_dark_on_white():
    x, _ = mnist5k01("test", normalize=False)
    for address, image in zip(robust_training_frame()["digits"], x, strict=False):
        png = io.BytesIO(base64.b64decode(address.removeprefix("data:image/png;base64,")))
        shown = matplotlib.image.imread(png, format="png")
        assert shown == pytest.approx(1 - image.reshape(SIDE, SIDE).numpy(), abs=1e-6)


def test_the_dozen_were_attacked_as_all_images_were_and_as_many_of_them_are_fooled_give_or_take():
    """Within 5 sigma of the share of the same network's whole test set, for 12 images, at the most even share."""
    stored, frame = table("fooled-digits"), robust_training_frame()
    assert {*stored["width"]} == {TRIED}
    assert {*stored["attack_radius"]} == {ATTACK}
    assert stored["radius"].tolist() == list(RADII)
    assert np.sum(frame["fooled"], axis=1).tolist() == frame["count"]
    assert np.abs(np.array(frame["count"]) / 12 - (1 - stored["robust"])).max() < 5 * (0.25 / 12) ** 0.5
