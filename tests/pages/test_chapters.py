"""A chapter's code runs wherever its notebook lies, and says at once what it needs."""

import ast
import re
from pathlib import Path

import jupytext
import pytest

from advlib.pages import tables

BOOK = Path(__file__).parents[2] / "book"
READ = {path.stem: jupytext.read(path) for path in sorted(BOOK.glob("*.md"))}
CODE = {
    name: [cell.source for cell in chapter.cells if cell.cell_type == "code"]
    for name, chapter in READ.items()
    if "kernelspec" in chapter.metadata
}
CHAPTERS = sorted(CODE.keys() - {"index"})


def calls(name):
    """The calls in a chapter's code, by what is called."""
    trees = [ast.parse(cell) for cell in CODE[name]]
    found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(ast.unparse(call.func), call) for call in found]


def imports(cell):
    """What a cell imports, in its order."""
    nodes = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return [node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in nodes]


def test_there_are_chapters():
    stories = [name for name in CHAPTERS if not name.endswith("-record")]
    assert len(stories) == 12
    assert {*CHAPTERS} == {*stories, *(f"{name}-record" for name in stories)}


@pytest.mark.parametrize("name", CODE)
def test_no_chapter_names_a_path(name):
    called = {function for function, _ in calls(name)}
    assert not called & {"open", "Path", "pd.read_csv", "np.load", "torch.load"}
    assert not re.search(r"\.\./|book/|\.csv\b|\.json\b|/work\b|/home\b", "\n".join(CODE[name]))


@pytest.mark.parametrize("name", CODE)
def test_tables_are_asked_for_by_names_that_can_be_read_off(name):
    asked = [call for function, call in calls(name) if function in ("tables.table", "tables.provenance")]
    for call in asked:
        (argument,) = call.args
        assert tables.path(argument.value).exists()
    literal = re.findall(r'tables\.(?:table|provenance)\("([\w-]+)"\)', "\n".join(CODE[name]))
    assert len(literal) == len(asked)


@pytest.mark.parametrize("name", CODE)
def test_the_first_import_of_more_than_the_core_names_what_is_missing(name):
    first, *_ = [module for cell in CODE[name] for module in imports(cell) if module != "advlib"]
    assert first == "advlib.pages"


def test_one_set_up_cell_is_the_first_of_every_chapter_and_record():
    (cell,) = {CODE[name][0] for name in CHAPTERS}
    assert {"torch.set_num_threads(1)", 'plt.style.use("advlib.pages.book")'} <= {*cell.splitlines()}


@pytest.mark.parametrize("name", CHAPTERS)
def test_numbers_and_claims_go_by_keyword(name):
    for function, call in calls(name):
        if function in ("numbers", "claim", "untestable"):
            assert not call.args
        if function == "glue":
            assert not call.keywords
