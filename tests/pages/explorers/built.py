"""The explorers by name, and their built pages, each made once."""

import base64
import json
import re
import zlib
from functools import cache

from advlib.pages import explorers, live

NAMES = [name for name in explorers.__all__ if not name.endswith("_frame")]
LIVE = [name for name in NAMES if name in live.NAMES]
HALF_A_MINUTE = {"deeper", "many_layers"}
"""What the frames of a built page take for these; `make book` makes them, and browser tests move them."""
STORED = [name for name in NAMES if name not in LIVE]


@cache
def explorer(name):
    return getattr(explorers, name)()


@cache
def html(name):
    return explorer(name).html()


@cache
def model(name):
    """What the page holds, its stored frames, if any, inflated."""
    held = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html(name), re.DOTALL)[1])
    return held | ({"frames": inflated(held["frames"])} if "frames" in held else {})


def inflated(base64_text):
    return json.loads(zlib.decompress(base64.b64decode(base64_text)))
