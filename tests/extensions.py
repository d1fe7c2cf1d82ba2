"""The book's own extensions of Sphinx, which lie in no package."""

import importlib.util
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "book" / "_ext"


def extension(name):
    """Import the extension of this name."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
