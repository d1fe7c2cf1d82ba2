"""One chapter is run and built alone, and the book need not run it again."""

import pytest

from tests.small_book import add_pages, build, executed, page
from tools import chapter


@pytest.fixture
def two_chapters(small_book):
    add_pages(small_book, chapter="# All\n", one=page("1 / 1", text="See [](two.md)."), two=page("2 / 1"))
    return small_book


def test_that_page_alone_is_built(two_chapters):
    result = build(two_chapters, "tools.chapter", "one")
    assert executed(result) == {"one"}
    assert (two_chapters / "_build" / "chapter" / "_build" / "html" / "book" / "one.html").as_uri() in result.stdout
    assert executed(build(two_chapters)) == {"two"}


def test_a_failing_cell_shows_itself(two_chapters):
    (two_chapters / "book" / "one.md").write_text(page("1 / 0"))
    result = build(two_chapters, "tools.chapter", "one")
    assert result.returncode == 1
    assert "ZeroDivisionError" in result.stderr


@pytest.mark.parametrize("name", ["", "book/one", "nothing"])
def test_chapters_are_named_where_there_is_none_of_that_name(two_chapters, name):
    with pytest.raises(
        SystemExit, match=f"There is no chapter '{name}'. Name one: make chapter NAME=..., of .*one, two"
    ):
        chapter.named(two_chapters, name)
