"""Draws of a flip from networks that are never formed, against dense ones and against the numbers they need.

``python -m benchmarks.draws FILE.csv`` writes the table with its provenance.
"""

import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Generator

import advlib
from advlib.deferred import DeferredGaussian
from advlib.experiments.memory import keep_freed_memory
from advlib.sweep.provenance import provenance, save

DIM, THREADS, DRAWS = 500, 1, 10
DEPTHS = range(1, 7)
WIDTHS = (10**3, 10**4, 10**5, 3 * 10**5, 10**6, 3 * 10**6)
LARGEST_DENSE = 6 * 10**8
"""Entries of the largest network that is also drawn densely, in 2.4 GB."""


def draw(width: int, depth: int, matrices: str, seed: int) -> advlib.Network:
    """Draw one network and one input, find the smallest flipping step, and return the network."""
    generator = Generator().manual_seed(seed)
    net = advlib.multilayer((DIM, *[width] * depth), gain=2**0.5, matrices=matrices, generator=generator)
    advlib.smallest_flip(net, advlib.points(net, 1, generator=generator))
    return net


def drawn(net: advlib.Network) -> int:
    """How many Gaussian numbers the matrices of a deferred network have drawn."""
    matrices = [w for w in net.weights if isinstance(w, DeferredGaussian)]
    return sum(w.right.count * w.shape[-2] + w.left.count * w.shape[-1] for w in matrices)


def peak() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def one(width: int, depth: int, matrices: str, seed: int) -> dict[str, float]:
    """Time one draw and the bare Gaussians that it needed, in processor time: one thread's, where nothing else runs."""
    start = time.process_time()
    net = draw(width, depth, matrices, seed)
    drawing = time.process_time()
    entries = sum(w.shape[-1] * w.shape[-2] for w in net.weights)
    numbers = entries if matrices == "dense" else drawn(net)
    del net
    bare = time.process_time()
    torch.randn(numbers, generator=Generator().manual_seed(seed))
    end = time.process_time()
    return {"entries": entries, "numbers": numbers, "seconds": drawing - start, "bare_seconds": end - bare}


def cost(width: int, depth: int, matrices: str) -> dict[str, float | str]:
    """The memory that a first draw adds, and the mean cost of the draws after it."""
    torch.set_num_threads(THREADS)
    keep_freed_memory()
    before = peak()
    draw(width, depth, matrices, 0)
    record: dict[str, float | str] = {"depth": depth, "width": width, "matrices": matrices, "mib": peak() - before}
    draws = pd.DataFrame([one(width, depth, matrices, seed) for seed in range(1, DRAWS + 1)])
    return record | {"draws": DRAWS} | draws.mean().to_dict()


def measure() -> Iterator[dict[str, float | str]]:
    """Every cost, each in a process of its own, whose memory nothing else has used."""
    for depth in DEPTHS:
        for width in WIDTHS:
            fits = DIM * width + (depth - 1) * width**2 <= LARGEST_DENSE
            for matrices in ("dense", "deferred") if fits else ("deferred",):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                    yield process.submit(cost, width, depth, matrices).result()


def exponent(rows: pd.DataFrame) -> float:
    """The power of the width with which the time grows, fitted over the last decade."""
    large = rows[rows["width"] >= WIDTHS[-3]]
    return float(np.polyfit(np.log(large["width"]), np.log(large["seconds"]), 1)[0])


def compare() -> pd.DataFrame:
    """Print the cost of a draw for each depth and width, and how it grows with the width."""
    print(f"\nOne draw, d = {DIM}, float32, threads: {THREADS}, means over {DRAWS} draws")
    print(f"  {'L':>3}{'k':>10}{'matrices':>10}{'draws/s':>10}{'MiB':>8}{'over bare Gaussians':>21}")
    rows = []
    for row in measure():
        rows.append(row)
        print(
            f"  {row['depth']:>3}{row['width']:>10}{row['matrices']:>10}{1 / row['seconds']:>10.2f}{row['mib']:>8.0f}"
            f"{row['seconds'] / row['bare_seconds']:>21.1f}",
            flush=True,
        )
    table = pd.DataFrame(rows)
    for depth, group in table[table["matrices"] == "deferred"].groupby("depth"):
        power = f"L = {depth}: time grows like k^{exponent(group):.2f} from {WIDTHS[-3]:,} to {WIDTHS[-1]:,}"
        print(f"  {power} (wanted: 1.0 ± 0.1)")
    seconds = table[(table["matrices"] == "deferred") & (table["width"] == 10**6)].set_index("depth")["seconds"]
    print(f"  k = 1,000,000: {1e3 * seconds[1]:.0f} ms at L = 1 (wanted: at most 60 ms)")
    print(f"  k = 1,000,000: {seconds[6]:.2f} s at L = 6 (wanted: at most 1.5 s)")
    return table


if __name__ == "__main__":
    start = time.perf_counter()
    path = Path(sys.argv[1])
    command = f"python -m benchmarks.draws {path.as_posix()}"
    save(compare(), path, provenance(command, seed=0, wall_seconds=time.perf_counter() - start))
