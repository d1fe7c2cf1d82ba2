"""The table of claims at the end of every chapter, which the claims page collects."""

import pandas as pd
from IPython.display import HTML


def claim(
    name: str, where: str, measured: str, scale: str, rule: str, holds: bool, *, refutes_only: str = ""
) -> dict[str, str]:
    """Say what a paper claims and where, what was measured at which scale, and whether the rule that decides holds.

    A measurement that can refute the claim but cannot confirm it, such as a search for the worst case or a rate with a
    fitted constant, says so in `refutes_only`; if its rule holds, the claim is not refuted, and no more.

    Examples
    --------
    >>> claim("f is odd", "Lemma 0", "3 of 3 inputs", "d = 2", "all", holds=True)["verdict"]
    'confirmed at these sizes'
    >>> claim("f < 1", "Lemma 1", "at most 0.9", "d = 2", "below 1", True, refutes_only="searched")["verdict"]
    'not refuted: searched'
    """
    held = f"not refuted: {refutes_only}" if refutes_only else "confirmed at these sizes"
    return {
        "claim": name,
        "in the paper": where,
        "measured here": measured,
        "scale": scale,
        "confirmed if": rule,
        "verdict": held if holds else "at odds",
    }


def untestable(name: str, where: str, why: str) -> dict[str, str]:
    """Say what a paper claims and where, and why nothing that can be run could decide it.

    Examples
    --------
    >>> untestable("f is constant", "Theorem 0", "no computer is wide enough")["verdict"]
    'not testable: no computer is wide enough'
    """
    row = claim(name, where, "nothing", "none", "nothing decides", holds=False)
    return row | {"verdict": f"not testable: {why}"}


def table(rows: list[dict[str, str]]) -> HTML:
    """Lay claims out as a page shows them.

    Examples
    --------
    >>> "Lemma 0" in table([claim("f is odd", "Lemma 0", "3 of 3 inputs", "d = 2", "all", holds=True)]).data
    True
    """
    return HTML(pd.DataFrame(rows).to_html(index=False, border=0))
