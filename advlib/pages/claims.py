"""The table of claims at the end of every chapter, which the claims page collects."""

import pandas as pd
from IPython.display import HTML


def claim(
    *, statement: str, in_paper: str, measured: str, scale: str, rule: str, holds: bool, refutes_only: str = ""
) -> dict[str, str]:
    """Say what a paper claims and where, what was measured at which scale, and whether the rule that decides holds.

    A measurement that can refute the claim but cannot confirm it, such as a search for the worst case or a rate with a
    fitted constant, says so in `refutes_only`; if its rule holds, the claim is not refuted, and no more.

    Parameters
    ----------
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

    Examples
    --------
    >>> row = {"statement": "f < 1", "in_paper": "Lemma 1", "measured": "at most 0.9", "scale": "d = 2"}
    >>> claim(**row, rule="below 1", holds=True)["verdict"]
    'confirmed at these sizes'
    >>> claim(**row, rule="below 1", holds=True, refutes_only="searched")["verdict"]
    'not refuted: searched'
    """
    held = f"not refuted: {refutes_only}" if refutes_only else "confirmed at these sizes"
    return {
        "claim": statement,
        "in the paper": in_paper,
        "measured here": measured,
        "scale": scale,
        "confirmed if": rule,
        "verdict": held if holds else "at odds",
    }


def untestable(*, statement: str, in_paper: str, why: str) -> dict[str, str]:
    """Say what a paper claims and where, and why nothing that can be run could decide it.

    Examples
    --------
    >>> untestable(statement="f is constant", in_paper="Theorem 0", why="no computer is wide enough")["verdict"]
    'not testable: no computer is wide enough'
    """
    unmeasured = {"measured": "nothing", "scale": "none", "rule": "nothing decides"}
    row = claim(statement=statement, in_paper=in_paper, **unmeasured, holds=False)
    return row | {"verdict": f"not testable: {why}"}


def identity(*, statement: str, in_paper: str, measured: str, scale: str, rule: str, holds: bool) -> dict[str, str]:
    """Say of an equality or a bound that is true of every draw by algebra that the code keeps it; it confirms no law.

    Examples
    --------
    >>> row = {"statement": "f(cW) = c f(W)", "in_paper": "section 3", "measured": "1e-16", "scale": "d = 2"}
    >>> identity(**row, rule="to 1e-9", holds=True)["verdict"]
    'identity'
    """
    row = claim(statement=statement, in_paper=in_paper, measured=measured, scale=scale, rule=rule, holds=holds)
    return row | {"verdict": "identity"} if holds else row


def undecided(*, statement: str, in_paper: str, measured: str, scale: str, rule: str, why: str) -> dict[str, str]:
    """Say what was measured, and why it decides nothing: too few draws, or sizes of which the claim does not speak.

    Examples
    --------
    >>> row = {"statement": "slope 1/2", "in_paper": "Theorem 0", "measured": "0.2", "scale": "d = 2"}
    >>> undecided(**row, rule="within 0.1", why="d is too small")["verdict"]
    'no verdict: d is too small'
    """
    row = claim(statement=statement, in_paper=in_paper, measured=measured, scale=scale, rule=rule, holds=False)
    return row | {"verdict": f"no verdict: {why}"}


def claims_table(rows: list[dict[str, str]]) -> HTML:
    """Lay claims out as a page shows them.

    Examples
    --------
    >>> row = untestable(statement="f is constant", in_paper="Theorem 0", why="no computer is wide enough")
    >>> "Theorem 0" in claims_table([row]).data
    True
    """
    return HTML(pd.DataFrame(rows).to_html(index=False, border=0))
