"""The stored tables that the chapters show, found wherever a notebook lies."""

import json
from pathlib import Path

import pandas as pd

from advlib.sweep.provenance import beside, outdated, shown
from advlib.sweep.results import folder


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


def current(name: str) -> pd.DataFrame:
    """Read the rows of a stored table that today's code would draw again: all but those its provenance calls outdated.

    Examples
    --------
    >>> len(current("two-layers")) == len(table("two-layers"))
    True
    """
    whole = table(name)
    return whole[~outdated(whole, json.loads(beside(path(name)).read_text()))]


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
