"""Derive the students' notebooks of the problem sets, notebooks/assignments/, from book/assignments/, or compare them.

A set's source holds its solutions, and is no page of the book. The page is the notebook that students get.
"""

import filecmp
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from course import assignment, release
from tools import edits

CURE = "run `make notebooks`"


def sources(root: Path) -> list[Path]:
    """The sources of all sets."""
    folders = sorted(path for path in (root / "book" / "assignments").glob("*") if path.is_dir())
    return [assignment.find(folder)[0] for folder in folders]


@contextmanager
def released(root: Path) -> Iterator[Path]:
    """Release every set into a folder that is there for the block."""
    with TemporaryDirectory() as folder:
        for source in sources(root):
            release.write(assignment.read(source), Path(folder))
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
            if (place / name).exists():
                kept = edits.keep(place / name, root / "notebooks" / "scratch")
                done.append(f"Kept notebooks/assignments/{name} as it was in notebooks/scratch/{kept.name}")
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / name, place / name)
            done.append(f"Wrote notebooks/assignments/{name}")
    return done


def check(root: Path) -> list[str]:
    """Compare the students' notebooks with the sets; return what is wrong, one sentence a finding."""
    place = root / "notebooks" / "assignments"
    with released(root) as fresh:
        found = [f"notebooks/assignments/{name} is not what its set releases: {CURE}" for name in stale(fresh, place)]
        known = {path.name for path in fresh.glob("*.ipynb")}
    strange = sorted(path.name for path in place.glob("*.ipynb") if path.name not in known)
    return found + [f"notebooks/assignments/{name} has no set in book/assignments/: delete it" for name in strange]
