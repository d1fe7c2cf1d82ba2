"""Derive notebooks/*.ipynb from the chapters in book/*.md, or check that they match.

A chapter is a Markdown file with a kernel in its header. The chapters are edited, the notebooks never:
``python -m tools.notebooks write`` derives them, ``python -m tools.notebooks check`` compares. A notebook that was
edited all the same is kept in notebooks/scratch/ before it is derived anew. Problem sets go along.
"""

import sys
from copy import deepcopy
from itertools import zip_longest
from pathlib import Path

import jupytext
from jupytext.combine import combine_inputs_with_outputs
from nbformat import NotebookNode

from course.assignment import CourseError
from tools import chapters, edits, sets

CURE = "run `make notebooks`"


def pairs(root: Path) -> dict[str, Path]:
    """Every notebook by its name."""
    return {path.stem: path for path in sorted((root / "notebooks").glob("*.ipynb"))}


def derive(chapter: NotebookNode, old: NotebookNode | None) -> NotebookNode:
    """Return the notebook of a chapter, with the cell ids of the one that is already there."""
    if old:
        matched = combine_inputs_with_outputs(deepcopy(chapter), old, fmt="md:myst")
        for cell, twin in zip(chapter.cells, matched.cells, strict=True):
            cell.id = twin.id
    chapter.metadata = {"kernelspec": chapter.metadata["kernelspec"], edits.MARK: edits.fingerprint(chapter)}
    for cell in chapter.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return chapter


def write(root: Path) -> list[str]:
    """Derive every notebook; return what was done, one sentence each."""
    (root / "notebooks").mkdir(exist_ok=True)
    done = []
    for name, chapter in chapters.read_all(root).items():
        path = root / "notebooks" / f"{name}.ipynb"
        old = edits.load(path)
        notebook = derive(chapter, old)
        text = jupytext.writes(notebook, fmt="ipynb") + "\n"
        if not path.exists() or path.read_bytes() != text.encode():
            done += keep_edits(path, old, notebook)
            path.write_text(text, encoding="utf-8")
            done.append(f"Wrote notebooks/{path.name}")
    return done


def keep_edits(path: Path, old: NotebookNode | None, anew: NotebookNode) -> list[str]:
    """Keep what is at ``path`` in notebooks/scratch/ where it was edited, and say so."""
    if not path.exists() or not edits.edited(old, anew):
        return []
    kept = edits.keep(path, path.with_name("scratch"))
    return [f"Kept your edited notebooks/{path.name} as notebooks/scratch/{kept.name}"]


def differences(name: str, chapter: NotebookNode, notebook: NotebookNode | None) -> list[str]:
    """Say where a notebook is not its chapter, one sentence a finding."""
    file = f"notebooks/{name}.ipynb"
    if notebook is None:
        return [f"{file} cannot be read as a notebook: {CURE}"]
    found = []
    if notebook.metadata.get("kernelspec") != chapter.metadata["kernelspec"]:
        found.append(f"{file} names another kernel than book/{name}.md: {CURE}")
    for number, (want, got) in enumerate(zip_longest(chapter.cells, notebook.cells), 1):
        if want is None or got is None or facts(want) != facts(got):
            found.append(f"{file}, cell {number}, differs from book/{name}.md: edit the chapter, then {CURE}")
            break
    outputs = [str(n) for n, cell in enumerate(notebook.cells, 1) if cell.get("outputs") or cell.get("execution_count")]
    if outputs:
        found.append(f"{file} holds outputs (cell {', '.join(outputs)}): {CURE}")
    if not found and notebook.metadata.get(edits.MARK) != edits.fingerprint(chapter):
        found.append(f"{file} has lost its fingerprint: {CURE}")
    return found


def facts(cell: NotebookNode) -> tuple[str, str, dict]:
    """Return what makes two cells the same."""
    return cell.cell_type, cell.source, cell.metadata


def check(root: Path) -> list[str]:
    """Compare all chapters with their notebooks; return what is wrong, one sentence a finding."""
    sources = chapters.read_all(root)
    derived = pairs(root)
    found = [f"notebooks/{name}.ipynb is missing: {CURE}" for name in sources if name not in derived]
    for name, path in derived.items():
        if name in sources:
            found += differences(name, sources[name], edits.load(path))
        else:
            found.append(
                f"notebooks/{name}.ipynb has no chapter book/{name}.md: delete it, or keep it in notebooks/scratch/"
            )
    return found


def main(command: str) -> None:
    """Run one of the two commands on the project this file belongs to."""
    root = Path(__file__).parents[1]
    try:
        if command == "write":
            for sentence in [*write(root), *sets.write(root)]:
                print(sentence)
        elif found := [*check(root), *sets.check(root)]:
            sys.exit("\n".join(found))
    except (chapters.BrokenChapter, CourseError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1])
