"""A table is found by its name from any folder, in a checkout and where the package is installed."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import advlib
from advlib.pages import tables
from tools.tables import read_by

RESULTS = Path(advlib.__file__).parents[1] / "book" / "results"


def test_every_stored_table_is_read_as_it_lies_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = sorted(RESULTS.glob("*.csv"))
    assert files
    for file in files:
        assert tables.table(file.stem).equals(pd.read_csv(file))


def test_every_table_says_how_it_was_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in RESULTS.glob("*.csv"):
        assert {"command", "seed", "versions.torch"} <= {*tables.provenance(file.stem).index}


@pytest.mark.parametrize("ask", [tables.table, tables.provenance])
@pytest.mark.parametrize("name", ["depeer", "deeper.csv", "../results/deeper", ""])
def test_an_unknown_name_is_answered_by_the_names_there_are(ask, name):
    with pytest.raises(ValueError, match=r"^name: there is no table '.*'; there are angles, .*two-layers"):
        ask(name)


def test_without_a_checkout_the_installed_copy_is_read(tmp_path):
    shutil.copytree(Path(advlib.__file__).parent, tmp_path / "advlib", ignore=shutil.ignore_patterns("__pycache__"))
    installed = tmp_path / "advlib" / "pages" / "results"
    shutil.copytree(RESULTS, installed)
    (installed / "deeper.csv").write_text("depth\n7\n")
    code = (
        "from advlib.pages import tables; print(tables.table('deeper').depth.max(), tables.provenance('deeper').size)"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout.split()[0] == "7", answer.stderr


def test_every_file_beside_the_tables_goes_into_a_wheel():
    built = tomllib.loads((RESULTS.parents[1] / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert "advlib.pages.results" in built["packages"]
    assert built["package-dir"]["advlib.pages.results"] == "book/results"
    patterns = built["package-data"]["advlib.pages.results"]
    assert all(any(file.match(pattern) for pattern in patterns) for file in RESULTS.iterdir())


def read_in(path):
    """The stored tables that a module reads, by `advlib.pages.tables`."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    asked = [node.args[0] for node in calls if re.search(r"\b(table|current|provenance)$", ast.unparse(node.func))]
    stored = {file.stem for file in RESULTS.glob("*.csv")}
    return {node.value for node in asked if isinstance(node, ast.Constant)} & stored


def test_a_page_names_the_tables_that_its_explorer_reads():
    """A changed table runs the pages that name it; only an explorer may read one that its page does not hand over."""
    wing = RESULTS.parents[1] / "advlib" / "pages"
    read = {path: found for path in wing.rglob("*.py") if (found := read_in(path))}
    assert read
    assert {path.parent.name for path in read} == {"explorers"}
    pages = [page.read_text("utf-8") for page in RESULTS.parent.glob("*.md")]
    for path, found in read.items():
        showing = [page for page in pages if re.search(rf"\bexplorers\.{path.stem}\(", page)]
        assert showing
        assert all(found <= read_by(page) for page in showing)
