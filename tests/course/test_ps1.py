"""Problem set 1: its reference passes every draw, each part is lost alone, and marks are fair."""

import numpy as np
import pytest
import torch

from tests.course.problem_set import SOME_DRAWS, SOME_STUDENTS, ProblemSet
from tests.course.workshop import needs_bubblewrap

pytestmark = pytest.mark.usefixtures("as_the_sets_begin")
PS1 = ProblemSet("ps1")
HIDDEN = [pair for pair in PS1.parts if pair not in PS1.judge.personal]


@pytest.mark.slow
@pytest.mark.parametrize("pair", HIDDEN, ids="-".join)
@SOME_DRAWS
def test_the_reference_passes_every_draw(pair, draws):
    PS1.never_wrong(pair, draws)


@pytest.mark.slow
@SOME_STUDENTS
def test_every_student_can_measure_on_her_own_networks(seeds):
    """All flips are found, the reference is never off, and the two laws show."""
    for seed in seeds:
        names = PS1.run(seed)
        assert all(PS1.right(pair, names, seed) for pair in PS1.judge.personal), seed
        assert np.isfinite(names["draws"][1:]).all(), seed
        assert -0.65 < names["exponent"] < -0.4, seed
        assert 1.3 < names["factor"] < 1.45, seed


@pytest.mark.slow
def test_one_student_can_measure_on_her_own_networks():
    assert all(PS1.right(pair, PS1.reference(5), 5) for pair in PS1.judge.personal)


@pytest.mark.slow
def test_numbers_of_another_student_are_wrong():
    assert not any(PS1.right(pair, PS1.reference(5), 6) for pair in PS1.judge.personal)


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
    good = PS1.reference()
    function = PS1.parts[pair].function
    names = good | {function: lambda *inputs: fault(good[function], *inputs)}
    assert [one for one in PS1.parts if not PS1.right(one, names)] == [pair]


def test_every_part_has_a_mutant():
    assert [pair for pair, _ in mutants()] == list(PS1.parts)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("home", PS1.homes)
def test_each_question_is_won_alone(home):
    PS1.check_won_alone(home)


def test_points():
    PS1.check_points()


def test_the_reference_passes_the_visible_tests():
    PS1.check_visible_tests()


@needs_bubblewrap
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_marks_in_the_sandbox(tmp_path):
    """The reference gets every point, an untouched release none, and a fault costs what it is worth."""
    changes = {"reference": ("", ""), "kinks": ("on = z > 0", "on = z >= 0")}
    assert PS1.scores(changes, tmp_path) == {"kinks": 16, "reference": 18, "untouched": 0}
