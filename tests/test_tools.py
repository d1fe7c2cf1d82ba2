"""The lock, the Makefile and the server do what they say, whatever settings the user has."""

import re
import socket
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

from tools import lock, serve

ROOT = Path(__file__).parents[1]


def test_the_lock_holds_the_versions_that_are_installed():
    locked = dict(line.split("==") for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line)
    locked = {normal(name): version for name, version in locked.items()}
    here = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    found = metadata.distributions(path=here)  # and not what setuptools, once imported, carries within it
    installed = {normal(one.metadata["Name"]): one.version.partition("+")[0] for one in found}
    assert {name: installed[name] for name in locked if name in installed} == {
        name: locked[name] for name in locked if name in installed
    }
    needed = {normal(re.match(r"[\w.-]+", line)[0]) for line in metadata.requires("advlib")}
    assert needed - {"advlib"} <= set(locked)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_lock_serves_every_build_of_torch():
    listed = "numpy==2.4.6\nnvidia-cublas==13.1\ntorch==2.13.0+cpu\ntriton==3.5\n"
    assert lock.without_builds(listed) == "numpy==2.4.6\ntorch==2.13.0\n"


def test_make_lists_every_target():
    make = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^  make ([a-z]+)  +\w", make, re.MULTILINE)) == set(targets) - {"environment"}


def test_the_readme_names_every_target():
    named = " ".join(re.findall(r"^\| (`make.*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    assert {*re.findall(r"[a-z]+", named)} - {"make"} == {*targets} - {"help", "book", "test"}


MADE_LATER = {"notebooks/scratch/", "NAME-paper.csv"}
"""What the guides name and no checkout has."""


@pytest.mark.parametrize("guide", ["README.md", "CONTRIBUTING.md"])
def test_files_that_a_guide_names_are_there(guide):
    """From the top, or below one of the folders; NAME stands for any name."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    named = {*re.findall(r"`([\w./-]+/|[\w./-]+\.(?:cff|css|csv|js|lock|md|py|toml))`", text)} - MADE_LATER
    below = [ROOT / folder for folder in ("advlib", "book", "course", "tests", "tools")]
    for path in named:
        pattern = path.strip("/").replace("NAME", "*")
        found = [*ROOT.glob(pattern), *(file for folder in below for file in folder.rglob(pattern))]
        assert found, f"{guide} names {path}, and there is no such file"


@pytest.mark.slow
def test_make_quick_leaves_out_browser_book_tables_and_what_is_slow():
    recipe = subprocess.run(["make", "-n", "quick"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    chosen = re.search(r'-m "(.+)"', recipe)[1]
    files = [f"tests/{name}.py" for name in ("test_browser", "test_chapter", "test_kernels", "experiments/test_tables")]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", "-m", chosen, *files]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    kept = re.findall(r"^tests/([\w/]+)\.py::(\w+)", said, re.MULTILINE)
    assert {file for file, _ in kept} == {"test_kernels"}
    tests = {test for _, test in kept}
    assert "test_an_empty_data_folder_is_unset" in tests
    assert not tests & {"test_a_book_runs_on_its_own_python", "test_jupyterlab_offers_its_own_python_alone"}


def test_a_taken_port_is_explained():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} cannot be used.*make serve PORT="):
            serve.main(str(port))
