"""An explorer and a re-run in JupyterLab: traits set by the kernel, by the page, and by another widget in the page."""

import pytest

from tests.chromium import PATIENCE
from tests.jupyter import READY, jupyterlab, own, write_notebook

pytestmark = pytest.mark.browser

CELLS = [
    """\
import ipywidgets
from tests.pages.toys import toy

w, number, said = toy(), ipywidgets.BoundedIntText(3, max=9), ipywidgets.HTML()
ipywidgets.jslink((number, "value"), (w, "a"))
w.observe(lambda change: setattr(said, "value", f"<i class=said>{change['new']}, {w.frame['sum']}</i>"), "b")
ipywidgets.VBox([w, number, said])""",
    "w.b = 4",
    "from tests.pages.test_rerun import small\n\nsmall()",
    "from advlib.pages import explorers\n\ndigits = explorers.digit_step()\ndigits",
    "digits.digit = 12",
]

RUN = """async (place) => {
  const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = place;
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""


@pytest.fixture
def lab(tmp_path):
    """JupyterLab with settings of its own and a notebook of these cells."""
    write_notebook(tmp_path / "traits.ipynb", *CELLS)
    with jupyterlab(tmp_path, own(tmp_path)) as address:
        yield address


@pytest.fixture
def notebook(browser, lab):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab}/lab/tree/traits.ipynb")
    page.wait_for_selector(".jp-CodeCell .cm-content")
    page.wait_for_function(READY)
    yield page
    page.close()


def reads(page, text):
    page.wait_for_function("text => document.querySelector('.advlib-summary')?.textContent === text", arg=text)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_slider_kernel_and_linked_widget_move_one_another_and_a_rerun_draws(notebook):
    notebook.evaluate(RUN, 0)
    reads(notebook, "The sum is 5, c is 1.5")
    notebook.evaluate(RUN, 1)
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

    notebook.evaluate(RUN, 2)
    notebook.get_by_text("3 points in ").wait_for()
    assert notebook.locator("img[alt^='Your points']").is_visible()
    draws_a_digit_for_the_kernel(notebook)


def draws_a_digit_for_the_kernel(notebook):
    notebook.evaluate(RUN, 3)
    pad = notebook.locator(".advlib-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    notebook.mouse.move(box["x"] + 50, box["y"] + 20)
    notebook.mouse.down()
    notebook.mouse.move(box["x"] + 50, box["y"] + 80, steps=4)
    notebook.mouse.up()
    notebook.get_by_text("Your drawing is taken for").wait_for()
    notebook.evaluate(RUN, 4)
    notebook.get_by_text("This one is taken for").wait_for()
    assert notebook.get_by_role("radio", name="one 3", exact=True).is_checked()
