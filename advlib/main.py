"""The command line: `advlib list` and `advlib run NAME`."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from advlib.data import MissingData
from advlib.experiments.catalogue import CATALOGUE
from advlib.sweep import cells, sweep
from advlib.sweep.provenance import provenance, save

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Examples
    --------
    >>> main(["list"])  # doctest: +ELLIPSIS
    two-layers    Bubeck et al. 2021, Figures 1 and 2, one hidden layer (book: 42 cells, paper: 66 cells)
    ...
    0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(given)
    if options.action == "list":
        return listing()
    try:
        return run(options, " ".join(["advlib", *given]))
    except KeyboardInterrupt:
        print(f"\nStopped. {resuming(options)}", file=sys.stderr)
        return INTERRUPTED
    except BrokenExecutor:
        print(f"advlib: a worker was killed, perhaps for want of memory. {resuming(options)}", file=sys.stderr)
    except (ImportError, OSError, ValueError, MissingData) as error:
        print(f"advlib: {error}", file=sys.stderr)
    return 1


def resuming(options: Namespace) -> str:
    """Say how to go on."""
    return f"Finished cells are in {options.store}; the same command goes on from there."


def listing() -> int:
    """Print what can be run."""
    for name, entry in CATALOGUE.items():
        sizes = ", ".join(f"{scale}: {len(cells(grid))} cells" for scale, grid in entry.grids.items())
        print(f"{name:{max(map(len, CATALOGUE))}}  {entry.summary} ({sizes})")
    return 0


def run(options: Namespace, command: str) -> int:
    """Run one experiment and write its table and provenance; a resumed run's time is that of its last part."""
    entry = CATALOGUE[options.name]
    options.out = options.out or Path(f"{options.name}-{options.scale}.csv")
    options.store = options.store or options.out.with_suffix(".jsonl")
    start, resumed = time.monotonic(), options.store.exists()
    with workers(options) as executor:
        table = sweep(
            entry.experiment, entry.grids[options.scale], seed=options.seed, store=options.store, executor=executor
        )
    save(table, options.out, provenance(command, options.seed, time.monotonic() - start) | {"resumed": resumed})
    print(f"{len(table)} rows in {options.out}")
    return 0


@contextmanager
def workers(options: Namespace) -> Iterator[Executor]:
    """The executor that the options name; leaving it by an error, Ctrl-C included, waits for no cell."""
    if options.executor != "local":
        with _dask(options.executor.removeprefix("dask:")) as executor:
            yield executor
        return
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(options.workers, mp_context=spawn, initializer=_stay_with_parent)
    try:
        yield pool
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise ImportError("--executor dask:ADDRESS needs Dask: install advlib[dask]") from None
    with Client(address, timeout=20) as client:
        try:
            yield client.get_executor()
        except KilledWorker as error:
            raise BrokenExecutor from error


def _stay_with_parent() -> None:
    """Make a worker end at Ctrl-C, and when its parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)


def parser() -> ArgumentParser:
    """The options of the command line."""
    top = ArgumentParser(prog="advlib", description="Run the experiments of the book.")
    actions = top.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="list the experiments")
    run = actions.add_parser("run", help="run one; stopped in any way, the same command goes on where it was")
    run.add_argument("name", choices=CATALOGUE, metavar="NAME", help=f"one of {', '.join(CATALOGUE)}")
    run.add_argument("--scale", choices=["book", "paper"], required=True, help="minutes, or the papers' own sizes")
    run.add_argument("--executor", type=_executor, default="local", metavar="local|dask:ADDRESS")
    run.add_argument("--workers", type=_positive, default=os.cpu_count(), help="local processes, by default one a core")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--store", type=Path, help="finished cells, by default beside the table (NAME-SCALE.jsonl)")
    run.add_argument("--out", type=Path, help="the table, by default NAME-SCALE.csv")
    return top


def _executor(text: str) -> str:
    if text != "local" and not (text.startswith("dask:") and text != "dask:"):
        raise ArgumentTypeError(f"must be local or dask:ADDRESS, such as dask:tcp://10.0.0.1:8786, got {text}")
    return text


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"must be a positive integer, got {text}")
    return int(text)
