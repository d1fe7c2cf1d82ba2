r"""Random numbers from a counter, the same in Python and in a page: Philox4x32-10 (Salmon et al. 2011).

Nothing is drawn in order: a number has an address, and the generator is a function of it. Numbers come as matrices, one
for each draw. The word for row i and column j of draw n in stream s under a seed is number j mod 4 of the four that
Philox makes of

.. math:: \text{counter } (\lfloor j / 4 \rfloor, i, n, s), \qquad \text{key } (\text{seed}, 0).

So a matrix that grows, in rows or columns, keeps the numbers it had. All words are below :math:`2^{32}`, which lets a
language without 64-bit integers do the same (`pages/live/philox.js`).
"""

import numpy as np

from advlib import checks

FACTORS, WEYL = (0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85)
MASK = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
Words = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def philox(c0: np.ndarray, c1: np.ndarray, c2: np.ndarray, c3: np.ndarray, key: tuple[int, int]) -> Words:
    """Make four random words of four counter words, arrays of uint64 of one shape, and two key words.

    Examples
    --------
    >>> zero = np.uint64(0)
    >>> [f"{word:x}" for word in philox(zero, zero, zero, zero, (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for turn in range(10):
        k0, k1 = (np.uint64((k + turn * w) & 0xFFFFFFFF) for k, w in zip(key, WEYL, strict=True))
        p0 = np.uint64(FACTORS[0]) * c0
        p2 = np.uint64(FACTORS[1]) * c2
        c0, c1, c2, c3 = (p2 >> HALF) ^ c1 ^ k0, p2 & MASK, (p0 >> HALF) ^ c3 ^ k1, p0 & MASK
    return c0, c1, c2, c3


def words(seed: int, stream: int, draws: int, rows: int, columns: int) -> np.ndarray:
    """Draw matrices of words from 0 to 2^32 - 1.

    Parameters
    ----------
    seed, stream : int
        Which numbers; each below 2^32.
    draws, rows, columns : int
        How many matrices, of which shape.

    Returns
    -------
    ndarray of shape (draws, rows, columns), of uint64

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> bool((words(0, 0, 2, 3, 5)[:, :2, :3] == words(0, 0, 2, 2, 3)).all())
    True
    """
    key = checks.index("seed", seed, 2**32)
    last = checks.index("stream", stream, 2**32)
    sizes = [checks.size(name, n) for name, n in (("draws", draws), ("rows", rows), ("columns", columns))]
    block, row, draw = (np.arange(n, dtype=np.uint64) for n in (-(-sizes[2] // 4), sizes[1], sizes[0]))
    c0, c1, c2, c3 = np.broadcast_arrays(block, row[:, None], draw[:, None, None], np.uint64(last))
    return np.stack(philox(c0, c1, c2, c3, (key, 0)), -1).reshape(draws, rows, -1)[..., :columns]


def uniforms(seed: int, stream: int, draws: int, rows: int, columns: int) -> np.ndarray:
    """Draw matrices of numbers uniform on (0, 1): the middles of 2^32 intervals; arguments as for `words`."""
    return (words(seed, stream, draws, rows, columns) + 0.5) * 2.0**-32


def normals(seed: int, stream: int, draws: int, rows: int, columns: int) -> np.ndarray:
    r"""Draw matrices of standard normal numbers; arguments as for `words`.

    Two neighbours :math:`u, v` of a row of `uniforms` make two (Box and Muller 1958),

    .. math:: \sqrt{-2 \log u} \, \cos 2 \pi v, \qquad \sqrt{-2 \log u} \, \sin 2 \pi v.
    """
    u = uniforms(seed, stream, draws, rows, columns + columns % 2)
    radius = np.sqrt(-2 * np.log(u[..., ::2]))
    angle = 2 * np.pi * u[..., 1::2]
    pairs = np.stack((radius * np.cos(angle), radius * np.sin(angle)), -1)
    return pairs.reshape(draws, rows, -1)[..., :columns]


def signs(seed: int, stream: int, draws: int, rows: int, columns: int) -> np.ndarray:
    """Draw matrices of -1 and 1, by the last bits of `words`, whose arguments it takes."""
    return np.where(words(seed, stream, draws, rows, columns) & np.uint64(1), 1.0, -1.0)
