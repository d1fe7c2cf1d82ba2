"""Where a table came from, kept beside it."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import torch


def provenance(command: str, seed: int, wall_seconds: float) -> dict[str, Any]:
    """Describe a computation that has just ended.

    Parameters
    ----------
    command : str
        What to type to repeat it.
    seed : int
    wall_seconds : float
        How long it took.

    Examples
    --------
    >>> record = provenance("advlib run flips", seed=0, wall_seconds=1.5)
    >>> record["seed"], sorted(record["versions"])
    (0, ['advlib', 'numpy', 'python', 'torch'])
    """
    versions = {name: version(name) for name in ("advlib", "torch", "numpy")}
    return {
        "command": command,
        "seed": seed,
        "versions": {"python": platform.python_version()} | versions,
        "hardware": {
            "system": f"{platform.system()} {platform.machine()}",
            "processor": processor(),
            "cores": os.cpu_count(),
            "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        },
        "wall_seconds": round(wall_seconds, 1),
        "date": datetime.now(UTC).date().isoformat(),
    }


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


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
    Path(path).with_suffix(".provenance.json").write_text(json.dumps(record, indent=2) + "\n")
    table.to_csv(path, index=False)


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
    record = json.loads(Path(path).with_suffix(".provenance.json").read_text())
    return pd.json_normalize(record).T.rename(columns={0: "how it was made"})
