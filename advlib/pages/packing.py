"""Data as they lie in a page."""

import base64
import json
import zlib
from typing import Any


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
