"""A sweep's table depends on the experiment, the grid and the seed, and on nothing that happens to it."""

import itertools
import json
import multiprocessing
import os
import random
import resource
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from distributed import Client, LocalCluster

from advlib.sweep import cell_seed, cells, sweep
from advlib.sweep.store import Store, StoreError
from tests import fakes
from tests.fakes import GRID, SEED, failing, noisy, sweep_to_csv

QUICK = GRID | {"pause": [0.0]}
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.fakes"])


def run(grid=QUICK, **options):
    return sweep(noisy, grid, **({"seed": SEED, "progress": False} | options))


def csv(grid=QUICK, **options):
    return run(grid, **options).to_csv(index=False)


@pytest.fixture(scope="module")
def quick():
    return csv()


@pytest.fixture(scope="module")
def patient():
    return csv(GRID)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "cells.jsonl"


def test_a_row_is_a_cell_and_its_record_in_the_order_of_the_grid():
    table = run()
    assert list(table.columns) == ["x", "y", "pause", "sum", "length", "nothing"]
    assert list(zip(table.x, table.y, strict=True)) == [(x, y) for x in GRID["x"] for y in GRID["y"]]
    assert (table.length == 1).all()
    assert table.nothing.isna().all()


def test_cells_have_random_numbers_of_their_own():
    noise = run()["sum"] - run()["x"]
    assert noise.nunique() == len(noise)
    assert not run(seed=SEED + 1)["sum"].isin(run()["sum"]).any()


def test_threads_and_this_process_agree_whatever_the_number_of_threads(quick):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        assert csv() == quick
        with ThreadPoolExecutor(4) as executor:
            assert csv(executor=executor) == quick
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.slow
def test_processes_agree(quick):
    with ProcessPoolExecutor(2, mp_context=PROCESSES) as executor:
        assert csv(executor=executor) == quick


def test_other_orders_and_parts_of_the_grid_give_the_same_rows():
    whole, listed = run(), cells(QUICK)
    random.Random(0).shuffle(listed)
    shuffled = run([dict(reversed(cell.items())) for cell in listed])
    pd.testing.assert_frame_equal(shuffled.sort_values(["x", "y"], ignore_index=True)[whole.columns], whole)
    part = whole[whole.x == 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(run(QUICK | {"x": [2]}), part)


def test_a_grid_may_be_read_once_and_a_seed_be_numpys(quick, store):
    assert csv({name: iter(values) for name, values in QUICK.items()}) == quick
    assert csv(cell for cell in cells(QUICK)) == quick
    assert csv(seed=np.int64(SEED), store=store) == quick
    assert cell_seed(np.int64(SEED), "noisy", {"x": 1}) == cell_seed(SEED, "noisy", {"x": 1})


def test_numbers_of_numpy_and_torch_are_numbers(quick):
    assert csv(QUICK | {"x": torch.arange(1, 9)}) == quick
    assert csv(QUICK | {"x": pd.Series(GRID["x"]).to_numpy()}) == quick


@pytest.mark.slow
def test_killed_five_times_at_random_moments_the_table_is_the_same(store, tmp_path, patient):
    moments = random.Random(1)
    for kill in range(5):
        process = PROCESSES.Process(target=sweep_to_csv, args=(store, tmp_path / "table.csv"))
        process.start()
        enough = (store.stat().st_size if kill else 0) + moments.randrange(500)
        wait_for(lambda size=enough: store.exists() and store.stat().st_size > size)
        time.sleep(0.03 * moments.random())
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert not (tmp_path / "table.csv").exists()
    assert csv(GRID, store=store) == patient
    assert csv(GRID, store=store) == patient


def wait_for(condition):
    while not condition():
        time.sleep(0.002)


@pytest.mark.slow
def test_a_store_cut_anywhere_is_whole_again(store, quick, capsys):
    csv(store=store)
    content = store.read_bytes()
    for cut in [*range(0, len(content), 97), len(content) - 1]:
        store.write_bytes(content[:cut])
        assert csv(store=store) == quick
        torn = content[:cut].rpartition(b"\n")
        assert ("torn" in capsys.readouterr().err) == bool(torn[0] and torn[2])
        assert spelt(store.read_text()) == spelt(content.decode())


def spelt(content):
    """The lines of a store, whose seconds are not the same twice."""
    lines = [json.loads(line) for line in content.splitlines()]
    return sorted(str({name: line[name] for name in line if name not in ("seconds", "checksum")}) for line in lines)


def test_only_cells_that_are_missing_run(store):
    assert len(run(QUICK | {"x": [1, 2]}, store=store)) == 6
    lines = store.read_text().splitlines()
    run(store=store)
    assert store.read_text().splitlines()[: len(lines)] == lines
    assert len(store.read_text().splitlines()) == 1 + 24


CONTENTS = {
    "dim,width\n1,2\n": "is not a store of a sweep: give this sweep another store",
    "PNG": "is not a store",
    "[]\n": "is not a store",
    '{"format": "advlib sweep, version 99"}\n': "has the format 'advlib sweep, version 99'",
}


@pytest.mark.parametrize(("content", "message"), CONTENTS.items())
def test_what_is_not_a_store_is_refused_and_left_alone(store, content, message):
    store.write_text(content)
    with pytest.raises(StoreError, match=message):
        run(store=store)
    assert store.read_text() == content


@pytest.mark.parametrize(
    ("experiment", "grid", "seed", "message"),
    [
        (failing, {"x": [1]}, SEED, "experiment 'tests.fakes.noisy', not 'tests.fakes.failing'"),
        (noisy, QUICK, 6, "with seed 5, not 6"),
        (noisy, {"x": [1], "y": ["a"]}, SEED, r"with parameters \['pause', 'x', 'y'\], not \['x', 'y'\]"),
    ],
)
def test_another_sweeps_store_is_refused_and_left_alone(store, experiment, grid, seed, message):
    run(store=store)
    before = store.read_bytes()
    with pytest.raises(StoreError, match=message):
        sweep(experiment, grid, seed=seed, store=store, progress=False)
    assert store.read_bytes() == before


@pytest.mark.parametrize(("old", "new"), [('"sum": ', '"sum": 1'), ('{"cell"', '["cell"'), ("{", "{}\n{")])
def test_a_store_damaged_before_its_end_is_refused_and_left_alone(store, old, new):
    run(store=store)
    lines = store.read_text().splitlines(keepends=True)
    spoilt = "".join([*lines[:2], lines[2].replace(old, new, 1), *lines[3:]])
    store.write_text(spoilt)
    with pytest.raises(StoreError, match="damaged in line 3: delete that line"):
        run(store=store)
    assert store.read_text() == spoilt


def test_a_damaged_store_is_repaired_as_its_message_says(store, quick):
    run(store=store)
    lines = store.read_text().splitlines(keepends=True)
    store.write_text("".join(lines[:2] + lines[3:]))
    assert csv(store=store) == quick


@pytest.mark.slow
def test_one_process_at_a_time(store):
    header = {"experiment": "tests.fakes.noisy", "seed": SEED, "parameters": ["pause", "x", "y"]}
    with Store(store, header), ProcessPoolExecutor(1, mp_context=PROCESSES) as executor:
        error = executor.submit(run, store=store).exception()
    assert isinstance(error, StoreError)
    assert "in use by another sweep" in str(error)
    run(store=store)


def test_a_full_disk_is_said_and_costs_no_finished_cell(store, quick):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="make room and give the same command again") as caught:
            run(store=store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(store) in str(caught.value)
    kept = store.read_text()
    assert kept.endswith("\n")
    assert 700 < len(kept) <= 1000
    assert csv(store=store) == quick
    assert store.read_text().startswith(kept)


@pytest.mark.slow
def test_an_interruption_keeps_what_is_finished(store, patient, monkeypatch):
    interrupted, pauses = threading.Event(), itertools.count(1)

    def interrupt(signum, frame):
        interrupted.set()
        raise KeyboardInterrupt

    def pause(seconds):
        if next(pauses) == 5:
            os.kill(os.getpid(), signal.SIGINT)
            interrupted.wait()
        time.sleep(seconds)

    monkeypatch.setattr(fakes, "time", SimpleNamespace(sleep=pause))
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt), ThreadPoolExecutor(2) as executor:
            run(GRID, store=store, executor=executor)
    finally:
        signal.signal(signal.SIGINT, before)
    assert 1 < len(store.read_text().splitlines()) < 25
    assert csv(GRID, store=store) == patient


@pytest.mark.parametrize("threads", [0, 2])
def test_a_failing_cell_is_named_and_the_others_are_kept(store, threads):
    with ThreadPoolExecutor(threads or 1) as pool, pytest.raises(ArithmeticError, match="three") as caught:
        sweep(failing, {"x": [1, 2, 3]}, seed=0, store=store, executor=pool if threads else None, progress=False)
    assert caught.value.__notes__ == ["in the cell {'x': 3}"]
    records = [json.loads(line)["record"] for line in store.read_text().splitlines()[1:]]
    assert all(record in ({"square": 1}, {"square": 4}) for record in records)
    assert threads or len(records) == 2


def test_a_bar_shows_progress_and_the_remaining_time(capsys, store):
    run(store=store, progress=True)
    assert "24/24" in (bar := capsys.readouterr().err)
    assert "<00:00" in bar
    run(progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_a_dask_cluster_of_two_processes_of_which_one_is_killed_agrees(store, patient):
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        workers = client.run(os.getpid)
        assert len(set(workers.values())) == 2

        def kill_one():
            wait_for(lambda: store.exists() and store.stat().st_size > 500)
            os.kill(min(workers.values()), signal.SIGKILL)

        killer = threading.Thread(target=kill_one)
        killer.start()
        assert csv(GRID, store=store, executor=client.get_executor()) == patient
        killer.join()
        wait_for(lambda: len(client.run(os.getpid)) == 2)
        assert set(client.run(os.getpid).values()) != set(workers.values())


def clash(x, *, seed):
    return {"x": x}


def tensor_valued(x, *, seed):
    return {"values": torch.zeros(2)}


@pytest.mark.parametrize(
    ("experiment", "grid", "seed", "error", "message"),
    [
        (noisy, {}, 0, TypeError, "missing a required argument: 'x'"),
        (noisy, [], 0, ValueError, "at least one cell"),
        (noisy, {"x": [], "y": ["a"]}, 0, ValueError, "at least one cell"),
        (noisy, {"x": 1, "y": ["a"]}, 0, TypeError, r"grid\['x'\] must be a sequence of values, got 1"),
        (noisy, {"x": [1], "y": "abc"}, 0, TypeError, r"grid\['y'\] must be a sequence of values, got 'abc'"),
        (noisy, [{"x": 1, "y": "a"}, {"x": 1}], 0, ValueError, "every cell the same parameters"),
        (
            noisy,
            "abc",
            0,
            TypeError,
            "grid must be a mapping of names to sequences or a sequence of mappings, got 'abc'",
        ),
        (noisy, [1, 2], 0, TypeError, "grid must be a mapping .* or a sequence of mappings"),
        ("noisy", {"x": [1]}, 0, TypeError, "experiment must be a function, got 'noisy'"),
        (noisy, {"x": [1], "z": [1]}, 0, TypeError, "grid does not fit tests.fakes.noisy"),
        (noisy, {"x": [object()], "y": ["a"]}, 0, TypeError, "grid must hold numbers, strings"),
        (noisy, {"x": [1], "y": ["a"]}, -1, ValueError, "seed must be an integer from 0 up, got -1"),
        (noisy, {"x": [1], "y": ["a"]}, 0.5, TypeError, "seed must be an integer from 0 up, got 0.5"),
        (clash, {"x": [1]}, 0, ValueError, "record must not repeat the parameters x"),
        (tensor_valued, {"x": [1]}, 0, TypeError, "record must hold numbers"),
    ],
)
def test_refusals(experiment, grid, seed, error, message):
    with pytest.raises(error, match=message):
        sweep(experiment, grid, seed=seed, progress=False)


def test_what_is_no_executor_is_refused():
    with pytest.raises(TypeError, match=r"executor must be a concurrent\.futures\.Executor, got int"):
        run(executor=4)
