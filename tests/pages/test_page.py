"""Explorers of a built page, opened from disk: computed at settings never built, doubted, linked to, and reset."""

import html
import random
import re

import pytest
import vl_convert

from advlib.pages import live
from advlib.pages.explorer import PAGE_SCRIPT, SCRIPTS, key
from advlib.pages.packing import compact
from tests.pages.bare import reads
from tests.pages.explorers.built import LIVE, explorer
from tests.pages.toys import toy, wordy

pytestmark = pytest.mark.browser


def summary(shown, **setting):
    """The line of text below the pictures, made of Python's frame."""
    starts = {control.name: control.start for control in (*shown.parameters, *shown.dials)} | setting
    frame = shown.compute(**{control.name: starts[control.name] for control in shown.parameters})
    known = {"frame": frame} | {dial.name: starts[dial.name] for dial in shown.dials}
    params = [
        param | ({"value": known[param["name"]]} if "value" in param else {}) for param in shown.charts[0]["params"]
    ]
    words = {"data": {"values": [{}]}, "mark": "text", "encoding": {"text": {"value": {"expr": "summary"}}}}
    picture = vl_convert.vegalite_to_svg(words | {"params": params})
    return html.unescape(re.search(r"<text[^>]*>(.*?)</text>", picture, re.DOTALL)[1])


def query(shown, setting):
    return "?" + "&".join(f"{shown.name}.{name}={key(value)}" for name, value in setting.items())


@pytest.mark.parametrize("name", LIVE)
def test_text_at_any_setting_is_that_of_python(visit, name):
    shown, rng = explorer(name), random.Random(name)
    setting = {control.name: rng.choice(control.values) for control in (*shown.parameters, *shown.dials)}
    page = visit(shown, query=query(shown, setting))
    reads(page, summary(shown, **setting))


def test_every_size_of_a_live_explorer_has_a_hundred_places():
    sizes = ("dim", "width", "narrow", "start", "first", "second", "third", "fourth")
    for shown in map(explorer, LIVE):
        for control in shown.parameters:
            assert control.name not in sizes or len(control.values) >= 100, (shown.name, control.name)


def wrong_reference(text):
    """The page whose first frame holds another value."""
    changed = re.sub(r'("first":\{.*?"value":)-?[\d.]+', r"\g<1>0.5", text)
    assert changed != text
    return changed


def test_a_browser_that_computes_other_numbers_shows_the_still_picture_and_says_so(visit):
    page = visit(explorer("one_step"), change=wrong_reference)
    page.get_by_text("computes other numbers than the package did").wait_for()
    assert page.locator(".advlib-still").is_visible()
    assert page.locator(".advlib-live").count() == 0


def test_a_browser_that_computes_the_same_numbers_is_trusted(visit):
    page = visit(explorer("deferred_decisions"))
    page.wait_for_function("() => document.querySelector('.advlib-summary')?.textContent")
    page.wait_for_timeout(2000)
    assert not page.locator(".advlib-still").is_visible()
    assert page.locator(".advlib-live").is_visible()


def test_address_holds_the_setting_and_leaves_section_and_other_questions_alone(visit):
    page = visit(toy(), query="?other=1#section")
    reads(page, "The sum is 5, c is 1.5")
    slider = page.locator("[data-name=c]")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => location.search.includes('sum.c=0.5')")
    assert page.url.endswith("?other=1&sum.c=0.5#section")
    page.get_by_role("button", name="Reset").click()
    assert page.url.endswith("?other=1#section")


def test_linked_setting_is_shown_and_one_that_is_none_is_not(visit):
    page = visit(toy(), query="?sum.a=1&sum.b=4&sum.c=7")
    reads(page, "The sum is 5, c is 1.5")
    assert page.locator("output").all_inner_texts() == ["1 apples", "4", "1.5"]


def test_words_are_buttons_of_one_name_that_the_keyboard_presses(visit):
    page = visit(wordy())
    reads(page, "The word is one, c is 1.5")
    choice = page.get_by_role("radiogroup", name="which word")
    assert choice.get_by_role("radio").count() == 2
    choice.get_by_role("radio", name="one", exact=True).focus()
    page.keyboard.press("ArrowRight")
    reads(page, "The word is three, or four, c is 1.5")
    assert page.url.endswith("?word.word=three%2C+or+four")
    assert choice.locator("label:has(:checked)").evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.reload()
    reads(page, "The word is three, or four, c is 1.5")
    choice.get_by_text("one", exact=True).click()
    reads(page, "The word is one, c is 1.5")


@pytest.mark.parametrize(("parameters", "folded"), [(3, 0), (4, 1), (6, 3)])
def test_four_controls_are_seen_with_the_dial_among_them_and_more_lie_folded(visit, parameters, folded):
    page = visit(wordy(parameters))
    reads(page, "The word is one, c is 1.5")
    controls = page.locator(".advlib-control")
    seen = [control.get_attribute("data-name") for control in page.locator(".advlib-control >> visible=true").all()]
    assert len(seen) == controls.count() - folded == 4
    assert page.locator("[data-name=c]").is_visible()
    if folded:
        page.locator("summary").click()
        assert page.locator(".advlib-control >> visible=true").count() == controls.count()


def test_the_picture_before_stays_behind_a_move_until_reset(visit):
    page = visit(toy())
    reads(page, "The sum is 5, c is 1.5")
    page.locator("[data-name=b]").focus()
    page.keyboard.press("ArrowRight")
    reads(page, "The sum is 7, c is 1.5")
    ghost = page.locator(".advlib-ghost")
    assert int(ghost.evaluate("node => getComputedStyle(node).zIndex")) < 0
    assert ghost.get_attribute("aria-hidden") == "true"
    page.get_by_role("button", name="Reset").click()
    reads(page, "The sum is 5, c is 1.5")
    assert ghost.count() == 0


def test_reset_of_a_live_explorer_brings_back_the_very_picture(visit):
    page = visit(explorer("one_step"))
    seen = "() => document.querySelector('.advlib-charts').innerHTML"
    page.wait_for_function("() => document.querySelector('.advlib-summary')?.textContent")
    start, text = page.evaluate(seen), page.locator(".advlib-summary").inner_text()
    page.locator("[data-name=dim]").focus()
    page.keyboard.press("Home")
    page.wait_for_function("text => document.querySelector('.advlib-summary').textContent !== text", arg=text)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(f"start => ({seen})() === start", arg=start)


LOADED = (*live.SCRIPTS, *SCRIPTS, PAGE_SCRIPT)
LIMITS = {"digit_step": 400_000}


@pytest.mark.parametrize("name", LIVE)
def test_what_a_live_explorer_adds_to_a_page_is_light(name):
    scripts = sum(script.stat().st_size for script in LOADED)
    assert scripts + len(compact(explorer(name).page_model())) < LIMITS.get(name, 150_000)


def test_one_step_holds_30_kb_at_most():
    assert len(compact(explorer("one_step").page_model())) < 30_000
