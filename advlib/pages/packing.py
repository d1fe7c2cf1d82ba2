"""Data as they lie in a page."""

import base64
import json
import zlib
from typing import Any


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
