"""Chapters run on this environment's Python, and find the data, whatever the user's settings are."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from tests.jupyter import jupyterlab
from tests.small_book import build, executed, page
from tools import kernels, lab

HOSTILE = {"argv": ["/bin/false", "{connection_file}"], "display_name": "Python 3", "language": "python"}


@pytest.fixture
def hostile(tmp_path):
    """A user's settings that name another Python, in every place that Jupyter looks at."""
    variables = {"HOME": tmp_path / "home", "JUPYTER_DATA_DIR": tmp_path / "data", "JUPYTER_PATH": tmp_path / "path"}
    for folder in (tmp_path / "home" / ".local" / "share" / "jupyter", tmp_path / "data", tmp_path / "path"):
        kernel = folder / "kernels" / "python3"
        kernel.mkdir(parents=True)
        (kernel / "kernel.json").write_text(json.dumps(HOSTILE))
    config = tmp_path / "config"
    config.mkdir()
    settings = {
        "KernelSpecManager": {"kernel_dirs": [str(tmp_path / "data" / "kernels")], "allowed_kernelspecs": ["other"]},
        "MultiKernelManager": {"default_kernel_name": "other"},
        "ServerApp": {"kernel_spec_manager_class": "nowhere.KernelSpecManager"},
    }
    (config / "jupyter_server_config.json").write_text(json.dumps(settings))
    variables |= {"JUPYTER_CONFIG_DIR": config, "JUPYTER_GATEWAY_URL": "http://127.0.0.1:9"}
    return {name: str(value) for name, value in variables.items()}


def test_a_book_runs_on_its_own_python(small_book, hostile, tmp_path):
    source = (
        f"import os, sys\nassert sys.prefix == {sys.prefix!r}\nassert os.environ['ADVLIB_DATA'] == {str(tmp_path)!r}"
    )
    (small_book / "book" / "chapter.md").write_text(page(source))
    environment = os.environ | hostile | {"ADVLIB_DATA": ".."}
    assert executed(build(small_book, env=environment)) == {"chapter"}


def test_the_tests_run_on_their_own_python(hostile, monkeypatch):
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    assert KernelSpecManager().get_kernel_spec("python3").argv == HOSTILE["argv"]
    kernels.put_own_first()
    assert Path(KernelSpecManager().get_kernel_spec("python3").resource_dir) == kernels.KERNELS / "python3"


@pytest.mark.slow
def test_jupyterlab_offers_its_own_python_alone(hostile, tmp_path):
    with jupyterlab(tmp_path, hostile) as address, urllib.request.urlopen(f"{address}/api/kernelspecs") as answer:
        offered = json.load(answer)
    assert offered["default"] == "python3"
    assert offered["kernelspecs"].keys() == {"python3"}
    assert offered["kernelspecs"]["python3"]["spec"]["argv"] != HOSTILE["argv"]


@pytest.mark.parametrize(("user", "told"), [(0, True), (1000, False)])
def test_jupyterlab_is_allowed_to_serve_root_where_root_asks(monkeypatch, user, told):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.command([])) == told


@pytest.fixture
def find(monkeypatch, tmp_path):
    """What becomes of a value of ADVLIB_DATA."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    def found(given):
        monkeypatch.setenv("ADVLIB_DATA", given)
        kernels.find_data(tmp_path / "called from")
        return os.environ.get("ADVLIB_DATA")

    return found


@pytest.mark.parametrize(
    ("given", "folder"),
    [("mnist", "called from/mnist"), ("../mnist/", "mnist"), ("~/mnist", "home/mnist"), ("~", "home")],
)
def test_a_data_folder_is_made_absolute_from_where_make_was_called(find, tmp_path, given, folder):
    (tmp_path / "called from").mkdir()
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert find(given) == str(tmp_path / folder)
    assert find(str(tmp_path / folder)) == str(tmp_path / folder)


def test_an_empty_data_folder_is_unset(find):
    assert find("") is None


@pytest.mark.parametrize("given", ["mnist", "~/mnist", "~nobody-of-this-name/mnist", "/nowhere/mnist"])
def test_a_data_folder_that_is_not_there_stops_the_run(find, given):
    with pytest.raises(SystemExit, match=rf"ADVLIB_DATA is '{given}', and there is no folder /.*mnist"):
        find(given)


def test_make_says_from_where_it_was_called(tmp_path):
    makefile = Path(__file__).parents[1] / "Makefile"
    asked = "asked:\n\t@echo $$CALLED_FROM\n\t@echo $${PYTHONSAFEPATH-unset}\n"
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Makefile").write_text(f"{makefile.read_text()}\n{asked}")
    said = subprocess.run(
        ["sh", "-c", "make -s -C project asked"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split("\n") == [str(tmp_path), "unset", ""]


FIGURE = """from matplotlib import pyplot
pyplot.style.use("advlib.pages.book")
pyplot.plot([1, 3, 2]);"""


@pytest.mark.thorough
def test_figures_are_svg_and_the_same_in_every_build(small_book):
    (small_book / "book" / "chapter.md").write_text(page(FIGURE))
    images = small_book / "_build" / "html" / "_images"
    executed(build(small_book))
    (first,) = images.glob("*.svg")
    drawn = first.read_bytes()
    assert not list(images.glob("*.png"))
    shutil.rmtree(small_book / "_build")
    executed(build(small_book))
    assert [path.read_bytes() for path in images.iterdir()] == [drawn]
