"""A file that keeps every finished cell of a sweep, so that a sweep that was stopped can go on.

One line of JSON says which sweep the file belongs to, and one line for each finished cell holds its parameters, its
record, the seconds it took, the fingerprint of the code that drew it, and a checksum. Of two lines for one cell the
later holds. In version 1 of the format, whose files still open, lines had neither seconds nor code. A line counts once
it is on disk. Only the last line can be torn, by a process that died while writing it, and only that is repaired. One
sweep at a time may hold the file.
"""

import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

Cell = dict[str, Any]

FORMAT = "advlib sweep, version 2"
READABLE = {FORMAT, "advlib sweep, version 1"}


class Finished(NamedTuple):
    """A cell that has been drawn."""

    cell: Cell
    record: Cell
    seconds: float | None
    """How long that took; None where a store of version 1 did not say."""

    code: str | None
    """`advlib.sweep.fingerprint` of the experiment at the time; None where it was not to be had."""


class StoreError(ValueError):
    """A store that cannot be used; the message says what is wrong and what to do."""


def key(cell: Cell) -> str:
    """Return the one spelling of a cell's parameters.

    Examples
    --------
    >>> key({"width": 10, "dim": 2}) == key({"dim": 2, "width": 10})
    True
    """
    return json.dumps(cell, sort_keys=True)


def checksum(text: str) -> str:
    """Return the first digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Store:
    """The finished cells of one sweep, in memory and in a file.

    Use it as a context manager: the file is locked in between.

    Parameters
    ----------
    path : path-like
        Made if it is not there.
    header : dict
        What the sweep is; a file with another header is refused.

    Raises
    ------
    StoreError
        If the file belongs to another sweep, is damaged, or is in use.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with Store(Path(folder) / "cells.jsonl", {"experiment": "squares"}) as store:
    ...         store.add(Finished({"x": 3}, {"square": 9}, seconds=0.1, code=None))
    ...     with Store(Path(folder) / "cells.jsonl", {"experiment": "squares"}) as store:
    ...         store.finished[key({"x": 3})].record
    {'square': 9}
    """

    def __init__(self, path: str | os.PathLike[str], header: Mapping[str, Any]):
        self.path = Path(path)
        self.header = {"format": FORMAT} | dict(header)
        self.finished: dict[str, Finished] = {}

    def __enter__(self) -> "Store":
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            self._lock()
            self._read()
        except BaseException:
            os.close(self._file)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)  # a process forked meanwhile holds the file open, not the lock
        os.close(self._file)

    def add(self, finished: Finished) -> None:
        """Keep a finished cell; when this returns it is on disk."""
        line = finished._asdict()
        self._append(json.dumps(line | {"checksum": checksum(json.dumps(line))}))
        self.finished[key(finished.cell)] = finished

    def _lock(self) -> None:
        """Lock this opening of the file: others, in this process too, neither get the lock nor end it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"{self.path} is in use by another sweep: wait for it to end, or give this one another store"
            ) from None
        except OSError as error:
            raise StoreError(
                f"{self.path} lies on a file system without locks ({error.strerror}): "
                "give this sweep a store on a local disk (store=, on the command line --store)"
            ) from None

    def _append(self, line: str) -> None:
        before = os.fstat(self._file).st_size
        rest = line.encode() + b"\n"
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError as error:
            os.ftruncate(self._file, before)
            reason = f"{error.strerror}; what finished before is kept: make room and give the same command again"
            raise OSError(error.errno, reason, str(self.path)) from error

    def _read(self) -> None:
        with open(self._file, "rb", closefd=False) as file:
            content = file.read()
        whole, _, torn = content.rpartition(b"\n")
        header = json.dumps(self.header)
        if not whole and header.encode().startswith(torn):
            os.ftruncate(self._file, 0)
            self._append(header)
            return
        lines = whole.decode(errors="replace").split("\n")
        self._compare(lines[0])
        for number, line in enumerate(lines[1:], start=2):
            self._accept(number, line)
        if torn:
            os.ftruncate(self._file, len(whole) + 1)
            print(f"{self.path}: the last line was torn when its process died; dropped it.", file=sys.stderr)

    def _compare(self, first: str) -> None:
        other = f"give this sweep another store, or move {self.path.name} away"
        try:
            theirs = json.loads(first)
            version = theirs["format"]
        except (ValueError, TypeError, KeyError):
            raise StoreError(f"{self.path} is not a store of a sweep: {other}") from None
        if version not in READABLE:
            raise StoreError(f"{self.path} has the format {version!r}, and this is {FORMAT!r}: {other}")
        for name, ours in (self.header | {"format": version}).items():
            if theirs.get(name) != ours:
                raise StoreError(f"{self.path} is of a sweep with {name} {theirs.get(name)!r}, not {ours!r}: {other}")

    def _accept(self, number: int, text: str) -> None:
        try:
            line = json.loads(text)
            whole = line.pop("checksum") == checksum(json.dumps(line))
            finished = Finished(line["cell"], line["record"], line.get("seconds"), line.get("code"))
            self.finished[key(finished.cell)] = finished
        except (ValueError, TypeError, KeyError, AttributeError):
            whole = False
        if not whole:
            raise StoreError(
                f"{self.path} is damaged in line {number}: delete that line, and the sweep computes its cell again"
            )
