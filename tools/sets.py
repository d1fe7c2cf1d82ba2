"""Derive the students' notebooks of the problem sets, notebooks/assignments/, from book/assignments/, or compare them.

A set's source holds its solutions, and is no page of the book. The page is the notebook that students get.
"""

import filecmp
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from course import assignment, release
from tools import edits

CURE = "run `make notebooks`"


def sources(root: Path) -> list[Path]:
    """The sources of all sets."""
    folders = sorted(path for path in (root / "book" / "assignments").glob("*") if path.is_dir())
    return [assignment.find(folder)[0] for folder in folders]


@contextmanager
def released(root: Path) -> Iterator[Path]:
    """Release every set into a folder that is there for the block; each notebook carries its fingerprint."""
    with TemporaryDirectory() as folder:
        for source in sources(root):
            path = release.write(assignment.read(source), Path(folder))
            notebook = nbformat.read(path, as_version=4)
            notebook.metadata[edits.MARK] = edits.fingerprint(notebook)
            nbformat.write(notebook, path)
        yield Path(folder)


def stale(fresh: Path, place: Path) -> Iterator[Path]:
    """Files of the folder ``fresh`` that ``place`` lacks or has otherwise, seen from there."""
    for path in sorted(fresh.rglob("*")):
        name = path.relative_to(fresh)
        if path.is_file() and not ((place / name).is_file() and filecmp.cmp(path, place / name, shallow=False)):
            yield name


def write(root: Path) -> list[str]:
    """Write the students' notebooks and their data; return what was done, one sentence each."""
    place, done = root / "notebooks" / "assignments", []
    with released(root) as fresh:
        for name in stale(fresh, place):
            if edited(place / name, fresh / name):
                kept = edits.keep(place / name, root / "notebooks" / "scratch")
                done.append(f"Kept your edited notebooks/assignments/{name} as notebooks/scratch/{kept.name}")
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / name, place / name)
            done.append(f"Wrote notebooks/assignments/{name}")
    return done


def edited(path: Path, fresh: Path) -> bool:
    """Whether a notebook is there in which somebody has written."""
    return path.suffix == ".ipynb" and path.exists() and edits.edited(edits.load(path), nbformat.read(fresh, 4))


def check(root: Path) -> list[str]:
    """Compare the students' notebooks with the sets; return what is wrong, one sentence a finding."""
    place = root / "notebooks" / "assignments"
    with released(root) as fresh:
        found = [f"notebooks/assignments/{name} is not what its set releases: {CURE}" for name in stale(fresh, place)]
        known = {path.name for path in fresh.glob("*.ipynb")}
    strange = sorted(path.name for path in place.glob("*.ipynb") if path.name not in known)
    return found + [f"notebooks/assignments/{name} has no set in book/assignments/: delete it" for name in strange]
