"""What marks say: beside the pointer, beside a finger that taps, and to the keys of a slider."""

import pytest

from advlib.pages.chart_style import CONFIG
from tests.pages.bare import reads
from tests.pages.toys import said, toy

pytestmark = pytest.mark.browser

TOP = CONFIG["padding"]["top"]

SAID = ["y is 0 at 0", "y is 1 at 1", "y is 0 at 2"]


def place(page, x, y):
    """Where this part of the picture, without its margins, is on the page."""
    box = page.locator(".advlib-chart").bounding_box()
    width, height = box["width"] - 40 - 12, box["height"] - TOP - 42
    return box["x"] + 40 + x * width, box["y"] + TOP + y * height


def words(page):
    """What is said beside a mark."""
    return page.locator(".advlib-words span")


@pytest.fixture(scope="module")
def touch():
    return True


@pytest.fixture
def page(visit):
    page = visit(said())
    reads(page, "The sum is 0")
    page.locator(".advlib-reader").wait_for(state="attached")
    return page


def test_the_mark_nearest_to_the_pointer_says_its_values_until_the_pointer_leaves(page):
    for i, (x, y) in enumerate([(0, 1), (0.5, 0), (1, 1)]):
        page.mouse.move(*place(page, x, y))
        assert words(page).inner_text() == SAID[i]
    page.mouse.move(*place(page, 0.5, 0.9))
    assert not words(page).is_visible()
    page.mouse.move(*place(page, 0, 1))
    assert words(page).is_visible()
    page.mouse.move(0, 0)
    assert not words(page).is_visible()


def test_a_tap_says_the_values_too_and_they_stay(page):
    page.touchscreen.tap(*place(page, 1, 1))
    assert words(page).inner_text() == SAID[2]
    page.touchscreen.tap(*place(page, 0.5, 0.9))
    assert not words(page).is_visible()


def test_words_lie_within_the_picture(page):
    stage = page.locator(".advlib-stage").bounding_box()
    for x, y in [(0, 1), (0.5, 0), (1, 1)]:
        page.mouse.move(*place(page, x, y))
        box = words(page).bounding_box()
        assert stage["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= stage["x"] + stage["width"] + 1


def test_a_slider_reads_mark_after_mark(page):
    reader = page.get_by_role("slider", name="Values in: Three points")
    reader.focus()
    heard = []
    for _ in SAID:
        heard.append(reader.get_attribute("aria-valuetext"))
        assert words(page).inner_text() == heard[-1]
        page.keyboard.press("ArrowRight")
    assert heard == SAID
    assert reader.evaluate("node => getComputedStyle(node).opacity") == "1"
    reader.blur()
    assert not words(page).is_visible()


def test_what_is_said_is_true_after_the_picture_has_changed(page):
    page.mouse.move(*place(page, 0.5, 0))
    page.locator("[data-name=a]").focus()
    page.keyboard.press("ArrowRight")
    reads(page, "The sum is 1")
    page.wait_for_function("() => document.querySelector('.advlib-words').textContent === 'y is 2 at 1'")


def test_a_picture_whose_marks_say_nothing_has_no_such_slider(visit):
    page = visit(toy())
    reads(page, "The sum is 5, c is 1.5")
    assert page.locator(".advlib-reader").count() == 0
