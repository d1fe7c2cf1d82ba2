"""In one JupyterLab, as each costs: explorers and a re-run in a notebook, and a student's way with a release."""

import sys

import pytest

from course import release
from tests.chromium import PATIENCE
from tests.course import cases, workshop
from tests.jupyter import jupyterlab, own, write_notebook
from tests.pushes import check, controls, drawn
from tests.visits import EXPLORERS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

FEW = ["one_step", "many_layers", "digit_step"]
"""One that computes, one of stored frames, and one that takes a drawing."""

ALL = [name for used in EXPLORERS.values() for name in used]


def shows(names):
    """The source of a cell that shows these explorers."""
    return f"display({', '.join(f'explorers.{name}()' for name in names)})"


CELLS = {
    "import": "from advlib.pages import explorers",
    "few": shows(FEW),
    "all": shows(ALL),
    "toy": """\
import ipywidgets
from tests.pages.toys import toy

w, number, said = toy(), ipywidgets.BoundedIntText(3, max=9), ipywidgets.HTML()
ipywidgets.jslink((number, "value"), (w, "a"))
w.observe(lambda change: setattr(said, "value", f"<i class=said>{change['new']}, {w.frame['sum']}</i>"), "b")
ipywidgets.VBox([w, number, said])""",
    "move the toy": "w.b = 4",
    "re-run": "from tests.pages.test_rerun import small\n\nsmall()",
    "digits": "digits = explorers.digit_step()\ndigits",
    "choose a digit": "digits.digit = 12",
}

OPEN = """async (path) => {
  await window.jupyterapp.restored;
  const { context } = await window.jupyterapp.commands.execute('docmanager:open', { path });
  await context.sessionContext.ready;
}"""
"""Open a file, with its kernel."""

CLEAR = "() => { window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs') }"

RUN = """async (place) => {
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = place;
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What JupyterLab serves, its own settings among it."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def lab(browser, folder):
    """JupyterLab in a tab."""
    with jupyterlab(folder, own(folder)) as address:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/lab")
        page.wait_for_function("() => window.jupyterapp")
        yield page
        page.close()


@pytest.fixture
def notebook(lab, folder):
    """JupyterLab with a notebook of all cells in sight, none of which shows anything; the tests share its kernel."""
    path = folder / "explorers.ipynb"
    if not path.exists():
        write_notebook(path, *CELLS.values())
    lab.evaluate(OPEN, path.name)
    lab.evaluate(CLEAR)
    run(lab, "import")
    return lab


def run(page, name):
    """Run the cell of this name to its end."""
    page.evaluate(RUN, list(CELLS).index(name))


def reads(page, text):
    page.wait_for_function("text => document.querySelector('.advlib-summary')?.textContent === text", arg=text)


@pytest.mark.parametrize(
    ("cell", "names"), [("few", FEW), pytest.param("all", ALL, marks=pytest.mark.thorough)], ids=["few", "all"]
)
def test_kernel_moves_the_picture(notebook, cell, names):
    run(notebook, cell)
    for explorer in drawn(notebook, len(names)):
        event, others = controls(explorer)
        check(notebook, explorer, [event, *others[:1]])


def test_slider_kernel_and_linked_widget_move_one_another(notebook):
    run(notebook, "toy")
    reads(notebook, "The sum is 5, c is 1.5")
    run(notebook, "move the toy")
    reads(notebook, "The sum is 7, c is 1.5")
    notebook.wait_for_function("() => document.querySelector('.said')?.textContent === '4, 7'")
    assert notebook.locator("[data-name=b]").get_attribute("aria-valuetext") == "4"

    notebook.locator("[data-name=b]").focus()
    notebook.keyboard.press("ArrowLeft")
    reads(notebook, "The sum is 6, c is 1.5")
    notebook.wait_for_function("() => document.querySelector('.said').textContent === '3, 6'")

    number = notebook.locator(".widget-text input[type=number]").first
    number.fill("8")
    number.press("Tab")
    reads(notebook, "The sum is 11, c is 1.5")
    assert notebook.locator("[data-name=a]").get_attribute("aria-valuetext") == "8 apples"
    notebook.locator("[data-name=a]").focus()
    notebook.keyboard.press("Home")
    reads(notebook, "The sum is 3, c is 1.5")
    assert number.input_value() == "0"


def test_a_rerun_draws(notebook):
    run(notebook, "re-run")
    notebook.get_by_text("3 points in ").wait_for()
    assert notebook.locator("img[alt^='Your points']").is_visible()


def test_a_drawn_digit_goes_to_the_kernel_and_one_set_there_shows(notebook):
    run(notebook, "digits")
    pad = notebook.locator(".advlib-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    notebook.mouse.move(box["x"] + 50, box["y"] + 20)
    notebook.mouse.down()
    notebook.mouse.move(box["x"] + 50, box["y"] + 80, steps=4)
    notebook.mouse.up()
    notebook.get_by_text("Your drawing is taken for").wait_for()
    run(notebook, "choose a digit")
    notebook.get_by_text("This one is taken for").wait_for()
    assert notebook.get_by_role("radio", name="one 3", exact=True).is_checked()


def answer(page, name, source):
    """Type an answer over what stands in a cell."""
    page.evaluate(GO, name)
    page.locator(".jp-Cell.jp-mod-active .cm-content >> visible=true").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)


def test_one_question_is_answered_run_saved_and_checked(lab, folder):
    release.write(cases.TINY, folder)
    lab.evaluate(OPEN, "tiny.ipynb")
    answer(lab, "q1", cases.GOOD)
    lab.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    lab.wait_for_function(RAN, arg="q1-test")
    lab.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save') }")
    ran = workshop.run([sys.executable, "-m", "course", "check", str(folder / "tiny.ipynb")])
    assert "Question 1 (q1-test): the visible tests pass" in ran.stdout, ran.stderr
    assert "Question 2 (q2-test): not written yet" in ran.stdout
    assert ran.returncode == 1
