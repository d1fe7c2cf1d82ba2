"""The marks of one submission: every part is won or lost alone."""

import builtins
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from course import intake
from course.assemble import assemble
from course.assignment import Assignment, Cell
from course.isolation import Isolation
from course.judging import Judge, Part, digest, personal_seed
from course.limits import Limits
from course.run import Hopeless, Notebook
from course.sandbox import Died, Sandbox

SEED = re.compile(r"^SEED = \d+", re.MULTILINE)
WITHHELD = re.compile(r"^NotImplementedError: ([\w.]+ is what this set asks you to write)$")
NO_TIME = "there was no time left"


@dataclass(frozen=True)
class Course:
    """What is the same for all students: the assignment, its judge, the secret, and how code is run."""

    assignment: Assignment
    judge: Judge
    secret: bytes
    isolation: Isolation
    allowed: Limits


def grade(course: Course, student: str, data: bytes) -> dict[str, Any]:
    """Grade one submission's bytes; return the student's record.

    Raises
    ------
    course.intake.Unreadable
        No notebook can be had of them.
    """
    submitted, notes = intake.cells(data, course.assignment.name)
    cells, more = assemble(course.assignment.release(), submitted)
    seed = personal_seed(course.secret, student, course.assignment.name)
    notebook = Notebook(seeded(course.assignment, cells, seed), course.isolation, course.allowed)
    try:
        marking = Marking(course, student, notebook)
        marking.mark()
    finally:
        notebook.close()
    return {**marking.record(), "notes": notes + more + other_numbers(course.assignment, cells, seed) + notebook.notes}


def seeded(assignment: Assignment, cells: list[Cell], seed: int) -> list[Cell]:
    """Give every cell of the release that has a line ``SEED = ...`` the student's own number."""
    known = {cell.grade_id: cell for cell in assignment.release() if cell.grade_id and SEED.search(cell.source)}
    own: dict[str | None, Cell] = {
        name: replace(cell, source=SEED.sub(f"SEED = {seed}", cell.source)) for name, cell in known.items()
    }
    return [own.get(cell.grade_id, cell) for cell in cells]


def other_numbers(assignment: Assignment, cells: list[Cell], seed: int) -> list[str]:
    """Say where a student worked with a number that is not her own: her written answers may tell of it."""
    asking = {cell.grade_id for cell in assignment.release() if cell.grade_id and SEED.search(cell.source)}
    found = [SEED.search(cell.source) for cell in cells if cell.grade_id in asking]
    used = dict.fromkeys(one.group().split()[-1][:20] for one in found if one)
    return [
        f"handed in with SEED = {number}, graded with the student's own, {seed}"
        for number in used
        if number != str(seed)
    ]


@dataclass
class Marking:
    """The verdicts on a student's parts: first with all cells run together, then, where that failed, alone."""

    course: Course
    student: str
    notebook: Notebook
    verdicts: dict[Part, str | None] = field(default_factory=dict)
    dead: dict[str, str] = field(default_factory=dict)  # functions that are called no more, and why
    slow: set[str] = field(default_factory=set)
    box: Sandbox | None = None

    def mark(self) -> None:
        """Judge every part."""
        until = time.monotonic() + self.course.allowed.total
        for part in self.course.judge.parts:
            self.verdicts[part] = self.first(part) if time.monotonic() < until else NO_TIME
        for function in dict.fromkeys(part.function for part in self.lost()):
            if time.monotonic() < until and self.worth_a_second_try(function):
                self.second(function)

    def lost(self) -> Iterator[Part]:
        """The parts that are not right."""
        return (part for part, verdict in self.verdicts.items() if verdict is not None)

    def first(self, part: Part) -> str | None:
        """The verdict on a part where all cells have run."""
        if part.function in self.dead:
            return self.dead[part.function]
        try:
            self.box = self.box or self.notebook.together()
            return self.ask(self.box, part)
        except Hopeless as reason:
            return str(reason)
        except Died as death:
            self.box = None
            self.notebook.buried(death)
            self.dead[part.function] = death.reason
            return death.reason

    def ask(self, box: Sandbox, part: Part) -> str | None:
        """Draw a part's instances, have the student's function answer them, and judge: None where all are right."""
        name = self.course.assignment.name
        seed = digest(self.course.secret, self.student, name, part.grade_id, part.name)
        own = personal_seed(self.course.secret, self.student, name)
        for inputs in self.course.judge.instances(part, seed, own):
            answer = box.call(part.function, inputs)
            if isinstance(answer, str):
                return self.failure(part, answer)
            verdict = self.course.judge.verdict(part, inputs, answer)
            if verdict is not None:
                return verdict
        return None

    def failure(self, part: Part, error: str) -> str:
        """Say why there is no answer. The error's own text may show a hidden instance: it is left out."""
        kind, function = error.partition(":")[0], part.function
        withheld = WITHHELD.match(error)
        if kind == "TooLong":
            self.slow.add(function)
            self.dead[function] = f"{function} takes more than {self.course.allowed.call:g} s of computing"
            return self.dead[function]
        if withheld:
            return f"{function} raises NotImplementedError: {withheld[1]}"
        known = isinstance(getattr(builtins, kind, None), type)
        phrases = {
            "NotImplementedError": f"{function} is not written yet",
            "NameError": f"{function} is missing, or uses a name that is not defined",
            "Malformed": f"{function} returns what cannot be read as arrays",
        }
        return phrases.get(kind, f"{function} raises {kind if known else 'an error of its own'}")

    def worth_a_second_try(self, function: str) -> bool:
        """Whether a function that failed might not fail without the student's other cells."""
        home = self.course.assignment.home(function)
        if home is None or function in self.slow:
            return False
        stubs = {cell.grade_id: cell.source.strip() for cell in self.course.assignment.release()}
        related = set(self.notebook.related(home))
        written = {
            place
            for place in self.notebook.code
            if self.cell(place).source.strip() != stubs.get(self.cell(place).grade_id)
        }
        mine = {place for place in self.notebook.code if self.cell(place).grade_id == home}
        return bool(written & mine and written - related) and not mine & self.notebook.slow

    def cell(self, place: int) -> Cell:
        """The cell at a place."""
        return self.notebook.cells[place]

    def second(self, function: str) -> None:
        """Judge a function's lost parts again, without the student's other answers."""
        home = self.course.assignment.home(function)
        parts = [part for part in self.lost() if part.function == function]
        try:
            box = self.notebook.alone(str(home))
            right = [part for part in parts if self.ask(box, part) is None]
        except Died as death:
            self.notebook.buried(death)
            return
        self.verdicts.update(dict.fromkeys(right))
        if right:
            self.notebook.notes.append(f"{home}: graded without the other answers, which disturb it")

    def record(self) -> dict[str, Any]:
        """What is kept of the student."""
        parts = [
            {"grade_id": part.grade_id, "part": part.name, "points": part.points, "function": part.function, "why": why}
            for part, why in self.verdicts.items()
        ]
        auto = dict.fromkeys(self.course.judge.questions, 0.0)
        for part in self.verdicts:
            auto[part.grade_id] += part.points if self.verdicts[part] is None else 0
        cells = [
            {
                "kind": cell.kind,
                "grade_id": cell.grade_id,
                "source": cell.source,
                "shown": self.notebook.shown.get(place),
            }
            for place, cell in enumerate(self.notebook.cells)
        ]
        used = {"peak_mib": self.notebook.peak >> 20, "cpu_s": round(self.notebook.cpu, 2)}
        return {"status": "graded", "auto": auto, "score": sum(auto.values()), "parts": parts, "cells": cells, **used}
