"""Renew requirements.lock: install the project afresh, without constraints, and write down what came."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ONLY_ON_MACOS = ["appnope"]
HEADER = """\
# Exact versions of everything, for Linux and macOS and Python 3.11 to 3.13: a constraints file for pip.
# Renewed by `make lock`.
"""


def installed(root: Path, folder: str) -> str:
    """Make an environment in ``folder``, install the project and return pip's list."""
    venv.create(folder, with_pip=True)
    pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--upgrade", "-e", f"{root}[book,course,dev]", *ONLY_ON_MACOS], check=True)
    freeze = [*pip, "freeze", "--all", "--exclude-editable", "--exclude", "pip"]
    return subprocess.run(freeze, check=True, capture_output=True, text=True).stdout


def without_builds(listed: str) -> str:
    """Drop what is no version: a build's label (2.13.0+cpu), and the CUDA packages that torch itself pins."""
    lines = [
        line.partition("+")[0] for line in listed.splitlines() if not line.startswith(("cuda-", "nvidia-", "triton=="))
    ]
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Renew the lock of the project this file belongs to."""
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        try:
            listed = installed(root, folder)
        except subprocess.CalledProcessError:
            sys.exit("requirements.lock stays as it was: pip failed, see above.")
    (root / "requirements.lock").write_text(HEADER + without_builds(listed))


if __name__ == "__main__":
    main()
