"""A chapter tells a story: picture first, proof in pictures, five sentences; its record measures."""

import ast
import re
from pathlib import Path

import jupytext
import pytest
import yaml

ROOT = Path(__file__).parents[2]
RECORD = "-record"
PAGES = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "book").glob("*.md"))}
STORIES = [name for name in PAGES if name + RECORD in PAGES]
PARTS = ["The measurement", "What would change our mind", "Five sentences", "Exercises", "Read next"]
LEVEL = re.compile(r"^\*Level: [^*]+ · Minutes: \d+\.\*", re.M)


def cells(name):
    """The code cells of a page."""
    return [cell for cell in jupytext.reads(PAGES[name], fmt="md:myst").cells if cell.cell_type == "code"]


def parts(name):
    """The text below each heading of the second level."""
    _, *found = re.split(r"^## (.+)$", PAGES[name], flags=re.M)
    return dict(zip(found[::2], found[1::2], strict=True))


def figures(name):
    """What is set for each figure of a page, with its cell."""
    return [(cell.metadata["mystnb"], cell) for cell in cells(name) if "figure" in cell.metadata.get("mystnb", {})]


def code(name):
    """All the code of a page."""
    return "\n".join(cell.source for cell in cells(name))


def called(name):
    """All that a page's code calls."""
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(code(name))) if isinstance(node, ast.Call)}


def tables_of(name):
    """The stored tables that a page reads."""
    return {*re.findall(r'tables\.table\("([\w-]+)"\)', code(name))}


def under(entries, name):
    """What stands below a page in the table of contents."""
    for entry in entries:
        if entry.get("file") == f"book/{name}":
            return [section["file"] for section in entry.get("sections", [])]
    return []


def test_every_chapter_is_a_story_with_a_record():
    notebooks = {name for name, text in PAGES.items() if text.startswith("---\njupytext:")} - {"index"}
    assert notebooks == {*STORIES} | {name + RECORD for name in STORIES}


@pytest.mark.parametrize("name", STORIES)
def test_a_record_stands_below_its_story_and_each_leads_to_the_other(name):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    below = [file for part in contents["parts"] for file in under(part["chapters"], name)]
    assert below == [f"book/{name}{RECORD}"]
    assert f"({name}{RECORD}.md)" in parts(name)["Read next"]
    (title,) = re.findall(r"^# (.+)$", re.sub(r"```.*?```", "", PAGES[name], flags=re.S), re.M)
    assert re.search(
        rf"^# {title}: the record\n\n\*Story: \[\]\({name}\.md\) · Minutes: \d+\*$", PAGES[name + RECORD], re.M
    )


@pytest.mark.parametrize("name", STORIES)
def test_a_story_opens_with_its_explorer_alone(name):
    set_up, explorer, *_ = cells(name)
    assert set_up.metadata["tags"] == ["remove-cell"]
    assert re.fullmatch(r"explorers\.\w+\(\)", explorer.source)
    above = PAGES[name].partition("explorers.")[0].rpartition("```{code-cell}")[0]
    below_title = re.sub(r"```.*?```", "", above.partition("\n# ")[2], flags=re.S)
    assert re.fullmatch(r".+\n\n\*Prerequisites: .+ · Minutes: \d+\*\s*", below_title)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_has_a_proof_in_pictures_and_ends_as_all_do(name):
    found = parts(name)
    assert [*found][-len(PARTS) :] == PARTS
    (proof,) = [text for title, text in found.items() if title.startswith("The proof in ")]
    steps = re.split(r"^### ", proof, flags=re.M)[1:]
    assert 3 <= len(steps) <= 5
    assert all("figure:" in step for step in steps)


@pytest.mark.parametrize("name", STORIES)
def test_each_of_five_sentences_is_supported_by_a_figure_of_the_page(name):
    sentences = re.findall(r"^\d\. (.+)$", parts(name)["Five sentences"], re.M)
    assert len(sentences) == 5
    known = {about["figure"]["name"] for about, _ in figures(name)}
    for sentence in sentences:
        named = {*re.findall(r"\{numref\}`([\w-]+)`", sentence)}
        assert named
        assert named <= known


@pytest.mark.parametrize("name", STORIES)
def test_exercises_say_level_and_minutes_and_one_has_no_printed_solution(name):
    text = parts(name)["Exercises"]
    exercises = re.findall(r"^```\{exercise\}.*?^```$", text, re.M | re.S)
    assert 3 <= len(exercises) <= 5
    assert all(LEVEL.search(exercise) for exercise in exercises)
    assert text.count("{solution-start}") == text.count("{solution-end}") < len(exercises)


@pytest.mark.parametrize("name", STORIES)
def test_figures_have_a_caption_and_another_text_and_hide_their_code(name):
    for page in (name, name + RECORD):
        for about, cell in figures(page):
            assert about["figure"]["caption"].strip()
            assert about["image"]["alt"].strip()
            assert cell.metadata["tags"] == ["hide-input"]


@pytest.mark.slow
@pytest.mark.parametrize("name", STORIES)
def test_a_story_measures_nothing_that_its_record_does(name):
    assert "advlib.experiments" not in code(name)
    assert not called(name) & {"sweep", "claim", "claims_table"}
    assert tables_of(name) <= tables_of(name + RECORD)
    assert "claims_table" in called(name + RECORD)
    assert not [function for function in called(name + RECORD) if function.startswith("explorers.")]
