"""What all tests share: hypothesis without deadlines, marks by file, and no setting of the user's."""

import os
import signal

import pytest
from hypothesis import settings

from tools import kernels

pytest_plugins = ["tests.chromium", "tests.small_book", "tests.small_project", "tests.visits"]

settings.register_profile("project", deadline=None)
settings.load_profile("project")

signal.signal(signal.SIGINT, signal.default_int_handler)
"""Where it was ignored (`nohup make test &`), it would be in every process of the tests too."""

os.environ.pop("PYTHONSAFEPATH", None)
kernels.set_up()
os.environ.pop("CALLED_FROM", None)

MARKS = {"test_browser": "browser", "test_tables": "tables"}

DRAWING = {"experiments", "explorers", "live", "pictures"}
"""Folders whose doctests draw for a quarter of a second, most of them."""


def pytest_collection_modifyitems(items):
    """Mark what reads or builds books and tables, and slow doctests; JupyterLab comes first, so that one starts it."""
    items.sort(key=lambda item: item.path.stem != "test_lab")
    for item in items:
        if {"small_book", "two_readers"} & set(getattr(item, "fixturenames", [])):
            item.add_marker("book")
        if isinstance(item, pytest.DoctestItem) and item.path.parent.name in DRAWING:
            item.add_marker("slow")
        if mark := MARKS.get(item.path.stem):
            item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Under CI=true a skipped browser test has failed."""
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI") == "true":
        report.outcome, report.longrepr = "failed", f"skipped under CI=true: {report.longrepr[2]}"
    return report
