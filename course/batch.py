"""All submissions of a folder, each graded in a process of its own: what befalls one student befalls no other."""

import hashlib
import multiprocessing
import os
import resource
import sys
import threading
import time
from argparse import Namespace
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from course import assignment, intake, judging, lms, store
from course.assignment import Assignment, CourseError
from course.grade import Course, grade
from course.isolation import Isolation
from course.limits import Limits
from course.sandbox import NotStarted
from course.store import Record

WORKER_MEMORY = 3 << 30  # of addresses, for the reading and judging of one student's files


@dataclass(frozen=True)
class Batch:
    """A run over many students.

    Parameters
    ----------
    course
        The assignment, its judge, the secret and how code is run.
    records
        The folder of records.
    kind
        What marks depend on beside a submission: records of another kind are made anew.
    """

    course: Course
    records: Path
    kind: str

    def grade(self, student: str, path: Path) -> Record:
        """The record of a student: the one that is kept, where it is of the same bytes."""
        try:
            data = intake.read(path)
            of = hashlib.sha256(self.kind.encode() + data).hexdigest()
            old = store.load(self.records, student)
            if old and old["of"] == of:
                return old
            return {**grade(self.course, student, data), "of": of}
        except intake.Unreadable as error:
            return self.zero("unreadable", str(error))
        except MemoryError:
            return self.zero("unreadable", "too large to be read")
        except (CourseError, NotStarted) as error:
            return self.zero("failed", f"not graded, through no fault of the student's: {error}")

    def zero(self, status: str, note: str) -> Record:
        """The record of a submission that has no marks."""
        auto = dict.fromkeys(self.course.judge.questions, 0)
        return {"status": status, "auto": auto, "score": 0, "parts": [], "cells": [], "notes": [note], "of": ""}

    def run(self, found: dict[str, Path], jobs: int) -> None:
        """Grade all, ``jobs`` at a time."""
        waiting = list(found.items())
        running: dict[Any, tuple[str, Any]] = {}
        while waiting or running:
            while waiting and len(running) < jobs:
                student, path = waiting.pop(0)
                process = multiprocessing.get_context("fork").Process(target=self.work, args=(student, path))
                process.start()
                running[process.sentinel] = student, process
            for sentinel in wait(running):
                student, process = running.pop(sentinel)
                process.join()
                self.finished(student, process.exitcode)

    def finished(self, student: str, status: int | None) -> None:
        """Say how a student fared; one whose process fell gets a record that says so."""
        if status != 0:
            note = f"the grader's own process ended with status {status}: look at this submission by hand"
            store.keep(self.records, student, self.zero("failed", note))
        record = store.load(self.records, student) or self.zero("failed", "no record")
        print(f"{store.printable(student)}: {record['score']:g}  {'; '.join(record['notes'])[:150]}", flush=True)

    def work(self, student: str, path: Path) -> None:
        """Grade a student in a process that has bounded memory and ends when the batch does."""
        _, most = resource.getrlimit(resource.RLIMIT_AS)  # the sandbox sets its own: the hard limit stays
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY, most))
        threading.Thread(target=end_with_parent, daemon=True).start()
        began = time.monotonic()
        record = self.grade(student, path)
        if "seconds" not in record:
            store.keep(self.records, student, {**record, "seconds": round(time.monotonic() - began, 2)})


def end_with_parent() -> None:
    """Wait for the parent's end, then end: a killed batch leaves nothing behind."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def submissions(folder: Path, out: Path) -> dict[str, Path]:
    """The newest file of every student, by its stem; hidden files and the output are none.

    Raises
    ------
    CourseError
        There is no such folder.
    """
    if not folder.is_dir():
        raise CourseError(f"--submissions {folder} is no folder")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: (path.lstat().st_mtime_ns, path.name)):
        if not path.name.startswith(".") and path.resolve() != out.resolve():
            found[path.stem] = path
    return dict(sorted(found.items()))


def collected(options: Namespace) -> dict[str, Path]:
    """The submissions that the options name, out of a platform's export if they say so; strangers are reported."""
    if options.lms is None:
        found = submissions(options.submissions, options.out)
        strangers = lms.strangers(found, options.roster)
    else:
        strangers = lms.collect(options.submissions, options.lms, options.roster, options.out / "submissions")
        found = submissions(options.out / "submissions", options.out)
    for name in strangers:
        print(f"nobody on the roster: {store.printable(name)}", file=sys.stderr)
    return found


def limits(options: Namespace, given: Assignment) -> Limits:
    """What the options allow, else the assignment, else what is usual."""
    said = {"cell": options.cell_seconds, "call": options.call_seconds}
    seconds = given.seconds | {name: value for name, value in said.items() if value is not None}
    return Limits(memory=options.memory << 20, **seconds)


def prepared(options: Namespace) -> Batch:
    """A batch from the command line's options, after a look at whether students' code can be shut in."""
    source, judge = assignment.find(options.assignment)
    isolation = Isolation(
        "none" if options.run_without_isolation else options.backend, (options.out / ".work").resolve()
    )
    isolation.check()
    if options.secret is None:
        raise CourseError("--secret FILE is needed: a file of random bytes, made where there is none")
    secret = store.secret(options.secret)
    given = assignment.read(source)
    course = Course(given, judging.load(judge), secret, isolation, limits(options, given))
    records = options.out / "records"
    records.mkdir(exist_ok=True)
    isolation.prepare(given.withheld, given.data)
    isolation.close(options.out, [source.parent, options.secret, options.submissions, records])
    modules = [path.read_bytes() for path in sorted(judge.parent.glob("*.py"))]
    parts = (source.read_bytes(), *modules, secret)
    return Batch(course, records, hashlib.sha256(b"\0".join(parts)).hexdigest())


def grade_all(options: Namespace) -> int:
    """Grade what the options name and write the table; 1 where the machine failed a student."""
    batch = prepared(options)
    found = collected(options)
    batch.run(found, max(1, options.jobs))
    marks = {student: store.load(batch.records, student) or batch.zero("failed", "no record") for student in found}
    store.table(options.out / "grades.csv", batch.course.judge.questions, marks)
    failed = [student for student, record in marks.items() if record["status"] == "failed"]
    print(f"{len(marks)} submissions, {len(failed)} of them failed: {options.out / 'grades.csv'}")
    return 1 if failed else 0
