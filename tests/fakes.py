"""Small experiments for the tests of sweeps, and a command line that knows one; importable by other processes."""

import os
import signal
import sys
import time

import torch

from advlib import main, sweep
from advlib.experiments import catalogue

GRID = {"x": [1, 2, 3, 4, 5, 6, 7, 8], "y": ["a", "b", "c"], "pause": [0.02]}
SEED = 5


def noisy(x, y, pause=0.0, *, seed):
    """A sum whose last digits depend on everything, on the number of threads too."""
    time.sleep(pause)
    draws = torch.randn(200_000, generator=torch.Generator().manual_seed(seed))
    return {"sum": float(draws.sum()) + x, "length": len(y), "nothing": float("nan")}


def failing(x, *, seed):
    if x == 3:
        raise ArithmeticError("three")
    return {"square": x * x}


def deadly(x, *, seed):
    os.kill(os.getpid(), signal.SIGKILL)


def sweep_to_csv(store, out):
    sweep.sweep(noisy, GRID, seed=SEED, store=store, progress=False).to_csv(out, index=False)


ENTRY = catalogue.Entry(noisy, "for the tests", {"book": GRID, "paper": GRID | {"x": [1]}})


def command_line():
    catalogue.CATALOGUE["fake"] = ENTRY
    sys.exit(main.main())
