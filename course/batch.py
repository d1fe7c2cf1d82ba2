"""All submissions of a folder: one process for each student, records that outlive a kill, a table of marks."""

import csv
import fcntl
import hashlib
import json
import multiprocessing
import os
import resource
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from course import intake
from course.assignment import CourseError
from course.grade import Course, grade
from course.sandbox import NotStarted

WORKER_MEMORY = 3 << 30  # of addresses, for the reading and judging of one student's files
Record = dict[str, Any]


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


def submissions(folder: Path, out: Path) -> dict[str, Path]:
    """The newest file of every student, by its stem; hidden files and the output are none."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: (path.lstat().st_mtime, path.name)):
        if not path.name.startswith(".") and path.resolve() != out.resolve():
            found[path.stem] = path
    return dict(sorted(found.items()))


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold a folder of results for oneself.

    Raises
    ------
    CourseError
        Another run holds it.
    """
    with open(out / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(f"{out} is in use by another run of grade") from None
        yield


@dataclass(frozen=True)
class Batch:
    """A run over many students; ``kind`` distinguishes assignments, judges and secrets, whose records are not mixed."""

    course: Course
    records: Path
    kind: str

    def grade(self, student: str, path: Path) -> None:
        """Grade a student and keep the record, unless there is one of the same bytes."""
        began = time.monotonic()
        try:
            data = intake.read(path)
            of = hashlib.sha256(self.kind.encode() + data).hexdigest()
            if (self.load(student) or {}).get("of") == of:
                return
            record = grade(self.course, student, data)
        except intake.Unreadable as error:
            of, record = "", self.zero("unreadable", str(error))
        except MemoryError:
            of, record = "", self.zero("unreadable", "too large to be read")
        self.keep(student, {**record, "of": of, "seconds": round(time.monotonic() - began, 2)})

    def zero(self, status: str, note: str) -> Record:
        """The record of a submission that has no marks."""
        auto = dict.fromkeys(self.course.judge.questions, 0)
        return {"status": status, "auto": auto, "score": 0, "parts": [], "cells": [], "notes": [note]}

    def load(self, student: str) -> Record | None:
        """A student's record, if there is a whole one."""
        try:
            return json.loads((self.records / f"{student}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def keep(self, student: str, record: Record) -> None:
        """Write a record at one stroke."""
        path = self.records / f"{student}.json"
        temporary = path.with_name(f".{student}.part")
        temporary.write_text(json.dumps({"student": printable(student), **record}), encoding="utf-8")
        temporary.replace(path)

    def run(self, found: dict[str, Path], jobs: int) -> None:
        """Grade all, ``jobs`` at a time, each in a process of its own: what befalls one student befalls no other."""
        processes = multiprocessing.get_context("fork")
        waiting, running = list(found.items()), {}
        while waiting or running:
            while waiting and len(running) < jobs:
                student, path = waiting.pop(0)
                process = processes.Process(target=self.work, args=(student, path))
                process.start()
                running[process.sentinel] = (student, process)
            for sentinel in wait(list(running)):
                student, process = running.pop(sentinel)  # type: ignore[index]
                process.join()
                self.finished(student, process.exitcode)

    def finished(self, student: str, status: int | None) -> None:
        """Say how a student fared; one whose process fell gets a record that says so."""
        if status != 0:
            self.keep(
                student,
                {
                    **self.zero("failed", f"the grader's own process ended with status {status}: grade by hand"),
                    "of": "",
                },
            )
        record = self.load(student) or {}
        print(f"{printable(student)}: {record.get('score'):g} {'; '.join(record.get('notes', []))[:150]}", flush=True)

    def work(self, student: str, path: Path) -> None:
        """Grade a student in a process that has bounded memory and ends when the batch does."""
        _, most = resource.getrlimit(resource.RLIMIT_AS)  # the sandbox sets its own: the hard limit stays
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY, most))
        threading.Thread(target=end_with_parent, daemon=True).start()
        try:
            self.grade(student, path)
        except (CourseError, NotStarted) as error:
            note = f"not graded, and no fault of the student's: {error}"
            self.keep(student, {**self.zero("failed", note), "of": ""})


def end_with_parent() -> None:
    """Wait for the parent's end, then end: a killed batch leaves nothing behind."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def printable(text: str) -> str:
    """A name as text that any file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def table(path: Path, questions: list[str], records: dict[str, Record]) -> None:
    """Write the marks of all students."""
    temporary = path.with_name(f".{path.name}.part")
    with open(temporary, "w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(["submission", "status", *questions, "score", "notes"])
        for student, record in records.items():
            marks = [f"{record['auto'].get(question, 0):g}" for question in questions]
            notes = " | ".join(" ".join(note.split()) for note in record["notes"])
            writer.writerow([student, record["status"], *marks, f"{record['score']:g}", notes])
    temporary.replace(path)


def kind(source: Path, judge: Path, secret: bytes) -> str:
    """What marks depend on beside a submission."""
    return hashlib.sha256(source.read_bytes() + b"\0" + judge.read_bytes() + b"\0" + secret).hexdigest()
