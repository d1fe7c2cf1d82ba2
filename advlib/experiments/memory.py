"""Memory that stays with the process."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
NEVER = -1


def keep_freed_memory() -> None:
    """Let the C library keep what is freed, where it is glibc; where it is another this does nothing.

    Networks of width 10^6 are drawn and dropped by the second. Handed back and asked for again, their memory costs the
    system more time than the arithmetic does.

    Examples
    --------
    >>> keep_freed_memory()
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, 2**30)
        library.mallopt(M_TRIM_THRESHOLD, NEVER)
        library.mallopt(M_TOP_PAD, 2**26)
