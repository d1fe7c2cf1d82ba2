"""Assignments: what students get of them, what is read of a submission, and how both come together."""

import ast
import json
import re

import numpy as np
import pytest

from course import arrays, assignment, intake, judging, masks, release
from course.assemble import assemble
from course.assignment import Cell, CourseError
from course.check import check
from tests.course import cases, disorder, workshop

TINY = cases.TINY


def judge():
    return judging.load(workshop.TINY / "judge.py")


def test_the_reference_passes_every_draw():
    assert release.rehearse(TINY, judge(), draws=40) == []


def test_a_wrong_reference_is_not_released():
    cells = [Cell(c.kind, c.source.replace("-1.005", "-2"), c.nbgrader) for c in TINY.cells]
    faults = release.rehearse(assignment.Assignment("tiny", cells, {}), judge(), draws=2)
    assert [fault.partition(",")[0] for fault in faults] == ["q2-test (shortest)"]


def test_the_release_gives_nothing_away():
    released = "\n".join(cell.source for cell in TINY.release())
    for cell in TINY.cells:
        for what in (assignment.SOLUTION, assignment.HIDDEN, assignment.SCHEME):
            hidden = set(cell.source.split("\n")) - set(assignment.cut(cell.source, what)[0].split("\n"))
            assert not [line for line in hidden if len(line.strip()) > 10 and line in released]
    assert "Predict before you measure" in released
    assert assignment.TEXT_STUB in released


@pytest.mark.parametrize("source", ["### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN SOLUTION\n### BEGIN SOLUTION"])
def test_regions_must_be_whole(source):
    with pytest.raises(CourseError, match="SOLUTION"):
        assignment.cut(source, assignment.SOLUTION)


def test_what_is_withheld_is_gone(tmp_path):
    package = tmp_path / "lib"
    package.mkdir()
    body = '"""Doc."""\n\n    secret = 1\n    return secret'
    (package / "a.py").write_text(
        f"import math\n\ndef flip(x):\n    {body}\n\nclass Net:\n    def step(self):\n        return 2\n"
    )
    masks.masked(package, tmp_path / "copy", ("flip", "Net.step"))
    text = (tmp_path / "copy" / "a.py").read_text()
    assert "secret" not in text
    ast.parse(text)
    assert text.count("is what this set asks you to write") == 2
    with pytest.raises(CourseError, match="nothing"):
        masks.masked(package, tmp_path / "copy", ("nothing",))


def test_a_function_of_one_module_is_withheld_by_its_name(tmp_path):
    package = tmp_path / "lib"
    (package / "deep").mkdir(parents=True)
    places = ("a.py", "b.py", "deep/c.py")
    for place in places:
        (package / place).write_text("def flip(x):\n    return 1\n")
    masks.masked(package, tmp_path / "copy", ("a.flip", "deep.c.flip"))
    texts = [(tmp_path / "copy" / place).read_text() for place in places]
    assert "'a.flip is what this set asks you to write'" in texts[0]
    assert texts[1] == "def flip(x):\n    return 1\n"
    assert "'deep.c.flip is what" in texts[2]
    with pytest.raises(CourseError, match=r"d\.flip"):
        masks.masked(package, tmp_path / "copy", ("d.flip", "a.flip"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ps1", "ps2", "ps3"])
def test_what_a_set_withholds_is_named_in_public(name, tmp_path):
    """All names are there, and nobody who calls a public function reads the name of a private one."""
    given = assignment.read(workshop.ROOT / "book" / "assignments" / name / f"{name}.md")
    copy = masks.masked(masks.library(), tmp_path / "advlib", given.withheld)
    private = set(re.findall(r"\b_\w+", " ".join(given.withheld)))
    nodes = [node for path in copy.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert not used & private


def test_a_locked_figure_keeps_its_text_and_an_answer_has_none(tmp_path):
    told = {"image": {"alt": "Six lines fall."}}
    locked, answer = ({"grade_id": name, "locked": name == "a", "solution": name == "b"} for name in "ab")
    given = assignment.Assignment("tiny", [Cell("code", "1", locked, told), Cell("code", "2", answer, told)], {})
    cells = json.loads(release.write(given, tmp_path).read_text())["cells"]
    assert [cell["metadata"].get("mystnb") for cell in cells] == [told, None]


def test_the_notebook_is_rehearsed_once_for_all_and_once_for_each_student(monkeypatch):
    runs, trusted = [], judge()
    monkeypatch.setattr(
        release, "reference", lambda given, seed, run=release.reference: runs.append(seed) or run(given, seed)
    )
    assert release.rehearse(TINY, trusted, draws=9, students=4) == []
    assert runs == [0, 1, 2, 3]
    runs.clear()
    trusted.personal = set()
    assert release.rehearse(TINY, trusted, draws=2) == []
    assert runs == [0]


def test_the_library_of_the_set_is_masked():
    assert masks.library().name == "advlib"
    assert TINY.withheld == ("smallest_flip",)


@pytest.mark.parametrize("case", ["truncated", "empty", "deep", "list_shaped", "no_cells", "binary"])
def test_what_is_no_notebook_is_said_to_be_none(case, tmp_path):
    disorder.CASES[case].write(tmp_path)
    with pytest.raises(intake.Unreadable, match=disorder.CASES[case].says):
        intake.cells(intake.read(tmp_path / f"{case}.ipynb"), "tiny")


def test_own_cells_stay_behind_their_predecessor():
    release_cells = TINY.release()
    own = [Cell("code", "before = 1"), *release_cells[:5], Cell("code", "helper = 2"), *release_cells[5:]]
    cells, notes = assemble(release_cells, own)
    sources = [cell.source for cell in cells]
    assert sources[0] == "before = 1"
    assert sources[sources.index("helper = 2") - 1] == release_cells[4].source
    assert (len(cells), notes) == (len(release_cells) + 2, [])


def test_answers_cross_as_numbers_only():
    sent = (np.arange(6.0).reshape(2, 3), np.zeros((0, 4)), np.float64(3.0))
    for number in (3, 12):
        back = arrays.unpack(arrays.pack(tuple(sent[place % 3] for place in range(number))))
        assert all(np.array_equal(one, sent[place % 3]) for place, one in enumerate(back))
    for bad in (np.arange(3), np.array(["x"])):
        with pytest.raises(arrays.Malformed):
            arrays.unpack(arrays.pack((bad,)))
    for data in (b"", b"PK", arrays.pack(sent)[:-9], arrays.pack(sent)[9:]):
        with pytest.raises(arrays.Malformed):
            arrays.unpack(data)


def test_a_judge_that_stumbles_or_dawdles_gives_no_point(monkeypatch):
    trusted, part = judge(), judge().parts[2]
    inputs = (np.ones(2), np.ones((1, 2)))
    monkeypatch.setattr(trusted.module, "judge", lambda *_: 1 / 0)
    assert "could not be judged" in trusted.verdict(part, inputs, np.ones(3))
    monkeypatch.setattr(judging, "JUDGE_SECONDS", 0.1)
    monkeypatch.setattr(trusted.module, "judge", lambda *_: [None for _ in iter(int, 1)])
    assert "too long" in trusted.verdict(part, inputs, np.ones(3))


def test_seeds_depend_on_everything():
    seeds = {
        judging.personal_seed(*one) for one in [(b"s", "a", "1"), (b"s", "a", "2"), (b"s", "b", "1"), (b"t", "a", "1")]
    }
    assert len(seeds) == 4
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "found: none"),
        ({"a.md": "grade_id", "b.md": "grade_id", "judge.py": ""}, "found: a.md, b.md"),
        ({"a.md": "grade_id"}, "has no judge"),
    ],
)
def test_an_assignment_is_a_notebook_and_a_judge(files, says, tmp_path):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(CourseError, match=says):
        assignment.find(tmp_path)


SOURCE = (workshop.TINY / "tiny.md").read_bytes()
FRONT = b"kernelspec:"
HEADERS = {
    "no YAML": (FRONT, b"kernelspec: [", "cannot be read: "),
    "UTF-16": (b"---", b"\xff\xfe---", "cannot be read: "),
    "no names": (FRONT, b"course: [a]\nkernelspec:", "the front matter's `course` must hold names and values, got"),
    "no number": (FRONT, b"course: {cell_seconds: ten}\nkernelspec:", "cell_seconds must be a number, got 'ten'"),
    "unknown": (FRONT, b"course: {seconds: 3}\nkernelspec:", "the front matter's `course` has no seconds"),
}


@pytest.mark.parametrize(("old", "new", "says"), HEADERS.values(), ids=HEADERS)
def test_a_broken_header_is_named_with_its_file(old, new, says, tmp_path):
    path = tmp_path / "broken.md"
    front = re.sub(rb"^course:.*\n(?: .*\n)*", b"", SOURCE, flags=re.MULTILINE)
    path.write_bytes(front.replace(old, new, 1))
    (tmp_path / "judge.py").touch()
    with pytest.raises(CourseError, match=rf"^broken\.md.* {re.escape(says)}"):
        assignment.read(assignment.find(tmp_path)[0])


@pytest.mark.slow
def test_check_names_the_question(tmp_path, capsys):
    given = release.write(TINY, tmp_path)
    mine = tmp_path / "mine.ipynb"
    wrong = cases.answered(q2="def shortest_step(w, x):\n    return 0 * x", q3="It grows.")
    mine.write_bytes(cases.notebook([cell for cell in wrong if cell.grade_id != "q1-test"]))
    ran = workshop.run([*workshop.command(tmp_path, tmp_path)[:3], "check", str(mine), "--release", str(given)])
    assert ran.returncode == 1
    assert "Question 1 (q1-test): the visible tests pass" in ran.stdout
    assert "Question 2 (q2-test): AssertionError: the sign does not change" in ran.stdout
    mine.write_text(json.dumps({"cells": []}))
    with pytest.raises(CourseError, match="--release"):
        check(mine)
