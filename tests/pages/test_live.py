"""What a page computes is what Python computes: every twin in Chromium, from disk, on corners and random settings."""

import inspect
import json
import math
import random
from functools import cache, lru_cache, partial
from itertools import chain
from typing import NamedTuple

import pytest

from advlib.pages import live
from advlib.pages.live import bottlenecks, gradient_terms, philox
from advlib.pages.live.bottlenecks import bottlenecks_frame
from advlib.pages.live.deferred_decisions import KINDS as QUESTIONS
from advlib.pages.live.deferred_decisions import deferred_decisions_frame
from advlib.pages.live.depth import depth_frame
from advlib.pages.live.digit_step import CONSTANTS, OFFERED, PIXELS, digit_step_frame, page_data
from advlib.pages.live.gradient_terms import gradient_terms_frame
from advlib.pages.live.how_often import KINDS, columns, how_often_frame
from advlib.pages.live.how_often import page_data as lengths
from advlib.pages.live.one_step import MOST, flipped_by, one_step_frame
from advlib.pages.live.three_scales import three_scales_frame
from tests.firefox import PROGRAM, firefox
from tests.pages.explorers.built import explorer

pytestmark = pytest.mark.browser

RANDOM = 20
"""How many random settings of every explorer."""


class Twin(NamedTuple):
    frame: object
    corners: list
    draw: object
    """A random setting, given a generator."""
    data: object = lambda: None
    """What the page needs beside the question."""


def log_uniform(rng, low, high):
    return round(math.exp(rng.uniform(math.log(low), math.log(high))))


def drawing(rng):
    """Ink in some rows of an image."""
    ink = "".join(rng.choice("0123456789abcdef") for _ in range(PIXELS // 4))
    return "0" * (PIXELS // 2) + ink + "0" * (PIXELS // 4)


TWINS = {
    "one_step": Twin(
        one_step_frame,
        [(d, k, s) for d, k in [(2, 1), (2, 2), (2, 3), (500, 1)] for s in range(6)]
        + [(d, 10_000, s) for d in (2, 500) for s in (0, 1)],
        lambda rng: (rng.randint(2, 500), log_uniform(rng, 1, 3000), rng.randrange(100)),
    ),
    "how_often": Twin(
        how_often_frame,
        [(d, kind) for d in (2, 3, 500) for kind in KINDS],
        lambda rng: (rng.randint(2, 500), rng.choice(list(KINDS))),
        lengths,
    ),
    "deferred_decisions": Twin(
        deferred_decisions_frame,
        [(kind, 0) for kind in QUESTIONS],
        lambda rng: (rng.choice(QUESTIONS), rng.randrange(100)),
    ),
    "depth": Twin(
        depth_frame,
        [(start, width, s) for start in (1, 180) for width in (1, 2, 3, 1000) for s in (0, 1)],
        lambda rng: (rng.randint(1, 180), log_uniform(rng, 1, 500), rng.randrange(100)),
    ),
    "bottlenecks": Twin(
        bottlenecks_frame,
        [(d, *[k] * 4) for d in (1, 2, 20) for k in (1, 2, 3)] + [(200, 200, 50, 200, 10)],
        lambda rng: tuple(log_uniform(rng, 2, 80) for _ in range(5)),
    ),
    "gradient_terms": Twin(
        gradient_terms_frame,
        [(d, k) for d in (2, 3) for k in (1, 2, 3)] + [(200, 5)],
        lambda rng: (log_uniform(rng, 2, 80), log_uniform(rng, 1, 80)),
    ),
    "three_scales": Twin(
        three_scales_frame,
        [(d, k, s) for d in (1, 2) for k in (1, 2, 3) for s in (0, 1)] + [(500, 3000, 0)],
        lambda rng: (rng.randint(2, 500), log_uniform(rng, 1, 400), rng.randrange(100)),
    ),
    "digit_step": Twin(
        partial(digit_step_frame, "mnist5k"),
        [(digit, constant) for constant in CONSTANTS for digit in (0, OFFERED - 1, drawing(random.Random(0)))],
        lambda rng: (rng.choice([*range(OFFERED), drawing(rng)]), rng.choice(CONSTANTS)),
        partial(page_data, "mnist5k"),
    ),
}


def settings(name):
    twin, rng = TWINS[name], random.Random(name)
    return [*twin.corners, *(twin.draw(rng) for _ in range(RANDOM))]


@cache
def computed(name, setting):
    """The frame that Python computes, once for all browsers."""
    return TWINS[name].frame(*setting)


def pages_in(window, folder):
    """What opens a page on disk, in this window, that holds nothing but the scripts of one explorer, and its data."""

    @lru_cache(maxsize=1)
    def page_of(name):
        scripts = "".join(f'<script src="{script.as_uri()}"></script>' for script in live.scripts_for([name]))
        data = f"<script>globalThis.data = {json.dumps(TWINS[name].data())};</script>"
        bare = folder / f"{name}.html"
        bare.write_text(f"<!doctype html><meta charset=utf-8><link rel=icon href=data:,>{scripts}{data}")
        window.goto(bare.as_uri())
        return window

    return page_of


@pytest.fixture(scope="module")
def in_chromium(tab, folder):
    """Opens such pages, without a network."""
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield pages_in(tab, folder)
    assert errors == []


@pytest.fixture(scope="module")
def in_firefox(folder, tmp_path_factory):
    """Opens such pages in Firefox."""
    with firefox(tmp_path_factory.mktemp("profile")) as window:
        yield pages_in(window, folder)


LAST_FRAME = """([name, question]) => {
  let last;
  for (last of advlibLive[name](question, data));
  return last();
}"""


def leaves(frame, path=""):
    """The numbers and words of a frame by their place in it."""
    if isinstance(frame, dict):
        return dict(chain.from_iterable(leaves(part, f"{path}.{key}").items() for key, part in frame.items()))
    if isinstance(frame, list):
        return dict(chain.from_iterable(leaves(part, f"{path}[{i}]").items() for i, part in enumerate(frame)))
    return {path: frame}


def differences(ours, theirs):
    """The places at which two frames differ: floats by more than 1e-6 of the larger of them and 1."""
    one, other = leaves(ours), leaves(theirs)
    assert one.keys() == other.keys()

    def same(a, b):
        if isinstance(a, float) and isinstance(b, (int, float)):
            return abs(a - b) <= 1e-6 * max(1, abs(a))
        return a == b

    return {place: (value, other[place]) for place, value in one.items() if not same(value, other[place])}


CASES = [("in_chromium", name, setting) for name in TWINS for setting in settings(name)]

IN_FIREFOX = [("in_firefox", *case) for _, *case in CASES[::8]]
"""Some of them; the difference between engines is one of rounding, in functions that all cases call."""


@pytest.mark.parametrize(("opener", "name", "setting"), CASES + IN_FIREFOX * bool(PROGRAM))
def test_page_computes_the_frame_that_python_computes(request, opener, name, setting):
    question = dict(zip(inspect.signature(TWINS[name].frame).parameters, setting, strict=True))
    page = request.getfixturevalue(opener)(name)
    assert differences(computed(name, setting), page.evaluate(LAST_FRAME, [name, question])) == {}


DRAWN_ON = """([name, question, between, most]) => {
  let last;
  for (last of advlibLive[name](question, data));
  for (const end of [between, most]) for (last of advlibLive[name].more(last(), end));
  return last();
}"""


def test_draws_that_go_on_twice_end_as_those_of_python(in_chromium):
    question = {"dim": 5, "width": 7, "seed": 1}
    drawn = in_chromium("one_step").evaluate(DRAWN_ON, ["one_step", question, 1234, MOST])
    whole = one_step_frame(**question) | {"flipped": list(flipped_by(5, 7, MOST)), "draws": MOST}
    assert differences(whole, drawn) == {}


@pytest.mark.parametrize(("dim", "kind"), [(2, "ReLU"), (20, "ReLU, Gaussian top"), (20, "tanh")])
def test_draws_of_many_widths_go_on_as_those_of_python(in_chromium, dim, kind):
    question = {"dim": dim, "kind": kind}
    drawn = in_chromium("how_often").evaluate(DRAWN_ON, ["how_often", question, 401, 440])
    whole = how_often_frame(dim, kind) | columns(dim, kind, 440) | {"draws": 440}
    assert differences(whole, drawn) == {}


GONE_ON = """([name, frame, most]) => {
  let last;
  for (const step of advlibLive[name].more(frame, most)) last = step ?? last;
  return last();
}"""

BANDS = {
    "bottlenecks": ((12, 9, 3, 8, 5), lambda *widths: bottlenecks.frame_of([*widths[:-1]], widths[-1])),
    "gradient_terms": ((9, 3), gradient_terms.frame_of),
}
"""Explorers of many networks: their sizes, and what makes a frame of these and a number of networks."""


@pytest.mark.parametrize("name", BANDS)
def test_networks_go_on_as_those_of_python_from_a_frame_of_the_page_and_from_one_of_python(in_chromium, name):
    sizes, whole = BANDS[name]
    question = dict(zip(inspect.signature(TWINS[name].frame).parameters, sizes, strict=True))
    drawn = in_chromium(name).evaluate(DRAWN_ON, [name, question, 117, 140])
    assert differences(whole(*sizes, 140), drawn) == {}
    assert in_chromium(name).evaluate(GONE_ON, [name, TWINS[name].frame(*sizes), 140]) == drawn


@pytest.mark.parametrize("name", TWINS)
def test_a_page_draws_on_where_its_twin_can(in_chromium, name):
    more = in_chromium(name).evaluate("name => 'more' in advlibLive[name]", name)
    assert explorer(name).most == (10_000 if more else 0)
    assert not more or 100 <= TWINS[name].frame(*TWINS[name].corners[0])["draws"] < 10_000


def test_comparison_sees_a_count_off_by_one_and_a_float_off_by_little():
    frame = {"counts": [3, 4], "f": 1.5, "zero": None}
    assert not differences(frame, {"counts": [3, 4], "f": 1.5 + 1e-7, "zero": None})
    for wrong in ({"counts": [3, 5]}, {"f": 1.5 + 1e-5}, {"zero": 0.0}):
        assert len(differences(frame, frame | wrong)) == 1


@pytest.mark.parametrize(("seed", "stream", "draw", "row"), [(0, 0, 0, 0), (2**32 - 1, 3, 99, 7), (100, 1, 399, 0)])
def test_numbers_are_those_of_python(in_chromium, seed, stream, draw, row):
    page = in_chromium("one_step")
    theirs = page.evaluate("address => Array.from(advlibLive.normals(101, ...address))", [seed, stream, draw, row])
    assert theirs == pytest.approx(philox.normals(seed, stream, draw + 1, row + 1, 101)[-1, -1].tolist(), abs=1e-12)
    words = page.evaluate("address => Array.from(advlibLive.philox(...address))", [0, row, draw, stream, seed, 0])
    assert words == philox.words(seed, stream, draw + 1, row + 1, 4)[-1, -1].tolist()


def test_some_corner_is_silent():
    assert any(one_step_frame(*corner)["value"] == 0 for corner in TWINS["one_step"].corners)
