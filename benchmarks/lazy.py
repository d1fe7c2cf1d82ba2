"""Exact flips of lazily trained networks against a walk of 0.001 at a time, one image at a time (Wang et al. 2022)."""

import math
import time

import torch
from torch import Tensor

import advlib
from advlib.data import mnist01
from advlib.lazy import train
from benchmarks.timing import medians

WIDTH, CONSTANT, EPOCHS = 1000, 10.0, 10
STRIDE, STRIDES = 1e-3, 5000
WALKED = 20
"""Images that are walked; the time for all is extrapolated from these, spread evenly over the test set."""


def setting(unit: bool) -> tuple[advlib.Network, Tensor]:
    """A network trained inside its ball, and the test images, of norm 1 or with pixels up to 1."""
    generator = torch.Generator().manual_seed(0)
    x, labels = mnist01("train", normalize=unit)
    start = advlib.lazy_two_layer(x.shape[-1], WIDTH, generator=generator)
    how = {"lr": 0.1, "batch_size": 64, "epochs": EPOCHS, "generator": generator}
    return train(start, x, labels, radius=CONSTANT / WIDTH**0.5, **how).network, mnist01("test", normalize=unit)[0]


def walk(net: advlib.Network, x: Tensor) -> float:
    """How far to go from one image, a stride at a time along its gradient, until the sign changes; nan if too far."""
    value = net(x)
    gradient = net.gradient(x)
    stride = -STRIDE * value.sign().unsqueeze(-1) * gradient / gradient.norm()
    for count in range(1, STRIDES + 1):
        x = x + stride
        if net(x) * value < 0:
            return count * STRIDE
    return math.nan


def compare(unit: bool) -> None:
    """Print the ratio of the times for all test images, and how far the walks go beyond the exact flips."""
    net, x = setting(unit)
    chosen = torch.arange(0, len(x), len(x) // WALKED)[:WALKED]

    def exact() -> Tensor:
        return advlib.smallest_flip(net, x, max_step=1e6).perturbation_norm

    (whole,) = medians(exact, rounds=5)
    start = time.perf_counter()
    walked = torch.tensor([walk(net, image) for image in x[chosen].unsqueeze(1)])
    walks = (time.perf_counter() - start) * len(x) / WALKED
    beyond, kind = walked - exact()[chosen], "norm 1" if unit else "raw"
    print(f"\n{len(x):,} test images, {kind}, d = {net.dim}, m = {WIDTH}: exact flips take {whole:.2f} s")
    print(f"  walks, extrapolated from {WALKED} / exact flips: {walks / whole:,.0f}   wanted: at least 1,000")
    print(f"  a walk is {walked.nanmean() / STRIDE:,.0f} strides, and {beyond.min():.5f} to {beyond.max():.5f} too far")
