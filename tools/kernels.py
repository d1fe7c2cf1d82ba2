"""What kernels inherit, whatever the user's settings: this environment's Python, and a data folder that is there."""

import os
import sys
from pathlib import Path

KERNELS = Path(sys.prefix, "share", "jupyter", "kernels")


def put_own_first() -> None:
    """Make Jupyter look for kernels in this environment before it looks anywhere of the user's."""
    places = [str(KERNELS.parent), os.environ.get("JUPYTER_PATH", "")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, places))


def find_data(folder: Path) -> None:
    """Make ADVLIB_DATA absolute, seen from ``folder``; empty is unset, and a folder that is not there stops the run."""
    given = os.environ.pop("ADVLIB_DATA", "")
    if not given:
        return
    path = os.path.abspath(folder / os.path.expanduser(given))
    if not os.path.isdir(path):
        sys.exit(f"ADVLIB_DATA is {given!r}, and there is no folder {path}: name the folder of the data, or unset it.")
    os.environ["ADVLIB_DATA"] = path


def set_up() -> None:
    """Do both; make says from which folder it was called."""
    put_own_first()
    find_data(Path(os.environ.get("CALLED_FROM") or os.getcwd()))
