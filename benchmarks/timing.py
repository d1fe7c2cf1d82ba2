"""Times that can be compared on a busy machine, and the machine they were taken on."""

import os
import platform
import statistics
import time
from collections.abc import Callable

import torch


def medians(*functions: Callable[[], object], rounds: int) -> list[float]:
    """Median seconds of each function, called in turns after one call to warm up."""
    seconds: list[list[float]] = [[] for _ in functions]
    for taken in [None] + [seconds] * rounds:
        for i, function in enumerate(functions):
            start = time.perf_counter()
            function()
            if taken is not None:
                taken[i].append(time.perf_counter() - start)
    return [statistics.median(times) for times in seconds]


def machine() -> str:
    """What the times were taken on."""
    load = os.getloadavg()[0]
    return (
        f"{platform.machine()} with {os.cpu_count()} hardware threads, Python {platform.python_version()}, "
        f"torch {torch.__version__}; load before the start: {load:.1f}"
    )
