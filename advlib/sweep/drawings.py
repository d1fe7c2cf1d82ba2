"""The cells of one experiment drawn under one seed, here or elsewhere."""

import inspect
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from typing import NamedTuple

import torch

from advlib import checks
from advlib.sweep.fingerprints import fingerprint
from advlib.sweep.grid import Experiment, cell_seed, plain
from advlib.sweep.names import name_of
from advlib.sweep.store import Cell, Finished


class Drawing(NamedTuple):
    """What draws cells: an experiment, its stable name, a seed for all, and the fingerprint of today's code."""

    experiment: Experiment
    name: str
    seed: int
    code: str | None

    def one(self, cell: Cell) -> Finished:
        """Draw a cell; on one thread, for sums over several differ in their last digits."""
        torch.set_num_threads(1)
        start = time.perf_counter()
        try:
            record = plain("record", self.experiment(**cell, seed=cell_seed(self.seed, self.name, cell)))
            if shared := cell.keys() & record.keys():
                raise ValueError(f"record must not repeat the parameters {', '.join(sorted(shared))}")
        except Exception as error:
            error.add_note(f"in the cell {cell}")
            raise
        return Finished(cell, record, round(time.perf_counter() - start, 6), self.code)

    def every(self, cells: list[Cell], executor: Executor | None) -> Iterator[Finished]:
        """Draw some cells, in the order in which they end."""
        if executor is None:
            yield from map(self.one, cells)
            return
        futures = [executor.submit(self.one, cell) for cell in cells]
        try:
            yield from (future.result() for future in as_completed(futures))
        finally:
            for future in futures:
                future.cancel()


def drawing(experiment: Experiment, cells: Iterable[Cell], seed: int) -> Drawing:
    """Check that an experiment takes these cells, and a seed.

    Raises
    ------
    TypeError, ValueError
        If the experiment is none, or does not fit; or if the seed is not an integer from 0 up.

    Examples
    --------
    >>> from advlib.experiments import distortion
    >>> drawing(distortion, [{"dim": 20, "width": 10, "runs": 3}], seed=0).name
    'advlib.shape_experiments.distortion'
    """
    if not callable(experiment):
        raise TypeError(f"experiment must be a function, got {experiment!r}")
    found = Drawing(experiment, name_of(experiment), checks.seed("seed", seed), fingerprint(experiment))
    signature = inspect.signature(experiment)
    for cell in cells:
        try:
            signature.bind(**cell, seed=found.seed)
        except TypeError as error:
            raise TypeError(f"grid does not fit {found.name}: {error}") from None
    return found


@contextmanager
def threads_restored() -> Iterator[None]:
    """Leave torch with as many threads as it had."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)
