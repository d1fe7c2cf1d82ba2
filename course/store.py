"""Results on disk: the secret, one record for each student, the table of marks; a kill at any moment spoils none."""

import csv
import fcntl
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course.assignment import CourseError

Record = dict[str, Any]
LONGEST = 200  # bytes of a name that stands in a file's name as it is


def secret(path: Path) -> bytes:
    """The course's secret; where the file is missing, a new one is made.

    Raises
    ------
    CourseError
        The file is empty.
    """
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        print(f"{path} is new: keep it, marks and personal data depend on it", file=sys.stderr)
    content = path.read_bytes().strip()
    if not content:
        raise CourseError(f"{path} is empty: the secret is what keeps hidden instances hidden")
    return content


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold a folder of results for oneself, until the block or this process ends.

    Raises
    ------
    CourseError
        Another run holds it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(f"{out} is in use by another run of grade") from None
        yield


def place(folder: Path, student: str) -> Path:
    """The file of a student's record; a name that is too long for it is cut, and made unlike any other."""
    name = student.encode("utf-8", "surrogateescape")
    if len(name) > LONGEST:
        student = f"{student[: LONGEST // 8]}-{hashlib.sha256(name).hexdigest()}"
    return folder / f"{student}.json"


def load(folder: Path, student: str) -> Record | None:
    """A student's record, if there is a whole one."""
    try:
        return json.loads(place(folder, student).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def load_all(folder: Path) -> dict[str, Record]:
    """The records of all students."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("[!.]*.json"))]
    return {record["student"]: record for record in found}


def keep(folder: Path, student: str, record: Record) -> None:
    """Write a student's record at one stroke."""
    temporary = folder / f".{place(folder, student).name}"
    temporary.write_text(json.dumps({"student": printable(student), **record}), encoding="utf-8")
    temporary.replace(place(folder, student))


def printable(text: str) -> str:
    """A name as text that any file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def table(path: Path, questions: list[str], records: dict[str, Record]) -> None:
    """Write the marks of all students."""
    temporary = path.with_name(f".{path.name}.part")
    with open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["submission", "status", *questions, "score", "notes"])
        for student, record in records.items():
            marks = [f"{record['auto'].get(question, 0):g}" for question in questions]
            notes = " | ".join(" ".join(note.split()) for note in record["notes"])
            row = [student, record["status"], *marks, f"{record['score']:g}", notes]
            writer.writerow([printable(word) for word in row])
    temporary.replace(path)
