"""Handles on a picture: tops of bars that are dragged, and one that takes the lowest bar along."""

import math

import pytest

from tests.pages.toys import bars

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    """Four bars, drawn by a page."""
    page = visit(bars())
    shows(page, 200, 100, 200, 10)
    return page


def shows(page, *widths):
    """Wait until the text below the picture has these widths."""
    text = ", ".join(map(str, widths))
    page.wait_for_function("text => document.querySelector('.advlib-summary')?.textContent === text", arg=text)


def slider(page, name):
    return page.get_by_role("slider", name=name)


def test_handle_takes_the_lowest_bar_along_and_leaves_the_others_in_order(page):
    slider(page, "slides the lowest bar").focus()
    page.keyboard.press("ArrowLeft")
    shows(page, 200, 100, 10, 200)
    page.keyboard.press("ArrowLeft")
    shows(page, 200, 10, 100, 200)
    assert {"bar.first=10", "bar.second=100", "bar.third=200"} == {*page.url.split("?")[1].split("&")}
    page.keyboard.press("End")
    shows(page, 200, 100, 200, 10)


def test_of_equally_low_bars_the_handle_takes_the_one_it_holds(page):
    slider(page, "width of first").fill(str(math.log(10)))
    shows(page, 200, 10, 200, 10)
    slider(page, "slides the lowest bar").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert slider(page, "slides the lowest bar").get_attribute("aria-valuetext") == "3 of 3"


def test_handle_follows_the_lowest_bar(page):
    slider(page, "width of first").focus()
    page.keyboard.press("Home")
    shows(page, 200, 1, 200, 10)
    assert slider(page, "slides the lowest bar").get_attribute("aria-valuetext") == "1 of 3"
    page.get_by_role("button", name="Reset").click()
    shows(page, 200, 100, 200, 10)
    assert slider(page, "slides the lowest bar").get_attribute("aria-valuetext") == "3 of 3"


def test_top_of_a_bar_takes_the_keys_one_width_at_a_time_and_shows_it(page):
    top = slider(page, "width of second")
    top.focus()
    page.keyboard.press("ArrowDown")
    shows(page, 200, 100, 100, 10)
    assert top.get_attribute("aria-valuetext") == "100"
    assert top.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


DECADE = 60
"""Pixels of the picture from one power of ten to the next."""


def centre(mark):
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("window", [1200, 360])
def test_top_of_a_bar_follows_the_pointer(page, window):
    page.set_viewport_size({"width": window, "height": 800})
    page.wait_for_function("() => document.querySelector('.advlib-live').clientWidth < innerWidth")
    handle, top = slider(page, "width of first"), page.locator(".advlib-live .mark-symbol path").nth(1)
    x, y = centre(top)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - DECADE, steps=4)
    page.mouse.up()
    shows(page, 200, 1000, 200, 10)
    assert handle.get_attribute("aria-valuetext") == "1,000"
    assert abs(centre(top)[1] - (y - DECADE)) < 2
