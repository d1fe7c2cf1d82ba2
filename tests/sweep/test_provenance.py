"""What stands beside a table: its commit, what its cells cost, and what code drew them."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from advlib.sweep.provenance import beside, checkout, effort, provenance, save, shown
from advlib.sweep.store import Finished


def git(folder, *arguments):
    identity = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-C", folder, *arguments]
    return subprocess.run(command, env=os.environ | identity, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "advlib").mkdir()
    (tmp_path / "advlib" / "code.py").write_text("x = 1\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    return tmp_path


def test_the_commit_is_named_and_whether_the_tree_differs_from_it(repository):
    commit = git(repository, "rev-parse", "HEAD").strip()
    assert checkout(repository) == {"commit": commit, "uncommitted": False}
    (repository / "table.csv").write_text("x\n")
    assert checkout(repository) == {"commit": commit, "uncommitted": False}
    (repository / "advlib" / "code.py").write_text("x = 2\n")
    assert checkout(repository) == {"commit": commit, "uncommitted": True}


def test_outside_a_checkout_there_is_no_commit(tmp_path):
    assert checkout(tmp_path) == {"commit": None, "uncommitted": None}


def test_a_package_installed_inside_another_repository_has_not_its_commit(repository):
    assert checkout(repository / "advlib")["commit"] is None


def test_without_git_there_is_no_commit(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert checkout(repository)["commit"] is None


def finished(*made):
    return [Finished({"x": place}, {}, seconds, code) for place, (seconds, code) in enumerate(made)]


@pytest.mark.parametrize(
    ("made", "seconds", "of", "mixed"),
    [
        ([(1.5, "a"), (2.0, "a")], 3.5, None, False),
        ([(1.5, "a"), (2.0, "b")], 3.5, None, True),
        ([(1.5, "a"), (None, None)], 1.5, "1 of 2 cells", None),
        ([(1.5, "a"), (1.0, "b"), (None, None)], 2.5, "2 of 3 cells", True),
        ([(None, None)], None, "0 of 1 cells", None),
    ],
)
def test_effort_says_what_is_known_and_of_how_many(made, seconds, of, mixed):
    record = effort(finished(*made), workers=3)
    assert record["cells"] == len(made)
    assert record["workers"] == 3
    assert record["compute_seconds"] == seconds
    assert record.get("compute_seconds_of") == of
    assert record["mixed_code"] is mixed


@pytest.mark.slow
def test_provenance_needs_no_metadata_of_the_package():
    """A folder that was never installed has none; a finished sweep must not end in an error for that."""
    program = (
        "import importlib.metadata as metadata\n"
        "def absent(name): raise metadata.PackageNotFoundError(name)\n"
        "metadata.version = absent\n"
        "import advlib\n"
        "from advlib.sweep.provenance import provenance\n"
        "print(provenance('advlib', seed=0)['versions'])\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "'advlib': 'unknown'" in said


@pytest.mark.parametrize("name", ["a.v1", "a.v2", "table", "table.jsonl", "csv"])
def test_a_tables_name_ends_in_csv(tmp_path, name):
    with pytest.raises(ValueError, match=r"must end in \.csv"):
        save(pd.DataFrame({"x": [1]}), tmp_path / name, {})
    assert not [*tmp_path.iterdir()]


def test_tables_have_provenances_of_their_own_and_names_keep_their_dots(tmp_path):
    save(pd.DataFrame({"x": [1.5]}), tmp_path / "L1.5.csv", provenance("advlib", 0, wall_seconds=1.0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["L1.5.csv", "L1.5.provenance.json"]
    assert beside(tmp_path / "L1.5.csv") != beside(tmp_path / "L1.6.csv")
    assert shown(tmp_path / "L1.5.csv").loc["wall_seconds"].item() == 1.0
