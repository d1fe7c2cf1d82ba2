"""What the tests of the problem sets share: a set with its judge, the reference's answers, and marks in the sandbox."""

import contextlib
import sys
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

import pytest
from nbformat import writes

from course import assignment, grade, judging, release
from tests.course import workshop

THOROUGH = [pytest.mark.thorough, pytest.mark.timeout(3600)]
DRAWS = [30, pytest.param(1000, marks=THOROUGH)]
SEEDS = [range(2), *(pytest.param(range(first, first + 50), marks=THOROUGH) for first in (0, 50, 100, 150))]
SOME_DRAWS = pytest.mark.parametrize("draws", DRAWS)
SOME_STUDENTS = pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")


class ProblemSet:
    """A set of the book; ``unrun`` are cells, of figures say, that take seconds and that no part needs."""

    def __init__(self, name, unrun=()):
        self.folder = workshop.ROOT / "book" / "assignments" / name
        source, judge = assignment.find(self.folder)
        self.assignment, self.judge = assignment.read(source), judging.load(judge)
        self.parts = {(part.grade_id, part.name): part for part in self.judge.parts}
        self.unrun = unrun
        self.reference = lru_cache(self.run)

    @cached_property
    def cells(self):
        return {cell.grade_id: cell for cell in self.assignment.cells}

    def run(self, seed=0):
        """What the solutions define, for a student whose number is ``seed``."""
        cells = [cell for cell in self.assignment.cells if cell.grade_id not in self.unrun]
        return release.reference(replace(self.assignment, cells=cells), seed)

    def verdicts(self, pair, names, seed):
        """What the judge says of a part, instance by instance; ``names`` are those that a student defines."""
        part = self.parts[pair]
        drawn = self.judge.instances(part, seed, seed)
        return [self.judge.verdict(part, inputs, release.answer(names, part.function, inputs)) for inputs in drawn]

    def right(self, pair, names, seed=0):
        return not any(self.verdicts(pair, names, seed))

    def never_wrong(self, pair, draws):
        """No draw makes a correct answer wrong."""
        said = [(seed, self.verdicts(pair, self.reference(), seed)) for seed in range(draws)]
        assert [(seed, words) for seed, words in said if any(words)] == []

    @property
    def homes(self):
        """The answer cells that the judge calls for."""
        return list(dict.fromkeys(self.assignment.home(part.function) for part in self.judge.parts))

    def check_won_alone(self, home):
        """An untouched release with one answer in it wins that answer's parts, and no other."""
        cells = [cell if cell.grade_id == home else given for cell, given in self.both() if cell.kind == "code"]
        names = {}
        for cell in grade.seeded(self.assignment, cells, 1):
            with contextlib.suppress(Exception):
                exec(cell.source, names)
        own = [pair for pair, part in self.parts.items() if self.assignment.home(part.function) == home]
        assert [pair for pair in self.parts if self.won(pair, names)] == own

    def both(self):
        """Cells with solutions, beside those that students get."""
        return zip(self.assignment.cells, self.assignment.release(), strict=True)

    def won(self, pair, names):
        """Whether a part is right, where its function may be missing or fail."""
        try:
            return self.right(pair, names, 1)
        except (KeyError, NameError, NotImplementedError):
            return False

    def check_points(self, free=0):
        """30 points, at most 60 % for code, but for ``free`` ones, in two written answers; cells and judge agree."""
        given = {name: cell.nbgrader["points"] for name, cell in self.cells.items() if cell.nbgrader.get("grade")}
        code = dict.fromkeys(self.judge.questions, 0)
        for part in self.judge.parts:
            code[part.grade_id] += part.points
        assert given == code | self.judge.manual
        assert sum(given.values()) == 30
        assert sum(code.values()) - free <= 18
        assert len(self.judge.manual) == 2

    def check_visible_tests(self):
        """The reference passes them."""
        names = dict(self.reference())
        for cell in self.assignment.cells:
            if cell.kind == "code" and cell.nbgrader.get("grade"):
                exec(cell.source, names)

    def submission(self, change=("", "")):
        """The reference, with one change, as a student hands it in."""
        cells = [replace(cell, source=cell.source.replace(*change)) for cell in self.assignment.cells]
        return writes(release.notebook(self.assignment, cells))

    def scores(self, changes: dict[str, tuple[str, str]], folder: Path):
        """Scores by student, as the grader gives them to changed references and to an untouched release."""
        papers, out = folder / "papers", folder / "out"
        papers.mkdir()
        for student, change in changes.items():
            (papers / f"{student}.ipynb").write_text(self.submission(change))
        release.write(self.assignment, papers).rename(papers / "untouched.ipynb")
        places = {"assignment": self.folder, "submissions": papers, "out": out, "secret": folder / "secret"}
        words = [word for name, place in places.items() for word in (f"--{name}", str(place))]
        ran = workshop.run([sys.executable, "-m", "course", "grade", *words, "--jobs", "1"])
        assert ran.returncode == 0, ran.stderr
        return {name: float(row["score"]) for name, row in workshop.table(out).items()}
