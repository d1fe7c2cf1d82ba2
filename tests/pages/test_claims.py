"""A row of claims never says more than its measurement can."""

import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.formatters import format_display_data

from advlib.pages import claims_html
from advlib.pages.claims import ClaimsTable, claim, claims_table, identity, tool, undecided, untestable

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
    rows = [row | {"id": f"p1-lemma-{number}"} for number, row in enumerate(rows)]
    page = claims_html.table(claims_table(rows).rows)
    assert page.count("<tr id=") == 4
    assert "too &lt;wide&gt;" in page


def test_long_texts_are_shown_in_full():
    long = "word " * 60 + "end"
    assert long in claims_html.table([claim(**ROW | {"measured": long}, holds=True)])


def test_two_rows_of_one_name_are_refused():
    with pytest.raises(ValueError, match="rows: more than one row is called p1-lemma-0"):
        claims_table([claim(**ROW, holds=True)] * 2)


def test_a_table_is_data_beside_its_picture():
    rows = [claim(**ROW, holds=True)]
    shown, _ = format_display_data(claims_table(rows))
    assert shown[ClaimsTable.MIME] == rows
    assert 'id="p1-lemma-0"' in shown["text/html"]
    assert shown["text/plain"] == "1 claims"


def kinds():
    """A row of each kind of verdict."""
    made = [claim(**ROW, holds=holds, refutes_only=why) for holds, why in [(True, ""), (True, "a search"), (False, "")]]
    made += [identity(**ROW, holds=True), undecided(**ROW, why="small"), untestable(**NEVER, why="wide")]
    return [*made, tool(**ROW | {"item": "tool-memory"}, holds=True)]


def test_each_kind_of_verdict_has_a_sign_of_its_own_and_says_it_in_words():
    found = [claims_html.kind(row) for row in kinds()]
    assert {*found} == {*claims_html.SYMBOLS}
    assert len({*claims_html.SYMBOLS.values()}) == len(found)
    for row, verdict in zip(kinds(), found, strict=True):
        assert f"</span> {verdict}</span>" in claims_html.table([row])


def test_counts_add_up_by_verdict_and_by_paper():
    rows = [row | {"id": f"{whose}-{number}"} for whose in claims_html.WHOSE for number, row in enumerate(kinds())]
    lines = BeautifulSoup(claims_html.counts(rows[:-1]), "html.parser").tbody.find_all("tr")
    counted = np.array([[int(cell.text or 0) for cell in line.find_all("td")] for line in lines])
    assert counted[-1, -1] == len(rows) - 1
    assert (counted[:, :-1].sum(axis=1) == counted[:, -1]).all()
    assert (counted[:-1].sum(axis=0) == counted[-1]).all()
    assert counted[-2, -2] == 0


def test_a_row_elsewhere_links_to_itself_in_its_chapter():
    row = claim(**ROW, holds=True)
    assert 'href="one.html#p1-lemma-0">One &lt;step&gt;</a>' in claims_html.table([row], "One <step>", "one.html")
    assert "one.html" not in claims_html.table([row])


def test_a_row_leads_to_its_cell_where_that_is_known():
    row = claim(**ROW, holds=True)
    assert '<a href="one.html#cell-1">computed here</a>' in claims_html.table([row | {"cell": "one.html#cell-1"}])
    assert "computed" not in claims_html.table([row | {"cell": ""}, row])


def test_only_what_there_is_can_be_chosen():
    form = claims_html.choices([row | {"chapter": "One"} for row in kinds()[:1]])
    assert form.count("<option>") == 3
    assert form.startswith('<form class="claims-choices" hidden>')
