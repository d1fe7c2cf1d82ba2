"""Laws of the explorer of deferred decisions."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from advlib import DeferredGaussian
from advlib.pages.explorers import deferred_decisions_frame
from advlib.pages.live.deferred_decisions import KINDS, QUESTIONS, SIZE, expected
from advlib.sampling import gaussian
from tests.draws import seeded

PAIRS = [(kind, seed) for kind in KINDS for seed in (0, 1)]


def left(state):
    """The variance of every entry."""
    return np.outer(1 - np.array(state["rows"]), 1 - np.array(state["columns"]))


@pytest.mark.slow
def test_expected_entries_average_what_the_answers_leave_open():
    means = []
    for seed in range(400):
        generator = seeded(0)
        matrix = DeferredGaussian(4, 3, std=1.0, generator=generator, dtype=torch.float64)
        matrix.mT @ (matrix @ gaussian((3, 1), 1.0, generator, torch.float64)).relu()
        mean = expected(matrix)
        generator.manual_seed(seed)
        means.append(matrix.to_dense())
    spread = torch.stack(means).std(0) / 20
    assert ((torch.stack(means).mean(0) - mean).abs() <= 5.5 * spread + 1e-12).all()  # false alarm: 12 times 4e-8
    assert spread.max() > 0


@pytest.mark.parametrize(("kind", "seed"), PAIRS)
def test_nothing_is_known_at_first_and_knowledge_only_grows(kind, seed):
    states = deferred_decisions_frame(kind, seed)["states"]
    assert len(states) == QUESTIONS + 1
    assert set(states[0]["mean"]) == {0.0}
    assert states[0]["drawn"] == states[0]["decided"] == 0
    for before, after in pairwise(states):
        assert (left(after) <= left(before) + 2e-3).all()
        assert after["decided"] >= before["decided"]
        assert after["drawn"] - before["drawn"] in (0, SIZE)


@pytest.mark.parametrize(("kind", "seed"), PAIRS)
def test_share_decided_is_what_the_entries_have_lost_on_average(kind, seed):
    for state in deferred_decisions_frame(kind, seed)["states"]:
        assert state["decided"] == pytest.approx(1 - left(state).mean(), abs=1e-3)


@pytest.mark.parametrize(("kind", "seed"), PAIRS)
def test_the_entry_called_best_known_has_the_least_variance(kind, seed):
    for state in deferred_decisions_frame(kind, seed)["states"]:
        row, column, mean, deviation = state["surest"]
        assert mean == state["mean"][SIZE * row + column]
        assert deviation**2 == pytest.approx(left(state).min(), abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_independent_questions_decide_everything_and_draw_every_entry_twice(seed):
    last = deferred_decisions_frame("random vectors", seed)["states"][-1]
    assert last["decided"] == 1
    assert last["drawn"] == 2 * SIZE**2


def test_a_unit_vector_decides_its_column_and_nothing_else():
    first = deferred_decisions_frame("coordinates", 3)["states"][1]
    mean = np.array(first["mean"]).reshape(SIZE, SIZE)
    assert (mean[:, 0] != 0).all()
    assert not mean[:, 1:].any()
    assert first["columns"] == [1.0] + [0.0] * (SIZE - 1)


def test_seeds_differ_and_repeat():
    frames = [deferred_decisions_frame("random vectors", seed) for seed in (0, 1, 0)]
    assert frames[0] == frames[2] != frames[1]
