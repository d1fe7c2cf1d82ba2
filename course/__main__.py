"""The commands: ``python -m course grade --help``."""

import argparse
import os
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # graders are forked: no threads before
    os.environ.setdefault(variable, "1")

from course import assignment, batch, judging
from course.assignment import CourseError
from course.grade import Course
from course.isolation import BACKENDS, Isolation
from course.limits import Limits


def main(words: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = parser().parse_args(words)
    try:
        return options.command(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m course", description=__doc__, allow_abbrev=False)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    add_grade(commands.add_parser("grade", help="grade a folder of submissions", allow_abbrev=False))
    return whole


def add_grade(command: argparse.ArgumentParser) -> None:
    """The options of grade."""
    allowed = Limits()
    command.set_defaults(command=grade)
    command.add_argument(
        "--assignment", type=Path, required=True, help="a folder with NAME.md and judge.py, or a file NAME.md"
    )
    command.add_argument("--submissions", type=Path, required=True, help="a folder of notebooks and zip archives")
    command.add_argument("--out", type=Path, required=True, help="where marks go; finished students in it are kept")
    command.add_argument("--secret", type=Path, required=True, help="the file of the course's secret")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="students at a time")
    command.add_argument("--cell-seconds", type=float, default=allowed.cell, help="CPU seconds of one cell")
    command.add_argument("--call-seconds", type=float, default=allowed.call, help="CPU seconds of one call")
    command.add_argument("--memory", type=int, default=allowed.memory >> 20, help="MiB of all processes of a student")
    command.add_argument("--backend", choices=BACKENDS[:2], default=BACKENDS[0], help="container: for Gradescope")
    command.add_argument("--run-without-isolation", action="store_true", help="students' code may do all that you may")


def grade(options: argparse.Namespace) -> int:
    """Grade a folder of submissions."""
    if not options.submissions.is_dir():
        raise CourseError(f"--submissions {options.submissions} is no folder")
    source, judge_path = assignment.find(options.assignment)
    options.out.mkdir(parents=True, exist_ok=True)
    isolation = Isolation(
        "none" if options.run_without_isolation else options.backend, (options.out / ".work").resolve()
    )
    isolation.check()
    allowed = Limits(options.cell_seconds, options.call_seconds, memory=options.memory << 20)
    secret = batch.secret(options.secret)
    course = Course(assignment.read(source), judging.load(judge_path), secret, isolation, allowed)
    with batch.alone(options.out):
        return graded(course, options, batch.kind(source, judge_path, secret))


def graded(course: Course, options: argparse.Namespace, kind: str) -> int:
    """Grade what is not yet graded, and write the table."""
    course.isolation.prepare(course.assignment.withheld)
    records = options.out / "records"
    records.mkdir(exist_ok=True)
    one = batch.Batch(course, records, kind)
    found = batch.submissions(options.submissions, options.out)
    one.run(found, max(1, options.jobs))
    marks = {student: one.load(student) or one.zero("failed", "no record") for student in found}
    batch.table(options.out / "grades.csv", course.judge.questions, marks)
    print(f"{len(marks)} submissions: {options.out / 'grades.csv'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
