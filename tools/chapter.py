"""Run one chapter and build its page, in seconds, apart from the book: ``python -m tools.chapter NAME``."""

import re
import sys
from pathlib import Path

from tools import book


def named(root: Path, name: str) -> str:
    """Return the page of this name in the table of contents."""
    pages = re.findall(r"(?:root|file): (\S+)", (root / "_toc.yml").read_text("utf-8"))
    names = {Path(page).name: page for page in pages}
    if name not in names:
        sys.exit(f"There is no chapter {name!r}. Name one: make chapter NAME=..., of {', '.join(names)}.")
    return names[name]


def main(name: str) -> None:
    """Build a chapter of the project this file belongs to and say where its page is; other pages are not there."""
    root = Path(__file__).resolve().parents[1]
    page = named(root, name)
    book.prepare(root)
    output = root / "_build" / "chapter"
    output.mkdir(exist_ok=True)
    contents = output / "_toc.yml"
    contents.write_text(f"format: jb-book\nroot: {page}\n", encoding="utf-8")
    book.build(root, output, "--toc", str(contents))
    html = output / "_build" / "html" / f"{page}.html"
    print(f"\nOnly this chapter was built; what it refers to on other pages is missing.\nOpen {html.as_uri()}")


if __name__ == "__main__":
    main(sys.argv[1])
