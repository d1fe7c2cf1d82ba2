"""A grid of an experiment's parameters, run anywhere, resumable, with one answer."""

import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from os import PathLike

import pandas as pd
from tqdm import tqdm

from advlib.sweep.drawings import drawing, threads_restored
from advlib.sweep.grid import Experiment, Grid, cells
from advlib.sweep.store import Finished, Store, key


def sweep(
    experiment: Experiment,
    grid: Grid,
    *,
    seed: int,
    store: str | PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: bool = True,
    redraw_old: bool = False,
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
    redraw_old : bool
        Whether to draw cells of the store anew whose code has changed since, or is unknown; by default they are kept.
        Either way a line on stderr says how many there are.

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
    >>> from advlib.experiments import flips
    >>> common = {"dim": [50], "depth": [1], "top": ["signs"], "gain": [1.0], "networks": [10], "inputs": [2]}
    >>> table = sweep(flips, common | {"width": [10, 100]}, seed=0, progress=False)
    >>> table[["width", "draws"]]
       width  draws
    0     10     20
    1    100     20
    """
    finished = finish(
        experiment, grid, seed=seed, store=store, executor=executor, progress=progress, redraw_old=redraw_old
    )
    return tabulate(finished)


def tabulate(finished: Iterable[Finished]) -> pd.DataFrame:
    """Return the table of some finished cells: parameters, then records.

    Examples
    --------
    >>> tabulate([Finished({"x": 3}, {"square": 9}, seconds=0.1, code=None)])
       x  square
    0  3       9
    """
    return pd.DataFrame([one.cell | one.record for one in finished])


def finish(
    experiment: Experiment,
    grid: Grid,
    *,
    seed: int,
    store: str | PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: bool = True,
    redraw_old: bool = False,
) -> list[Finished]:
    """Do what `sweep` does, and return the finished cells in the grid's order, with their seconds and code.

    Examples
    --------
    >>> from advlib.experiments import distortion
    >>> finish(distortion, {"dim": [20], "width": [10], "runs": [3]}, seed=0, progress=False)[0].seconds > 0
    True
    """
    if not isinstance(executor, Executor | None):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {type(executor).__name__}")
    every = cells(grid)
    listed = {key(cell): cell for cell in every}
    draw = drawing(experiment, every, seed)
    header = {"experiment": draw.name, "seed": draw.seed, "parameters": sorted(every[0])}
    with Store(store, header) if store is not None else nullcontext() as kept, threads_restored():
        done = {} if kept is None else {place: kept.finished[place] for place in listed.keys() & kept.finished.keys()}
        if old := changed(done, draw.code):
            _say(store, len(old), len(done), redraw_old)
        left = listed.keys() - done.keys() | (old if redraw_old else set())
        todo = [cell for place, cell in listed.items() if place in left]
        with tqdm(total=len(listed), initial=len(listed) - len(todo), unit="cell", disable=not progress) as bar:
            for one in draw.every(todo, executor):
                done[key(one.cell)] = one
                if kept is not None:
                    kept.add(one)
                bar.update()
    return [done[key(cell)] for cell in every]


def changed(done: Mapping[str, Finished], code: str | None) -> set[str]:
    """The cells that other code than today's has drawn, or unknown code; none where today's is unknown itself.

    Examples
    --------
    >>> changed({"a": Finished({}, {}, None, "new"), "b": Finished({}, {}, None, "old")}, "new")
    {'b'}
    """
    return set() if code is None else {place for place, one in done.items() if one.code != code}


def _say(store: str | PathLike[str] | None, old: int, finished: int, redraw_old: bool) -> None:
    fate = "drawn anew" if redraw_old else "kept (redraw_old=True, on the command line --redraw-old, draws them anew)"
    what = f"{old} of {finished} finished cells are of other code than today's, or of unknown code"
    print(f"{store}: {what}; they are {fate}.", file=sys.stderr)
