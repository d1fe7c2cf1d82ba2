"""The stored tables that the chapters show, found wherever a notebook lies."""

from pathlib import Path

import pandas as pd

import advlib
from advlib.sweep.provenance import shown


def folder() -> Path:
    """Return where the tables are: a checkout's `book/results`, else the copy that was installed with the package.

    Examples
    --------
    >>> (folder() / "deeper.csv").exists()
    True
    """
    checkout = Path(advlib.__file__).parents[1] / "book" / "results"
    return checkout if checkout.is_dir() else Path(__file__).parent / "results"


def table(name: str) -> pd.DataFrame:
    """Read a stored table.

    Parameters
    ----------
    name : str
        What the table is called, without a folder or an ending.

    Raises
    ------
    ValueError
        If there is no such table; the message lists those there are.

    See Also
    --------
    provenance : how the table was made.

    Examples
    --------
    >>> table("deeper")["depth"].max()
    np.int64(6)
    """
    return pd.read_csv(path(name))


def provenance(name: str) -> pd.DataFrame:
    """Say how a stored table was made: command, seed, versions, hardware, time.

    Parameters
    ----------
    name : str
        What the table is called, without a folder or an ending.

    Raises
    ------
    ValueError
        If there is no such table; the message lists those there are.

    See Also
    --------
    table : the table itself.

    Examples
    --------
    >>> provenance("deeper").loc["seed", "how it was made"]
    0
    """
    return shown(path(name))


def path(name: str) -> Path:
    """Return the file of a stored table.

    Examples
    --------
    >>> path("deeper").name
    'deeper.csv'
    """
    files = {file.stem: file for file in sorted(folder().glob("*.csv"))}
    if name not in files:
        raise ValueError(f"name: there is no table {name!r}; there are {', '.join(files)}")
    return files[name]
