"""The judge of an assignment: its parts, the instances drawn for a student, verdicts on answers."""

import hashlib
import importlib.util
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from course.assignment import CourseError

JUDGE_SECONDS = 15  # of CPU, for the judging of one part
Answer = np.ndarray | tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Part:
    """One part of a question: what it is worth, and the function of the student's that it calls."""

    grade_id: str
    name: str
    points: float
    function: str


def digest(secret: bytes, *words: str) -> int:
    """64 bits that depend on the course's secret and on every word."""
    text = b"\0".join([secret, *(word.encode("utf-8", "surrogateescape") for word in words)])
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def personal_seed(secret: bytes, student: str, assignment: str) -> int:
    """The seed of a student's personal data, below 2^31."""
    return digest(secret, student, assignment, "personal seed") >> 33


class Judge:
    """The instructor's ``judge.py``: trusted code, that sees arrays only."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.parts = [
            Part(str(q), str(name), points, str(function))
            for q, rows in module.PARTS.items()
            for name, points, function in rows
        ]
        self.manual: dict[str, float] = getattr(module, "MANUAL", {})
        self.personal = {tuple(pair) for pair in getattr(module, "PERSONAL", ())}

    @property
    def questions(self) -> list[str]:
        """The questions that are marked automatically, in the judge's order."""
        return list(self.module.PARTS)

    def is_personal(self, part: Part) -> bool:
        """Whether a part is about the student's own data."""
        return (part.grade_id, part.name) in self.personal

    def instances(self, part: Part, seed: int, personal: int) -> list[tuple[np.ndarray, ...]]:
        """The inputs on which a part is judged, drawn from a seed: the student's personal one where the judge says so.

        Raises
        ------
        CourseError
            The judge fails, or draws what cannot become a tensor.
        """
        rng = np.random.default_rng(personal if self.is_personal(part) else seed)
        try:
            drawn = [tuple(map(np.asarray, inputs)) for inputs in self.module.instances(part.grade_id, part.name, rng)]
        except Exception as error:
            raise CourseError(f"judge.py: instances({part.grade_id!r}, {part.name!r}, rng) fails: {error!r}") from error
        if not drawn or any(array.dtype.kind not in "fiub" for inputs in drawn for array in inputs):
            raise CourseError(
                f"judge.py: instances({part.grade_id!r}, {part.name!r}, rng) must be tuples of numeric arrays"
            )
        return drawn

    def verdict(self, part: Part, inputs: tuple[np.ndarray, ...], answer: Answer) -> str | None:
        """None where the answer is right, else a sentence; an answer that trips the judge up is not right."""
        try:
            with limit(JUDGE_SECONDS), warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                said = self.module.judge(part.grade_id, part.name, inputs, answer)
        except TooLong:
            return "the answer took too long to judge"
        except (Exception, RecursionError) as error:
            return f"the answer has a form that could not be judged: {shape(answer)} ({type(error).__name__})"
        return None if said is None else str(said) or "not right"


def shape(answer: Answer) -> str:
    """What came back, in words."""
    if isinstance(answer, tuple):
        return f"a tuple of {len(answer)}: " + ", ".join(f"shape {array.shape}" for array in answer[:8])
    return f"shape {answer.shape}"


class TooLong(BaseException):
    """The CPU time of a step is used up."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise TooLong in the block after some seconds of this process's CPU time."""

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def load(path: Path) -> Judge:
    """Import a judge from its file.

    Raises
    ------
    CourseError
        The file cannot be imported, or lacks a part of the contract.
    """
    spec = importlib.util.spec_from_file_location(f"course_judge_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise CourseError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(path.parent))
    sys.dont_write_bytecode = True  # the instructor's folder stays as it is
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise CourseError(f"{path} cannot be imported: {error!r}") from error
    finally:
        sys.path.remove(str(path.parent))
    missing = [name for name in ("PARTS", "instances", "judge") if not hasattr(module, name)]
    if missing:
        raise CourseError(f"{path} lacks {', '.join(missing)}")
    return Judge(module)
