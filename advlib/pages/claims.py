"""The table of claims at the end of every record, which the claims page collects."""

import re
from typing import Any

from advlib.pages import claims_html

NAMED = re.compile(r"(p[123]|own|tool)(-[a-z0-9]+)+")
"""A row's name: the paper, or whose it is, then the paper's item in words; for good, as addresses end in it."""


def claim(
    *,
    item: str,
    statement: str,
    in_paper: str,
    measured: str,
    scale: str,
    rule: str,
    holds: bool,
    refutes_only: str = "",
) -> dict[str, str]:
    """Say what a paper claims and where, what was measured at which scale, and whether the rule that decides holds.

    A measurement that can refute the claim but cannot confirm it, such as a search for the worst case or a rate with a
    fitted constant, says so in `refutes_only`; if its rule holds, the claim is not refuted, and no more.

    Parameters
    ----------
    item : str
        The row's name for good: ``p1-``, ``p2-`` or ``p3-`` and the paper's item, or ``own-``, or ``tool-``.
    statement, in_paper : str
        What is claimed, and where the paper says so.
    measured, scale : str
        What was measured here, and at which sizes.
    rule : str
        What decides.
    holds : bool
        Whether the measurement meets the rule.
    refutes_only : str
        Why the measurement could refute the claim and not confirm it; empty where it could do both.

    Raises
    ------
    ValueError
        If `item` is no such name.

    Examples
    --------
    >>> row = {"item": "p1-lemma-1", "statement": "f < 1", "in_paper": "Lemma 1"}
    >>> row |= {"measured": "at most 0.9", "scale": "d = 2"}
    >>> claim(**row, rule="below 1", holds=True)["verdict"]
    'confirmed at these sizes'
    >>> claim(**row, rule="below 1", holds=True, refutes_only="searched")["verdict"]
    'not refuted: searched'
    """
    if not NAMED.fullmatch(item):
        raise ValueError(f"item: {item!r} is no name of a row, such as 'p1-lemma-7', 'own-depth-law' or 'tool-memory'")
    held = f"not refuted: {refutes_only}" if refutes_only else "confirmed at these sizes"
    return {
        "id": item,
        "claim": statement,
        "in the paper": in_paper,
        "measured here": measured,
        "scale": scale,
        "confirmed if": rule,
        "verdict": held if holds else "at odds",
    }


def untestable(*, item: str, statement: str, in_paper: str, why: str) -> dict[str, str]:
    """Say what a paper claims and where, and why nothing that can be run could decide it.

    Examples
    --------
    >>> row = {"item": "p1-theorem-0", "statement": "f is constant", "in_paper": "Theorem 0"}
    >>> untestable(**row, why="no computer is wide enough")["verdict"]
    'not testable: no computer is wide enough'
    """
    unmeasured = {"measured": "nothing", "scale": "none", "rule": "nothing decides"}
    row = claim(item=item, statement=statement, in_paper=in_paper, **unmeasured, holds=False)
    return row | {"verdict": f"not testable: {why}"}


def identity(*, holds: bool, **row: str) -> dict[str, str]:
    """Say of an equality or a bound that is true of every draw by algebra that the code keeps it; it confirms no law.

    See Also
    --------
    claim : its other arguments.

    Examples
    --------
    >>> row = {"item": "p1-section-1-length", "statement": "f(cx) = c f(x)", "in_paper": "section 1"}
    >>> identity(**row, measured="1e-16", scale="d = 2", rule="to 1e-9", holds=True)["verdict"]
    'identity'
    """
    checked = claim(**row, holds=holds)
    return checked | {"verdict": "identity"} if holds else checked


def tool(*, holds: bool, **row: str) -> dict[str, str]:
    """Say of our tools, of their time, memory or agreement, whether they keep a rule; no paper claims it.

    See Also
    --------
    claim : its other arguments.

    Examples
    --------
    >>> row = {"item": "tool-memory", "statement": "a draw fits a laptop", "in_paper": "none"}
    >>> tool(**row, measured="1 GB", scale="k = 10^6", rule="below 8 GB", holds=True)["verdict"]
    'of our tools: kept'
    """
    return claim(**row, holds=holds) | {"verdict": f"of our tools: {'kept' if holds else 'not kept'}"}


def undecided(*, why: str, **row: str) -> dict[str, str]:
    """Say what was measured, and why it decides nothing: too few draws, or sizes of which the claim does not speak.

    See Also
    --------
    claim : its other arguments.

    Examples
    --------
    >>> row = {"item": "p1-theorem-0", "statement": "slope 1/2", "in_paper": "Theorem 0", "measured": "0.2"}
    >>> undecided(**row, scale="d = 2", rule="within 0.1", why="below the theorem's range")["verdict"]
    "no verdict: below the theorem's range"
    """
    return claim(**row, holds=False) | {"verdict": f"no verdict: {why}"}


class ClaimsTable:
    """Rows of claims, as a page shows them and, beside that, as data."""

    MIME = "application/vnd.advlib.claims+json"

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return f"{len(self.rows)} claims"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": claims_html.table(self.rows), self.MIME: self.rows}


def claims_table(rows: list[dict[str, str]]) -> ClaimsTable:
    """Lay claims out as a page shows them.

    Raises
    ------
    ValueError
        If two rows bear the same name.

    Examples
    --------
    >>> row = {"item": "p1-theorem-0", "statement": "f is constant", "in_paper": "Theorem 0"}
    >>> claims_table([untestable(**row, why="no computer is wide enough")])
    1 claims
    """
    names = [row["id"] for row in rows]
    if again := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"rows: more than one row is called {', '.join(again)}")
    return ClaimsTable(rows)
