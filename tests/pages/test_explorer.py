"""Laws of the explorers' machinery, on a small explorer."""

import json
import re
import struct

import ipywidgets
import pytest
from IPython.core.formatters import DisplayFormatter

from advlib.pages import explorer
from advlib.pages.chart_style import CONFIG
from advlib.pages.explorer import BUILDING, VIEW, Control, Explorer
from tests.pages import toys
from tests.pages.explorers.built import inflated


@pytest.fixture(name="toy")
def small_explorer():
    return toys.toy()


def page_model(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_every_setting_of_a_built_page_has_its_frame(toy):
    model = page_model(toy.html())
    frames = inflated(model["frames"])
    a, b = (control["values"] for control in model["parameters"])
    assert set(frames) == {f"{x},{y}" for x in a for y in b}
    for key, frame in frames.items():
        assert frame == toy.compute(*map(int, key.split(",")))


def test_every_slider_starts_on_one_of_its_values(toy):
    for model in (toy.model(), page_model(toy.html())):
        for control in model["parameters"] + model["dials"]:
            assert control["start"] in control["values"]


def test_values_may_be_words_and_fractions():
    words = Control("word", "activation", ("relu", "tanh"), "tanh")
    parts = Control("part", "share", (0.5, 1.0), 1.0, digits=1)
    mixed = Explorer("Mixed", lambda word, part: {"sum": 2 * part}, [words, parts], (), [toys.CHART], {"summary": "''"})
    assert set(inflated(page_model(mixed.html())["frames"])) == {"relu,0.5", "relu,1", "tanh,0.5", "tanh,1"}
    assert "activation: tanh; share: 1.0." in mixed.still()


def test_data_cannot_end_its_script(toy):
    assert "</script><b>" not in toy.html()
    assert page_model(toy.html())["first"]["text"] == "</script><b>"


def test_picture_and_setting_are_there_without_scripts(toy):
    still = toy.still()
    assert still.count("<svg") == 1
    assert "A sum &amp; more. A dot at the &lt;sum&gt;. a: 3 apples; b: 2; c: 1.5." in still


def test_picture_follows_the_frame(toy):
    moved = Explorer(toy.title, lambda a, b: {"sum": 7}, toy.parameters, toy.dials, [toys.CHART], {"summary": "''"})
    assert moved.still() != toy.still()


def test_page_marks_its_values_and_widget_does_not(toy):
    assert "when this page was built" in toy.model(built=True)["note"]
    assert not toy.model()["note"]


@pytest.fixture
def shown(monkeypatch):
    """What IPython publishes for a cell that ends in this explorer: displays, and the cell's result."""

    def shown(toy):
        displays = []
        monkeypatch.setattr(explorer, "display", lambda data, raw: displays.append(data))
        return displays, DisplayFormatter().format(toy)[0]

    return shown


def test_cell_shows_a_page_while_a_book_is_built(toy, shown, monkeypatch):
    monkeypatch.setenv(BUILDING, "1")
    displays, result = shown(toy)
    assert displays == []
    assert result == {"text/plain": toy.title, "text/html": toy.html()}


@pytest.mark.slow
def test_cell_shows_a_still_picture_and_a_widget_otherwise(toy, shown, monkeypatch):
    monkeypatch.delenv(BUILDING, raising=False)
    (still, live), result = shown(toy)
    assert not result
    assert still["text/plain"] == toy.title
    assert "A sum &amp; more." in still["text/html"]
    assert "<svg" in still["text/html"]
    assert still["image/png"].startswith(b"\x89PNG")
    assert live[VIEW]["model_id"] == toy.model_id
    assert f'id="{toy._still}"' in still["text/html"]


def size_of_png(toy, charts):
    png = Explorer(toy.title, toy.compute, toy.parameters, toy.dials, charts, {"summary": "''"}).png()
    return struct.unpack(">II", png[16:24])


def test_picture_for_readers_without_html_holds_every_chart_in_a_row(toy):
    width, height = size_of_png(toy, [toys.CHART])
    assert size_of_png(toy, [toys.CHART, toys.CHART, toys.CHART]) == (3 * width, height)


def test_widget_is_one_of_ipywidgets_and_holds_no_frames_but_the_one_it_shows(toy):
    state = toy.get_state()
    assert isinstance(toy, ipywidgets.DOMWidget)
    assert "frames" not in state["_model"]
    assert state["frame"] == toy.compute(3, 2)
    assert state["_esm"].rstrip().endswith("export default advlibWidget;")


def test_nothing_is_computed_and_no_connection_opened_before_someone_looks(toy, monkeypatch):
    monkeypatch.setattr(toy, "compute", None)
    assert (toy.a, toy.live, toy.comm) == (3, False, None)


def test_no_connection_is_opened_while_a_book_is_built(toy, shown, monkeypatch):
    monkeypatch.setenv(BUILDING, "1")
    shown(toy)
    assert toy.comm is None


def test_a_view_opens_the_connection_and_a_setting_from_before_is_shown(toy):
    toy.a = 4
    assert toy.comm is None
    assert toy.model_id == toy.comm.comm_id
    state = toy.get_state()
    assert state["frame"] == toy.compute(4, 2)
    assert state["value"] == {"a": 4, "b": 2, "c": 1.5}


def test_page_names_no_address_to_load_from(toy):
    named = set(re.findall(r"https?://[^\s\"'<>\\]+", toy.html()))
    assert named <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", toys.CHART["$schema"]}


def test_whatever_is_not_data_takes_the_colour_of_the_text():
    colours = re.findall(r'"\w*[cC]olor": "(\w+)"', json.dumps(CONFIG))
    assert colours
    assert set(colours) == {"currentColor"}
    assert CONFIG["background"] is None


def test_frame_that_json_cannot_hold_is_refused(toy):
    broken = Explorer(
        toy.title, lambda a, b: {"sum": float("nan")}, toy.parameters, (), [toys.CHART], {"summary": "''"}
    )
    with pytest.raises(ValueError, match="JSON"):
        broken.html()
