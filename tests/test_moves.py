"""What a chapter tells its reader to move, moved in the built page; the text below the picture says what it said."""

import re
from functools import partial

import numpy as np
import pytest

from advlib.pages.live.deferred_decisions import KINDS
from tests.chromium import HTML
from tests.pushes import DRAWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOVED = """before => {
  const text = document.querySelector('.advlib-summary');
  return text.textContent !== before && text.ariaBusy !== 'true';
}"""
"""The text has changed, and nothing grows any more."""


class Reader:
    """Moves what an explorer has, and reads the text below it."""

    def __init__(self, page):
        self.page = page

    @property
    def text(self):
        return self.page.locator(".advlib-summary").inner_text().replace("−", "-")

    def after(self, move):
        """The text once a move has changed it."""
        before = self.page.locator(".advlib-summary").text_content()
        move()
        self.page.wait_for_function(MOVED, arg=before)
        return self.text

    def press(self, name, *keys):
        """The text after these keys on a slider, by its label."""
        slider = self.page.get_by_role("slider", name=name)
        slider.focus()
        for key in keys:
            self.after(partial(slider.press, key))
        return self.text

    def put(self, name, written):
        """The text after a slider was moved to the place that is written so."""
        slider = self.page.locator(f"input[data-name={name}]")
        place = f"""node => {{
          for (let i = 0; i <= node.max; i++) {{
            node.value = i;
            node.dispatchEvent(new Event('input'));
            if (node.getAttribute('aria-valuetext').split(' ')[0] === '{written}') break;
          }}
          node.dispatchEvent(new Event('change'));
        }}"""
        text = self.after(lambda: slider.evaluate(place))
        assert slider.get_attribute("aria-valuetext").split(" ")[0] == written
        return text

    def choose(self, name):
        """The text after a button of a choice was pressed."""
        return self.after(lambda: self.page.get_by_role("radio", name=name, exact=True).check(force=True))

    def numbers(self, pattern, text=None):
        """The numbers in the groups of a pattern, found in the text."""
        found = re.search(pattern, text or self.text)
        assert found, (pattern, text or self.text)
        return [float(group.replace(",", "").rstrip(".")) for group in found.groups()]

    def number(self, pattern):
        return self.numbers(pattern)[0]


@pytest.fixture
def reader(request, tab):
    """A reader of the chapter that the test names, its explorer drawn."""
    tab.goto(f"{HTML.as_uri()}/book/{request.param}.html")
    tab.wait_for_function(DRAWN)
    return Reader(tab)


def in_chapter(name):
    return pytest.mark.parametrize("reader", [name], indirect=True)


@in_chapter("one-gradient-step")
def test_the_steps_hardly_notice_the_dimension_from_twenty_up_and_many_signs_hold_out_in_two(reader):
    share = r"; ([\d.]+)% of 400 draws flip by this step"
    reader.put("step", "2.00")
    usual = reader.number(share)
    for dim in ("20", "500"):
        reader.put("dim", dim)
        assert abs(reader.number(share) - usual) < 12
    reader.put("step", "5.00")
    reader.put("dim", "2")
    assert reader.number(share) < 80


@in_chapter("how-often")
def test_half_of_the_signs_flip_by_a_step_of_about_one_and_nearly_all_by_twenty_but_in_two_dimensions(reader):
    share = r"([\d.]+)% at k = 1,000"
    assert reader.number(share) < 10
    reader.put("cap", "1.2")
    assert reader.number(share) > 50
    reader.put("cap", "20.0")
    assert reader.number(share) > 95
    reader.put("dim", "2")
    assert reader.number(share) < 95


@in_chapter("deeper")
def test_with_more_layers_fewer_flip_and_the_cap_comes_in_and_curves_meet_on_the_ruler_of_he(reader):
    reader.put("step", "1.00")
    flipped, cap = r"; (\d+) of (\d+) draws flip by it", r"The plain cap, 20, is ([\d.]+)"
    (few, of), before = reader.numbers(flipped), reader.number(cap)
    reader.put("depth", "6")
    fewer, of_fewer = reader.numbers(flipped)
    assert fewer / of_fewer < few / of
    assert reader.number(cap) < before
    halves = r"one layer flip by step ([\d.]+), of six layers by ([\d.]+)"
    reader.choose("all L, plain ruler")
    first, last = reader.numbers(halves)
    assert last > 1.3**5 * first
    reader.choose("all L, He ruler")
    first, last = reader.numbers(halves)
    assert last < 1.2 * first


@in_chapter("deferred")
def test_every_question_draws_ten_numbers_and_decides_something(reader):
    assert "nothing is drawn" in reader.text
    for count in (1, 2, 3):
        before = 0 if count == 1 else reader.number(r"and (\d+)% of their variance")
        reader.press("questions asked", "ArrowRight")
        assert reader.number(r"So far (\d+) numbers") == 10 * count
        assert reader.number(r"and (\d+)% of their variance") > before


ASKED = """kinds => kinds.map((kind) => Array.from({ length: 100 }, (_, seed) => {
  let last;
  for (const step of advlibLive.deferred_decisions({ kind, seed })) last = step ?? last;
  return last().states.slice(0, -1).map(({ drawn, decided }) => [drawn, decided]);
}))"""


@in_chapter("deferred")
def test_an_answer_draws_ten_numbers_and_lifts_the_grey_or_was_known_for_every_seed(reader):
    drawn, decided = np.diff(reader.page.evaluate(ASKED, list(KINDS)), axis=2).transpose(3, 0, 1, 2)
    assert drawn.shape == (3, 100, 19)
    assert (drawn[: KINDS.index("earlier answers")] == 10).all()
    assert {*drawn.ravel()} == {0, 10}
    assert ((decided > 0.005) == (drawn == 10)).all()


NARROW = """() => Array.from({ length: 100 }, (_, seed) => {
  let last;
  for (const step of advlibLive.depth({ start: 180, width: 10, seed })) last = step ?? last;
  const { angle, limit } = last();
  return angle[40] === null || angle[40] < limit[40] / 3;
})"""


@in_chapter("depth")
def test_opposite_inputs_come_to_a_right_angle_and_are_nearly_aligned_behind_forty_and_far_more_if_narrow(reader):
    angles = r"lie ([\d.]+)° apart, against ([\d.]+)° at infinite width"
    reader.press("layer i", "ArrowRight")
    assert reader.numbers(angles)[1] == 90
    reader.put("layer", "40")
    assert reader.numbers(angles)[1] < 15
    reader.put("width", "10")
    assert "the network has died" in reader.text or reader.numbers(angles)[0] < reader.numbers(angles)[1]
    assert sum(reader.page.evaluate(NARROW)) > 80


@in_chapter("bottlenecks")
def test_the_distance_shrinks_when_the_narrow_layer_slides_to_the_start(reader):
    distances = r"for ([\d.]+)% of the length of x, aside .* The law says ([\d.]+)%"
    before = reader.numbers(distances)
    reader.press("slides the narrowest layer", "Home")
    after = reader.numbers(distances)
    assert "Widths 200, 10, 200, 200, 200" in reader.text
    assert after[0] < before[0]
    assert after[1] < before[1]


@in_chapter("gradient-apart")
def test_the_change_rises_like_the_root_of_the_angle_and_ten_neurons_have_no_term_in_most_networks(reader):
    change = r"the gradient has changed by ([\d.]+)%"
    reader.put("angle", "0.1000")
    before = reader.number(change)
    reader.put("narrow", "10")
    assert reader.number(r"In (\d+) of 100 networks the term of layer 2") > 50
    reader.put("narrow", "200")
    reader.put("angle", "0.3980")
    assert reader.number(change) == pytest.approx(2 * before, rel=0.3)


@in_chapter("many-layers")
def test_constant_networks_come_to_the_line_and_narrow_or_deep_ones_hold_out(reader):
    steps = r"the median step is ([\d.]+)% of the input. A linear function needs ([\d.]+)%"
    flipped = r"flips (\d+)% of the signs"
    reader.choose("constant")
    most = reader.number(flipped)
    reader.put("dim", "200")
    median, line = reader.numbers(steps)
    assert abs(median / line - 1) < 0.4
    reader.put("dim", "10")
    reader.choose("pyramid to d/16")
    assert reader.number(flipped) < most
    reader.choose("constant")
    reader.put("depth", "6")
    assert reader.number(flipped) < most


@in_chapter("three-scales")
def test_the_change_of_tanh_climbs_in_step_with_the_length_and_that_of_relu_from_above_it_more_slowly(reader):
    changes = r"ReLU network changes by ([\d.]+)% of its norm and that of the tanh network by ([\d.]+)%"
    reader.put("radius", "0.100")
    relu, tanh = reader.numbers(changes)
    assert relu > 2 * tanh
    reader.put("radius", "1.000")
    relu_far, tanh_far = reader.numbers(changes)
    assert tanh_far / tanh == pytest.approx(10, rel=0.25)
    assert relu_far / relu < 0.9 * tanh_far / tanh


@in_chapter("lazy-regime")
def test_more_room_or_more_neurons_let_more_of_them_switch_and_more_room_moves_the_value_farther(reader):
    said = r": (\d+) of \d+ neurons can switch, .* from (-?[\d.]+) to (-?[\d.]+)\."
    switch, low, high = reader.numbers(said)
    reader.put("width", "1,600")
    assert reader.numbers(said)[0] > switch
    reader.put("width", "400")
    reader.put("constant", "5.0")
    wider = reader.numbers(said)
    assert wider[0] > switch
    assert wider[1] < low
    assert wider[2] > high


@in_chapter("trained")
def test_a_push_flips_the_digit_and_a_random_one_as_long_does_not_and_more_room_asks_for_more(reader):
    flips = r"The sign flips at ([\d.]+)%"
    before = reader.number(flips)
    pushed = reader.put("size", "0.200")
    assert re.search(r"as it, f = [-\d.]+: a one; with a random one as long, f = -[\d.]+: a zero", pushed)
    reader.put("constant", "10")
    assert reader.number(flips) > before


@in_chapter("adversarial-training")
def test_no_image_withstands_before_the_cliffs_and_nearly_all_do_behind_them_and_few_of_the_dozen_are_fooled(reader):
    shares = r"neurons, (\d+)%, (\d+)%, (\d+)%, (\d+)% of the test images"
    assert reader.numbers(shares) == [0, 0, 0, 0]
    assert "Of the dozen, 12 are fooled" in reader.text
    reader.press("radius V", "End")
    assert min(reader.numbers(shares)) > 90
    assert reader.number(r"Of the dozen, (\d+) are fooled") <= 3
    products = reader.choose("V √m")
    assert reader.numbers(r"V √m = ([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)", products)
