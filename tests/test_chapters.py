"""A chapter is found whatever an editor did to its first bytes, or its file is named; elsewhere it installs advlib."""

import subprocess
import sys

import nbformat
import pytest

from tests.small_project import CHAPTER
from tools import chapters, notebooks


def change(small_project, content):
    (small_project / "book" / "chapter.md").write_bytes(content)


def test_a_byte_order_mark_is_no_part_of_a_chapter(small_project):
    change(small_project, b"\xef\xbb\xbf" + CHAPTER.encode())
    assert notebooks.write(small_project) == []
    assert notebooks.check(small_project) == []


HEADERS = {
    "no YAML": CHAPTER.replace("kernelspec:", "kernelspec: [").encode(),
    "another kind": CHAPTER.replace("jupytext:", "jupytext: x\nother:").encode(),
    "not the first line": b"\n" + CHAPTER.encode(),
    "not closed": CHAPTER.replace("---\n\n#", "\n#").encode(),
    "no kernel": CHAPTER.replace("kernelspec:", "kernel:").encode(),
    "no name": CHAPTER.replace("  name: python3\n", "").encode(),
    "UTF-16": CHAPTER.encode("utf-16"),
}


@pytest.mark.parametrize("content", HEADERS.values(), ids=HEADERS)
def test_a_broken_header_is_named_with_its_file(small_project, content):
    before = (small_project / "notebooks" / "chapter.ipynb").read_bytes()
    change(small_project, content)
    for action in (notebooks.write, notebooks.check):
        with pytest.raises(chapters.BrokenChapter, match=r"^book/chapter\.md (cannot be read|has code cells)"):
            action(small_project)
    assert (small_project / "notebooks" / "chapter.ipynb").read_bytes() == before


def test_a_broken_header_ends_the_command_without_a_traceback(small_project, monkeypatch):
    change(small_project, HEADERS["no YAML"])
    monkeypatch.setattr(notebooks, "__file__", str(small_project / "tools" / "notebooks.py"))
    with pytest.raises(SystemExit, match=r"book/chapter\.md cannot be read"):
        notebooks.main("check")


def first_cell(small_project):
    (cell, *_) = nbformat.read(small_project / "notebooks" / "chapter.ipynb", as_version=4).cells
    assert cell.metadata.tags == ["generated"]
    return cell.source


def test_without_an_address_the_first_cell_says_what_to_install(small_project):
    command = [sys.executable, "-ISc", first_cell(small_project)]
    alone = subprocess.run(command, cwd=small_project, capture_output=True, text=True)
    assert "ImportError: advlib is not here: pip install" in alone.stderr
    assert "PATH[book]" in alone.stderr


def test_where_advlib_is_present_the_first_cell_is_idle(small_project):
    exec(first_cell(small_project), {})


def test_with_an_address_the_first_cell_installs_from_there(small_project):
    address = "https://example.org/one/gradient-step"
    (small_project / "_config.yml").write_text(f"repository: {{url: {address}}}\n")
    assert notebooks.write(small_project) == ["Wrote notebooks/chapter.ipynb"]
    assert f'%pip install "advlib[book] @ git+{address}"' in first_cell(small_project)
    assert notebooks.check(small_project) == []
