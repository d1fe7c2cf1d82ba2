"""The files that a sweep is to write, looked at before anything is computed."""

import errno
from pathlib import Path

from advlib.sweep.provenance import beside


def check_outputs(table: Path, store: Path) -> None:
    """Refuse files in which a finished sweep would be lost.

    Raises
    ------
    ValueError
        If the table's name does not end in .csv, or the store is the table or its provenance.
    OSError
        If the table or its provenance cannot be written there.

    Examples
    --------
    >>> check_outputs(Path("table.csv"), Path("table.csv"))
    Traceback (most recent call last):
    ValueError: the store table.csv would be overwritten by the table: give it another name
    """
    written = {"the table": table, "the table's provenance": beside(table)}
    for what, path in written.items():
        if path.resolve() == store.resolve():
            raise ValueError(f"the store {store} would be overwritten by {what}: give it another name")
    for path in written.values():
        _check_writable(path)


def _check_writable(path: Path) -> None:
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {path.parent}: make it first", str(path))
    is_new = not path.exists()
    with open(path, "ab"):
        pass
    if is_new:
        path.unlink()
