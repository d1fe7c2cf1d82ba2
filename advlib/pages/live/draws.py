r"""Random networks whose numbers a page can draw too: from `philox.py`, in float64, and kept between frames.

The scripts beside `pages/live/philox.js` draw the same networks, so that a page's frames are the package's.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from advlib.activations import resolve
from advlib.network import Network
from advlib.pages.live import philox

P, Z, TOP, REST = range(4)
"""Streams of a network in the plane."""

OUTPUT, INPUT, ASIDE = 100, 101, 102
"""Streams beside those of a dense network's layers: its output weights, its inputs, other directions."""

Law = Callable[[int, int, int, int, int], np.ndarray]
TOPS: dict[str, Law] = {"signs": philox.signs, "gaussian": philox.normals}
"""Laws of the output weights, before their factor."""


def kept(law: Law, seed: int, stream: int, draws: int, rows: int, columns: int) -> Tensor:
    """Numbers of this law, of shape (draws, rows, columns); as many again are kept for frames that ask for more."""
    return _drawn(law, seed, stream, draws, _next_power_of_two(rows), _next_power_of_two(columns))[:, :rows, :columns]


@lru_cache(maxsize=40)
def _drawn(law: Law, seed: int, stream: int, draws: int, rows: int, columns: int) -> Tensor:
    return torch.from_numpy(law(seed, stream, draws, rows, columns))


def _next_power_of_two(size: int) -> int:
    """The next power of two."""
    return 1 << (size - 1).bit_length()


def plane_networks(
    dim: int, width: int, draws: int, seed: int, top: str = "signs", activation: str = "relu"
) -> tuple[Network, Tensor]:
    r"""Draw two-layer networks, each restricted to the plane of its input x and its gradient there, and that x.

    The law is that of `advlib.experiments.plane`, where for another activation :math:`a_\ell 1\{p_\ell > 0\}` is
    :math:`a_\ell \psi'(p_\ell)`. The random numbers of a neuron do not change when `width` grows, nor do any when
    `dim` changes, so that pictures move smoothly.

    Parameters
    ----------
    dim, width : int
        The input dimension d, at least 2, and the number of neurons k.
    draws, seed : int
    top : {"signs", "gaussian"}
        The law of the output weights.
    activation : str
        A name in `advlib.activations`.

    Returns
    -------
    Network of batch (draws,) on two inputs, and x of shape (draws, 1, 2)

    Examples
    --------
    >>> from advlib import smallest_flip
    >>> net, x = plane_networks(100, 1000, draws=3, seed=0)
    >>> smallest_flip(net, x).found.all()
    tensor(True)
    """
    p, z = (kept(philox.normals, seed, stream, draws, 1, width)[:, 0] for stream in (P, Z))
    chi = kept(philox.normals, seed, REST, draws, 1, dim - 1).norm(dim=-1)
    a = kept(TOPS[top], seed, TOP, draws, 1, width)[:, 0]
    u = normalize(a * resolve(activation).derivative(p), dim=-1)
    q = z + (chi - (u * z).sum(-1, keepdim=True)) * u
    x = torch.tensor([[dim**0.5, 0.0]], dtype=torch.float64).expand(draws, 1, 2)
    return Network([torch.stack((p, q), -1) / dim**0.5], a / width**0.5, activation), x


def dense_networks(widths: Sequence[int], networks: int, seed: int) -> Network:
    r"""Draw ReLU networks of any depth with Gaussian weights and gain :math:`\sqrt 2`, in full.

    Layer i takes its numbers from stream i, the output weights from stream `OUTPUT`.

    Examples
    --------
    >>> net = dense_networks((20, 40, 30), networks=3, seed=0)
    >>> net.widths, net.batch
    ((20, 40, 30), (3,))
    """
    sizes = enumerate(pairwise(widths))
    weights = [(2 / columns) ** 0.5 * matrices(seed, i, networks, rows, columns) for i, (columns, rows) in sizes]
    top = (2 / widths[-1]) ** 0.5 * matrices(seed, OUTPUT, networks, 1, widths[-1])
    return Network(weights, top[:, 0])


def inputs(dim: int, networks: int, count: int, seed: int, stream: int) -> Tensor:
    """Draw Gaussian inputs scaled to the sphere of radius sqrt(d), of shape (networks, count, d)."""
    return dim**0.5 * normalize(matrices(seed, stream, networks, count, dim), dim=-1)


def matrices(seed: int, stream: int, networks: int, rows: int, columns: int) -> Tensor:
    """Gaussian matrices, of shape (networks, rows, columns), kept apart from the other numbers: they are large."""
    return _drawn_matrices(seed, stream, networks, _next_power_of_two(rows), _next_power_of_two(columns))[
        :, :rows, :columns
    ]


@lru_cache(maxsize=8)
def _drawn_matrices(seed: int, stream: int, networks: int, rows: int, columns: int) -> Tensor:
    return torch.from_numpy(philox.normals(seed, stream, networks, rows, columns))
