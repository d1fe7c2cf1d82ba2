"""A grid of an experiment's parameters, run anywhere, resumable, with one answer."""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager, nullcontext
from itertools import product
from os import PathLike
from typing import Any

import pandas as pd
import torch
from tqdm import tqdm

from advlib import checks
from advlib.sweep.names import name_of
from advlib.sweep.store import Cell, Store, key

Experiment = Callable[..., Mapping[str, Any]]
Grid = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]


def sweep(
    experiment: Experiment,
    grid: Grid,
    *,
    seed: int,
    store: str | PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Run an experiment on every cell of a grid.

    The table depends on the experiment, the grid and the seed alone: every cell has a seed of its own, derived from the
    sweep's seed, the experiment's name and the cell's parameters, and runs on one thread. Executors, numbers of
    workers, orders of completion and interruptions do not show in it.

    Parameters
    ----------
    experiment : callable
        A function at the top level of a module that takes the cell's parameters and a `seed` by name and returns a flat
        dict of numbers, strings and booleans.
    grid : mapping of names to sequences, or sequence of mappings
        Values to combine in every way, the last name moving fastest; or the cells themselves.
    seed : int
        From 0 up.
    store : path-like, optional
        A file to which every finished cell is written at once. The same call with the same store resumes.
    executor : concurrent.futures.Executor, optional
        Where cells run: threads, processes, or a Dask cluster's `Client.get_executor()`; by default here, one by one.
    progress : bool
        Whether to show a bar with the remaining time.

    Returns
    -------
    pandas.DataFrame
        A row for each cell, in the grid's order: its parameters, then its record.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted, or the experiment does not take the grid's parameters.
    StoreError
        If the store belongs to another sweep, is damaged, or is in use.

    Examples
    --------
    >>> from advlib.experiments.flips import flips
    >>> common = {"dim": [50], "depth": [1], "top": ["signs"], "gain": [1.0], "networks": [10], "inputs": [2]}
    >>> table = sweep(flips, common | {"width": [10, 100]}, seed=0, progress=False)
    >>> table[["width", "draws"]]
       width  draws
    0     10     20
    1    100     20
    """
    if not callable(experiment):
        raise TypeError(f"experiment must be a function, got {experiment!r}")
    if not isinstance(executor, Executor | None):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {type(executor).__name__}")
    todo = cells(grid)
    name = name_of(experiment)
    _check_call(experiment, name, todo, checks.seed("seed", seed))
    header = {"experiment": name, "seed": seed, "parameters": sorted(todo[0])}
    with Store(store, header) if store is not None else nullcontext() as kept, _one_thread():
        records = {} if kept is None else kept.records
        left = {key(cell): cell for cell in todo if key(cell) not in records}
        bar = tqdm(total=len(todo), initial=len(todo) - len(left), unit="cell", disable=not progress)
        with bar:
            for cell, record in _run(experiment, name, list(left.values()), seed, executor):
                records[key(cell)] = record
                if kept is not None:
                    kept.add(cell, record)
                bar.update()
    return pd.DataFrame([cell | records[key(cell)] for cell in todo])


def cells(grid: Grid) -> list[Cell]:
    """List a grid's cells, in its order.

    Examples
    --------
    >>> cells({"dim": [2, 3], "width": (10,)})
    [{'dim': 2, 'width': 10}, {'dim': 3, 'width': 10}]
    """
    if isinstance(grid, Mapping):
        for name, values in grid.items():
            if isinstance(values, str) or not hasattr(values, "__iter__"):
                raise TypeError(f"grid[{name!r}] must be a sequence of values, got {values!r}")
        listed = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    else:
        if not isinstance(grid, Iterable) or not all(isinstance(cell, Mapping) for cell in grid):
            raise TypeError(f"grid must be a mapping of names to sequences or a sequence of mappings, got {grid!r}")
        listed = [dict(cell) for cell in grid]
    if not listed or not all(listed[0].keys() == cell.keys() for cell in listed):
        raise ValueError("grid must hold at least one cell, and every cell the same parameters")
    return [_plain("grid", cell) for cell in listed]


def cell_seed(seed: int, name: str, cell: Cell) -> int:
    """Derive the seed of a cell from the sweep's seed, the experiment's name and the cell's parameters.

    Examples
    --------
    >>> cell_seed(0, "flips", {"dim": 2, "width": 3}) == cell_seed(0, "flips", {"width": 3, "dim": 2})
    True
    """
    text = json.dumps([seed, name, key(cell)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _plain(what: str, values: Mapping[str, Any]) -> Cell:
    """Return the values as JSON gives them back; scalars of numpy and torch become numbers."""
    try:
        return json.loads(json.dumps(dict(values), default=lambda scalar: scalar.item()))
    except (AttributeError, RuntimeError, TypeError, ValueError):
        raise TypeError(f"{what} must hold numbers, strings, booleans or lists of them, got {values!r}") from None


def _check_call(experiment: Experiment, name: str, todo: list[Cell], seed: int) -> None:
    for cell in todo:
        try:
            inspect.signature(experiment).bind(**cell, seed=seed)
        except TypeError as error:
            raise TypeError(f"grid does not fit {name}: {error}") from None


def _run(
    experiment: Experiment, name: str, todo: list[Cell], seed: int, executor: Executor | None
) -> Iterator[tuple[Cell, Cell]]:
    if executor is None:
        yield from ((cell, _one(experiment, cell, cell_seed(seed, name, cell))) for cell in todo)
        return
    futures = {executor.submit(_one, experiment, cell, cell_seed(seed, name, cell)): cell for cell in todo}
    try:
        yield from ((futures[future], future.result()) for future in as_completed(futures))
    finally:
        for future in futures:
            future.cancel()


def _one(experiment: Experiment, cell: Cell, seed: int) -> Cell:
    torch.set_num_threads(1)  # sums over several threads differ in their last digits
    try:
        record = _plain("record", experiment(**cell, seed=seed))
    except Exception as error:
        error.add_note(f"in the cell {cell}")
        raise
    if shared := cell.keys() & record.keys():
        raise ValueError(f"record must not repeat the parameters {', '.join(sorted(shared))}")
    return record


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)
