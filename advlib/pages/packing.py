"""Data as they lie in a page."""

import base64
import json
import struct
import zlib
from typing import Any

import numpy as np


def in_nine_digits(value: Any) -> Any:
    """Round every float, however deep in lists and dicts, to nine significant digits.

    Examples
    --------
    >>> in_nine_digits({"a": [1 / 3, 2, None]})
    {'a': [0.333333333, 2, None]}
    """
    if isinstance(value, dict):
        return {name: in_nine_digits(part) for name, part in value.items()}
    if isinstance(value, list):
        return [in_nine_digits(part) for part in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def compact(value: Any) -> str:
    """Write JSON without spaces; nan and infinities raise a ValueError."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def deflated(value: Any) -> str:
    """Write JSON, deflated, in base64.

    Examples
    --------
    >>> json.loads(zlib.decompress(base64.b64decode(deflated({"a": [1, 2.5]}))))
    {'a': [1, 2.5]}
    """
    return base64.b64encode(zlib.compress(compact(value).encode(), 9)).decode("ascii")


def picture(pixels: np.ndarray) -> str:
    """Write a grey picture, rows of uint8 from black to white, as the address of a PNG that holds itself.

    Examples
    --------
    >>> picture(np.zeros((2, 3), np.uint8))[:30]
    'data:image/png;base64,iVBORw0K'
    """
    rows = np.pad(pixels, ((0, 0), (1, 0)))  # each begins with a 0: stored as it is
    height, width = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    whole = b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*parts, strict=True)))
    return "data:image/png;base64," + base64.b64encode(whole).decode("ascii")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
