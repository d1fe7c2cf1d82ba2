"""What Canvas, Moodle and Gradescope export: the latest notebook of each student, by the name on the roster."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import yaml

from course import intake
from course.assignment import CourseError

PATTERNS = {  # who handed in, and which attempt it was
    "canvas": re.compile(r"(?:.*/)?(?P<who>[^_/]+(?:_LATE)?_\d+)_(?P<attempt>\d+)_[^/]*"),
    "moodle": re.compile(r"(?:.*/)?(?P<who>[^/]+?_\d+)_assignsubmission_file(?P<attempt>).*"),
    "gradescope": re.compile(r"(?:.*/)?(?P<who>submission_\d+)(?P<attempt>)/.*"),
}
METADATA = "submission_metadata.yml"
Members = Iterator[tuple[str, bytes]]


def collect(place: Path, platform: str, roster: Path | None, target: Path) -> list[str]:
    """Copy each student's latest notebook or archive to ``target``; return the names that no roster knows.

    Parameters
    ----------
    place
        What the platform exports, as a zip archive or unpacked.
    platform
        ``"canvas"``, ``"moodle"`` or ``"gradescope"``.
    roster
        A table with a column ``student`` and others, of any name, that hold what a student is called elsewhere.
    """
    target.mkdir(parents=True, exist_ok=True)
    people = submitters(place) if platform == "gradescope" else {}
    known = aliases(roster)
    unknown: list[str] = []
    newest: dict[str, int] = {}
    for path, data in members(place, (".ipynb", ".zip")):
        match = PATTERNS[platform].fullmatch(path)
        if match is None:
            unknown.append(path)
            continue
        attempt = int(match["attempt"] or 0)
        for called in people.get(match["who"], [names(match["who"])]):
            student = next((known[name] for name in called if name in known), None if roster else called[-1])
            if student is None:
                unknown.append(path)
            elif newest.get(student, -1) <= attempt:
                newest[student] = attempt
                keep(target, student, PurePosixPath(path).suffix, data)
    return unknown


def names(who: str) -> list[str]:
    """What a platform calls a student: its own number, and the name before it."""
    name, _, number = who.removesuffix("_LATE").rpartition("_")
    return [name.removesuffix("_LATE").casefold(), number]


def keep(target: Path, student: str, suffix: str, data: bytes) -> None:
    """Write a student's file in place of an earlier one."""
    if "/" in student or student.startswith("."):
        raise CourseError(f"the roster's name {student!r} cannot be a file's name")
    for old in (".ipynb", ".zip"):
        (target / f"{student}{old}").unlink(missing_ok=True)
    (target / f"{student}{suffix}").write_bytes(data)


def read(path: Path) -> bytes:
    """The bytes of a file; none where it cannot be read, which grades as unreadable."""
    try:
        return intake.read(path)
    except intake.Unreadable:
        return b""


def members(place: Path, suffixes: tuple[str, ...]) -> Members:
    """The files of an export that end so, each with its bytes; none for a file that cannot be read."""
    if place.is_dir():
        for path in sorted(place.rglob("*")):
            if path.name.endswith(suffixes) and path.is_file() and not path.is_symlink():
                yield path.relative_to(place).as_posix(), read(path)
        return
    try:
        with zipfile.ZipFile(place) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename):
                if info.filename.endswith(suffixes):
                    yield info.filename, archive.read(info) if intake.is_safe(info) else b""
    except (OSError, zipfile.BadZipFile) as error:
        raise CourseError(f"--submissions {place} is neither a folder nor a zip archive ({error})") from None


def submitters(place: Path) -> dict[str, list[list[str]]]:
    """Who is behind each of Gradescope's submissions: several, where a group hands in."""
    text = next((data for _, data in members(place, (METADATA,))), b"")
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise CourseError(f"{place}: {METADATA} cannot be read ({error})") from None
    return {
        submission: [
            [str(value).casefold() for value in person.values() if value] for person in entry.get(":submitters", [])
        ]
        for submission, entry in found.items()
    }


def strangers(found: Iterable[str], roster: Path | None) -> list[str]:
    """Those who handed in and are no student of the roster."""
    students = set(aliases(roster).values())
    return [name for name in found if roster and name not in students]


def aliases(roster: Path | None) -> dict[str, str]:
    """Each student of a roster by everything that it calls her."""
    if roster is None:
        return {}
    with open(roster, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if not rows or "student" not in rows[0]:
        raise CourseError(f"{roster}: the roster needs rows, and a column named student")
    return {
        value.strip().casefold(): row["student"] for row in rows for value in row.values() if value and value.strip()
    }
