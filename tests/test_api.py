"""The pages on the package: every public module once, and every member that it names has documentation to show."""

import inspect
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from sphinx.pycode import ModuleAnalyzer

import advlib
from advlib import experiments, sweep
from tests.test_layout import CORE, dotted

PAGES = sorted((Path(__file__).parents[1] / "book").glob("api*.md"))
MODULE = re.compile(r"^\.\. automodule:: (\S+)\n(?:   :members: ?(.*)\n)?", re.MULTILINE)
DIRECTIVES = [found for page in PAGES for found in MODULE.findall(page.read_text(encoding="utf-8"))]
NAMED = [(module, name) for module, names in DIRECTIVES for name in re.findall(r"\w+", names)]
INTERNAL = {"advlib.ambient", "advlib.checks", "advlib.mnist", "advlib.sides"}
TYPES = {"Cell", "Experiment", "Grid", "Drawing", "drawing"}
"""Names of sweeps that are there for annotations and for the command line."""


def test_every_public_module_of_the_core_is_named_once():
    times = Counter(module for module, _ in DIRECTIVES)
    assert set(times.values()) == {1}
    assert {dotted(path) for path in CORE} - times.keys() == INTERNAL


def test_what_wings_export_is_named():
    for wing, left_out in [(experiments, set()), (sweep, TYPES)]:
        assert {*wing.__all__} - {name for module, name in NAMED if module.startswith(wing.__name__)} == left_out


def test_what_the_package_exports_is_named():
    exported = {name for name in advlib.__all__ if not inspect.ismodule(getattr(advlib, name))}
    assert exported <= {name for _, name in NAMED}


@pytest.mark.parametrize(("module", "name"), NAMED)
def test_a_member_that_is_named_is_there_and_documented(module, name):
    found = getattr(import_module(module), name)
    shown = inspect.getdoc(found) if callable(found) else text_behind(module, name)
    assert shown, f"the pages on the package name {module}.{name}, which has no documentation to show"


def text_behind(module, name):
    """The documentation of data, as Sphinx reads it from the source."""
    return ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name))
