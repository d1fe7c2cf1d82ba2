"""A row of claims never says more than its measurement can."""

import pytest

from advlib.pages.claims import claim, table, untestable

ROW = ("a claim", "Lemma 0", "0.5", "d = 2", "below 1")


@pytest.mark.parametrize("refutes_only", ["", "a search bounds it from one side"])
def test_a_broken_rule_is_at_odds_whatever_the_evidence(refutes_only):
    assert claim(*ROW, holds=False, refutes_only=refutes_only)["verdict"] == "at odds"


def test_only_evidence_that_can_confirm_confirms():
    assert claim(*ROW, holds=True)["verdict"].startswith("confirmed")
    searched = claim(*ROW, holds=True, refutes_only="a search")["verdict"]
    assert searched == "not refuted: a search"


def test_what_cannot_be_tested_is_neither_confirmed_nor_at_odds_and_says_why():
    assert untestable("a claim", "Theorem 0", "too wide")["verdict"] == "not testable: too wide"


def test_all_kinds_of_rows_share_the_columns_of_one_table():
    rows = [claim(*ROW, holds=True), untestable("another claim", "Theorem 0", "too <wide>")]
    assert [*rows[0]] == [*rows[1]]
    page = table(rows).data
    assert page.count("<tr") == 3
    assert "too &lt;wide&gt;" in page
