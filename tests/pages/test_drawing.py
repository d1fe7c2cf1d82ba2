"""Pictures to choose from, and a pad to draw on: by pointer and keys, and set as MNIST's digits are."""

import math

import numpy as np
import pytest

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
    page.evaluate("() => { const see = advlibLive.digit_step; advlibLive.digit_step = (question, data) => "
                  "{ window.asked = question.digit; return see(question, data); }; }")  # fmt: skip
    draw(page, RING)
    page.wait_for_function("() => document.querySelector('.advlib-summary').textContent.startsWith('Your drawing')")
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")
    reads(page, summary(explorer("digit_step"), digit=page.evaluate("asked")))
    assert page.get_by_role("radio", checked=True).count() == 0
    assert "digit" not in page.url.split("?")[-1].replace("digit_step", "")


def test_a_choice_wipes_the_drawing_and_so_does_reset(page):
    inked = (
        "() => document.querySelector('.advlib-pad').getContext('2d').getImageData(0, 0, 140, 140).data.some(x => x)"
    )
    draw(page, RING)
    assert page.evaluate(inked)
    page.get_by_role("radio", name="zero 2", exact=True).check(force=True)
    assert not page.evaluate(inked)
    draw(page, RING)
    page.get_by_role("button", name="Reset").click()
    reads(page, summary(explorer("digit_step")))
    assert not page.evaluate(inked)


def normalised(page, strokes):
    ink = page.evaluate("strokes => advlibDrawing.normalised(strokes)", strokes)
    assert len(ink) == 784
    return np.array([int(pixel, 16) for pixel in ink]).reshape(28, 28)


def test_a_drawing_lies_in_the_box_of_mnist_wherever_and_however_large_it_was_drawn(page):
    strokes = [[[140 * x, 140 * y] for x, y in RING]]
    image = normalised(page, strokes)
    small = normalised(page, [[[x / 3 + 9, y / 3 + 50] for x, y in points] for points in strokes])
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
    image = normalised(page, [[[140 * x, 140 * y] for x, y in RING[:9]]])
    wanted = np.mean([centre(zero) for zero in zeros], axis=0)
    assert centre(image) == pytest.approx(wanted, abs=0.5)
    ring = normalised(page, [[[140 * x, 140 * y] for x, y in RING]]).sum() / 15
    assert min(zeros.sum((1, 2))) < ring < max(zeros.sum((1, 2)))


def test_a_dot_is_a_drawing(page):
    assert 1 < (normalised(page, [[[70, 70]]]) > 0).sum() < 20


@pytest.mark.parametrize("lean", [-0.2, 0, 0.2])
def test_a_network_that_knows_the_data_knows_drawings_too(page, lean):
    ring = [[140 * (x + lean * (0.5 - y)), 140 * y] for x, y in RING]
    bar = [[70 + lean * (70 - y), y] for y in range(20, 121, 10)]
    inks = [page.evaluate("strokes => advlibDrawing.normalised(strokes)", [stroke]) for stroke in (ring, bar)]
    zero, one = (digit_step_frame("mnist5k", 10.0, ink)["f"][0] for ink in inks)
    assert zero < -0.5
    assert one > 0.5
