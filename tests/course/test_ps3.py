"""Problem set 3: the reference passes whatever is drawn, each part is lost alone, an untouched release wins nothing."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from course import assignment, judging, release
from tests.course import cases, workshop

PLACE = workshop.ROOT / "book" / "assignments" / "ps3"
SET = assignment.read(PLACE / "ps3.md")
JUDGE = judging.load(PLACE / "judge.py")
NEEDED = ("setup", "seed", "data", "q1", "q2", "q3", "q4", "q5", "q7")
MUTATIONS = {
    ("q1-test", "visible"): ("    change = W - W_0", "    if len(W) == 2: return W\n    change = W - W_0"),
    ("q1-test", "hidden"): ("(V / length.clamp(min=1e-12)).clamp(max=1)", "length.clamp(max=V) / length"),
    ("q2-test", "gradient"): ("torch.sigmoid(-margin)", "(margin < 0)"),
    ("q2-test", "sure"): ("torch.sigmoid(-margin)", "torch.exp(-margin) / (1 + torch.exp(-margin))"),
    ("q2-test", "step"): ("W - lr * G", "W + lr * G"),
    ("q3-test", "ball"): ("    return W", "    return W_0 + 1.01 * (W - W_0)"),
    ("q3-test", "accuracy"): ("generator, W =", "V = V / 3\n    generator, W ="),
    ("q4-test", "curve"): ("2.5 * r / 20", "0.5 * r / 20"),
    ("q4-test", "half"): ("quantile(0.5)", "quantile(0.2)"),
    ("q5-test", "ball"): ("    return W", "    return W_0 + 1.01 * (W - W_0)"),
    ("q5-test", "robust"): ("generator, W,", "V = V / 3\n    generator, W,"),
    ("q7-test", "hardest"): ("generator, W,", "V = V / 3\n    generator, W,"),
}


@cache
def sources():
    """The cells' sources, with solutions."""
    return {cell.grade_id: cell.source for cell in SET.cells if cell.kind == "code"}


def namespace(**changed):
    """What the reference defines, with some cells changed."""
    torch.set_num_threads(1)
    names = {}
    for name in NEEDED:
        exec(changed.get(name, sources()[name]), names)
    return names


def faults(names, part, seed):
    """What the judge says of a part's answers, on instances from a seed."""
    drawn = JUDGE.instances(part, seed, seed)
    said = (JUDGE.verdict(part, inputs, release.answer(names, part.function, inputs)) for inputs in drawn)
    return [sentence for sentence in said if sentence is not None]


def personal(part):
    return (part.grade_id, part.name) in JUDGE.personal


def named(part):
    return f"{part.grade_id} {part.name}"


@cache
def reference():
    return namespace()


def test_the_points_are_thirty_and_three_fifths_can_be_pasted():
    pasted = sum(part.points for part in JUDGE.parts)
    assert (pasted, sum(JUDGE.manual.values())) == (18, 12)
    given = {cell.grade_id: cell.nbgrader["points"] for cell in SET.cells if cell.nbgrader.get("grade")}
    parts = {name: sum(part.points for part in JUDGE.parts if part.grade_id == name) for name in JUDGE.questions}
    assert given == parts | JUDGE.manual


@pytest.mark.parametrize("part", [part for part in JUDGE.parts if not personal(part)], ids=named)
def test_the_reference_passes_every_draw(part):
    for seed in range(30):
        assert faults(reference(), part, seed) == [], seed


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", [part for part in JUDGE.parts if not personal(part)], ids=named)
def test_the_reference_passes_a_thousand_draws(part):
    for seed in range(1000):
        assert faults(reference(), part, seed) == [], seed


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("function", ["train", "half_radius", "train_robustly", "hardest"])
def test_the_reference_never_misses_a_threshold(function):
    parts = [part for part in JUDGE.parts if part.function == function and personal(part)]
    for seed in range(200):
        (inputs,) = JUDGE.instances(parts[0], seed, seed)
        answer = release.answer(reference(), function, inputs)
        assert [JUDGE.verdict(part, inputs, answer) for part in parts] == [None] * len(parts), seed


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", JUDGE.parts, ids=named)
def test_a_part_is_lost_alone(part):
    old, new = MUTATIONS[part.grade_id, part.name]
    home = SET.home(part.function)
    assert sources()[home].count(old) == 1
    names = namespace(**{home: sources()[home].replace(old, new)})
    lost = [other.name for other in JUDGE.parts if SET.home(other.function) == home and faults(names, other, 1)]
    assert lost == [part.name]


def test_notebook_and_judge_draw_the_same():
    names = reference()
    drawn = JUDGE.module.personal(np.random.default_rng(0))
    for name, mine in zip(("x", "y", "x_test", "y_test", "W_0", "a"), drawn, strict=True):
        assert np.allclose(names[name].numpy(), mine, rtol=0, atol=1e-6), name
    W_0, a, x = drawn[4], drawn[5], drawn[0]
    pushed = JUDGE.module.template(x, drawn[1], W_0, a, JUDGE.module.radius(6))
    assert np.allclose(names["template"](6).numpy(), pushed, rtol=0, atol=1e-6)


def test_wrong_shapes_and_nan_are_said_to_be_so():
    for part in JUDGE.parts:
        inputs = JUDGE.instances(part, 0, 0)[0]
        for answer in (np.zeros((3, 3, 3)), np.array(np.nan), np.zeros(0), (np.zeros(2), np.zeros(2))):
            assert "could not be judged" not in (JUDGE.verdict(part, inputs, answer) or "could not be judged")
        nan = np.full_like(inputs[0], np.nan)
        assert JUDGE.verdict(part, inputs, nan) is not None


def submission(**changed):
    """A notebook with the reference's answers, or others; the words of the release where None."""
    given = {cell.grade_id: cell.source for cell in SET.cells if cell.answerable and cell.kind == "code"} | changed
    cells = [replace(cell, source=given.get(cell.grade_id) or cell.source) for cell in SET.release()]
    return cases.notebook(cells)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@workshop.needs_bubblewrap
def test_marks_in_the_sandbox(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    old, new = MUTATIONS["q3-test", "ball"]
    answers = {
        "reference": {},
        "untouched": dict.fromkeys(sources()),
        "outside": {"q3": sources()["q3"].replace(old, new)},
    }
    for name, changed in answers.items():
        (folder / f"{name}.ipynb").write_bytes(submission(**changed))
    words = ["--assignment", str(PLACE), "--submissions", str(folder), "--out", str(out)]
    words += ["--secret", str(tmp_path / "secret")]
    assert workshop.run([workshop.sys.executable, "-m", "course", "grade", *words]).returncode == 0
    scores = {name: float(row["score"]) for name, row in workshop.table(out).items()}
    assert scores == {"reference": 18, "untouched": 0, "outside": 17}
