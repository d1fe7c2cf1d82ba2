"""A package of the book's extra that is missing is named, with the command that installs it."""

import importlib
import subprocess
import sys

import pytest

from advlib import pages


@pytest.mark.parametrize("name", pages.NEEDED)
def test_whatever_is_missing_is_named_with_the_command(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=rf"^advlib\.pages needs {name}: run `pip install 'advlib\[book\]'`$"):
        importlib.reload(pages)


def test_all_that_is_missing_is_named_at_once(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    monkeypatch.setitem(sys.modules, "myst_nb", None)
    with pytest.raises(ImportError, match="needs altair, myst_nb: run"):
        importlib.reload(pages)


@pytest.mark.slow
def test_a_chapter_says_so_at_its_first_line_that_needs_the_extra():
    code = "import sys; sys.modules['altair'] = None; from advlib.pages import plots, tables"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1] == "ImportError: advlib.pages needs altair: run `pip install 'advlib[book]'`"
