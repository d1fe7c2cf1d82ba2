"""Explorers in a browser: without a kernel, with a silent one, and in exported notebooks."""

import re
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbconvert import HTMLExporter

from advlib.pages import explorers
from tests.chromium import PATIENCE
from tests.pages.toys import toy

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]

RENDER = """async ([script, first]) => {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const { default: widget } = await import(address);
  const [state, unsaved, listeners] = [{ ...first }, {}, {}];
  const tell = (event, ...what) => [...(listeners[event] ?? [])].forEach((hear) => hear(...what));
  const put = (values) => {
    const news = Object.keys(values).filter((name) => JSON.stringify(values[name]) !== JSON.stringify(state[name]));
    Object.assign(state, values);
    if (news.length) tell('change');
    return news;
  };
  window.state = state;
  window.asked = [];
  window.answer = (values) => put(values);
  window.refuse = (problem) => tell('msg:custom', { problem });
  const model = {
    get: (name) => state[name],
    set: (name, value) => {
      if (put({ [name]: value }).length) unsaved[name] = value;
    },
    save_changes: () => {
      if (Object.keys(unsaved).length) asked.push({ ...unsaved });
      for (const name in unsaved) delete unsaved[name];
    },
    send: () => {
      if (window.cut) throw new Error('Cannot send');
    },
    on: (event, hear) => (listeners[event] ??= new Set()).add(hear),
    off: (event, hear) => listeners[event].delete(hear),
  };
  window.link = model; // what another widget has, which is linked in the page
  window.takeDown = widget.render({ model, el: document.getElementById('live') });
}"""
"""What Jupyter does with a widget, but for the kernel: the test answers, or not."""


@pytest.fixture(scope="module")
def tab(browser):
    """A tab whose time the tests move, and that reaches nothing outside."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.clock.install()
    yield page
    page.close()


@pytest.fixture
def page(tab):
    """An empty page."""
    tab.goto("about:blank")
    return tab


@pytest.fixture
def live(page):
    """The toy as a widget, drawn, below its still picture."""
    state = toy().get_state()
    style = f"<style>{state['_css']}</style>"
    page.set_content(f'{style}{toy().still(state["_still"])}<div id="live"></div>')
    held = ("_model", "_still", "a", "b", "c", "frame", "value")
    page.evaluate(RENDER, [state["_esm"], {name: state[name] for name in held}])
    page.wait_for_function("() => document.querySelector('.advlib-summary')?.textContent")
    return page


def move(page, name, key="ArrowRight"):
    page.locator(f"[data-name={name}]").focus()
    page.keyboard.press(key)


def labels(page):
    return page.locator(".advlib-control output").all_inner_texts()


def settle(page, *wanted):
    """Wait until the labels and the text below the picture are these, and no answer is awaited."""
    seen = "[...document.querySelectorAll('.advlib-control output, .advlib-summary')].map((node) => node.textContent)"
    idle = "document.querySelector('.advlib-live').ariaBusy !== 'true'"
    page.wait_for_function(f"wanted => {idle} && String({seen}) === String(wanted)", arg=list(wanted))


def asked(page):
    """What the kernel was sent so far, the newest last."""
    return page.evaluate("() => asked")


def answer(page, a, b, **frame):
    """The kernel computes the frame of these parameters; of a toy it is their sum."""
    values = {"a": a, "b": b, "c": page.evaluate("() => state.c")}
    page.evaluate("values => answer(values)", {"value": values, "frame": {"sum": a + b} | frame})


def note(page):
    return page.locator(".advlib-note").inner_text()


AT_START = "3 apples", "2", "1.5", "The sum is 5, c is 1.5"
MOVED = "4 apples", "2", "1.5", "The sum is 6, c is 1.5"


def test_an_answer_moves_the_picture_and_nothing_is_said(live):
    move(live, "a")
    assert asked(live) == [{"a": 4}]
    answer(live, 4, 2)
    settle(live, *MOVED)
    assert note(live) == ""


def test_a_picture_that_waits_for_its_frame_is_marked_as_old(live):
    move(live, "a")
    assert live.locator(".advlib-live").get_attribute("aria-busy") == "true"
    live.clock.fast_forward(2_000)
    live.wait_for_function("() => getComputedStyle(document.querySelector('.advlib-charts')).opacity < 0.5")


def test_a_silent_kernel_is_told_and_the_sliders_go_back_to_what_the_picture_shows(live):
    move(live, "a")
    move(live, "b")
    assert labels(live)[:2] == ["4 apples", "3"]
    live.clock.fast_forward(11_000)
    settle(live, *AT_START)
    assert "No kernel answers" in note(live)
    assert live.locator("[aria-live=polite] > .advlib-note").count() == 1


def test_a_closed_connection_is_told_at_once(live):
    live.evaluate("() => { window.cut = true }")
    move(live, "a")
    settle(live, *AT_START)
    assert "No kernel answers" in note(live)


def test_a_late_answer_still_counts_and_takes_the_sliders_with_it(live):
    move(live, "a")
    live.clock.fast_forward(11_000)
    settle(live, *AT_START)
    answer(live, 4, 2)
    settle(live, *MOVED)
    assert note(live) == ""


def test_a_late_answer_to_an_older_question_is_not_shown(live):
    move(live, "a")
    live.clock.fast_forward(11_000)
    settle(live, *AT_START)
    move(live, "b")
    answer(live, 4, 2)
    assert live.locator(".advlib-live").get_attribute("aria-busy") == "true"
    answer(live, 3, 3, sum=6.5)
    settle(live, "3 apples", "3", "1.5", "The sum is 6.5, c is 1.5")


def test_a_kernel_that_sets_another_slider_too_has_answered(live):
    move(live, "a")
    values = {"a": 4, "b": 3, "c": 1.5}
    live.evaluate("values => answer(values)", {"b": 3, "value": values, "frame": {"sum": 7}})
    settle(live, "4 apples", "3", "1.5", "The sum is 7, c is 1.5")
    assert note(live) == ""


def test_what_went_wrong_in_the_kernel_is_told(live):
    move(live, "a")
    live.evaluate("() => refuse('ValueError: a must be small, got 4')")
    settle(live, *AT_START)
    assert note(live) == "ValueError: a must be small, got 4"


def test_one_question_at_a_time_and_of_those_meanwhile_the_last(live):
    for _ in range(3):
        move(live, "a")
    assert asked(live) == [{"a": 4}]
    answer(live, 4, 2)
    live.wait_for_function("() => asked.length === 2")
    answer(live, 6, 2)
    settle(live, "6 apples", "2", "1.5", "The sum is 8, c is 1.5")


def test_a_dial_moves_the_picture_at_once_and_tells_the_kernel(live):
    move(live, "c", "ArrowLeft")
    settle(live, *AT_START[:2], "0.5", "The sum is 5, c is 0.5")
    assert asked(live) == [{"c": 0.5}]
    live.get_by_role("button", name="Reset").click()
    settle(live, *AT_START)
    assert asked(live) == [{"c": 0.5}, {"c": 1.5}]


def test_what_the_kernel_sets_moves_sliders_and_picture(live):
    live.evaluate("() => answer({ a: 4 })")
    settle(live, *AT_START)
    answer(live, 4, 2)
    settle(live, *MOVED)
    live.evaluate("() => answer({ c: 0.5 })")
    settle(live, *MOVED[:2], "0.5", "The sum is 6, c is 0.5")
    assert asked(live) == []


def test_a_value_off_the_sliders_list_is_said_and_the_slider_stands_at_the_nearest(live):
    answer(live, 6.8, 2)
    settle(live, "6.8 apples", "2", "1.5", "The sum is 8.8, c is 1.5")
    assert live.locator("[data-name=a]").input_value() == "7"
    move(live, "a")
    assert asked(live) == [{"a": 8}]


def test_a_link_in_the_page_turns_a_dial_and_the_picture_waits_for_the_frame_of_a_parameter(live):
    live.evaluate("() => { link.set('c', 0.5); link.set('a', 4); link.save_changes() }")
    settle(live, *AT_START[:2], "0.5", "The sum is 5, c is 0.5")
    answer(live, 4, 2)
    settle(live, *MOVED[:2], "0.5", "The sum is 6, c is 0.5")


def test_moving_a_slider_moves_what_is_linked_in_the_page(live):
    live.evaluate("() => { link.on('change', () => { window.linked = link.get('a') }) }")
    move(live, "a")
    assert live.evaluate("() => linked") == 4


def test_reset_brings_back_what_another_has_set(live):
    live.evaluate("() => answer({ a: 4, b: 3 })")
    answer(live, 4, 3)
    settle(live, "4 apples", "3", "1.5", "The sum is 7, c is 1.5")
    live.get_by_role("button", name="Reset").click()
    assert asked(live) == [{"a": 3, "b": 2}]
    answer(live, 3, 2)
    settle(live, *AT_START)


def test_still_picture_gives_way_to_the_live_one_as_long_as_that_is_there(live):
    still = live.locator(".advlib-still")
    assert not still.is_visible()
    live.evaluate("() => takeDown()")
    still.wait_for(state="visible")


@pytest.fixture(scope="module")
def notebook():
    """A notebook with one explorer, executed."""
    cell = nbformat.v4.new_code_cell("from advlib.pages import explorers\n\nexplorers.lazy_ball()")
    book = nbformat.v4.new_notebook(cells=[cell])
    return nbclient.NotebookClient(book, resources={"metadata": {"path": ROOT}}).execute()


@pytest.mark.parametrize("state", ["with the widgets' state", "without"])
def test_exported_notebook_shows_title_and_picture(page, notebook, state, tmp_path):
    metadata = {name: value for name, value in notebook.metadata.items() if name != "widgets" or state != "without"}
    exported, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=notebook.cells, metadata=metadata))
    assert ("application/vnd.jupyter.widget-state+json" in exported) == (state != "without")
    path = tmp_path / "exported.html"
    path.write_text(exported, encoding="utf-8")
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    still = page.locator(".advlib-still")
    assert explorers.lazy_ball().title in re.sub(r"\s+", " ", still.inner_text())
    assert still.locator("svg").count() == 2
    assert all(picture.bounding_box()["width"] > 100 for picture in still.locator("svg").all())
