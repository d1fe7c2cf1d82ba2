"""What each command does with its options; a command imports only what it needs, so that ``check`` runs anywhere."""

import os
from argparse import Namespace
from pathlib import Path
from typing import Any

from course import assignment
from course.assignment import CourseError

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def release(options: Namespace) -> int:
    """Write the students' notebook, after a rehearsal of the reference; with a roster, every student's number."""
    from course import judging, store
    from course import release as releases

    source, judge = assignment.find(options.assignment)
    given = assignment.read(source)
    faults = releases.rehearse(given, judging.load(judge))
    if faults:
        raise CourseError("\n".join(["The reference does not pass its own judge:", *faults]))
    print(releases.write(given, options.out))
    if options.roster:
        print(
            releases.write_seeds(given, options.roster, store.secret(needed(options.secret, "--secret")), options.out)
        )
    return 0


def check(options: Namespace) -> int:
    """Run the visible tests of your notebook."""
    from course.check import check

    return 0 if check(options.notebook, options.release) else 1


def grade(options: Namespace) -> int:
    """Grade a folder of submissions; what is graded already is kept."""
    os.umask(0o077)  # marks are nobody else's business
    os.environ.update(dict.fromkeys(THREADS, "1"))  # the graders of students are forked, from a process without threads
    from course import batch, store

    with store.held(options.out):
        return batch.grade_all(options)


def export(options: Namespace) -> int:
    """Bring marks to nbgrader's gradebook, a platform's grade sheet, or Gradescope; figures to one page."""
    from course import sheets

    kept = records(options.out)
    marks = {student: record["score"] for student, record in kept.items()}
    if options.gradebook:
        from course import gradebook

        given = assignment.read(assignment.find(options.assignment)[0])
        marks, waiting = gradebook.export(given, kept, options.gradebook)
        if waiting:
            print(f"written answers of {len(waiting)} students wait for a mark by hand, and count as 0 until then")
    if options.sheet:
        target = options.out / f"filled-{options.sheet.name}"
        for student in sheets.fill(options.sheet, options.column, marks, target):
            print(f"not in {options.sheet}: {student}")
        print(target)
    if options.gradescope:
        if len(kept) != 1:
            raise CourseError(f"--gradescope is for a single submission, {options.out} holds {len(kept)}")
        options.gradescope.write_text(sheets.gradescope(next(iter(kept.values()))), encoding="utf-8")
    if options.figures:
        page = options.out / f"figures-{options.figures}.html"
        page.write_text(sheets.contact(kept, options.figures), encoding="utf-8")
        print(page)
    return 0


def manual(options: Namespace) -> int:
    """Write the solution manual, for you only."""
    from course import manual

    print(manual.write(assignment.read(assignment.find(options.assignment)[0]), options.out))
    return 0


def viva(options: Namespace) -> int:
    """Write three questions for each student, about her own functions and figures."""
    from course import judging, store, viva

    source, judge = assignment.find(options.assignment)
    given = assignment.read(source)
    functions = {part.function for part in judging.load(judge).parts} - viva.given(given.release())
    answers = {cell.grade_id for cell in given.cells if cell.solution}
    secret = store.secret(needed(options.secret, "--secret"))
    pages = options.out / "viva.md"
    with open(pages, "w", encoding="utf-8") as file:
        for student, record in records(options.out).items():
            asked = viva.questions(record, functions, answers, secret)
            file.write(
                "\n".join([f"## {student}", "", *(f"{number}. {one}" for number, one in enumerate(asked, 1)), "", ""])
            )
    print(pages)
    return 0


def records(out: Path) -> dict[str, Any]:
    """The records of a folder of results.

    Raises
    ------
    CourseError
        There are none.
    """
    from course import store

    found = store.load_all(out / "records")
    if not found:
        raise CourseError(f"{out} holds no records: run `python -m course grade ... --out {out}` first")
    return found


def needed(option: Path | None, name: str) -> Path:
    """An option that another one makes necessary."""
    if option is None:
        raise CourseError(f"{name} is needed here")
    return option
