"""A student's notebook, run in sandboxes as often as its own faults make it needful."""

from dataclasses import dataclass, field
from typing import Any

from course.assignment import Cell
from course.isolation import Isolation
from course.limits import Limits
from course.sandbox import Died, NotStarted, Sandbox

SHOWN = 32 << 20  # characters that the cells of a student may show
TRIES = 3  # runs of a notebook some cell of which ends its process


class Hopeless(Exception):
    """The notebook cannot be run; its text says why."""


@dataclass
class Notebook:
    """The cells of a student, what each showed, which of them ended their process, and which took too long."""

    cells: list[Cell]
    isolation: Isolation
    allowed: Limits
    shown: dict[int, dict[str, Any]] = field(default_factory=dict)
    fallen: dict[int, str] = field(default_factory=dict)
    slow: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    sandbox: Sandbox | None = None
    room: int = SHOWN
    peak: int = 0
    cpu: float = 0.0

    @property
    def code(self) -> list[int]:
        """Places of the cells that run."""
        return [place for place, cell in enumerate(self.cells) if cell.kind == "code"]

    def box(self) -> Sandbox:
        """The sandbox, with a new run begun in it; started where there is none, or where the last run has ended it."""
        if self.sandbox:
            try:
                self.sandbox.begin()
                return self.sandbox
            except Died:
                self.close()
        self.sandbox = Sandbox(self.isolation, self.allowed)
        try:
            self.sandbox.begin()
        except Died as death:
            raise NotStarted(f"no run could begin: {death.reason}") from None
        return self.sandbox

    def together(self) -> Sandbox:
        """Run all cells but those that end their process; return the sandbox in which they have run.

        Raises
        ------
        Hopeless
            Too many cells end their process.
        """
        for _ in range(TRIES):
            box = self.box()
            try:
                for place in [one for one in self.code if one not in self.fallen]:
                    self.show(place, box.cell(self.cells[place].source))
                return box
            except Died as death:
                self.buried(death)
                self.blame(place, death)
        raise Hopeless("too many cells end the process that runs them")

    def alone(self, grade_id: str) -> Sandbox:
        """Run the release's cells and those that belong to one answer; return the sandbox in which they have run."""
        box = self.box()
        for place in self.related(grade_id):
            box.cell(self.cells[place].source)
        return box

    def related(self, grade_id: str) -> list[int]:
        """Places of the cells that an answer may need: no test, and nothing of other answers."""
        places, last = [], None
        for place, cell in enumerate(self.cells):
            last = cell if cell.grade_id else last
            mine = last is None or not last.solution or last.grade_id == grade_id
            if cell.kind == "code" and mine and not cell.nbgrader.get("grade"):
                places.append(place)
        return places

    def show(self, place: int, shown: dict[str, Any]) -> None:
        """Keep what a cell showed at first: once functions have been called, it might show an instance."""
        self.room -= len(shown["text"]) + sum(map(len, shown["png"]))
        if self.room < 0:
            shown |= {"text": "", "png": []}
        self.shown.setdefault(place, shown)
        if (shown["error"] or "").startswith("TooLong"):
            self.slow.add(place)
            self.note(place, f"stopped after {self.allowed.cell:g} s of computing")

    def blame(self, place: int, death: Died) -> None:
        """A cell ended its process: it is left out from now on.

        Raises
        ------
        NotStarted
            Nothing of the student's had run: it is the machine, or the release, that is at fault.
        """
        ran = [self.cells[one] for one in self.code if one <= place and one not in self.fallen]
        if all(cell.grade_id and not cell.answerable for cell in ran):
            raise NotStarted(f"{ran[-1].grade_id}, a cell of the release, fails to run: {death.reason}")
        self.fallen[place] = death.reason
        self.shown[place] = {"error": death.reason, "text": "", "png": []}
        self.note(place, f"{death.reason}; the rest was run without it")

    def note(self, place: int, text: str) -> None:
        """Say something of a cell, once."""
        sentence = f"{self.cells[place].grade_id or 'a cell of the student'}: {text}"
        if sentence not in self.notes:
            self.notes.append(sentence)

    def buried(self, death: Died) -> None:
        """Forget a sandbox that has ended."""
        if death.lost:
            self.close()

    def close(self) -> None:
        """End the sandbox."""
        if self.sandbox:
            self.peak = max(self.peak, self.sandbox.watch.peak)
            self.cpu += self.sandbox.watch.cpu
            self.sandbox.close()
            self.sandbox = None
