"""The instructor's guide: its question is an assignment that grades itself, and its commands are there."""

import re

import numpy as np
import pytest
import yaml

from course import __main__, assignment, judging, release
from tests.course import workshop

GUIDE = (workshop.ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"\{literalinclude\} (\S+)", GUIDE)
ANSWERS = {
    "right": (lambda f, g: np.abs(f) / np.linalg.norm(g, axis=1), None),
    "signed": (lambda f, g: f / np.linalg.norm(g, axis=1), "not that of the tangent's step"),
    "the factor": (lambda f, g: np.abs(f) / (g**2).sum(1), "not that of the tangent's step"),
    "one number": (lambda f, g: np.float64(1), "one length for each input"),
    "nan": (lambda f, g: f * np.nan, "not that of the tangent's step"),
}


def example():
    """The assignment that the page shows, and its judge."""
    shown = [(workshop.ROOT / "book" / name).resolve() for name in SHOWN]
    source, judge = assignment.find(shown[0].parent)
    assert shown == [source, judge]
    return assignment.read(source), judging.load(judge)


def test_the_reference_passes_and_is_not_released():
    given, judge = example()
    assert release.rehearse(given, judge) == []
    (answer,) = (cell.source for cell in given.release() if cell.solution)
    assert "NotImplementedError" in answer
    assert "norm" not in answer


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_judged(name):
    _, judge = example()
    (part,) = judge.parts
    function, says = ANSWERS[name]
    verdicts = [judge.verdict(part, inputs, function(*inputs)) for inputs in judge.instances(part, 1, 1)]
    assert any(said and says in said for said in verdicts) if says else verdicts == [None, None]


def test_points_agree():
    given, judge = example()
    (test,) = (cell.nbgrader for cell in given.cells if cell.nbgrader.get("grade"))
    assert test["points"] == sum(part.points for part in judge.parts)


def test_every_target_that_the_pages_name_is_there():
    pages = GUIDE + (workshop.ROOT / "book" / "students.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", (workshop.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make (\w+)|`make (\w+)", pages, re.MULTILINE))
    assert {one or other for one, other in named} <= targets
    assert set(re.findall(r"-m course (\w+)", pages)) <= {command.__name__ for command in __main__.ADDS}


def test_every_option_that_the_pages_name_is_there():
    words = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE))
    known = {option for name in __main__.ADDS for option in options(name.__name__)}
    assert words <= known


def options(command):
    """The options of a command, from its help."""
    actions = next(iter(__main__.parser()._subparsers._group_actions)).choices[command]._actions
    return {option for action in actions for option in action.option_strings}


def test_the_sets_are_pages_of_the_book():
    parts = yaml.safe_load((workshop.ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    teaching = next(part["chapters"] for part in parts if part.get("caption") == "Teaching")
    assert {"glob": "notebooks/assignments/*"} in teaching
