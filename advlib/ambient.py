"""Torch's ambient state kept out: what is computed depends on the arguments alone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

import torch

DEVICE_TYPES = ("cpu", "cuda", "mps", "xpu")
"""Where autocast may be on."""

BACKENDS = (torch.backends.cuda, torch.backends.mkldnn)
"""What may multiply float32 matrices in a lower precision."""

PER_BACKEND = hasattr(torch.backends.mkldnn, "matmul")
"""Whether this torch sets that precision for each backend (2.9 and newer)."""

FULL = "ieee" if PER_BACKEND else "highest"


@contextmanager
def shielded() -> Iterator[None]:
    r"""Compute in the full precision of the arguments; also a decorator, ``@shielded()``.

    Inside, ``torch.autocast`` is off, float32 matrices are multiplied in float32, and ``torch.inference_mode`` is
    ``torch.no_grad``, so that what is made there can be used anywhere. The precision of products is the process's: it
    returns to what it was when the last thread has left.

    Examples
    --------
    >>> a = torch.full((1, 1), 1 + 2**-9)
    >>> with torch.autocast("cpu"):
    ...     loose = (a @ a).dtype
    ...     with shielded():
    ...         exact = (a @ a).dtype
    >>> loose, exact
    (torch.bfloat16, torch.float32)
    """
    with ExitStack() as stack:
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(torch.no_grad())
        for device_type in DEVICE_TYPES:
            if torch.is_autocast_enabled(device_type):
                stack.enter_context(torch.autocast(device_type, enabled=False))
        stack.enter_context(_FULL_PRODUCTS)
        yield


class _FullProducts:
    """Float32 products in float32, as long as some thread is inside."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.inside = 0
        self.before: list[str] = []

    def __enter__(self) -> None:
        with self.lock:
            if not self.inside:
                self.before = _product_precision()
                _set_product_precision([FULL for _ in self.before])
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                _set_product_precision(self.before)


_FULL_PRODUCTS = _FullProducts()


def _product_precision() -> list[str]:
    """The precision of each backend; where nothing was set, a full one."""
    if not PER_BACKEND:
        return [torch.get_float32_matmul_precision()]
    return [backend.matmul.fp32_precision.replace("none", FULL) for backend in BACKENDS]


def _set_product_precision(values: list[str]) -> None:
    if values == _product_precision():
        return
    if not PER_BACKEND:
        torch.set_float32_matmul_precision(values[0])
        return
    for backend, value in zip(BACKENDS, values, strict=True):
        backend.matmul.fp32_precision = value
