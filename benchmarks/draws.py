"""Draws of a flip from networks that are never formed, against dense ones and against the numbers they need."""

import math
from functools import partial

import torch

import advlib
from benchmarks.timing import medians

DIM = 500
WIDTHS = (10**4, 10**5, 10**6)
LARGEST_DENSE = 2 * 10**8
"""Entries of the largest network that is also drawn densely."""


def draw(width: int, depth: int, matrices: str) -> advlib.Flip:
    """Draw one network and one input, and find the smallest flipping step."""
    generator = torch.Generator().manual_seed(0)
    net = advlib.multilayer((DIM,) + depth * (width,), gain=2**0.5, matrices=matrices, generator=generator)
    return advlib.smallest_flip(net, advlib.sphere(1, DIM, radius=DIM**0.5, generator=generator))


def needed(width: int, depth: int) -> torch.Tensor:
    """Draw the bare Gaussians: two sides of the first layer, eight products of each later one, and the top."""
    return torch.randn(width * (2 + 8 * (depth - 1) + 1) + DIM, generator=torch.Generator().manual_seed(0))


def compare(threads: int, depths: tuple[int, ...] = (1, 2, 3, 6)) -> None:
    """Print the cost of a draw for each depth and width, and how it grows with the width."""
    torch.set_num_threads(threads)
    print(f"\nOne draw from deferred networks, d = {DIM}, float32, threads: {threads}")
    print(f"  {'L':>3}{'k':>10}{'ms a draw':>12}{'over bare Gaussians':>22}{'dense over deferred':>22}")
    for depth in depths:
        seconds = []
        for width in WIDTHS:
            rounds = 3 if width * depth > 10**6 else 7
            entries = DIM * width + (depth - 1) * width**2
            kinds = ["deferred", "dense"] if entries <= LARGEST_DENSE else ["deferred"]
            runs = [partial(draw, width, depth, kind) for kind in kinds]
            bare, deferred, *dense = medians(partial(needed, width, depth), *runs, rounds=rounds)
            seconds.append(deferred)
            ratio = f"{dense[0] / deferred:22.0f}" if dense else f"{'-':>22}"
            print(f"  {depth:>3}{width:>10}{1e3 * deferred:>12.1f}{deferred / bare:>22.1f}{ratio}", flush=True)
        exponent = math.log(seconds[-1] / seconds[-2]) / math.log(WIDTHS[-1] / WIDTHS[-2])
        print(f"  {depth:>3}  grows like k^{exponent:.2f} from {WIDTHS[-2]:,} to {WIDTHS[-1]:,}")
