"""Rows of claims as HTML: what each stands for in words and in a colour, an address for each, counts of all."""

from collections import Counter
from html import escape
from pathlib import Path

SCRIPT = Path(__file__).with_name("claims.js")
"""What the form does, where scripts run."""

SYMBOLS = {
    "confirmed at these sizes": "✓",
    "not refuted": "○",
    "at odds": "✗",
    "no verdict": "?",
    "not testable": "–",
    "identity": "=",
    "of our tools": "⚙",
}
"""The kinds of verdict, in the order in which they are counted, with a sign that needs no colour."""

WHOSE = {"p1": "Paper 1", "p2": "Paper 2", "p3": "Paper 3", "own": "Derived here", "tool": "Our tools"}
"""Whose claim a row is, by the beginning of its name."""

COLUMNS = ("claim", "verdict", "in the paper", "measured here", "scale", "confirmed if")


def kind(row: dict[str, str]) -> str:
    """Return the kind of a row's verdict, without the reason.

    Examples
    --------
    >>> kind({"verdict": "not testable: no computer is wide enough"})
    'not testable'
    """
    return row["verdict"].partition(":")[0]


def whose(row: dict[str, str]) -> str:
    """Say whose claim a row is.

    Examples
    --------
    >>> whose({"id": "p1-lemma-7"}), whose({"id": "own-depth-law"})
    ('Paper 1', 'Derived here')
    """
    return WHOSE[row["id"].partition("-")[0]]


def chip(verdict: str) -> str:
    """Return a kind of verdict as a coloured label, which says it in words, too."""
    name = verdict.replace(" ", "-")
    return f'<span class="verdict {name}"><span aria-hidden="true">{SYMBOLS[verdict]}</span> {escape(verdict)}</span>'


def table(rows: list[dict[str, str]], chapter: str = "", page: str = "") -> str:
    """Lay rows out, one address each; outside their chapter each links to itself in there.

    Parameters
    ----------
    rows : list of dict
        As `advlib.pages.claims.claim` returns them; `cell`, if there, is the address of the cell behind a row.
    chapter, page : str
        The chapter's title and address, where the table stands on another page.

    Examples
    --------
    >>> row = dict.fromkeys(COLUMNS, "f < 1") | {"id": "p1-lemma-1", "verdict": "at odds"}
    >>> '<tr id="p1-lemma-1"' in table([row])
    True
    """
    head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    body = "\n".join(_row(row, chapter, page) for row in rows)
    return f'<table class="dataframe claims">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def counts(rows: list[dict[str, str]]) -> str:
    """Count the rows of each kind of verdict, for each paper and in all.

    Examples
    --------
    >>> "<td>1</td>" in counts([{"id": "p1-lemma-1", "verdict": "at odds"}])
    True
    """
    pairs = Counter((kind(row), whose(row)) for row in rows)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("verdict", *WHOSE.values(), "all"))
    kinds = [name for name in SYMBOLS if any(found == name for found, _ in pairs)]
    body = [_counted(chip(name), [pairs[name, owner] for owner in WHOSE.values()]) for name in kinds]
    body.append(_counted("all", [sum(pairs[name, owner] for name in kinds) for owner in WHOSE.values()]))
    lines = "\n".join(body)
    return f'<table class="dataframe counts">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>'


def choices(rows: list[dict[str, str]]) -> str:
    """Return the form that chooses rows, which stays hidden where no script runs.

    Examples
    --------
    >>> row = {"id": "p1-lemma-1", "verdict": "at odds", "chapter": "Three scales"}
    >>> "<option>Three scales</option>" in choices([row])
    True
    """
    found = {"paper": {*map(whose, rows)}, "verdict": {*map(kind, rows)}}
    offered = {
        "paper": [name for name in WHOSE.values() if name in found["paper"]],
        "verdict": [name for name in SYMBOLS if name in found["verdict"]],
        "chapter": list(dict.fromkeys(row["chapter"] for row in rows)),
    }
    fields = "\n".join(_choice(name, options) for name, options in offered.items())
    return f'<form class="claims-choices" hidden>\n{fields}\n<output></output>\n</form>'


def items(listed: list[dict[str, str]]) -> str:
    """Lay out what the papers state, each with links to its rows or with the reason why it has none.

    Parameters
    ----------
    listed : list of dict
        With `paper`, a number, `item`, `name`, `row`, names of rows with spaces between them, and `reason`.

    Examples
    --------
    >>> item = {"paper": "1", "item": "Lemma 7", "name": "The change", "row": "p1-lemma-7", "reason": ""}
    >>> '<a href="#p1-lemma-7">p1-lemma-7</a>' in items([item])
    True
    """
    head = "".join(f'<th scope="col">{name}</th>' for name in ("paper", "item", "what", "rows, or why there is none"))
    body = "\n".join(map(_item, listed))
    return f'<table class="dataframe items">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def _item(item: dict[str, str]) -> str:
    links = [f'<a href="#{name}">{name}</a>' for name in item["row"].split()]
    cells = [escape(item[name]) for name in ("paper", "item", "name")] + [", ".join(links) or escape(item["reason"])]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _row(row: dict[str, str], chapter: str, page: str) -> str:
    name, verdict = row["id"], kind(row)
    reason = row["verdict"].removeprefix(verdict).removeprefix(":")
    where = f' in <a href="{escape(page)}#{name}">{escape(chapter)}</a>' if page else ""
    cell = f', <a href="{escape(row["cell"])}">computed here</a>' if row.get("cell") else ""
    address = f'<small><a href="#{name}">{name}</a>{where}{cell}</small>'
    first = [f"{escape(row['claim'])} <br>{address}", f"{chip(verdict)}{escape(reason)}"]
    cells = first + [escape(row[column]) for column in COLUMNS[2:]]
    data = {"paper": whose(row), "verdict": verdict, "chapter": chapter}
    known = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    return f'<tr id="{name}"{known}>' + " ".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _counted(name: str, numbers: list[int]) -> str:
    cells = "".join(f"<td>{number or ''}</td>" for number in [*numbers, sum(numbers)])
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _choice(name: str, options: list[str]) -> str:
    offered = "".join(f"<option>{escape(option)}</option>" for option in options)
    return f'<label>{name} <select name="{name}"><option value="">all</option>{offered}</select></label>'
