"""What all tests share."""

import os

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Under CI=true a skipped browser test has failed."""
    report = yield
    if report.skipped and "test_browser" in item.nodeid and os.environ.get("CI") == "true":
        report.outcome, report.longrepr = "failed", f"skipped under CI=true: {report.longrepr[2]}"
    return report
