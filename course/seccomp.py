"""A filter of system calls for bubblewrap: refuses memory that no process's size would show, and the network.

Files in memory, shared segments and message queues belong to no process, so that a sum over processes misses them.
"""

import errno
import platform
import struct

# struct seccomp_data: the call's number at 0, the architecture at 4, the low half of the first argument at 16
NUMBER, ARCHITECTURE, ARGUMENT = 0, 4, 16
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
UNIX = 1  # AF_UNIX, which asyncio needs
FOREIGN = 0x40000000  # calls of the x32 interface

MACHINES = {
    "x86_64": (0xC000003E, 41, {
        "shmget": 29, "semget": 64, "msgget": 68, "ptrace": 101, "add_key": 248, "keyctl": 250, "unshare": 272,
        "memfd_create": 319, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "memfd_secret": 447,
    }),
    "aarch64": (0xC00000B7, 198, {
        "shmget": 194, "semget": 190, "msgget": 186, "ptrace": 117, "add_key": 217, "keyctl": 219, "unshare": 97,
        "memfd_create": 279, "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425, "memfd_secret": 447,
    }),
}  # fmt: skip


def program(machine: str | None = None) -> bytes | None:
    """The filter as the kernel's BPF, or None for a machine whose calls are not known here."""
    if (machine or platform.machine()) not in MACHINES:
        return None
    architecture, socket, refused = MACHINES[machine or platform.machine()]
    steps: list[tuple[int, int | None, int]] = [  # what to do, where to go if it holds not or does, with which value
        (LOAD, None, ARCHITECTURE),
        (EQUAL, False, architecture),
        (LOAD, None, NUMBER),
        (AT_LEAST, True, FOREIGN),
        *((EQUAL, True, number) for number in refused.values()),
        (EQUAL, None, socket),
        (LOAD, None, ARGUMENT),
        (EQUAL, False, UNIX),
        (RETURN, None, ALLOW),
        (RETURN, None, REFUSE),
    ]
    last = len(steps) - 1
    return b"".join(instruction(step, place, last) for place, step in enumerate(steps))


def instruction(step: tuple[int, int | None, int], place: int, last: int) -> bytes:
    """One instruction: a jump goes to the refusal, at the end, where the comparison holds (True) or fails (False)."""
    code, refuses, value = step
    yes = last - place - 1 if refuses is True else 0
    no = last - place - 1 if refuses is False else 0
    if code == EQUAL and refuses is None:  # no socket: nothing more to ask
        no = last - place - 2
    return struct.pack("<HBBI", code, yes, no, value)
