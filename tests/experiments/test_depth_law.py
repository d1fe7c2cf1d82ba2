"""The depth at which one step stops flipping: the record against the law, and the grids."""

import pytest

from advlib.experiments import CATALOGUE, wide_flips
from advlib.theory import effective_depth, flip_noise, flip_probability


def test_a_record_is_the_law_with_its_corrections():
    record = wide_flips(1000, 32, 2000, seed=0)
    counted = effective_depth(32)
    law = flip_probability(1000, counted) + flip_noise(1000, counted)
    assert record["share"] == pytest.approx(law, abs=0.002 + 4 * record["share_se"])
    assert record["flipped"] == pytest.approx(law, abs=0.002 + 4 * record["flipped_se"])
    assert record["flipped_se"] == pytest.approx((law * (1 - law) / 2000) ** 0.5, rel=0.1)
    assert record["share_se"] < record["flipped_se"] / 5


def test_records_are_the_same_at_the_same_seed_alone():
    one, again, other = (wide_flips(10, 3, 50, seed=seed) for seed in (1, 1, 2))
    assert one == again != other


def test_grids_hold_the_law_s_own_cells():
    cells = {(cell["dim"], cell["depth"]) for cell in CATALOGUE["depth-law"].grids["paper"]}
    assert cells >= {(30_000, 173), (30_000, 346), (30_000, 866), (300, 17), (10**6, 10**4)}
    for cell in CATALOGUE["depth-widths"].grids["paper"]:
        assert cell["networks"] >= 2000
        assert cell["max_step"] >= 200


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"dim": 1}, "dim must be an integer from 2 up"), ({"depth": 0}, "depth"), ({"draws": 0}, "draws")],
)
def test_bad_input_is_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        wide_flips(**{"dim": 5, "depth": 2, "draws": 10} | wrong, seed=0)
