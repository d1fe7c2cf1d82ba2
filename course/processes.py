"""Processes of a sandbox: which they are, what they use together, and their end."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAUSE = 0.05  # seconds between two looks
GRACE = 2.0  # CPU seconds between the inside's own end of a step and that of the sandbox


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            todo += map(int, text(children).split())
    return found


def of_user(user: int) -> list[int]:
    """All processes of a user."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if owner(path) == user]


def owner(path: Path) -> int | None:
    """The user whom a process belongs to; None where it is gone."""
    try:
        return path.stat().st_uid
    except OSError:
        return None


def text(path: Path) -> str:
    """What the kernel says of a process, nothing where it is gone or shut."""
    try:
        return path.read_text()
    except OSError:
        return ""


def resident(pid: int) -> int:
    """Bytes of memory of a process, those that it shares counted whole."""
    rows = [line.split() for line in text(Path(f"/proc/{pid}/status")).splitlines()]
    return sum(int(row[1]) << 10 for row in rows if row and row[0] in ("RssAnon:", "RssShmem:"))


def proportional(pid: int) -> int:
    """Bytes of memory of a process, those that n processes share counted as an n-th."""
    rows = [line.split() for line in text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()]
    return next((int(row[1]) << 10 for row in rows if row[0] == "Pss:"), 0) or resident(pid)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and of its children that have ended."""
    fields = text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK


class Watch(threading.Thread):
    """Ends a sandbox whose processes together use more memory, CPU time or wall time than they may.

    Parameters
    ----------
    listed
        Gives the numbers of the processes.
    kill
        Ends the sandbox.
    memory
        Bytes that its processes may use together.
    """

    def __init__(self, listed: Callable[[], list[int]], kill: Callable[[], None], memory: int) -> None:
        super().__init__(daemon=True)
        self.listed, self.kill, self.memory = listed, kill, memory
        self.reason: str | None = None
        self.late, self.over = False, threading.Event()
        self.peak, self.cpu, self.allowed, self.until, self.seconds = 0, 0.0, float("inf"), float("inf"), 0.0
        self.start()

    def allow(self, seconds: float, patience: float) -> None:
        """Begin a step that may take some CPU seconds, and ``patience`` times as many on the clock."""
        self.seconds = seconds
        self.allowed = self.cpu + seconds + GRACE
        self.until = time.monotonic() + (seconds + GRACE) * patience

    def run(self) -> None:
        """Look, until something is exceeded or the sandbox is closed."""
        while not self.over.wait(PAUSE):
            self.reason = self.fault()
            if self.reason:
                self.kill()
                return

    def fault(self) -> str | None:
        """What is exceeded now."""
        pids = self.listed()
        used = sum(map(resident, pids))
        if used > self.memory:
            used = sum(map(proportional, pids))
        self.peak = max(self.peak, used)
        self.cpu = max(self.cpu, sum(map(cpu_seconds, pids)))
        if used > self.memory:
            return f"more than {self.memory >> 20} MiB of memory"
        self.late = self.cpu > self.allowed or time.monotonic() > self.until
        if self.cpu > self.allowed:
            return f"time limit: more than {self.seconds:g} s of computing"
        return f"time limit: {self.seconds:g} s of computing, and no end" if self.late else None


def end(process: subprocess.Popen, listed: Callable[[], list[int]]) -> None:
    """Kill a sandbox, and wait until none of its processes is left."""
    left = set(listed())
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while left and time.monotonic() < deadline:
        left = {pid for pid in left | set(listed()) - {process.pid} if alive(pid)}
        for pid in left:
            kill(pid)
        time.sleep(0.005)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet forgotten does not."""
    fields = text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return bool(fields) and fields[0] not in "ZX"


def kill(pid: int) -> None:
    """Kill a process that may be gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
