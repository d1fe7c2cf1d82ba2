"""Pictures to choose from, and a pad to draw on: by pointer and keys, and set as MNIST's digits are."""

import math
from itertools import pairwise

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from advlib.data import mnist5k01
from advlib.pages.explorers import digit_step_frame
from tests.pages.bare import write_page
from tests.pages.explorers.built import explorer
from tests.pages.test_page import summary

pytestmark = pytest.mark.browser

PATIENCE = 120_000
"""Milliseconds; what is waited for comes, but a loaded machine may take its time."""


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """The explorer of digits in a page from disk."""
    page, errors = browser.new_page(), []
    page.set_default_timeout(PATIENCE)
    page.context.set_offline(True)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(write_page(tmp_path_factory.mktemp("page"), explorer("digit_step")).as_uri())
    yield page
    page.close()
    assert errors == []


@pytest.fixture(autouse=True)
def at_the_start(page):
    page.wait_for_function("() => document.querySelector('.advlib-summary')?.textContent")
    page.get_by_role("button", name="Reset").click()
    reads(page, summary(explorer("digit_step")))


def reads(page, text):
    page.wait_for_function("text => document.querySelector('.advlib-summary').textContent === text", arg=text)


def draw(page, points):
    """Move the pointer, pressed, through points of the pad, which is 1 wide and high."""
    box = page.locator(".advlib-pad").bounding_box()
    for i, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if i == 0:
            page.mouse.down()
    page.mouse.up()


RING = [(0.5 + 0.25 * math.sin(t / 2), 0.5 - 0.4 * math.cos(t / 2)) for t in range(14)]


def test_a_picture_is_chosen_by_keys_and_by_its_name(page):
    page.get_by_role("radio", name="zero 1", exact=True).focus()
    page.keyboard.press("ArrowRight")
    reads(page, summary(explorer("digit_step"), digit=1))
    page.get_by_role("radio", name="one 10", exact=True).check(force=True)
    reads(page, summary(explorer("digit_step"), digit=19))
    assert "digit_step.digit=19" in page.url


def test_what_is_drawn_is_shown_in_the_page_as_python_computes_it(page):
    page.evaluate(KEEP_ASKED)
    draw(page, RING)
    page.wait_for_function("() => document.querySelector('.advlib-summary').textContent.startsWith('Your drawing')")
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")
    reads(page, summary(explorer("digit_step"), digit=page.evaluate("asked")))
    assert page.get_by_role("radio", checked=True).count() == 0
    assert "digit" not in page.url.split("?")[-1].replace("digit_step", "")


@pytest.fixture
def pad(page):
    """The pad, with the focus, its cursor in the middle, and all that is asked for kept."""
    page.evaluate(KEEP_ASKED)
    pad = page.locator(".advlib-pad")
    pad.focus()
    presses(page, *["ArrowLeft", "ArrowUp"] * 14, *["ArrowRight", "ArrowDown"] * 7)
    yield pad
    pad.blur()


KEEP_ASKED = """() => {
  const see = advlibLive.digit_step;
  advlibLive.digit_step = (question, data) => ((window.asked = question.digit), see(question, data));
}"""

INKED = "() => document.querySelector('.advlib-pad').getContext('2d').getImageData(0, 0, 140, 140).data.some((x) => x)"


def place(pad):
    return pad.get_attribute("aria-valuetext")


def presses(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_keys_draw_a_bar_that_the_network_takes_for_a_one_and_escape_wipes_it(page, pad):
    page.get_by_role("radio", name="zero 3", exact=True).check(force=True)
    pad.focus()
    presses(page, *["ArrowUp"] * 7, *["Shift+ArrowDown"] * 13)
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")
    ink = page.evaluate("asked")
    bar = np.array([int(pixel, 16) for pixel in ink]).reshape(28, 28)
    assert np.ptp(bar.any(1).nonzero()[0]) > 4 * np.ptp(bar.any(0).nonzero()[0])
    reads(page, summary(explorer("digit_step"), digit=ink))
    assert page.get_by_role("radio", checked=True).count() == 0
    presses(page, "Escape")
    reads(page, summary(explorer("digit_step"), digit=2))
    assert page.get_by_role("radio", name="zero 3", exact=True).is_checked()
    assert not page.evaluate(INKED)


def test_space_draws_where_the_cursor_is_and_erases_what_is_there_and_both_are_said(page, pad):
    presses(page, "ArrowLeft")
    assert place(pad) == "row 8, column 7 of 14: blank"
    presses(page, " ")
    assert place(pad) == "row 8, column 7 of 14: ink"
    presses(page, "ArrowRight", " ")
    assert place(pad) == "row 8, column 8 of 14: ink"
    presses(page, " ")
    assert place(pad) == "row 8, column 8 of 14: blank"
    assert page.evaluate(INKED)
    presses(page, "ArrowLeft")
    assert place(pad) == "row 8, column 7 of 14: ink"
    presses(page, " ")
    assert not page.evaluate(INKED)
    reads(page, summary(explorer("digit_step")))


def test_dots_beside_one_another_are_joined_and_erased_one_by_one(page, pad):
    presses(page, " ", "ArrowDown", " ", "ArrowDown", " ")
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")
    ink = np.array([int(pixel, 16) for pixel in page.evaluate("asked")]).reshape(28, 28)
    assert (np.diff(ink[:, 14].nonzero()[0]) == 1).all()
    presses(page, "ArrowUp", " ")
    said = []
    for key in ("ArrowUp", "ArrowDown", "ArrowDown"):
        presses(page, key)
        said.append(place(pad).split(": ")[1])
    assert said == ["ink", "blank", "ink"]


def test_keys_erase_what_the_pointer_drew(page, pad):
    draw(page, [(0.3, 0.5), (0.4, 0.5), (0.5, 0.5), (0.55, 0.5), (0.6, 0.5), (0.7, 0.5)])
    presses(page, "ArrowUp", "ArrowDown")
    assert place(pad).endswith("ink")
    presses(page, " ")
    assert place(pad).endswith("blank")
    assert page.evaluate(INKED)
    presses(page, "Escape")
    assert not page.evaluate(INKED)


def test_the_cursor_stays_on_the_pad_and_is_seen_while_the_keys_are_there(page, pad):
    presses(page, *["ArrowLeft"] * 20, *["ArrowUp"] * 20)
    assert place(pad) == "row 1, column 1 of 14: blank"
    cursor, sheet = (page.locator(name).bounding_box() for name in (".advlib-cursor", ".advlib-pad"))
    assert sheet["x"] - 10 < cursor["x"] < sheet["x"] + 10
    assert sheet["y"] - 10 < cursor["y"] < sheet["y"] + 10
    pad.blur()
    assert not page.locator(".advlib-cursor").is_visible()


def test_axe_finds_nothing_within_the_explorer(page, pad):
    presses(page, " ")
    violations = Axe().run(page, ".advlib-explorer").response["violations"]
    presses(page, "Escape")
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def test_a_choice_wipes_the_drawing_and_so_does_reset(page):
    draw(page, RING)
    assert page.evaluate(INKED)
    page.get_by_role("radio", name="zero 2", exact=True).check(force=True)
    assert not page.evaluate(INKED)
    draw(page, RING)
    page.get_by_role("button", name="Reset").click()
    reads(page, summary(explorer("digit_step")))
    assert not page.evaluate(INKED)


def ink_of(page, points):
    """The ink that the page makes of a stroke."""
    stretches = [[*before, *after] for before, after in pairwise([points[0], *points])]
    return page.evaluate("stretches => advlibInk.normalised(stretches)", stretches)


def normalised(page, points):
    ink = ink_of(page, points)
    assert len(ink) == 784
    return np.array([int(pixel, 16) for pixel in ink]).reshape(28, 28)


def test_a_drawing_lies_in_the_box_of_mnist_wherever_and_however_large_it_was_drawn(page):
    points = [[140 * x, 140 * y] for x, y in RING]
    image = normalised(page, points)
    small = normalised(page, [[x / 3 + 9, y / 3 + 50] for x, y in points])
    assert abs(image - small).max() <= 1
    rows, columns = (image.any(1).nonzero()[0], image.any(0).nonzero()[0])
    assert 19 <= np.ptp(rows) + 1 <= 22
    assert np.ptp(columns) < np.ptp(rows)
    assert image.max() == 15


def centre(image):
    places = np.indices((28, 28)).reshape(2, -1)
    return places @ image.ravel() / image.sum()


def test_its_centre_is_where_those_of_the_data_are_and_it_has_about_as_much_ink(page):
    x, labels = mnist5k01("test", normalize=False)
    zeros = x[labels < 0].numpy().reshape(-1, 28, 28)
    image = normalised(page, [[140 * x, 140 * y] for x, y in RING[:9]])
    wanted = np.mean([centre(zero) for zero in zeros], axis=0)
    assert centre(image) == pytest.approx(wanted, abs=0.5)
    ring = normalised(page, [[140 * x, 140 * y] for x, y in RING]).sum() / 15
    assert min(zeros.sum((1, 2))) < ring < max(zeros.sum((1, 2)))


def test_a_dot_is_a_drawing(page):
    assert 1 < (normalised(page, [[70, 70]]) > 0).sum() < 20


@pytest.mark.parametrize("lean", [-0.2, 0, 0.2])
def test_a_network_that_knows_the_data_knows_drawings_too(page, lean):
    ring = [[140 * (x + lean * (0.5 - y)), 140 * y] for x, y in RING]
    bar = [[70 + lean * (70 - y), y] for y in range(20, 121, 10)]
    zero, one = (digit_step_frame("mnist5k", ink_of(page, points), 10.0)["f"][0] for points in (ring, bar))
    assert zero < -0.5
    assert one > 0.5
