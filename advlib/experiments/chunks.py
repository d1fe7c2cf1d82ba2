"""Flips of many networks, a chunk at a time.

Networks are drawn in chunks, so that memory stays below 1 GiB as long as one network does, and every chunk has random
numbers of its own, derived from the seed and the chunk's place.
"""

from collections.abc import Iterator

import numpy as np

from advlib import checks
from advlib.attacks import Flip
from advlib.experiments.memory import keep_freed_memory

MEMORY = 2**28
"""Bytes that one chunk is planned to take; where many neurons switch it takes up to three times as many."""


def cut(networks: int, numbers: int, seed: int) -> Iterator[tuple[int, int]]:
    """Sizes of chunks of networks that hold so many single-precision numbers each, and a seed for each chunk.

    Examples
    --------
    >>> [count for count, seed in cut(10, MEMORY // 16, seed=0)]
    [4, 4, 2]
    """
    total = checks.size("networks", networks)
    sown = checks.seed("seed", seed)
    size = max(1, MEMORY // (4 * max(1, numbers)))
    keep_freed_memory()
    for chunk, start in enumerate(range(0, total, size)):
        entropy = np.random.SeedSequence((sown, chunk))
        yield min(size, total - start), int(entropy.generate_state(1)[0])


def gathered(flips: Iterator[Flip], networks: int) -> Flip:
    """Join flips along their networks in one place; kept apart, the small pieces would pin large free memory."""
    whole, start = None, 0
    for flip in flips:
        whole = whole or Flip(*(field.new_empty(networks, field.shape[-1]) for field in flip))
        for joined, field in zip(whole, flip, strict=True):
            joined[start : start + len(field)] = field
        start += len(flip.step)
    assert whole is not None
    return whole
