"""Fingerprints change with the code that an experiment rests on, and with nothing else."""

import importlib
import itertools
import sys

import pytest

from advlib.experiments import CATALOGUE, flips
from advlib.sweep import fingerprint
from advlib.sweep.fingerprints import _core

HELPERS = """
FACTOR = 2
UNUSED = 1
def double(x):
    return FACTOR * x
"""
EXPERIMENT = """
from .helpers import double
from . import helpers

SHIFT = 1

def shifted(x):
    return double(x) + SHIFT

def experiment(x, *, seed):
    return {"y": shifted(x)}

GRID = {"x": [1]}
"""


@pytest.fixture
def code(tmp_path, monkeypatch):
    """The fingerprint of an experiment in a package written for it."""
    folders = itertools.count()

    def written(experiment=EXPERIMENT, helpers=HELPERS):
        folder = tmp_path / str(next(folders)) / "pack"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "helpers.py").write_text(helpers)
        (folder / "family.py").write_text(experiment)
        monkeypatch.syspath_prepend(folder.parent)
        for module in ("pack", "pack.helpers", "pack.family"):
            sys.modules.pop(module, None)
        return fingerprint(importlib.import_module("pack.family").experiment)

    yield written
    for module in ("pack", "pack.helpers", "pack.family"):
        sys.modules.pop(module, None)


SAME = {
    "comments": EXPERIMENT.replace("SHIFT = 1", "# one\nSHIFT   =   1"),
    "docstrings": EXPERIMENT.replace("return {", '"""Say y."""\n    return {'),
    "lines": EXPERIMENT.replace("SHIFT = 1", "\n\n\nSHIFT = 1"),
    "grids": EXPERIMENT.replace('"x": [1]', '"x": [1, 2]'),
    "more": EXPERIMENT + "def another():\n    return SHIFT\n",
}
OTHER = {
    "itself": EXPERIMENT.replace('"y"', '"z"'),
    "what it calls": EXPERIMENT.replace("+ SHIFT", "- SHIFT"),
    "a constant": EXPERIMENT.replace("SHIFT = 1", "SHIFT = 2"),
}


@pytest.mark.parametrize("experiment", SAME.values(), ids=SAME)
def test_what_does_not_count(code, experiment):
    assert code(experiment=experiment) == code()


@pytest.mark.parametrize("experiment", OTHER.values(), ids=OTHER)
def test_what_counts(code, experiment):
    assert code(experiment=experiment) != code()


def test_of_what_is_imported_counts_what_is_reached(code):
    assert code(helpers=HELPERS.replace("UNUSED = 1", "UNUSED = 2")) == code()
    assert code(helpers=HELPERS.replace("FACTOR = 2", "FACTOR = 3")) != code()
    whole = EXPERIMENT.replace("double(x)", "helpers.double(x)")
    assert code(experiment=whole, helpers=HELPERS.replace("FACTOR = 2", "FACTOR = 3")) != code(experiment=whole)


@pytest.mark.slow
def test_the_core_counts(tmp_path, monkeypatch):
    before = fingerprint(flips)
    monkeypatch.setattr("advlib.sweep.fingerprints.CORE", tmp_path)
    (tmp_path / "network.py").write_text("x = 1")
    _core.cache_clear()
    try:
        changed = fingerprint(flips)
        (tmp_path / "main.py").write_text("y = 1")
        _core.cache_clear()
        assert fingerprint(flips) == changed != before
    finally:
        _core.cache_clear()


@pytest.mark.slow
def test_experiments_of_one_family_have_fingerprints_of_their_own():
    found = {entry.experiment: fingerprint(entry.experiment) for entry in CATALOGUE.values()}
    assert len({*found.values()}) == len(found)
    assert None not in found.values()


def test_without_source_there_is_none():
    namespace = {"__name__": "typed"}
    exec("def experiment(x, *, seed):\n    return {}", namespace)
    assert fingerprint(namespace["experiment"]) is None
