"""What is said of processes that share memory."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from course.processes import end, proportional, resident, text, tree
from tests.course.workshop import needs_linux

HELD = 64 << 20
FAMILY = f"import os, time; held = b'x' * {HELD}; os.fork(); os.fork(); time.sleep(600)"


@pytest.fixture
def family():
    """The numbers of four processes that share what the first has written."""
    process = subprocess.Popen([sys.executable, "-c", FAMILY])
    while len(tree(process.pid)) < 4:
        assert process.poll() is None
        time.sleep(0.01)
    yield tree(process.pid)
    end(process, lambda: tree(process.pid))


@needs_linux
def test_shared_memory_counts_once_and_those_that_were_stopped_go_on(family):
    assert sum(map(resident, family)) > 4 * HELD
    assert HELD < proportional(family) < 2 * HELD
    states = {text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[0] for pid in family}
    assert "T" not in states
