"""Problem set 2: its reference passes every draw, each part is lost alone, and marks are fair."""

import sys

import numpy as np
import pytest
import torch

from tests.course.problem_set import SOME_DRAWS, SOME_STUDENTS, ProblemSet
from tests.course.workshop import needs_bubblewrap

pytestmark = pytest.mark.usefixtures("as_the_sets_begin")
PS2 = ProblemSet("ps2", unrun=("picture", "q5-figure", "q6"))
EXACT = sys.modules["ps2_exact"]  # which the judge has loaded
HIDDEN = [pair for pair in PS2.parts if PS2.parts[pair].function not in ("predicted", "attack_share", "widths")]


@pytest.mark.slow
@pytest.mark.parametrize("pair", HIDDEN, ids="-".join)
@SOME_DRAWS
def test_the_reference_passes_every_draw(pair, draws):
    PS2.never_wrong(pair, draws)


def naive_error(share):
    """The standard error of a share of 400 independent draws."""
    return (share * (1 - share) / 400) ** 0.5


@pytest.mark.slow
@SOME_STUDENTS
def test_every_student_can_measure_on_her_own_networks(seeds):
    """The reference is never off, shares fall, and the error of dependent draws is not the naive one."""
    own = EXACT.own_share
    for seed in seeds:
        measured = {depth: PS2.reference()["attack_share"](seed, depth) for depth in (1, 8, 32)}
        names = {"attack_share": lambda _, depth, measured=measured: measured[int(depth)]}
        assert all(PS2.right(pair, names, seed) for pair in PS2.judge.personal), seed
        shares, errors = np.array([own(seed, depth) for depth in measured]).T
        assert shares[0] > 0.9, seed
        assert np.diff(shares).max() < -0.1, seed
        assert (naive_error(shares[1:]) / errors[1:]).min() < 0.85, seed


@pytest.mark.slow
def test_one_student_can_measure_on_her_own_networks():
    assert all(PS2.right(pair, PS2.reference(), 5) for pair in PS2.judge.personal)


@pytest.mark.slow
def test_numbers_of_another_student_are_wrong():
    good = PS2.reference()["attack_share"]
    names = PS2.reference() | {"attack_share": lambda seed, depth: good(seed + 1, depth)}
    assert not any(PS2.right(pair, names, 5) for pair in PS2.judge.personal)


def test_the_judge_draws_the_networks_of_the_notebook():
    net, x = PS2.reference()["draw"](3, 2, 7)
    weights, top, inputs = EXACT.networks(3, 2, 7)
    assert all(np.array_equal(one, two) for one, two in zip(net.weights, weights, strict=True))
    assert np.array_equal(net.top, top)
    assert np.array_equal(x, inputs)
    f, u = EXACT.downhill(weights, top, inputs)
    assert np.allclose(net(x), f)
    assert np.allclose(net.gradient(x), -np.sign(f)[..., None] * u * net.gradient(x).norm(dim=-1, keepdim=True).numpy())


def mutants():
    """For each part, a faulty answer that should lose it: how it is made of the right ones."""
    yield ("q1-test", "distinct"), lambda good, d: good(d)[:4]
    yield ("q1-test", "ties"), as_narrow_counts
    yield ("q2-test", "erases"), lambda good, W, x: good(W, x) * (W.norm() / W.norm())
    yield ("q2-test", "shortest"), lambda good, W, x: x
    yield ("q2-test", "mean"), lambda good, d, k: ((k / d) ** 0.5, good(d, k)[1])
    yield ("q2-test", "spread"), lambda good, d, k: (good(d, k)[0], good(d, k)[1] ** 2)
    yield ("q3-test", "sum"), lambda good, *net: torch.cat([good(*net)[:7], 0 * good(*net)[7:]])
    yield ("q3-test", "each"), lambda good, x, y, *net: -good(y, x, *net)
    yield ("q4-test", "map"), lambda good, theta: theta - theta**2 / (3 * torch.pi)
    yield ("q4-test", "small"), as_it_stands
    yield ("q4-test", "layers"), lambda good, theta, goal: good(theta, goal) - 1
    yield ("q5-test", "prediction"), lambda good: [50.0] * 7
    yield ("q5-test", "share"), lambda good, seed, depth: (1 - good(seed, depth)[0], good(seed, depth)[1])
    yield ("q5-test", "error"), lambda good, seed, depth: (good(seed, depth)[0], naive_error(good(seed, depth)[0]))
    yield ("q7-test", "resists"), lambda good: [60, 200]


def as_narrow_counts(good, widths):
    """A layer counts that is only as narrow as one before it."""
    return [i for i in range(len(widths)) if (widths[i] <= widths[:i]).all()][::-1]


def as_it_stands(good, theta):
    """The formula of the lemma, which loses small angles."""
    return (theta.sin() / torch.pi + (1 - theta / torch.pi) * theta.cos()).acos()


def spoilt(pair, fault):
    """What a student defines whose answer to one part is faulty; ``predicted`` and ``widths`` are no functions."""
    function, names = PS2.parts[pair].function, dict(PS2.reference())
    good = names[function]
    names[function] = (lambda *inputs: fault(good, *inputs)) if callable(good) else fault(good)
    return names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pair", "fault"), list(mutants()), ids=lambda value: "-".join(value) if type(value) is tuple else ""
)
def test_each_part_is_lost_alone(pair, fault):
    names = spoilt(pair, fault)
    personal = pair in PS2.judge.personal
    asked = [one for one in PS2.parts if personal or one not in PS2.judge.personal]
    assert [one for one in asked if not PS2.right(one, names)] == [pair]


def test_every_part_has_a_mutant():
    assert [pair for pair, _ in mutants()] == list(PS2.parts)


NONSENSE = [
    np.zeros(0),
    np.full((3, 3), np.nan),
    np.array(np.inf),
    (np.zeros(2),),
    (np.zeros(1), np.full(1, np.nan)),
    (),
]


@pytest.mark.parametrize("pair", list(PS2.parts), ids="-".join)
def test_nonsense_wins_nothing(pair):
    """Empty, infinite, misshapen: a sentence comes, and not that of a judge that stumbled."""
    inputs = PS2.judge.instances(PS2.parts[pair], 1, 1)[0]
    for answer in NONSENSE:
        said = PS2.judge.module.judge(*pair, inputs, answer)
        assert isinstance(said, str), answer


SAME = {
    "tensors": lambda good, *inputs: [torch.tensor(one) for one in good(*inputs)],
    "a tuple": lambda good, *inputs: tuple(good(*inputs)),
    "one tensor": lambda good, *inputs: torch.tensor(list(good(*inputs)), dtype=torch.get_default_dtype()),
}


@pytest.mark.parametrize("form", list(SAME))
@pytest.mark.parametrize("pair", [("q1-test", "ties"), ("q1-test", "distinct"), ("q2-test", "mean")], ids="-".join)
def test_the_same_numbers_in_another_form_are_as_right(pair, form):
    """Where a list or two numbers are asked for, what the visible tests let pass is right."""
    assert PS2.right(pair, spoilt(pair, SAME[form]))


@pytest.mark.parametrize("pair", [("q5-test", "prediction"), ("q7-test", "resists")], ids="-".join)
def test_lists_may_be_of_tensors(pair):
    assert PS2.right(pair, spoilt(pair, lambda good: [torch.tensor(one) for one in good]))
    assert PS2.right(pair, spoilt(pair, tuple))


def test_a_count_may_have_an_axis():
    pair = ("q4-test", "layers")
    assert PS2.right(pair, spoilt(pair, lambda good, *two: torch.tensor([good(*two)])))


RESIST = {
    "the rule": ([60, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20], "both signs"),
    "too wide": ([60, 200], "resist"),
    "too many": ([60, 350], "weights"),
    "no input": ([50, 10, 10], "first of them 60"),
    "half a neuron": ([60, 10.5], "positive integers"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", list(RESIST))
def test_lists_that_do_not_resist(case):
    widths, says = RESIST[case]
    assert says in PS2.judge.module.judge("q7-test", "resists", (), np.array(widths, dtype=float))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("home", PS2.homes)
def test_each_question_is_won_alone(home):
    PS2.check_won_alone(home)


def test_points():
    PS2.check_points(free=PS2.parts["q5-test", "prediction"].points)


def test_the_reference_passes_the_visible_tests():
    PS2.check_visible_tests()


@needs_bubblewrap
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_marks_in_the_sandbox(tmp_path):
    """The reference gets every point, an untouched release none, and a fault costs what it is worth."""
    swapped = ("slopes(x, weights), slopes(y", "slopes(y, weights), slopes(x")
    changes = {"reference": ("", ""), "swapped": swapped}
    assert PS2.scores(changes, tmp_path) == {"reference": 19, "swapped": 15, "untouched": 0}
