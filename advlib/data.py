"""The digits 0 and 1: MNIST, found or downloaded and always verified, and the small digits that scikit-learn bundles.

MNIST is looked for in an explicit folder, then in the folder that the environment variable `ADVLIB_DATA` names, then in
the user's cache, and downloaded into that cache where it is nowhere. What counts is the SHA-256 of the decompressed
files, so any mirror's compression serves.
"""

import gzip
import hashlib
import os
import zlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pooch
import requests
import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from advlib import checks

SPLITS = {"train": "train", "test": "t10k"}
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://azureopendatastorage.blob.core.windows.net/mnist/",
)
TIMEOUT = (5, 30)
"""Seconds to wait for a mirror to answer, and between two pieces of its answer."""

WAYS_OUT = (
    "Three ways out: connect to a network; or put the four MNIST files (idx, gzipped or not) into a folder and name it "
    "in the environment variable ADVLIB_DATA or as path=...; or use digits01, which needs neither."
)


class MissingData(RuntimeError):
    """MNIST is neither here nor to be had."""


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
        Folder that holds the files; nowhere else is then looked.
    progress : bool
        Whether a download shows a bar.

    Returns
    -------
    Tensor of shape (n, size * size), and Tensor of shape (n,) with -1 for each zero and +1 for each one; float32

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted, or a file given by `path` or `ADVLIB_DATA` is not MNIST's.
    MissingData
        If a file is not there and cannot be downloaded; the message says what to do.
    """
    name = SPLITS[checks.choice("split", split, SPLITS)]
    side = _size(size, 28)
    pixels, digits = (_payload(f"{name}-{kind}-ubyte", path, progress) for kind in ("images-idx3", "labels-idx1"))
    labels = np.frombuffer(digits, np.uint8, offset=8)
    images = np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 28, 28)[labels < 2]
    return _prepared(torch.from_numpy(images) / 255, labels[labels < 2], side, normalize)


def digits01(split: str, *, size: int = 8, normalize: bool = True) -> tuple[Tensor, Tensor]:
    r"""Load the zeros and ones of scikit-learn's bundled 8 x 8 digits; every fourth image is for testing.

    Parameters
    ----------
    split : {"train", "test"}
    size : int
        Side in pixels, 1 to 8.
    normalize : bool
        As for `mnist01`.

    Returns
    -------
    Tensor of shape (n, size * size), and Tensor of shape (n,) with -1 for each zero and +1 for each one; float32

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> x, labels = digits01("test")
    >>> x.shape, labels.unique()
    (torch.Size([90, 64]), tensor([-1.,  1.]))
    """
    test = checks.choice("split", split, SPLITS) == "test"
    side = _size(size, 8)
    from sklearn.datasets import load_digits  # takes a second, which only this function needs

    pixels, digits = load_digits(n_class=2, return_X_y=True)
    chosen = (np.arange(len(digits)) % 4 == 3) == test
    images = torch.from_numpy(pixels[chosen]).float().unflatten(-1, (8, 8)) / 16
    return _prepared(images, digits[chosen], side, normalize)


@cache
def has_mnist() -> bool:
    """Whether `mnist01` finds, or can download, its test images; asked once."""
    try:
        mnist01("test", progress=False)
    except MissingData:
        return False
    return True


def _size(size: int, largest: int) -> int:
    if checks.size("size", size) > largest:
        raise ValueError(f"size must lie between 1 and {largest}, got {size}")
    return size


def _prepared(images: Tensor, digits: np.ndarray[Any, Any], size: int, unit: bool) -> tuple[Tensor, Tensor]:
    if size < images.shape[-1]:
        images = functional.interpolate(
            images.unsqueeze(1), size=(size, size), mode="bilinear", antialias=True
        ).squeeze(1)
    x = images.flatten(1)
    return functional.normalize(x) if unit else x, torch.from_numpy(2.0 * digits - 1).float()


def _payload(name: str, path: str | os.PathLike[str] | None, progress: bool) -> bytes:
    """A file's decompressed and verified content."""
    given = path if path is not None else os.environ.get("ADVLIB_DATA")
    if given is not None:
        file = _in_folder(Path(given), name)
        if file is None:
            raise MissingData(f"{name} (or {name}.gz) is not in {os.fspath(given)!r}. {WAYS_OUT}")
        return _verified(file, name)
    folder = Path(pooch.os_cache("advlib"))
    file = _in_folder(folder, name)
    if file is not None:
        try:
            return _verified(file, name)
        except ValueError as error:
            _keep_aside(file, error)
    return _downloaded(folder, name, progress)


def _in_folder(folder: Path, name: str) -> Path | None:
    return next((file for file in (folder / name, folder / f"{name}.gz") if file.is_file()), None)


def _verified(file: Path, name: str) -> bytes:
    content = file.read_bytes()
    if content.lstrip()[:1] == b"<":
        raise ValueError(f"{file} is a web page, not MNIST: a portal may have answered for the mirror")
    try:
        payload = gzip.decompress(content) if file.suffix == ".gz" else content
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{file} is torn: {error}") from None
    if hashlib.sha256(payload).hexdigest() != SHA256[name]:
        raise ValueError(f"{file} is not MNIST's {name}: its SHA-256 is another")
    return payload


def _keep_aside(file: Path, error: ValueError) -> None:
    try:
        file.replace(file.with_name(f"{file.name}.wrong"))
    except OSError:
        raise MissingData(f"{error}, and it cannot be moved out of the way. {WAYS_OUT}") from None


def _downloaded(folder: Path, name: str, progress: bool) -> bytes:
    """Ask one mirror after the other; only a verified file stays in the cache under its name."""
    failures = []
    pooch.get_logger().setLevel("ERROR")
    for mirror in MIRRORS:
        try:
            fetched = pooch.retrieve(
                f"{mirror}{name}.gz", None, f"{name}.gz", folder, downloader=Resuming(folder, progress)
            )
        except (OSError, requests.RequestException) as error:
            failures.append(f"{mirror}: {error}")
            continue
        try:
            return _verified(Path(fetched), name)
        except ValueError as error:
            _keep_aside(Path(fetched), error)
            failures.append(f"{mirror}: {error} (kept aside as {name}.gz.wrong)")
    raise MissingData("\n".join([f"{name} could not be downloaded.", *failures, WAYS_OUT]))


class Resuming:
    """A downloader for pooch that goes on where it was interrupted; what it has of a file waits in the cache."""

    def __init__(self, folder: Path, progress: bool):
        self.folder, self.progress = folder, progress

    def __call__(self, url: str, output: str, _: pooch.Pooch) -> None:
        """Fetch `url` into the file `output`."""
        part = self.folder / f"{urlsplit(url).hostname}-{url.rpartition('/')[2]}.part"
        had = part.stat().st_size if part.exists() else 0
        with requests.get(url, headers={"Range": f"bytes={had}-"}, stream=True, timeout=TIMEOUT) as reply:
            if reply.status_code != requests.codes.requested_range_not_satisfiable:
                reply.raise_for_status()
                self.write(reply, part, had if reply.status_code == requests.codes.partial_content else 0)
        part.replace(output)

    def write(self, reply: requests.Response, part: Path, had: int) -> None:
        """Add the reply to what was had, and show how far it is."""
        total = had + int(reply.headers.get("content-length", 0))
        bar = tqdm(total=total, initial=had, unit="B", unit_scale=True, desc=part.stem, disable=not self.progress)
        with part.open("ab" if had else "wb") as file, bar:
            for piece in reply.iter_content(2**12):
                bar.update(file.write(piece))
