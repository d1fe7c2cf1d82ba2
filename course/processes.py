"""Processes of a sandbox: which they are, what they use together, and their end."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


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


def proportional(pids: list[int]) -> int:
    """Bytes of memory of processes, those that they share counted once.

    They are stopped meanwhile: the kernel makes a reader wait for one that forks.
    """
    for pid in pids:
        tell(pid, signal.SIGSTOP)
    try:
        return sum(map(share, pids))
    finally:
        for pid in pids:
            tell(pid, signal.SIGCONT)


def share(pid: int) -> int:
    """Bytes of memory of a process, those that n processes share counted as an n-th."""
    rows = [line.split() for line in text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()]
    return next((int(row[1]) << 10 for row in rows if row[0] == "Pss:"), 0) or resident(pid)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and of its children that have ended."""
    fields = text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK


def waiting(pid: int) -> bool:
    """Whether all threads of a process sleep: none computes, or is kept from it by other work of the machine."""
    told = (text(path).rpartition(")")[2].split() for path in Path(f"/proc/{pid}/task").glob("*/stat"))
    return not any(fields and fields[0] in "RD" for fields in told)


def end(process: subprocess.Popen, listed: Callable[[], list[int]]) -> None:
    """Kill a sandbox, and wait until none of its processes is left."""
    left = set(listed())
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while left and time.monotonic() < deadline:
        left = {pid for pid in left | set(listed()) - {process.pid} if alive(pid)}
        for pid in left:
            tell(pid, signal.SIGKILL)
        time.sleep(0.005)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet forgotten does not."""
    fields = text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return bool(fields) and fields[0] not in "ZX"


def tell(pid: int, message: signal.Signals) -> None:
    """Send a signal to a process that may be gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, message)
