"""The command line: its answers, its exit codes, and what it leaves behind however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from distributed import KilledWorker, LocalCluster

from advlib import main, sweep
from advlib.data import MissingData
from advlib.experiments import catalogue
from advlib.sweep import grid
from advlib.sweep.provenance import provenance, save
from tests.fakes import ENTRY, GRID, deadly, noisy


@pytest.fixture(autouse=True)
def fake(monkeypatch, tmp_path):
    monkeypatch.setitem(catalogue.CATALOGUE, "fake", ENTRY)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def expected():
    return sweep.sweep(noisy, GRID, seed=0, progress=False).to_csv(index=False)


@contextmanager
def nullcontext_client(address, timeout):
    yield SimpleNamespace(get_executor=lambda: None)


def start(*arguments):
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", "from tests import fakes; fakes.command_line()", *arguments]
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)


def wait_for_cells(process, path, size=700):
    while not path.exists() or path.stat().st_size < size:
        assert process.poll() is None
        time.sleep(0.002)


def members(session):
    """Processes of a session that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")
@pytest.mark.parametrize("to", ["everyone", "parent", "killed"])
def test_stopped_it_leaves_no_process_and_the_same_command_resumes(to, expected, capsys):
    arguments = ["run", "fake", "--scale", "book", "--workers", "1"]
    process = start(*arguments)
    wait_for_cells(process, Path("fake-book.jsonl"))
    if to == "everyone":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT if to == "parent" else signal.SIGKILL)
    said = process.communicate()[1]
    if to == "killed":
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == main.INTERRUPTED
        assert "Stopped. Finished cells are in fake-book.jsonl; the same command goes on from there." in said
        assert "Traceback" not in said
    while members(process.pid):
        time.sleep(0.05)
    assert not Path("fake-book.csv").exists()
    table = sweep.sweep(noisy, GRID, seed=0, store="fake-book.jsonl", progress=False)
    assert table.to_csv(index=False) == expected


def test_run_writes_the_table_and_its_provenance(expected):
    Path("deep").mkdir()
    arguments = ["run", "fake", "--scale", "book", "--workers", "1", "--out", "deep/table.csv"]
    assert main.main(arguments) == 0
    assert Path("deep/table.csv").read_text() == expected
    record = json.loads(Path("deep/table.provenance.json").read_text())
    assert record["command"] == "advlib " + " ".join(arguments)
    assert record["seed"] == 0
    assert record["wall_seconds"] > 0
    assert record["resumed"] is False
    assert record["hardware"]["cores"] == os.cpu_count()
    assert record["versions"]["python"] == sys.version.split()[0]


def test_a_dask_cluster_runs_it(expected):
    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        address = f"dask:{cluster.scheduler_address}"
        assert main.main(["run", "fake", "--scale", "book", "--executor", address]) == 0
    assert Path("fake-book.csv").read_text() == expected


def test_a_worker_that_is_always_killed_is_said(monkeypatch, capsys):
    monkeypatch.setitem(catalogue.CATALOGUE, "fake", catalogue.Entry(deadly, "", {"book": {"x": [1]}}))
    assert main.main(["run", "fake", "--scale", "book", "--workers", "1"]) == 1
    said = capsys.readouterr().err
    assert "a worker was killed" in said
    assert "Finished cells are in fake-book.jsonl; the same command goes on from there." in said


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt, main.INTERRUPTED, "Stopped. Finished cells are in"),
        (KilledWorker("cell", "tcp://x", []), 1, "a worker was killed"),
        (OSError("no answer"), 1, "advlib: no answer"),
        (MissingData("no digits"), 1, "advlib: no digits"),
    ],
)
def test_a_dask_cluster_that_fails(monkeypatch, capsys, raised, code, message):
    def failing(*_, **__):
        raise raised

    monkeypatch.setattr("distributed.Client", nullcontext_client)
    monkeypatch.setattr(main, "sweep", failing)
    assert main.main(["run", "fake", "--scale", "book", "--executor", "dask:tcp://x:1"]) == code
    assert message in capsys.readouterr().err


def test_without_dask_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main.main(["run", "fake", "--scale", "book", "--executor", "dask:tcp://10.0.0.1:1"]) == 1
    assert "install advlib[dask]" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(capsys):
    assert main.main(["run", "fake", "--scale", "book", "--out", "nowhere/table.csv"]) == 1
    assert "No such file or directory: 'nowhere/table.jsonl'" in capsys.readouterr().err


def test_a_foreign_store_is_refused(capsys):
    Path("notes.txt").write_text("notes\n")
    assert main.main(["run", "fake", "--scale", "book", "--store", "notes.txt"]) == 1
    assert capsys.readouterr().err.startswith("advlib: notes.txt is not a store of a sweep")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: action"),
        (["run", "nothing", "--scale", "book"], "invalid choice: 'nothing'"),
        (["run", "fake"], "the following arguments are required: --scale"),
        (["run", "fake", "--scale", "huge"], "invalid choice: 'huge'"),
        (["run", "fake", "--scale", "book", "--executor", "dask"], "must be local or dask:ADDRESS"),
        (["run", "fake", "--scale", "book", "--workers", "0"], "must be a positive integer, got 0"),
        (["run", "fake", "--scale", "book", "--seed", "x"], "argument --seed: invalid int value: 'x'"),
    ],
)
def test_usage_errors(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main.main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_list_names_every_experiment(capsys):
    assert main.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(catalogue.CATALOGUE)
    assert lines[-1].split(maxsplit=1)[1] == "for the tests (book: 24 cells, paper: 3 cells)"


def test_every_grid_fits_its_experiment():
    for entry in catalogue.CATALOGUE.values():
        for values in entry.grids.values():
            grid._check_call(entry.experiment, "", sweep.cells(values), 0)


def test_a_table_with_dots_in_its_name_keeps_them(tmp_path):
    save(pd.DataFrame({"x": [1.5]}), tmp_path / "L1.5.csv", provenance("advlib", 0, 1.0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["L1.5.csv", "L1.5.provenance.json"]
