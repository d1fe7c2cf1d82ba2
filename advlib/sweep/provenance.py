"""Where a table came from, kept beside it."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

import advlib
from advlib.sweep.store import Finished


def provenance(command: str, seed: int, **measured: Any) -> dict[str, Any]:
    """Describe a computation: what to type, the commit, versions, hardware and date.

    Parameters
    ----------
    command : str
        What to type to repeat it.
    seed : int
    **measured
        What else is known of it, such as `wall_seconds`.

    Returns
    -------
    dict
        `commit` is None outside a checkout; `uncommitted` says whether files that git follows differed from it.

    Examples
    --------
    >>> record = provenance("advlib run flips", seed=0, wall_seconds=1.5)
    >>> record["seed"], record["wall_seconds"], sorted(record["versions"])
    (0, 1.5, ['advlib', 'numpy', 'python', 'torch'])
    """
    return {
        "command": command,
        "seed": seed,
        **measured,
        **checkout(Path(advlib.__file__).parents[1]),
        "versions": versions(),
        "hardware": {
            "system": f"{platform.system()} {platform.machine()}",
            "processor": processor(),
            "cores": os.cpu_count(),
            "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        },
        "date": datetime.now(UTC).date().isoformat(),
    }


def effort(finished: Sequence[Finished], workers: int | None) -> dict[str, Any]:
    """Describe what the cells of a table cost, and what code drew them.

    Parameters
    ----------
    finished : sequence of Finished
        The table's cells.
    workers : int or None
        How many processes drew them in the last run; None where that is not known.

    Returns
    -------
    dict
        `compute_seconds`, summed over the cells whose time is known, None where none is; if that is not all,
        `compute_seconds_of` says of how many. `code`, the fingerprints of the code; `mixed_code`, whether they are
        several; None where that is not known.

    Examples
    --------
    >>> effort([Finished({}, {}, 1.5, "a1"), Finished({}, {}, 2.0, "a1")], workers=2)
    {'cells': 2, 'compute_seconds': 3.5, 'workers': 2, 'code': ['a1'], 'mixed_code': False}
    """
    known = [one.seconds for one in finished if one.seconds is not None]
    codes = {one.code for one in finished}
    named = sorted(code for code in codes if code is not None)
    partly = {} if len(known) == len(finished) else {"compute_seconds_of": f"{len(known)} of {len(finished)} cells"}
    return {
        "cells": len(finished),
        "compute_seconds": round(sum(known), 1) if known else None,
        **partly,
        "workers": workers,
        "code": named,
        "mixed_code": True if len(named) > 1 else None if None in codes else False,
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of what it computes with."""
    return {
        "python": platform.python_version(),
        "advlib": advlib.__version__,
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }


def checkout(root: Path) -> dict[str, Any]:
    """Return the commit of the checkout whose top is `root`, and whether files that git follows differ from it."""
    found = _git(root, "rev-parse", "--show-toplevel", "HEAD")
    top, commit = found.split() if found and len(found.split()) == 2 else (None, None)
    if top is None or Path(top).resolve() != root.resolve():
        return {"commit": None, "uncommitted": None}
    return {"commit": commit, "uncommitted": bool(_git(root, "status", "--porcelain", "--untracked-files=no"))}


def _git(root: Path, *arguments: str) -> str | None:
    """What git says there; None where there is no git, or it refuses."""
    try:
        return subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def beside(table: str | os.PathLike[str]) -> Path:
    """Return where a table's provenance lies, `NAME.provenance.json` for `NAME.csv`.

    Raises
    ------
    ValueError
        If the table's name does not end in .csv.

    Examples
    --------
    >>> beside("L1.5.csv").name
    'L1.5.provenance.json'
    """
    path = Path(table)
    if path.suffix != ".csv":
        raise ValueError(f"a table's name must end in .csv, got {path}")
    return path.with_suffix(".provenance.json")


def save(table: pd.DataFrame, path: str | os.PathLike[str], record: dict[str, Any]) -> None:
    """Write the table as CSV and its provenance beside it, `NAME.csv` and `NAME.provenance.json`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(pd.DataFrame({"x": [1]}), Path(folder) / "t.csv", {"seed": 0})
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['t.csv', 't.provenance.json']
    """
    provenance_file = beside(path)
    table.to_csv(path, index=False)
    provenance_file.write_text(json.dumps(record, indent=2) + "\n")


def outdated(table: pd.DataFrame, record: Mapping[str, Any]) -> pd.Series:
    """Return which rows of a table its provenance says that older code drew, and today's would draw otherwise.

    There `outdated` holds `rows`, a condition on the columns, and `reason`.

    Examples
    --------
    >>> note = {"outdated": {"rows": "width > 512", "reason": "drawn by an older search"}}
    >>> outdated(pd.DataFrame({"width": [10, 1000]}), note).tolist()
    [False, True]
    """
    note = record.get("outdated")
    return pd.Series(False, table.index) if note is None else table.eval(note["rows"])


def shown(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the provenance beside a table, `NAME.provenance.json` for `NAME.csv`, as a table of one column.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(pd.DataFrame({"x": [1]}), Path(folder) / "t.csv", {"seed": 0, "hardware": {"cores": 2}})
    ...     shown(Path(folder) / "t.csv")["how it was made"].to_dict()
    {'seed': 0, 'hardware.cores': 2}
    """
    record = json.loads(beside(path).read_text())
    return pd.json_normalize(record).T.rename(columns={0: "how it was made"})
