"""Grids of an experiment's parameters: run anywhere, resumable, with one answer and its provenance."""

from advlib.sweep.grid import Experiment, Grid, cell_seed, cells, sweep
from advlib.sweep.names import named
from advlib.sweep.store import Cell, Store, StoreError

__all__ = ["Cell", "Experiment", "Grid", "Store", "StoreError", "cell_seed", "cells", "named", "sweep"]
