"""Processes that draw cells: this machine's, or a Dask cluster's."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def local(count: int) -> Iterator[Executor]:
    """So many processes of this machine; leaving them by an error, Ctrl-C included, waits for no cell."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=spawn, initializer=_stay_with_parent)
    try:
        yield pool
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, by its scheduler's address."""
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
