"""Tables compared cell by cell."""

import math

import numpy as np
import pandas as pd
import pytest

from advlib.sweep.agreement import FAR, agreement, distances


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


@pytest.mark.parametrize(
    ("name", "one", "other", "z"),
    [
        ("step", (1.0, 0.3), (2.0, 0.4), -2.0),
        ("step", (1.0, 0.0), (2.0, 0.0), -math.inf),
        ("he_flipped", (0.9, 0.05), (0.8, 0.05), 0.1 / 0.005**0.5),
        ("he_flipped", (1.0, 0.0), (0.96, 0.0), 0.04 / (0.97 * 0.03 * (1 / 100 + 1 / 300)) ** 0.5),
    ],
)
def test_distances_in_closed_form(name, one, other, z):
    """A share has the larger of its own error and the pooled binomial one; other means have their own."""
    left, right = (
        pd.DataFrame({"k": [1], name: [mean], f"{name}_se": [error], "draws": [draws]})
        for (mean, error), draws in ((one, 100), (other, 300))
    )
    assert distances(left, right, [name], ["k"]).loc[1, name] == pytest.approx(z)


def test_a_constant_sample_is_compared_only_where_the_other_is_not():
    columns = {"k": [1, 2], "flipped_se": 0.0, "draws": 100}
    one, other = (pd.DataFrame(columns | {"flipped": shares}) for shares in ([1.0, 1.0], [1.0, 0.5]))
    assert distances(one, other, ["flipped"], ["k"]).flipped.isna().tolist() == [True, False]


def test_what_cannot_be_compared_is_refused_by_name():
    table = flipped(3, 100, 0.9, seed=8)
    with pytest.raises(ValueError, match="right must have the columns draws, flipped_se"):
        distances(table, table[["k", "flipped"]], ["flipped"], ["k"])
    with pytest.raises(ValueError, match="left and right must share a cell, by k"):
        distances(table, table.assign(k=[7, 8, 9]), ["flipped"], ["k"])
    with pytest.raises(ValueError, match="z must hold a known distance, got none"):
        agreement(pd.DataFrame({"z": [math.nan]}))


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
