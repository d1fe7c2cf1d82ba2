"""Problem set 3: the reference passes whatever is drawn, each part is lost alone, an untouched release wins nothing."""

import sys

import numpy as np
import pytest

from course import release
from tests.course.problem_set import SOME_DRAWS, SOME_STUDENTS, ProblemSet
from tests.course.workshop import needs_bubblewrap

pytestmark = pytest.mark.usefixtures("as_the_sets_begin")
PS3 = ProblemSet("ps3", unrun=("picture", "q4-figure", "q5-figure", "q6-reach"))
EXACT = sys.modules["ps3_exact"]  # which the judge has loaded
HIDDEN = [pair for pair in PS3.parts if pair not in PS3.judge.personal]
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


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("home", PS3.homes)
def test_each_question_is_won_alone(home):
    PS3.check_won_alone(home)


def test_points():
    PS3.check_points()


@pytest.mark.slow
def test_the_reference_passes_the_visible_tests():
    PS3.check_visible_tests()


@pytest.mark.slow
@pytest.mark.parametrize("pair", HIDDEN, ids="-".join)
@SOME_DRAWS
def test_the_reference_passes_every_draw(pair, draws):
    PS3.never_wrong(pair, draws)


@pytest.mark.slow
@SOME_STUDENTS
@pytest.mark.parametrize("function", ["train", "half_radius", "train_robustly", "hardest"])
def test_the_reference_never_misses_a_threshold(function, seeds):
    parts = [PS3.parts[pair] for pair in PS3.parts if PS3.parts[pair].function == function and pair not in HIDDEN]
    for seed in seeds:
        (inputs,) = PS3.judge.instances(parts[0], seed, seed)
        answer = release.answer(PS3.reference(), function, inputs)
        assert [PS3.judge.verdict(part, inputs, answer) for part in parts] == [None] * len(parts), seed


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("pair", list(PS3.parts), ids="-".join)
def test_a_part_is_lost_alone(pair):
    old, new = MUTATIONS[pair]
    home = PS3.assignment.home(PS3.parts[pair].function)
    source = PS3.cells[home].source
    assert source.count(old) == 1
    names = dict(PS3.reference())
    exec(source.replace(old, new), names)
    beside = [other for other, part in PS3.parts.items() if PS3.assignment.home(part.function) == home]
    assert [other for other in beside if not PS3.right(other, names, 1)] == [pair]


def test_notebook_and_judge_draw_the_same():
    names = PS3.reference()
    drawn = EXACT.personal(np.random.default_rng(0))
    for name, mine in zip(("x", "y", "x_test", "y_test", "W_0", "a"), drawn, strict=True):
        assert np.allclose(names[name].numpy(), mine, rtol=0, atol=1e-6), name
    W_0, a, x = drawn[4], drawn[5], drawn[0]
    pushed = EXACT.template(x, drawn[1], W_0, a, EXACT.radius(6))
    assert np.allclose(names["template"](6).numpy(), pushed, rtol=0, atol=1e-6)


def test_wrong_shapes_and_nan_are_said_to_be_so():
    for part in PS3.judge.parts:
        inputs = PS3.judge.instances(part, 0, 0)[0]
        for answer in (np.zeros((3, 3, 3)), np.array(np.nan), np.zeros(0), (np.zeros(2), np.zeros(2))):
            assert "could not be judged" not in (PS3.judge.verdict(part, inputs, answer) or "could not be judged")
        nan = np.full_like(inputs[0], np.nan)
        assert PS3.judge.verdict(part, inputs, nan) is not None


@pytest.mark.thorough
@pytest.mark.timeout(1800)
@needs_bubblewrap
def test_marks_in_the_sandbox(tmp_path):
    """The reference gets every point, an untouched release none, and a fault costs what it is worth."""
    before = "    generator, W = torch.Generator().manual_seed(0), W_0\n"
    outside = (before, before.replace("    ", "    V = 1.01 * V\n    ", 1))
    assert PS3.scores({"reference": ("", ""), "outside": outside}, tmp_path) == {
        "reference": 18,
        "untouched": 0,
        "outside": 17,
    }
