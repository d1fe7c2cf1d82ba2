"""Tables compared cell by cell."""

import math

import numpy as np
import pandas as pd
import pytest

from advlib.agreement import FAR, agreement, distances


def flipped(cells, draws, share, seed):
    """A table of shares among independent draws, with the standard errors that the draws themselves give."""
    hits = np.random.default_rng(seed).binomial(draws, share, cells) / draws
    errors = np.sqrt(hits * (1 - hits) / (draws - 1))
    return pd.DataFrame({"k": range(cells), "flipped": hits, "flipped_se": errors, "draws": draws})


def test_swapping_the_tables_changes_the_sign_alone():
    one, other = flipped(20, 100, 0.9, seed=0), flipped(20, 300, 0.9, seed=1)
    there, back = (distances(*tables, ["flipped"], ["k"]) for tables in ((one, other), (other, one)))
    pd.testing.assert_frame_equal(there, -back)


@pytest.mark.parametrize("share", [0.5, 0.99, 0.999])
def test_shares_of_one_law_lie_within_the_allowed_number(share):
    """Fixed seeds; the rule's own false-alarm level is 0.1 %. Near 1 the larger of two errors errs on the wide side."""
    z = distances(flipped(2000, 1000, share, seed=2), flipped(2000, 4000, share, seed=3), ["flipped"], ["k"])
    counted = agreement(z)
    assert counted.beyond <= counted.allowed
    assert 0.75 < z.flipped.std() < 1.1


def test_shares_of_two_laws_do_not():
    z = distances(flipped(2000, 1000, 0.95, seed=4), flipped(2000, 1000, 0.99, seed=5), ["flipped"], ["k"])
    assert agreement(z).beyond > agreement(z).allowed


def test_a_constant_sample_is_compared_only_where_the_other_is_not():
    columns = {"k": [1, 2], "flipped_se": 0.0, "draws": 100}
    one, other = (pd.DataFrame(columns | {"flipped": shares}) for shares in ([1.0, 1.0], [1.0, 0.5]))
    assert distances(one, other, ["flipped"], ["k"]).flipped.isna().tolist() == [True, False]


def test_cells_of_one_table_alone_are_left_out_and_repeated_ones_refused():
    one, other = flipped(5, 100, 0.9, seed=6), flipped(3, 100, 0.9, seed=7)
    assert distances(one, other, ["flipped"], ["k"]).index.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="not unique"):
        distances(pd.concat([one, one]), other, ["flipped"], ["k"])


@pytest.mark.parametrize("compared", [1, 30, 725, 5000])
def test_chance_exceeds_the_allowed_number_once_in_a_thousand_times_and_no_less_would_do(compared):
    allowed, p = agreement(pd.DataFrame({"z": np.zeros(compared)})).allowed, math.erfc(FAR / math.sqrt(2))

    def tail(number):
        return 1 - sum(math.comb(compared, i) * p**i * (1 - p) ** (compared - i) for i in range(number + 1))

    assert tail(allowed) <= 0.001 < tail(allowed - 1)
