"""What a submission may use: CPU seconds, with generous wall time, so that a loaded machine costs nobody a mark."""

from dataclasses import dataclass

MIB = 1 << 20
FRAME = 32 * MIB  # one message over a pipe
PROCESSES, FILES, FILE = 64, 256, 64 * MIB
ADDRESSES = 4096 * MIB  # of one process: torch reserves much more than it uses
TEMPORARY, SHARED = 256 * MIB, 64 * MIB  # what fits in /tmp and in /dev/shm
START, BEGIN = 60, 5  # CPU seconds until the environment is loaded, and until a run of the notebook begins
PATIENCE = 8  # wall seconds that one CPU second may take


@dataclass(frozen=True)
class Limits:
    """CPU seconds of a cell and of a call of a function, wall seconds of a submission, bytes of all its processes."""

    cell: float = 20
    call: float = 20
    total: float = 1800
    memory: int = 2048 * MIB
