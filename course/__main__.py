"""The commands of a course: ``python -m course COMMAND --help`` tells each one's options."""

import argparse
import os
import sys
from pathlib import Path

from course import commands
from course.assignment import CourseError
from course.limits import Limits


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m course", description=__doc__, allow_abbrev=False)
    names = whole.add_subparsers(required=True, metavar="COMMAND")
    for command, adds in ADDS.items():
        one = names.add_parser(command.__name__, help=command.__doc__, description=command.__doc__, allow_abbrev=False)
        one.set_defaults(command=command)
        for add in adds:
            add(one)
    return whole


def add_assignment(command: argparse.ArgumentParser) -> None:
    """Which assignment."""
    text = "a folder with NAME.md and judge.py, or a file NAME.md with NAME_judge.py or judge.py beside it"
    command.add_argument("--assignment", type=Path, required=True, help=text)


def add_out(command: argparse.ArgumentParser) -> None:
    """Where results are."""
    command.add_argument(
        "--out", type=Path, required=True, help="the folder of what is made; for grades, of results so far"
    )


def add_roster(command: argparse.ArgumentParser) -> None:
    """Who the students are."""
    command.add_argument(
        "--roster", type=Path, help="a table with a column student, and others with other names of hers"
    )
    command.add_argument("--secret", type=Path, help="the file of the course's secret")


def add_check(command: argparse.ArgumentParser) -> None:
    """The options of check."""
    command.add_argument("notebook", type=Path, help="your notebook")
    command.add_argument(
        "--release", type=Path, help="the notebook as it was given out; else the tests in yours are run"
    )


def add_grade(command: argparse.ArgumentParser) -> None:
    """The options of grade."""
    usual = Limits()
    command.add_argument("--submissions", type=Path, required=True, help="a folder of notebooks and zip archives")
    command.add_argument("--lms", choices=["canvas", "moodle", "gradescope"], help="submissions are what it exports")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="students at a time (%(default)s)")
    command.add_argument("--cell-seconds", type=float, help=f"CPU seconds of a cell ({usual.cell:g}, or the set's)")
    command.add_argument("--call-seconds", type=float, help=f"CPU seconds of a call ({usual.call:g}, or the set's)")
    command.add_argument("--memory", type=int, default=usual.memory >> 20, help="MiB for a student (%(default)d)")
    command.add_argument(
        "--backend", choices=["bubblewrap", "container"], default="bubblewrap", help="container: Gradescope's"
    )
    command.add_argument(
        "--run-without-isolation", action="store_true", help="students' code may do whatever you may do"
    )


def add_export(command: argparse.ArgumentParser) -> None:
    """The options of export."""
    command.add_argument(
        "--gradebook", type=Path, help="an nbgrader course to add marks and notebooks to, or a new one"
    )
    command.add_argument(
        "--sheet", type=Path, help="a grade sheet that your platform exports; a filled copy goes to --out"
    )
    command.add_argument(
        "--column", default="Grade", help="the sheet's column to fill (%(default)s, as Moodle calls it)"
    )
    command.add_argument("--gradescope", type=Path, help="where to write results.json, for a single submission")
    command.add_argument("--figures", help="the grade_id of an answer: all students' figures go on one page")


ADDS = {
    commands.release: (add_assignment, add_out, add_roster),
    commands.check: (add_check,),
    commands.grade: (add_assignment, add_out, add_roster, add_grade),
    commands.export: (add_assignment, add_out, add_export),
    commands.manual: (add_assignment, add_out),
    commands.viva: (add_assignment, add_out, add_roster),
}


def main(words: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = parser().parse_args(words)
    try:
        return options.command(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
