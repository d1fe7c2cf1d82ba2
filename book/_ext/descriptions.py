"""What a search engine says of each page: its first sentences; of a story, its question and the first of the answer.

Of the front page, and of pages without sentences, it says what ``CITATION.cff`` says of the book.
"""

import itertools
import re
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

ROOM = 160
"""Characters that search engines show."""

END = re.compile(r"(?<=[.?!])(?<!et al\.) ")
"""Where a sentence ends."""

YEAR = re.compile(r" \[\d{4}\]")

NOTE = re.compile(r"(Prerequisites|Story): ")
"""A line above the text, which is no part of it."""

ASKS = "Prerequisites"
"""So begins a story, whose first paragraph is about its picture; the question comes next."""


def plain(node: nodes.Node) -> list[str]:
    """Return the sentences of a text, without years of papers, up to the first formula with a command."""
    text = YEAR.sub("", " ".join(node.astext().split()))
    return list(itertools.takewhile(lambda sentence: "\\" not in sentence, END.split(text)))


def paragraphs(section: nodes.Element) -> list[nodes.paragraph]:
    """Return the paragraphs of a section, without those of its parts."""
    return [child for child in section.children if isinstance(child, nodes.paragraph)]


def opening(section: nodes.Element) -> list[str]:
    """Return the sentences of the first paragraph of a section that is no note."""
    told = (plain(paragraph) for paragraph in paragraphs(section) if not NOTE.match(paragraph.astext()))
    return next(filter(None, told), [])


def tells(page: nodes.Element) -> list[str]:
    """Return the sentences that stand for a page."""
    if not any(paragraph.astext().startswith(ASKS) for paragraph in paragraphs(page)[:1]):
        return opening(page)
    question = next(node for node in page.children if isinstance(node, nodes.section))
    return [question[0].astext(), *opening(question)]


def shortened(sentences: list[str]) -> str:
    """Return as many sentences as there is room for; where there is none for the first, its beginning."""
    taken = [" ".join(sentences[:count]) for count in range(1, len(sentences) + 1)]
    whole = [part for part in taken if len(part) <= ROOM]
    return whole[-1] if whole else f"{taken[0][: ROOM - 2].rpartition(' ')[0]} …"


def abstract(root: Path) -> list[str]:
    """Return what the book says of itself."""
    return [yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))["abstract"]]


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Put the description into the head of a page."""
    sections = doctree.findall(nodes.section) if doctree and page != app.config.root_doc else iter(())
    sentences = next(map(tells, sections), []) or abstract(Path(app.srcdir))
    named = ('name="description"', 'property="og:description"')
    text = escape(shortened(sentences))
    context["metatags"] = context.get("metatags", "") + "".join(f'\n<meta {name} content="{text}"/>' for name in named)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
