"""Figures are counted on each page: the fourth story has 4.1, 4.2 and so on, its record R4.1 and so on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

RECORD = "-record"

Numbers = dict[str, dict[str, dict[str, tuple[Any, ...]]]]
"""By page, kind and label, as Sphinx keeps them."""


def prefixes(contents: Sequence[str], below: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what the numbers of a story and of its record begin with."""
    stories = [page for page in contents if page + RECORD in below.get(page, ())]
    numbered = {page: str(i) for i, page in enumerate(stories, start=1)}
    return numbered | {page + RECORD: f"R{number}" for page, number in numbered.items()}


def by_page(numbers: Numbers, prefix: Mapping[str, str]) -> Numbers:
    """Return the numbers with the figures of these pages counted anew on each; other pages keep theirs."""
    made = dict(numbers)
    for page, kinds in numbers.items():
        if page in prefix:
            order = sorted(kinds.get("figure", {}), key=kinds.get("figure", {}).__getitem__)
            made[page] = kinds | {"figure": {label: (prefix[page], i) for i, label in enumerate(order, start=1)}}
    return made


def restore(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give Sphinx its own numbers back, so that it sees which have changed."""
    env.toc_fignumbers = getattr(env, "figures_of_the_book", env.toc_fignumbers)
    return []


def count(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count the figures of each page."""
    contents = env.toctree_includes.get(env.config.root_doc, [])
    env.figures_of_the_book = env.toc_fignumbers  # type: ignore[attr-defined]
    env.toc_fignumbers = by_page(env.toc_fignumbers, prefixes(contents, env.toctree_includes))
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, before and after it counts."""
    app.connect("env-get-updated", restore, priority=400)
    app.connect("env-get-updated", count, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
