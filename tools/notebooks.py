"""Derive notebooks/*.ipynb from the chapters in book/*.md, or check that they match.

A chapter is a Markdown file with a kernel in its header. The chapters are edited, the notebooks never:
``python -m tools.notebooks write`` derives them, ``python -m tools.notebooks check`` compares.
"""

import sys
from itertools import zip_longest
from pathlib import Path

import jupytext
from jupytext.combine import combine_inputs_with_outputs
from nbformat import NotebookNode

CURE = "run `make notebooks`"


def chapters(root: Path) -> dict[str, NotebookNode]:
    """Every chapter of the book as a notebook, by its name."""
    read = {path.stem: jupytext.read(path) for path in sorted((root / "book").glob("*.md"))}
    return {name: chapter for name, chapter in read.items() if "kernelspec" in chapter.metadata}


def pairs(root: Path) -> dict[str, Path]:
    """Every notebook by its name."""
    return {path.stem: path for path in sorted((root / "notebooks").glob("*.ipynb"))}


def load(path: Path) -> NotebookNode | None:
    """Read a notebook; return None where there is none to be read."""
    try:
        return jupytext.read(path)
    except (OSError, ValueError):
        return None


def derive(chapter: NotebookNode, path: Path) -> NotebookNode:
    """Return the notebook of a chapter, with the cell ids of the one that is already at ``path``."""
    if old := load(path):
        chapter = combine_inputs_with_outputs(chapter, old, fmt="md:myst")
    chapter.metadata = {"kernelspec": chapter.metadata["kernelspec"]}
    for cell in chapter.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return chapter


def write(root: Path) -> list[str]:
    """Derive every notebook; return the names of the files that changed."""
    (root / "notebooks").mkdir(exist_ok=True)
    changed = []
    for name, chapter in chapters(root).items():
        path = root / "notebooks" / f"{name}.ipynb"
        text = jupytext.writes(derive(chapter, path), fmt="ipynb") + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(f"notebooks/{name}.ipynb")
    return changed


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
    return found


def facts(cell: NotebookNode) -> tuple[str, str, dict]:
    """Return what makes two cells the same."""
    return cell.cell_type, cell.source, cell.metadata


def check(root: Path) -> list[str]:
    """Compare all chapters with their notebooks; return what is wrong, one sentence a finding."""
    sources, derived = chapters(root), pairs(root)
    found = [f"notebooks/{name}.ipynb is missing: {CURE}" for name in sources if name not in derived]
    for name, path in derived.items():
        if name in sources:
            found += differences(name, sources[name], load(path))
        else:
            found.append(
                f"notebooks/{name}.ipynb has no chapter book/{name}.md: delete it, or keep it in notebooks/scratch/"
            )
    return found


def main(command: str) -> None:
    """Run one of the two commands on the project this file belongs to."""
    root = Path(__file__).parents[1]
    if command == "write":
        for file in write(root):
            print(f"Wrote {file}")
    elif found := check(root):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(sys.argv[1])
