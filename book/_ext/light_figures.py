"""Figures in SVG without what nobody sees: notes, indentation, digits below a hundredth of a point, repeated styles."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

PLACES = re.compile(r'(?<= )(?:d|x|y)="[^"]*"')
"""The attributes that hold places; a matrix or a width keeps its digits."""

DIGITS = re.compile(r"(\.\d\d)\d+")

NOTES = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)

INDENTATION = re.compile(r"\n\s*")

MARKS = re.compile(r'<g( [^>]*)?>(\s*(?:<use [^>]*? style="[^"]*"/>\s*)+)</g>')
"""A group of marks alone, each with its style."""

STYLE = re.compile(r' style="([^"]*)"')


def styled_once(marks: re.Match[str]) -> str:
    """Give the style of its marks to the group, where it is one."""
    group, inside = marks[1] or "", marks[2]
    styles = set(STYLE.findall(inside))
    if len(styles) > 1 or "style=" in group:
        return marks[0]
    return f'<g{group} style="{styles.pop()}">{STYLE.sub("", inside)}</g>'


def lighter(svg: str) -> str:
    """Return the figure with shorter places, one style for each group of equal marks, and no notes."""
    bare = INDENTATION.sub("\n", NOTES.sub("", svg))
    short = PLACES.sub(lambda place: DIGITS.sub(r"\1", place[0]), bare)
    return MARKS.sub(styled_once, short)


def lighten(app: Sphinx, error: Exception | None) -> None:
    """Do this to every figure of the built book."""
    for path in Path(app.outdir, "_images").glob("*.svg"):
        path.write_text(lighter(path.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("build-finished", lighten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
