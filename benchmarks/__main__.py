"""Print how exact flips and deferred draws compare, as ratios of times: ``python -m benchmarks``."""

import sys
from pathlib import Path

import torch

import advlib
from advlib.data import MissingData
from benchmarks import draws, flips, lazy, peers
from benchmarks.timing import machine, medians

PEERS = Path(sys.prefix) / "peers"


def compare(threads: int) -> None:
    """Print every ratio for this number of threads."""
    torch.set_num_threads(threads)
    net, x = flips.setting()

    def exact() -> advlib.Flip:
        return advlib.smallest_flip(net, x)

    products, attack = medians(flips.three_products(net, x), exact, rounds=25)
    print(f"\n{threads} thread{'s' if threads > 1 else ''}: exact flips take {1e3 * attack:.0f} ms")
    line("exact flips / three bare matrix products", attack / products, "wanted: at most 1.5")

    attack, search = medians(exact, lambda: flips.line_search(net, x), rounds=3)
    ceiling = f"{search / products:.0f} is the ceiling: exact flips need those three products"
    line("line search of 100 forward passes / exact flips", search / attack, ceiling)
    overshoot = flips.line_search(net, x) - exact().step.abs()
    line("    how far that search overshoots a step, on average", float(overshoot.nanmean()))

    try:
        foolbox = flips.foolbox_attack(net, x)
    except ImportError as missing:
        print(f"  Foolbox is left out: {missing}; `make peers` installs it.")
        return
    attack, peer = medians(exact, foolbox, rounds=3)
    line("Foolbox, L2 fast gradient, 100 epsilons / exact flips", peer / attack)


def line(what: str, ratio: float, wanted: str = "") -> None:
    print(f"  {what:<56}{ratio:8.2f}   {wanted}".rstrip(), flush=True)


if __name__ == "__main__":
    sys.path.append(str(PEERS))
    print(machine())
    print(f"d = {flips.DIM}, k = {flips.WIDTH}, {flips.INPUTS} inputs, float32; ratios of median times")
    for count in sorted({1, torch.get_num_threads()}):
        compare(count)
    peers.compare()
    draws.compare()
    try:
        lazy.compare(unit=True)
        lazy.compare(unit=False)
    except MissingData as missing:
        print(f"\nLazy training is left out: {missing}")
