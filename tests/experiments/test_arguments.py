"""What every experiment does with its arguments: the seed decides, and numpy's integers count as Python's do."""

import math

import numpy as np
import pytest

from advlib import experiments
from advlib.sweep import sweep

SIZES = {"networks": 3, "inputs": 2}
ROBUST = {
    "source": "digits",
    "size": 6,
    "width": 100,
    "radius": 0.5,
    "attack_radius": 0.1,
    "images": 50,
    "lr": 0.5,
    "epochs": 2,
    "steps": 3,
    "run": 0,
}

CALLS = {
    "flips": {"dim": 6, "width": 100, "depth": 2, "top": "signs", "gain": 1.0} | SIZES,
    "flips_plain_and_he": {"dim": 6, "width": 100, "depth": 2, "top": "signs", "matrices": "deferred"} | SIZES,
    "flips_in_plane": {"dim": 100, "width": 100, "networks": 3},
    "search_against_scan": {"dim": 5, "width": 100, "depth": 2, "points": 9} | SIZES,
    "distortion": {"dim": 100, "width": 10, "runs": 3},
    "shapes": {"shape": "random", "dim": 30, "depth": 2, "factor": 2.0} | SIZES,
    "narrow_layer": {"dim": 100, "width": 30, "depth": 2, "narrow": 5, "position": 1} | SIZES,
    "angle_scatter": {"theta": 1.0, "width": 100, "depth": 3, "runs": 3},
    "collapse": {"dim": 10, "width": 20, "depth": 2, "steps": 5} | SIZES,
    "wide_flips": {"dim": 100, "depth": 5, "draws": 50},
    "sphere_signs": {"dim": 5, "depth": 5, "networks": 12, "questions": 1},
    "pushed_lengths": {"dim": 100, "width": 100, "constant": 1.0, "networks": 5},
    "ball_flips": {"dim": 100, "width": 100, "constant": 1.0, "networks": 2},
    "trained_flips": {
        "source": "digits",
        "size": 8,
        "normalize": True,
        "width": 100,
        "constant": 2.0,
        "epochs": 2,
        "run": 0,
    },
    "trained_room": {
        "source": "digits",
        "size": 8,
        "normalize": False,
        "bias": True,
        "width": 100,
        "constant": 2.0,
        "epochs": 2,
        "run": 0,
    },
    "robust_training": ROBUST,
    "fooled_digits": ROBUST,
    "robust_retested": ROBUST,
    "robust_to_the_loss": ROBUST,
    "robust_restarted": ROBUST,
}


def numpys(value):
    """Integers as numpy's smallest, in which most products of two sizes overflow."""
    return np.uint8(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_every_experiment_of_the_package_is_called_here():
    public = {name for name in experiments.__all__ if name not in ("CATALOGUE", "Entry", "members")}
    assert CALLS.keys() == public


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_the_seed_decides(name):
    experiment, cell = getattr(experiments, name), CALLS[name]
    record = experiment(**cell, seed=3)
    assert record == pytest.approx(experiment(**cell, seed=3), rel=0, abs=0, nan_ok=True)
    assert record != pytest.approx(experiment(**cell, seed=4), nan_ok=True)
    with pytest.raises(ValueError, match="seed must be an integer from 0 up, got -1"):
        experiment(**cell, seed=-1)


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_integers_of_numpy_are_integers(name):
    experiment, cell = getattr(experiments, name), CALLS[name]
    record = experiment(**{key: numpys(value) for key, value in cell.items()}, seed=np.int64(3))
    assert record == pytest.approx(experiment(**cell, seed=3), rel=0, abs=0, nan_ok=True)
    assert all(type(value) in (int, float) for value in record.values())


def test_a_sweep_takes_them_too():
    grid = {"dim": np.array([20, 30]), "width": (np.int16(5),), "runs": iter([3])}
    plain = {"dim": [20, 30], "width": [5], "runs": [3]}
    table = sweep(experiments.distortion, grid, seed=np.uint8(1), progress=False)
    wanted = sweep(experiments.distortion, plain, seed=1, progress=False)
    assert table.equals(wanted)
    assert not math.isnan(table.ratio.sum())
