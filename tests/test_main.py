"""The command line: its answers, its exit codes, and what it leaves behind however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from distributed import KilledWorker, LocalCluster

from advlib import main, sweep
from advlib.data import MissingData
from advlib.experiments import CATALOGUE, Entry
from advlib.sweep.comparison import read_rows
from tests.fakes import ENTRY, GRID, deadly, endless, noisy, refusing, without_data


@pytest.fixture(autouse=True)
def fake(monkeypatch, tmp_path):
    monkeypatch.setitem(CATALOGUE, "fake", ENTRY)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def expected():
    return sweep.sweep(noisy, GRID, seed=0, progress=False).to_csv(index=False)


@pytest.fixture
def threads(monkeypatch):
    """Cells drawn in threads of this process, where what is tested is no matter of processes, which start slowly."""
    monkeypatch.setattr("advlib.main.local", ThreadPoolExecutor)
    monkeypatch.setattr("advlib.experiments.verification.local", ThreadPoolExecutor)


@contextmanager
def nullcontext_client(address, timeout):
    yield SimpleNamespace(get_executor=lambda: None)


def start(*arguments, stdout=None):
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", "from tests import fakes; fakes.command_line()", *arguments]
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen(
        command, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


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


@pytest.mark.slow
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
        assert "Stopped.\nFinished cells are in fake-book.jsonl; the same command goes on from there." in said
        assert "Traceback" not in said
    while members(process.pid):
        time.sleep(0.05)
    assert not Path("fake-book.csv").exists()
    table = sweep.sweep(noisy, GRID, seed=0, store="fake-book.jsonl", progress=False)
    assert table.to_csv(index=False) == expected


@pytest.mark.slow
def test_run_writes_the_table_and_its_provenance(expected):
    Path("deep").mkdir()
    arguments = ["run", "fake", "--scale", "book", "--workers", "1", "--out", "deep/table.csv"]
    assert main.main(arguments) == 0
    assert Path("deep/table.csv").read_text() == expected
    record = json.loads(Path("deep/table.provenance.json").read_text())
    assert record["command"] == "advlib " + " ".join(arguments)
    assert record["seed"] == 0
    assert record["cells"] == 24
    assert record["compute_seconds"] >= 24 * 0.02
    assert record["workers"] == 1
    assert (len(record["code"]), record["mixed_code"]) == (1, False)
    assert {"commit", "uncommitted", "date"} <= record.keys()
    assert "wall_seconds" not in record
    assert record["hardware"]["cores"] == os.cpu_count()
    assert record["versions"]["python"] == sys.version.split()[0]


def test_a_dask_cluster_runs_it(expected):
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster:
        address = f"dask:{cluster.scheduler_address}"
        assert main.main(["run", "fake", "--scale", "book", "--executor", address]) == 0
    assert Path("fake-book.csv").read_text() == expected


@pytest.mark.slow
def test_a_worker_that_is_always_killed_is_said(monkeypatch, capsys):
    monkeypatch.setitem(CATALOGUE, "fake", Entry(deadly, "", {"book": {"x": [1]}}))
    assert main.main(["run", "fake", "--scale", "book", "--workers", "1"]) == 1
    said = capsys.readouterr().err
    assert "a worker was killed" in said
    assert "Finished cells are in fake-book.jsonl; the same command goes on from there." in said


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt, main.INTERRUPTED, "Stopped.\nFinished cells are in"),
        (KilledWorker("cell", "tcp://x", []), 1, "a worker was killed"),
        (OSError("no answer"), 1, "advlib: no answer"),
        (MissingData("no digits"), 1, "advlib: no digits"),
    ],
)
def test_a_dask_cluster_that_fails(monkeypatch, capsys, raised, code, message):
    def failing(*_, **__):
        raise raised

    monkeypatch.setattr("distributed.Client", nullcontext_client)
    monkeypatch.setattr(main, "finish", failing)
    assert main.main(["run", "fake", "--scale", "book", "--executor", "dask:tcp://x:1"]) == code
    assert message in capsys.readouterr().err


def test_without_dask_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main.main(["run", "fake", "--scale", "book", "--executor", "dask:tcp://10.0.0.1:1"]) == 1
    assert "install advlib[dask]" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(capsys):
    assert main.main(["run", "fake", "--scale", "book", "--out", "nowhere/table.csv"]) == 1
    assert "there is no folder nowhere: make it first: 'nowhere/table.csv'" in capsys.readouterr().err


def test_a_foreign_store_is_refused(capsys):
    Path("notes.txt").write_text("notes\n")
    assert main.main(["run", "fake", "--scale", "book", "--store", "notes.txt"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("advlib: notes.txt is not a store of a sweep")
    assert "goes on from there" not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: action"),
        (["run", "nothing", "--scale", "book"], "invalid choice: 'nothing'"),
        (["run", "fake"], "the following arguments are required: --scale"),
        (["run", "fake", "--scale", "huge"], "invalid choice: 'huge'"),
        (["run", "fake", "--scale", "book", "--executor", "dask"], "must be local or dask:ADDRESS"),
        (["run", "fake", "--scale", "book", "--workers", "0"], "must be a positive integer, got 0"),
        (["verify", "nothing"], "invalid choice: 'nothing'"),
        (["verify", "fake", "--cells", "0"], "must be a positive integer, got 0"),
        (["verify", "fake", "--seconds", "-1"], "must be a positive integer, got -1"),
        (["run", "fake", "--scale", "book", "--seed", "-1"], "must be an integer from 0 up, got -1"),
        (["run", "fake", "--scale", "book", "--seed", "x"], "argument --seed: must be an integer from 0 up, got x"),
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
    assert [line.split()[0] for line in lines] == list(CATALOGUE)
    assert lines[-1].split(maxsplit=1)[1] == "for the tests (book: 24 cells, paper: 3 cells)"


@pytest.mark.slow
def test_every_grid_fits_its_experiment():
    for entry in CATALOGUE.values():
        for values in entry.grids.values():
            assert sweep.drawing(entry.experiment, sweep.cells(values), 0).code


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["--out", "x.jsonl"], "must end in .csv, got x.jsonl"),
        (["--out", "a.v1"], "must end in .csv, got a.v1"),
        (["--store", "z.csv", "--out", "z.csv"], "the store z.csv would be overwritten by the table"),
        (["--store", "z.provenance.json", "--out", "z.csv"], "would be overwritten by the table's provenance"),
    ],
)
def test_files_in_which_a_finished_sweep_would_be_lost_are_refused_before_it_begins(files, message, capsys):
    assert main.main(["run", "fake", "--scale", "book", *files]) == 1
    assert message in capsys.readouterr().err
    assert not [*Path().iterdir()]


@pytest.mark.slow
def test_the_cell_that_failed_is_named(monkeypatch, capsys):
    monkeypatch.setitem(CATALOGUE, "fake", Entry(refusing, "", {"book": {"x": [1, 2]}}))
    assert main.main(["run", "fake", "--scale", "book", "--workers", "1"]) == 1
    said = capsys.readouterr().err
    assert "advlib: x must be 1, got 2 (in the cell {'x': 2})" in said
    assert "Finished cells are in fake-book.jsonl; the same command goes on from there." in said


@pytest.mark.slow
def test_resuming_says_what_is_old_and_redraws_it_on_demand(threads, monkeypatch, capsys):
    with monkeypatch.context() as before:
        before.setattr("advlib.sweep.drawings.fingerprint", lambda experiment: "before")
        sweep.sweep(noisy, GRID | {"x": [1, 2]}, seed=0, store="fake-book.jsonl", progress=False)
    command = ["run", "fake", "--scale", "book", "--workers", "1"]
    assert main.main(command) == 0
    assert "6 of 6 finished cells are of other code than today's" in capsys.readouterr().err
    assert json.loads(Path("fake-book.provenance.json").read_text())["mixed_code"] is True
    assert main.main([*command, "--redraw-old"]) == 0
    assert "6 of 24 finished cells" in capsys.readouterr().err
    assert json.loads(Path("fake-book.provenance.json").read_text())["mixed_code"] is False


@pytest.mark.slow
@pytest.mark.parametrize("command", ["list", "run fake --scale paper --workers 1"])
def test_a_reader_who_leaves_early_is_no_error(command):
    """Where `run` finds each cell finished, and so starts no worker before it prints."""
    sweep.sweep(noisy, ENTRY.grids["paper"], seed=0, store="fake-paper.jsonl", progress=False)
    reading, writing = os.pipe()
    os.close(reading)
    with start(*command.split(), stdout=writing) as process:
        os.close(writing)
        said = process.communicate(timeout=120)[1]
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder of the table of `fake` at the scale "paper"."""
    folder = tmp_path_factory.mktemp("drawn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CATALOGUE, "fake", ENTRY)
        patch.setattr("advlib.main.local", ThreadPoolExecutor)
        assert main.main(["run", "fake", "--scale", "paper", "--workers", "1", "--out", f"{folder}/fake.csv"]) == 0
    return folder


def stored_table(monkeypatch, drawn, folder, change=0.0, **record):
    """A table where `verify` looks for it, with a change in its second row and in its provenance."""
    folder.mkdir()
    table = pd.DataFrame(read_rows(drawn / "fake.csv"))
    table.loc[1, "sum"] += change
    table.to_csv(folder / "fake.csv", index=False)
    provenance = json.loads((drawn / "fake.provenance.json").read_text())
    (folder / "fake.provenance.json").write_text(json.dumps(provenance | record))
    monkeypatch.setattr("advlib.experiments.verification.folder", lambda: folder)


@pytest.mark.slow
def test_verify_draws_stored_cells_again(monkeypatch, drawn, tmp_path, capsys):
    stored_table(monkeypatch, drawn, tmp_path / "results")
    capsys.readouterr()
    assert main.main(["verify", "fake", "--seconds", "200"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("fake: 3 of 3 cells again")
    assert said[0].endswith("to be equal: same processor, torch and numpy")
    assert sum(line.startswith("  as stored, ") for line in said) == 3
    assert said[-1] == "fake: 3 cells verified, 0 differ, 0 not verified"


@pytest.mark.slow
def test_verify_names_a_cell_that_differs_in_its_last_digit(threads, monkeypatch, drawn, tmp_path, capsys):
    stored_table(monkeypatch, drawn, tmp_path / "results", change=1e-9)
    assert main.main(["verify", "fake", "--seconds", "200"]) == 1
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if line.startswith("  DIFFERS")]
    assert "{'x': 1, 'y': 'b', 'pause': 0.02}: sum is stored as" in line
    assert "fake: 3 cells verified, 1 differ, 0 not verified" in said


@pytest.mark.slow
def test_verify_on_another_machine_allows_rounding_and_no_more(threads, monkeypatch, drawn, tmp_path, capsys):
    stored_table(monkeypatch, drawn, tmp_path / "results", change=1e-3, hardware={"processor": "another"})
    assert main.main(["verify", "fake", "--seconds", "200"]) == 0
    assert "made by another machine" in capsys.readouterr().out
    stored_table(monkeypatch, drawn, tmp_path / "others", change=1e3, hardware={"processor": "another"})
    assert main.main(["verify", "fake", "--seconds", "200"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("experiment", "seconds", "why"),
    [(without_data, "200", "no digits here"), (endless, "1", "the time was over first")],
)
def test_verify_names_what_it_could_not_verify(monkeypatch, drawn, tmp_path, capsys, experiment, seconds, why):
    stored_table(monkeypatch, drawn, tmp_path / "results")
    monkeypatch.setitem(CATALOGUE, "fake", Entry(experiment, "", ENTRY.grids))
    assert main.main(["verify", "fake", "--seconds", seconds]) == 0
    said = capsys.readouterr().out
    assert said.count(f"  not verified, {why}: {{'x': 1,") == 3
    assert "fake: 0 cells verified, 0 differ, 3 not verified" in said


@pytest.mark.slow
def test_verify_says_which_cells_are_of_older_code_and_draws_the_others(threads, monkeypatch, drawn, tmp_path, capsys):
    note = {"rows": "x == 1 and y == 'b'", "reason": "drawn by an older search"}
    stored_table(monkeypatch, drawn, tmp_path / "results", change=1, outdated=note)
    assert main.main(["verify", "fake", "--seconds", "200"]) == 0
    said = capsys.readouterr().out
    assert "  not verified, drawn by an older search: {'x': 1, 'y': 'b', 'pause': 0.02}" in said
    assert "fake: 2 cells verified, 0 differ, 1 not verified" in said


def test_verify_without_a_table_says_where_it_was_sought(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("advlib.experiments.verification.folder", lambda: tmp_path)
    assert main.main(["verify", "fake", "--seconds", "200"]) == 1
    assert f"No such file or directory: '{tmp_path}/fake.csv'" in capsys.readouterr().err
