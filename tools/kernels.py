"""What kernels inherit, whatever the user's settings: this Python, one thread, a data folder that is there, figures."""

import os
import sys
from pathlib import Path

KERNELS = Path(sys.prefix, "share", "jupyter", "kernels")
FIGURES = """\
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
"""
"""IPython's settings: figures that can be projected at any size, and are the same files in every build."""


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


def compute_on_one_thread() -> None:
    """Let torch take one thread, where nothing else was said: on a loaded machine a second waits more than it helps."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def draw_svg(folder: Path) -> None:
    """Give the kernels settings of their own, in ``folder``, by which figures are SVG."""
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(FIGURES, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(folder)


def set_up() -> None:
    """Do all of this; make says from which folder it was called."""
    put_own_first()
    compute_on_one_thread()
    find_data(Path(os.environ.get("CALLED_FROM") or os.getcwd()))
