"""Submissions whose notebooks, or files, are in disorder."""

import io
import json
import os
import zipfile
from dataclasses import replace

from course.assignment import Cell
from tests.course import honest, hostile  # noqa: F401 - they add to CASES, which is complete here
from tests.course.cases import CASES, FULL, GOOD, NO_Q1, NOTHING, TINY, Case, answered, case, notebook


def without_metadata(cells: list[Cell]) -> list[Cell]:
    return [replace(cell, nbgrader={}) for cell in cells]


def renamed(cells: list[Cell]) -> list[Cell]:
    return [replace(cell, nbgrader={**cell.nbgrader, "grade_id": f"x{place}"}) for place, cell in enumerate(cells)]


def split(cells: list[Cell], at: str) -> list[Cell]:
    """The first answer in two cells, as JupyterLab splits it."""
    start, end = GOOD.split(at)
    halves = {"q1": [start.rstrip("\n"), at + end]}
    return [replace(cell, source=half) for cell in cells for half in halves.get(str(cell.grade_id), [cell.source])]


REFERENCE = answered()
case("reference", notebook(REFERENCE), FULL)
case("untouched", notebook(TINY.release()), NOTHING, "is not written yet")
case("tests_deleted", notebook([c for c in REFERENCE if not str(c.grade_id).endswith("-test")]), FULL, "restored")
case(
    "tests_emptied",
    notebook([replace(c, source="pass") if c.nbgrader.get("grade") else c for c in REFERENCE]),
    FULL,
    "changed",
)
case("answer_deleted", notebook([c for c in REFERENCE if c.grade_id != "q1"]), NO_Q1, "no answer")
case("all_doubled", notebook([c for c in REFERENCE for _ in range(2)]), FULL, "2 copies")
case("reordered", notebook(REFERENCE[::-1]), FULL, "out of order")
case("emptied", notebook([replace(c, source="") for c in REFERENCE]), NOTHING)
case("renumbered", notebook(renamed(REFERENCE)), FULL, "matched by the functions")
case("swapped_names", notebook(answered(q1=answered()[7].source, q2=GOOD)), FULL)
case("split_between", notebook(split(REFERENCE, "### END")), FULL, "joined")
case("split_within", notebook(split(REFERENCE, "    return z")), FULL, "joined")
case("abandoned_copy", notebook([*REFERENCE[:5], replace(REFERENCE[4], source="def value_and("), *REFERENCE[5:]]), FULL)
case("metadata_gone", notebook(without_metadata(REFERENCE)), FULL, "matched by the functions")
case("answer_in_a_new_cell", notebook([*TINY.release()[:5], Cell("code", GOOD), *REFERENCE[5:]]), FULL)
case("points_raised", notebook([replace(c, nbgrader={**c.nbgrader, "points": 1000}) for c in TINY.release()]), NOTHING)
case(
    "wrong_kernel",
    notebook(REFERENCE, metadata={"kernelspec": {"name": "ir", "language": "R"}}),
    FULL,
    "kernel is for R",
)
case(
    "odd_cells",
    notebook([None, 3, {"cell_type": "code"}, {"source": 5, "cell_type": "code", "metadata": [1]}, *REFERENCE]),
    FULL,
    "cannot be read",
)

# files in disorder
WHOLE = notebook(REFERENCE)
case("truncated", WHOLE[: len(WHOLE) // 2], NOTHING, "cut short")
case("empty", b"", NOTHING, "empty")
case("deep", b"[" * 10**6, NOTHING, "nested too deep")
case("deep_objects", b'{"cells":' * 10**5, NOTHING, "nested too deep")
case("list_shaped", b"[1, 2]", NOTHING, "no list of cells")
case("no_cells", b"{}", NOTHING, "no list of cells")
case("binary", bytes(range(256)) * 9, NOTHING, "not a notebook")
case("bom", b"\xef\xbb\xbf" + WHOLE, FULL)
case("utf16", WHOLE.decode().encode("utf-16"), FULL, "UTF-16")
case("surrogate", notebook(answered(q1=GOOD + "\n# \ud800 \0")), FULL)
case("windows_lines", notebook(answered(q1=GOOD.replace("\n", "\r\n"))), FULL)


def cp1252() -> bytes:
    text = json.loads(notebook(answered(q1=GOOD + "\n# d\u00e9j\u00e0 vu \u201c")))
    return json.dumps(text, ensure_ascii=False).encode("cp1252")


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("dots", ".."), content)
    return buffer.getvalue()


def big() -> bytes:
    output = [{"output_type": "stream", "name": "stdout", "text": ["x" * 99 + "\n"] * (2 * 10**6)}]
    return notebook([{"cell_type": "code", "source": "", "metadata": {}, "outputs": output}, *REFERENCE])


case("cp1252", cp1252, FULL, "Windows text")
case("zipped", archive(**{"work__tiny.ipynb": WHOLE, "__MACOSX__._tiny.ipynb": b"x"}), FULL, suffix=".zip")
case(
    "zip_slip",
    archive(**{"dots__dots__tiny.ipynb": WHOLE, "tiny.ipynb": notebook(TINY.release())}),
    NOTHING,
    "refused",
    suffix=".zip",
)
case("zip_bomb", lambda: archive(**{"tiny.ipynb": bytes(301 << 20)}), NOTHING, "refused", suffix=".zip")
case("zip_broken", archive(**{"tiny.ipynb": WHOLE})[:-40], NOTHING, "archive", suffix=".zip")
case("big_output", big, FULL)
CASES["linked"] = Case(lambda folder: (folder / "linked.ipynb").symlink_to(folder / "reference.ipynb"), NOTHING, "link")
CASES["piped"] = Case(lambda folder: os.mkfifo(folder / "piped.ipynb"), NOTHING, "not a regular file")
CASES["a_folder"] = Case(lambda folder: (folder / "a_folder.ipynb").mkdir(), NOTHING, "a folder")
