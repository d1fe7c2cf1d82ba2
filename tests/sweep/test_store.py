"""Stores: seconds and code beside each cell, the format before, and locks."""

import errno
import fcntl
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from advlib.sweep import finish, sweep, tabulate
from advlib.sweep.store import Finished, Store, StoreError, checksum
from tests.fakes import failing, noisy

GRID = {"x": [1, 2], "y": ["a"]}
HEADER = {"experiment": "tests.fakes.noisy", "seed": 0, "parameters": ["x", "y"]}


def noise(**options):
    return sweep(noisy, GRID, seed=0, progress=False, **options)


def lines(store):
    return [json.loads(line) for line in store.read_text().splitlines()]


def write(store, *lines):
    """A store's file, each cell with its checksum."""
    header, *rest = lines
    summed = [line | {"checksum": checksum(json.dumps(line))} for line in rest]
    store.write_text("".join(json.dumps(line) + "\n" for line in [header, *summed]))


@pytest.fixture
def store(tmp_path):
    return tmp_path / "cells.jsonl"


@pytest.fixture
def other_code(monkeypatch):
    def change(code):
        monkeypatch.setattr("advlib.sweep.drawings.fingerprint", lambda experiment: code)

    return change


def test_a_cell_is_stored_with_its_seconds_and_code_which_the_table_does_not_show(store):
    finished = finish(noisy, GRID | {"pause": [0.05]}, seed=0, store=store, progress=False)
    assert all(one.seconds >= 0.05 and one.code for one in finished)
    assert [(line["seconds"], line["code"]) for line in lines(store)[1:]] == [
        (one.seconds, one.code) for one in finished
    ]
    assert [*tabulate(finished).columns] == ["x", "y", "pause", "sum", "length", "nothing"]


def test_a_store_of_version_1_opens_and_goes_on(store, capsys):
    expected, first = noise(), noise().iloc[0]
    record = {"sum": float(first["sum"]), "length": 1, "nothing": float("nan")}
    write(store, {"format": "advlib sweep, version 1"} | HEADER, {"cell": {"x": 1, "y": "a"}, "record": record})
    old, new = finish(noisy, GRID, seed=0, store=store, progress=False)
    pd.testing.assert_frame_equal(tabulate([old, new]), expected)
    assert (old.seconds, old.code) == (None, None)
    assert new.seconds > 0
    assert (
        "1 of 1 finished cells are of other code than today's, or of unknown code; they are kept"
        in capsys.readouterr().err
    )
    pd.testing.assert_frame_equal(noise(store=store), expected)


def test_changed_code_is_said_in_a_line_and_its_cells_are_kept(store, other_code, capsys):
    other_code("before")
    noise(store=store)
    assert capsys.readouterr().err == ""
    before = store.read_bytes()
    other_code("after")
    finished = finish(noisy, GRID | {"x": [1, 2, 3]}, seed=0, store=store, progress=False)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{store}: 2 of 2 finished cells are of other code" in said
    assert [one.code for one in finished] == ["before", "before", "after"]
    assert store.read_bytes().startswith(before)


def test_cells_of_other_code_are_drawn_anew_on_demand_and_once(store, other_code, capsys):
    other_code("before")
    noise(store=store)
    other_code("after")
    finished = finish(noisy, GRID, seed=0, store=store, redraw_old=True, progress=False)
    assert "they are drawn anew" in capsys.readouterr().err
    assert [one.code for one in finished] == ["after", "after"]
    whole = store.read_bytes()
    noise(store=store, redraw_old=True)
    assert store.read_bytes() == whole
    assert capsys.readouterr().err == ""


def test_where_todays_code_is_unknown_nothing_is_called_old(store, other_code, capsys):
    other_code("before")
    noise(store=store)
    other_code(None)
    noise(store=store)
    assert capsys.readouterr().err == ""


def test_another_opening_in_this_process_neither_gets_the_lock_nor_ends_it(store):
    with Store(store, HEADER):
        for _ in range(2):
            store.read_text()
            with pytest.raises(StoreError, match="in use by another sweep"):
                noise(store=store)
    noise(store=store)


@pytest.mark.slow
def test_two_threads_with_one_store_do_not_both_compute(store):
    both = threading.Barrier(2)

    def draw():
        both.wait()
        return sweep(noisy, GRID | {"pause": [0.3]}, seed=0, store=store, progress=False)

    with ThreadPoolExecutor(2) as pool:
        errors = [pool.submit(draw) for _ in range(2)]
    assert sorted(type(future.exception()).__name__ for future in errors) == ["NoneType", "StoreError"]
    assert len(lines(store)) == 3


def test_a_process_forked_meanwhile_does_not_keep_the_lock(store):
    reading, writing = os.pipe()
    with Store(store, HEADER):
        if not (child := os.fork()):
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    try:
        noise(store=store)
    finally:
        os.close(writing)
        os.waitpid(child, 0)
        os.close(reading)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_without_locks_is_named_with_a_way_out(store, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match=r"cells\.jsonl lies on a file system without locks .*--store"):
        noise(store=store)


def test_of_two_lines_for_a_cell_the_later_holds(store):
    with Store(store, HEADER) as kept:
        kept.add(Finished({"x": 1}, {"square": 0}, 0.1, "a"))
        kept.add(Finished({"x": 1}, {"square": 1}, 0.2, "b"))
    with Store(store, HEADER) as kept:
        assert [*kept.finished.values()] == [Finished({"x": 1}, {"square": 1}, 0.2, "b")]


def test_failing_cells_leave_the_lock(store):
    with pytest.raises(ArithmeticError):
        sweep(failing, {"x": [3]}, seed=0, store=store, progress=False)
    assert len(sweep(failing, {"x": [1]}, seed=0, store=store, progress=False)) == 1
