"""What goes on by itself: more draws, and a dial that plays; and what stops it."""

import re

import pytest

from tests.pages.bare import reads
from tests.pages.explorers.built import explorer
from tests.pages.toys import counter, toy

pytestmark = pytest.mark.browser


def pressed(page, name):
    """The button of this name, once it was pressed."""
    button = page.get_by_role("button", name=name)
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    return button


def released(page, button):
    """Wait until a button is up again, and nothing is under way."""
    handle = button.element_handle()
    page.wait_for_function("button => button.ariaPressed === 'false'", arg=handle)
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")


def draws(page):
    """The number of draws that the text says; the picture's own label says it too."""
    found = "() => document.querySelector('.advlib-summary')?.textContent.match(/([\\d,]+) draws/)?.[1]"
    return int(page.wait_for_function(found).json_value().replace(",", ""))


@pytest.fixture
def drawing(visit):
    """Wide networks, of which more and more are drawn, so many that they do not end; and the button."""
    page = visit(explorer("one_step"), query="?one_step.width=3000")
    page.wait_for_function("() => document.querySelector('.advlib-summary')?.textContent.includes('of 400 draws')")
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")
    button = pressed(page, "Draw on")
    page.wait_for_function("() => !document.querySelector('.advlib-summary').textContent.includes('of 400 draws')")
    assert page.locator(".advlib-summary").get_attribute("aria-busy") == "true"
    return page, button


def test_draws_stop_at_a_second_press_stay_and_go_on_from_there(drawing):
    page, button = drawing
    button.click()
    released(page, button)
    before = draws(page)
    assert f"{before:,} draws" in page.locator(".advlib-chart").nth(1).inner_text()
    assert 400 < before < 10_000
    pressed(page, "Draw on")
    page.wait_for_function(
        "before => document.querySelector('.advlib-summary').textContent.match(/([\\d,]+) draws/)[1] !== before",
        arg=f"{before:,}",
    )
    assert draws(page) > before


def test_draws_stop_and_begin_anew_when_a_parameter_moves(drawing):
    page, button = drawing
    page.locator("[data-name=seed]").focus()
    page.keyboard.press("ArrowRight")
    released(page, button)
    assert draws(page) == 400


def test_draws_stop_and_stay_when_a_dial_moves(drawing):
    page, button = drawing
    page.locator("[data-name=step]").focus()
    page.keyboard.press("End")
    released(page, button)
    assert draws(page) > 400


def test_draws_stop_out_of_sight(drawing):
    page, button = drawing
    page.evaluate("() => { document.body.style.paddingBottom = '9000px'; scrollTo(0, 9000) }")
    released(page, button)
    assert draws(page) < 10_000


def test_reset_takes_the_draws_back(drawing):
    page, button = drawing
    page.get_by_role("button", name="Reset").click()
    released(page, button)
    assert draws(page) == 400


def test_draws_end_and_the_button_says_that_there_are_no_more(visit):
    page = visit(explorer("one_step"), query="?one_step.width=10&one_step.dim=5")
    assert draws(page) <= 400
    button = pressed(page, "Draw on")
    page.wait_for_function("() => document.querySelector('.advlib-summary').textContent.includes('of 10,000 draws')")
    released(page, button)
    assert button.get_attribute("aria-disabled") == "true"
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    page.locator("[data-name=seed]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.advlib-summary').textContent.includes('of 400 draws')")
    assert button.get_attribute("aria-disabled") == "false"


SMALL = {
    "bottlenecks": "?" + "&".join(f"bottlenecks.{layer}=5" for layer in ("first", "second", "third", "fourth")),
    "gradient_terms": "?gradient_terms.dim=20&gradient_terms.narrow=3",
}


def networks(page, at_least=0):
    """The number of networks that the text says, once it is so large."""
    found = """least => {
      const said = document.querySelector('.advlib-summary')?.textContent.match(/([\\d,]+) networks/)?.[1];
      const count = Number(said?.replace(',', ''));
      return count >= least && count;
    }"""
    return page.wait_for_function(found, arg=at_least).json_value()


@pytest.mark.parametrize("name", SMALL)
def test_a_band_of_networks_grows_in_view_stops_and_is_taken_back(visit, name):
    page = visit(explorer(name), query=SMALL[name])
    networks(page, at_least=100)
    page.wait_for_function("() => document.querySelector('.advlib-summary').ariaBusy !== 'true'")
    button = pressed(page, "Draw on")
    networks(page, at_least=150)
    button.click()
    released(page, button)
    grown = networks(page, at_least=150)
    assert f"{grown:,}" in page.locator(".advlib-charts").inner_text()
    page.get_by_role("button", name="Reset").click()
    released(page, button)
    assert networks(page) == 100


def test_no_button_draws_on_where_a_kernel_answers_or_frames_are_stored():
    assert explorer("one_step").model()["most"] == 0
    assert explorer("one_step").model(built=True)["most"] == 10_000
    assert toy().model(built=True)["most"] == 0


def test_a_dial_plays_to_its_end_from_where_it_stands_and_from_the_start_again(visit):
    page = visit(counter(), query="?sum.c=2")
    reads(page, "The sum is 0, c is 2")
    for _ in range(2):
        button = pressed(page, "Play")
        released(page, button)
        reads(page, "The sum is 0, c is 3")
        assert page.locator("[data-name=c]").get_attribute("aria-valuetext") == "3"
        assert re.search(r"sum\.c=3$", page.url)


@pytest.mark.parametrize("moved", ["a", "c"])
def test_play_stops_when_a_control_moves(visit, moved):
    page = visit(counter())
    reads(page, "The sum is 0, c is 0")
    button = pressed(page, "Play")
    page.locator(f"[data-name={moved}]").focus()
    page.keyboard.press("Home" if moved == "c" else "End")
    released(page, button)
    assert page.locator(".advlib-summary").inner_text() != "The sum is 0, c is 3"


def test_play_stops_at_a_second_press(visit):
    page = visit(counter())
    reads(page, "The sum is 0, c is 0")
    button = pressed(page, "Play")
    button.click()
    released(page, button)
    assert page.locator("[data-name=c]").get_attribute("aria-valuetext") != "3"


def test_where_motion_is_unwanted_a_press_is_a_step(visit):
    page = visit(counter(), reduced_motion="reduce")
    reads(page, "The sum is 0, c is 0")
    button = page.get_by_role("button", name="Play")
    for place in (1, 2, 3, 1):
        button.click()
        reads(page, f"The sum is 0, c is {place}")
        released(page, button)
