"""A watch over a sandbox: what its processes together use of memory and time, and an end where that is too much."""

import math
import threading
import time
from collections.abc import Callable

from course.limits import PATIENCE
from course.processes import cpu_seconds, proportional, resident, waiting

PAUSE = 0.05  # seconds between two looks
GRACE = 2.0  # seconds between the inside's own end of a step and that of the sandbox


class Watch(threading.Thread):
    """Ends a sandbox that uses too much.

    A step spends CPU seconds, and seconds in which every process sleeps: time for which the machine has other work is
    nobody's fault. Only a step without any end meets a limit on the clock.

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
        self.over, self.reason = threading.Event(), ""
        self.peak, self.cpu, self.idle = 0, 0.0, 0.0
        self.rest()
        self.start()

    def allow(self, seconds: float) -> None:
        """Begin a step that may spend some seconds."""
        self.seconds = seconds
        self.most = self.cpu + self.idle + seconds + GRACE
        self.until = time.monotonic() + (seconds + GRACE) * PATIENCE

    def rest(self) -> None:
        """End a step: what the sandbox does now is waited for by nobody."""
        self.seconds = self.most = self.until = math.inf

    def run(self) -> None:
        """Look, until something is exceeded or the sandbox is closed."""
        last = time.monotonic()
        while not self.over.wait(PAUSE):
            now = time.monotonic()
            self.reason = self.fault(self.listed(), now - last)
            last = now
            if self.reason:
                self.kill()
                return

    def fault(self, pids: list[int], passed: float) -> str:
        """What is exceeded now, or nothing."""
        self.cpu = max(self.cpu, sum(map(cpu_seconds, pids)))
        self.idle += passed if all(map(waiting, pids)) else 0
        if self.cpu + self.idle > self.most or time.monotonic() > self.until:
            return f"time limit: more than {self.seconds:g} s of computing or waiting"
        used = sum(map(resident, pids))
        if used > self.memory:  # shared memory counts once
            used = proportional(pids)
        self.peak = max(self.peak, used)
        return f"more than {self.memory >> 20} MiB of memory" if used > self.memory else ""
