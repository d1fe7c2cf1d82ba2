"""A student's way in a browser: the release opened in JupyterLab, one question answered, run, saved and checked."""

import sys

import pytest

from course import release
from tests.chromium import PATIENCE
from tests.course import cases, workshop
from tests.jupyter import READY, jupyterlab, own

pytestmark = pytest.mark.browser

GO = """async (name) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const place = notebook.widgets.findIndex(({ model }) => model.getMetadata('nbgrader')?.grade_id === name);
  notebook.activeCellIndex = place;
  await notebook.scrollToItem(place);
}"""
"""Make the cell of this name the active one, in sight."""

RAN = """(name) => window.jupyterapp.shell.currentWidget.content.widgets.some(
  ({ model }) => model.getMetadata('nbgrader')?.grade_id === name && model.executionCount && !model.outputs.length
)"""
"""Whether the cell of this name has run, and shows nothing, no error either."""


@pytest.fixture
def lab(tmp_path):
    """JupyterLab with settings of its own, in a folder with the tiny set as students get it."""
    release.write(cases.TINY, tmp_path)
    with jupyterlab(tmp_path, own(tmp_path)) as address:
        yield address


def answer(page, name, source):
    """Type an answer over what stands in a cell."""
    page.evaluate(GO, name)
    page.locator(".jp-Cell.jp-mod-active .cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)


@pytest.mark.timeout(900)
def test_one_question_is_answered_run_and_checked(browser, lab, tmp_path):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab}/lab/tree/tiny.ipynb")
    page.wait_for_function(READY)
    answer(page, "q1", cases.GOOD)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    page.wait_for_function(RAN, arg="q1-test")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.close()
    ran = workshop.run([sys.executable, "-m", "course", "check", str(tmp_path / "tiny.ipynb")])
    assert "Question 1 (q1-test): the visible tests pass" in ran.stdout, ran.stderr
    assert "Question 2 (q2-test): not written yet" in ran.stdout
    assert ran.returncode == 1
