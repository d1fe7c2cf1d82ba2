"""Grids of an experiment's parameters: run anywhere, resumable, with one answer and its provenance."""

from advlib.sweep.drawings import Drawing, drawing
from advlib.sweep.fingerprints import fingerprint
from advlib.sweep.grid import Experiment, Grid, cell_seed, cells
from advlib.sweep.names import named
from advlib.sweep.run import finish, sweep, tabulate
from advlib.sweep.store import Cell, Finished, Store, StoreError

__all__ = [
    "Cell",
    "Drawing",
    "Experiment",
    "Finished",
    "Grid",
    "Store",
    "StoreError",
    "cell_seed",
    "cells",
    "drawing",
    "fingerprint",
    "finish",
    "named",
    "sweep",
    "tabulate",
]
