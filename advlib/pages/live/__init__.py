"""Frames of explorers that a page computes too: beside each Python module here lies its twin in JavaScript.

A twin is a classic script. It draws its random numbers from `philox.js`, as Python does from `philox.py`, and adds
a generator to `advlibLive` that bears the explorer's name. Whenever it could pause it yields a function that makes the
frame so far; the last frame is the one that Python computes.
"""

from collections.abc import Collection
from pathlib import Path

NAMES = (
    "philox",
    "plane",
    "angle_map",
    "one_step",
    "how_often",
    "deferred_decisions",
    "depth",
    "dense",
    "crowd",
    "bottlenecks",
    "gradient_terms",
    "digit_step",
    "three_scales",
)
SCRIPTS = tuple(Path(__file__).with_name(f"{name}.js") for name in NAMES)
"""In the order in which a page loads them."""

SHARED = {"philox", "plane", "angle_map", "dense", "crowd"}
"""Those that draw for several explorers; the others are twins of one."""


def scripts_for(explorers: Collection[str]) -> list[Path]:
    """What a page with these explorers loads: the shared scripts and their twins, in order."""
    return [script for script in SCRIPTS if script.stem in SHARED or script.stem in explorers]
