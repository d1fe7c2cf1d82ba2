"""The explorers by name, and their built pages, each made once."""

import json
import re
from functools import cache

from advlib.pages import explorers

NAMES = [name for name in explorers.__all__ if not name.endswith("_frame")]


@cache
def explorer(name):
    return getattr(explorers, name)()


@cache
def html(name):
    return explorer(name).html()


@cache
def model(name):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html(name), re.DOTALL)[1])
