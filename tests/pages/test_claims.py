"""A row of claims never says more than its measurement can."""

import pytest

from advlib.pages.claims import claim, claims_table, identity, tool, undecided, untestable

ROW = {
    "item": "p1-lemma-0",
    "statement": "a claim",
    "in_paper": "Lemma 0",
    "measured": "0.5",
    "scale": "d = 2",
    "rule": "below 1",
}
NEVER = {"item": "p1-theorem-0", "statement": "another claim", "in_paper": "Theorem 0"}


@pytest.mark.parametrize("refutes_only", ["", "a search bounds it from one side"])
def test_a_broken_rule_is_at_odds_whatever_the_evidence(refutes_only):
    assert claim(**ROW, holds=False, refutes_only=refutes_only)["verdict"] == "at odds"


def test_only_evidence_that_can_confirm_confirms():
    assert claim(**ROW, holds=True)["verdict"].startswith("confirmed")
    searched = claim(**ROW, holds=True, refutes_only="a search")["verdict"]
    assert searched == "not refuted: a search"


def test_every_column_holds_what_its_keyword_says():
    assert [*claim(**ROW, holds=True).items()][:-1] == [
        ("id", "p1-lemma-0"),
        ("claim", "a claim"),
        ("in the paper", "Lemma 0"),
        ("measured here", "0.5"),
        ("scale", "d = 2"),
        ("confirmed if", "below 1"),
    ]


def test_a_row_without_keywords_is_refused():
    with pytest.raises(TypeError):
        claim(*ROW.values(), True)


def test_what_cannot_be_tested_is_neither_confirmed_nor_at_odds_and_says_why():
    assert untestable(**NEVER, why="too wide")["verdict"] == "not testable: too wide"


def test_an_identity_confirms_no_law_and_a_broken_one_is_at_odds():
    assert identity(**ROW, holds=True)["verdict"] == "identity"
    assert identity(**ROW, holds=False)["verdict"] == "at odds"


def test_a_row_of_our_tools_says_whether_they_keep_their_rule():
    verdicts = [tool(**ROW | {"item": "tool-memory"}, holds=holds)["verdict"] for holds in (True, False)]
    assert verdicts == ["of our tools: kept", "of our tools: not kept"]


@pytest.mark.parametrize("item", ["", "lemma-7", "p4-lemma-7", "p1", "p1-Lemma-7", "p1-lemma 7", "p1--7", "own-"])
def test_a_name_that_is_no_address_is_refused(item):
    with pytest.raises(ValueError, match="item: .* is no name of a row"):
        claim(**ROW | {"item": item}, holds=True)


def test_what_is_undecided_keeps_its_measurement_and_says_why():
    row = undecided(**ROW, why="d is too small")
    assert (row["measured here"], row["verdict"]) == ("0.5", "no verdict: d is too small")


def test_all_kinds_of_rows_share_the_columns_of_one_table():
    rows = [claim(**ROW, holds=True), identity(**ROW, holds=True), untestable(**NEVER, why="too <wide>")]
    rows += [undecided(**ROW, why="small")]
    assert all([*row] == [*rows[0]] for row in rows)
    page = claims_table(rows).data
    assert page.count("<tr") == 5
    assert "too &lt;wide&gt;" in page


def test_long_texts_are_shown_in_full():
    long = "word " * 60 + "end"
    assert long in claims_table([claim(**ROW | {"measured": long}, holds=True)]).data
