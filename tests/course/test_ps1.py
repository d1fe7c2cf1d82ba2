"""Problem set 1: its reference passes every draw, each part is lost alone, and no solution is given away."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from nbformat import writes

from course import assignment, judging, release
from tests.course.workshop import ROOT, needs_bubblewrap

SET = ROOT / "book" / "assignments" / "ps1"
SOURCE, JUDGE = assignment.find(SET)
PS1, PS1_JUDGE = assignment.read(SOURCE), judging.load(JUDGE)
PARTS = {(part.grade_id, part.name): part for part in PS1_JUDGE.parts}
HIDDEN = [pair for pair in PARTS if pair not in PS1_JUDGE.personal]


@pytest.fixture(autouse=True)
def default_dtype():
    """The set's first cell makes float64 the default, in this process too."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@cache
def reference(seed=0):
    return release.reference(PS1, seed)


def verdicts(pair, names, seed):
    """What the judge says of a part, instance by instance; ``names`` are those that a student defines."""
    part = PARTS[pair]
    drawn = PS1_JUDGE.instances(part, seed, seed)
    return [PS1_JUDGE.verdict(part, inputs, release.answer(names, part.function, inputs)) for inputs in drawn]


def right(pair, names, seed=0):
    return not any(verdicts(pair, names, seed))


@pytest.mark.parametrize("pair", HIDDEN, ids="-".join)
@pytest.mark.parametrize("draws", [10, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_the_reference_passes_every_draw(pair, draws):
    """No draw makes a correct answer wrong."""
    said = [(seed, words) for seed in range(draws) for words in verdicts(pair, reference(), seed) if words]
    assert said == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", range(4))
def test_every_student_can_measure_on_her_own_networks(chunk):
    """200 seeds: all flips are found, the reference is never off, and the two laws show."""
    for seed in range(50 * chunk, 50 * chunk + 50):
        names = release.reference(PS1, seed)
        assert all(right(pair, names, seed) for pair in PS1_JUDGE.personal), seed
        assert np.isfinite(names["draws"][1:]).all(), seed
        assert -0.65 < names["exponent"] < -0.4, seed
        assert 1.3 < names["factor"] < 1.45, seed


def test_one_student_can_measure_on_her_own_networks():
    assert all(right(pair, reference(5), 5) for pair in PS1_JUDGE.personal)


def test_numbers_of_another_student_are_wrong():
    assert not any(right(pair, reference(5), 6) for pair in PS1_JUDGE.personal)


def mutants():
    """For each part, a faulty answer that should lose it: how it is made of the right ones."""
    yield ("q1-test", "value"), lambda good, W, a, x: ((x @ W.T) @ a, good(W, a, x)[1])
    yield ("q1-test", "gradient"), lambda good, W, a, x: (good(W, a, x)[0], ((x @ W.T >= 0) * a) @ W)
    yield ("q2-test", "random"), lambda good, W, a, x, v: good(W[:40], a[:40], x, v)
    yield ("q2-test", "early"), by_trial
    yield ("q2-test", "never"), lambda good, *rays: good(*rays).nan_to_num(torch.inf)
    yield ("q3-test", "flips"), lambda good, W, a, x, f, g, t: -1.005 * t.nan_to_num(0.0)[:, None] * g
    yield ("q3-test", "none"), lambda good, W, a, x, f, g, t: -1.005 * (f.sign() * t)[:, None] * g
    yield ("q4-test", "medians"), lambda good, seed: (2 * good(seed)[0], good(seed)[1])
    yield ("q4-test", "exponent"), lambda good, seed: (good(seed)[0], -good(seed)[1])
    yield ("q6-test", "factor"), lambda good, seed: 2**0.5
    yield ("q7-test", "gradient"), lambda good, a, x, p, z: good(a, x, p, z) + (x @ z) * x
    yield ("q7-test", "product"), lambda good, x, p, y, g, z: good(x, p, y, g, 0 * z)


def by_trial(good, W, a, x, v):
    """Steps are tried in a list, and the first interval with another sign is halved."""

    def flipped(t):
        moved = x[:, None] + t[..., None] * v[:, None]
        return ((moved @ W.T).relu() @ a) * ((x @ W.T).relu() @ a)[:, None] < 0

    steps = torch.logspace(-3, 3, 2001)
    low, high = steps[flipped(steps.expand(len(x), -1)).int().argmax(1) + torch.tensor([[-1], [0]])]
    for _ in range(50):
        middle = (low + high) / 2
        past = flipped(middle[:, None])[:, 0]
        low, high = torch.where(past, low, middle), torch.where(past, middle, high)
    return torch.where(flipped(steps.expand(len(x), -1)).any(1), high, torch.nan)


@pytest.mark.parametrize(
    ("pair", "fault"), list(mutants()), ids=lambda value: "-".join(value) if type(value) is tuple else ""
)
def test_each_part_is_lost_alone(pair, fault):
    good = reference()
    function = PARTS[pair].function
    names = good | {function: lambda *inputs: fault(good[function], *inputs)}
    assert [one for one in PARTS if not right(one, names)] == [pair]


def test_every_part_has_a_mutant():
    assert [pair for pair, _ in mutants()] == list(PARTS)


def test_points():
    """30 points, at most 60 % of them for code; two written answers; what the cells say is what the judge gives."""
    cells = {cell.grade_id: cell.nbgrader["points"] for cell in PS1.cells if cell.nbgrader.get("grade")}
    code = dict.fromkeys(PS1_JUDGE.questions, 0)
    for part in PS1_JUDGE.parts:
        code[part.grade_id] += part.points
    assert cells == code | PS1_JUDGE.manual
    assert sum(cells.values()) == 30
    assert sum(code.values()) <= 18
    assert len(PS1_JUDGE.manual) == 2


def test_the_reference_passes_the_visible_tests():
    names = dict(reference())
    for cell in PS1.cells:
        if cell.kind == "code" and cell.nbgrader.get("grade"):
            exec(cell.source, names)


def test_no_solution_stands_in_the_release_or_in_the_book():
    """Lines of 25 characters or more of solutions, and of mark schemes."""
    given = "\n".join(cell.source for cell in PS1.release())
    public = given + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md"))
    kept = {line.strip() for cell in PS1.release() for line in cell.source.split("\n")}
    secret = {line.strip() for cell in PS1.cells for line in cell.source.split("\n")} - kept
    assert len(secret) > 80
    assert [line for line in secret if len(line) >= 25 and line in public] == []


def submission(change=("", "")):
    """The reference, with one change, as a student hands it in."""
    cells = [replace(cell, source=cell.source.replace(*change)) for cell in PS1.cells]
    return writes(release.notebook(PS1, cells))


@needs_bubblewrap
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_marks_in_the_sandbox(tmp_path):
    """The reference gets every point, an untouched release none, and a fault costs what it is worth."""
    papers = tmp_path / "papers"
    papers.mkdir()
    handed_in = {"reference": submission(), "kinks": submission(("on = z > 0", "on = z >= 0"))}
    for student, text in handed_in.items():
        (papers / f"{student}.ipynb").write_text(text)
    release.write(PS1, papers).rename(papers / "untouched.ipynb")
    places = {"assignment": SET, "submissions": papers, "out": tmp_path / "out", "secret": tmp_path / "secret"}
    words = [word for name, place in places.items() for word in (f"--{name}", str(place))]
    subprocess.run(
        [sys.executable, "-m", "course", "grade", *words, "--jobs", "1"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with open(Path(tmp_path / "out" / "grades.csv"), newline="", encoding="utf-8") as file:
        scores = {row["submission"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"kinks": 16, "reference": 18, "untouched": 0}
