"""A book is built anew when it must be, and only as much of it as must be."""

import json
import os
import shutil

import pytest

from tests.small_book import add_pages, build, executed, page, write_book
from tools import book, tables


def test_a_failing_cell_fails_every_build_and_shows_itself(small_book):
    (small_book / "book" / "chapter.md").write_text(page("2 / 0"))
    for _ in range(2):
        result = build(small_book)
        assert result.returncode == 1
        assert "ZeroDivisionError" in result.stderr
        assert "The book was not built" in result.stderr


def test_a_dead_reference_fails_every_build(small_book):
    (small_book / "book" / "chapter.md").write_text(page(text="See {numref}`nowhere`."))
    for _ in range(2):
        result = build(small_book)
        assert result.returncode == 1
        assert "nowhere" in result.stderr


def test_chapters_run_again_only_when_what_they_depend_on_has_changed(small_book):
    first = build(small_book)
    assert executed(first) == {"chapter"}
    assert (small_book / "_build" / "html" / "index.html").as_uri() in first.stdout
    assert not executed(build(small_book))
    with (small_book / "advlib" / "__init__.py").open("a") as file:
        file.write("\n")
    assert executed(build(small_book)) == {"chapter"}


@pytest.mark.parametrize(
    "file", ["_config.yml", "requirements.lock", "advlib/new.js", "book/_ext/new.py", "book/_templates/new.html"]
)
def test_the_key_depends_on(small_book, file):
    before = book.key(small_book)
    with (small_book / file).open("a") as opened:
        opened.write("#")
    assert book.key(small_book) != before


def test_the_key_does_not_depend_on_compiled_files_or_pages(small_book):
    before = book.key(small_book)
    (small_book / "advlib" / "__pycache__").mkdir()
    (small_book / "advlib" / "__pycache__" / "x.pyc").touch()
    (small_book / "book" / "page.md").touch()
    assert book.key(small_book) == before


READER = """from pathlib import Path
from myst_nb import glue
results = Path("../book/results")
value = (results / "{0}.csv").read_text()
glue("seen_{0}", value, display=False)


class Rows:
    def _repr_mimebundle_(self, **_):
        words = ("claim", "in the paper", "measured here", "scale", "confirmed if")
        row = dict.fromkeys(words, value) | {{"id": "p1-lemma-{0}", "verdict": "at odds"}}
        return {{"text/html": "a table", "application/vnd.advlib.claims+json": [row]}}


glue("claims_{0}", Rows())
"""

SHOWN = """\
# What the chapters show
{glue}`one.md::seen_one` and {glue}`two.md::seen_two`

```{glue} seen_one
:doc: one.md
```
```{glue} seen_two
:doc: two.md
```

```{claims-summary}
```

```{claims}
:doc: one.md
```

```{claims}
:doc: two.md
```

```{claims-items}
:file: items.csv
```
"""


QUOTED = """
```{{prf:theorem}}
:label: thm-{0}

(WUMA Theorem 3.1.) All is {0}.
```
"""

ITEMS = """\
paper,item,name,row,reason
1,Lemma 1,One,p1-lemma-one,
1,Theorem 3,Another,,a tool
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A built book whose chapters one and two read a table each, which a page of plain text shows."""
    root = write_book(tmp_path_factory.mktemp("readers"))
    (root / "book" / "results").mkdir()
    for name in ("one", "two"):
        (root / "book" / "results" / f"{name}.csv").write_text(f"{name} before")
    chapters = {name: page(READER.format(name), text=QUOTED.format(name)) for name in ("one", "two")}
    (root / "book" / "items.csv").write_text(ITEMS)
    add_pages(root, chapter="# All\n", shown=SHOWN, **chapters)
    assert executed(build(root)) == {"one", "two"}
    return root


@pytest.fixture
def two_readers(built, tmp_path):
    """That book as it was built; it is put back afterwards, where it was, as a build remembers places and times."""
    kept = shutil.copytree(built, tmp_path / "kept")
    yield built
    shutil.rmtree(built)
    shutil.copytree(kept, built)


def shown(root):
    return (root / "_build" / "html" / "book" / "shown.html").read_text()


def claims(root):
    """What the rows of claims on that page have measured, by their names."""
    rows = json.loads((root / "_build" / "html" / "book" / "shown.json").read_text())
    return {row["id"]: row["measured here"] for row in rows}


def indexed(root):
    """Where the search finds a row by its item, and quoted theorems."""
    index = json.loads((root / "_build" / "html" / "searchindex.js").read_text()[len("Search.setIndex(") : -1])
    entries = index["indexentries"]
    return {place for name in ("bcgt lemma 1", "wuma theorem 3.1") for _, place, main in entries.get(name, []) if main}


def test_a_changed_table_runs_its_reader_alone_and_is_shown_everywhere(two_readers):
    table = two_readers / "book" / "results" / "one.csv"
    times = table.stat()
    table.write_text("one after")
    os.utime(table, ns=(times.st_atime_ns, times.st_mtime_ns))
    places = {"p1-lemma-one", "thm-one", "thm-two"}
    assert indexed(two_readers) == places
    assert executed(build(two_readers)) == {"one"}
    assert indexed(two_readers) == places
    assert "one after" in shown(two_readers)
    assert "one before" not in shown(two_readers)
    assert "two before" in shown(two_readers)
    assert claims(two_readers) == {"p1-lemma-one": "one after", "p1-lemma-two": "two before"}
    assert executed(build(two_readers)) == set()


def test_rows_of_claims_are_shown_with_their_counts_and_lead_to_their_chapters(built):
    page = shown(built)
    assert page.count('<tr id="p1-lemma-') == 2
    assert "<td>2</td></tr>" in page
    assert '<a href="one.html#p1-lemma-one">A chapter</a>' in page
    assert '<td><a href="#p1-lemma-one">p1-lemma-one</a></td>' in page
    assert "<td>Theorem 3</td><td>Another</td><td>a tool</td>" in page
    assert "claims.js" in page
    assert "claims.js" not in (built / "_build" / "html" / "book" / "one.html").read_text()


def test_the_search_shows_a_quoted_theorem_from_disk(built):
    excerpts = built / "_build" / "html" / "_static" / "excerpts" / "book"
    assert "(WUMA Theorem 3.1.) All is one." in (excerpts / "one.html.js").read_text()


def test_a_table_written_again_as_it_was_runs_nothing(two_readers):
    for table in (two_readers / "book" / "results").glob("*.csv"):
        table.write_bytes(table.read_bytes())
    assert executed(build(two_readers)) == set()


def test_a_changed_chapter_is_shown_where_its_outputs_are(two_readers):
    path = two_readers / "book" / "one.md"
    path.write_text(path.read_text().replace(".read_text()", ".read_text() + 'rewritten'"))
    assert executed(build(two_readers)) == {"one"}
    assert "one beforerewritten" in shown(two_readers)
    assert claims(two_readers)["p1-lemma-one"] == "one beforerewritten"


READS = {
    'tables.table("deeper")': {"deeper"},
    "tables.table(\n    'two-layers'\n)": {"two-layers"},
    'tables.provenance("costs")': {"costs"},
    'pd.read_csv("../book/results/shapes.csv")': {"shapes"},
    'pd.read_csv(results / "shapes.csv"), (results/"two.provenance.json")': {"shapes", "two"},
    "tables come from `book/results/`, and my_tables.table(name)": set(),
}


@pytest.mark.parametrize(("text", "names"), READS.items())
def test_what_a_text_reads(text, names):
    assert tables.read_by(text) == names


def test_a_provenance_is_a_part_of_its_table(tmp_path):
    results = tmp_path / "book" / "results"
    results.mkdir(parents=True)
    (results / "one.csv").write_text("1")
    (results / "one-more.csv").write_text("1")
    before = tables.digests(tmp_path)
    (results / "one.provenance.json").write_text("{}")
    after = tables.digests(tmp_path)
    assert before.keys() == after.keys() == {"one", "one-more"}
    assert before["one"] != after["one"]
    assert before["one-more"] == after["one-more"]


def test_a_byte_order_mark_hides_no_chapter(small_book):
    path = small_book / "book" / "chapter.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert executed(build(small_book)) == {"chapter"}
