"""Laws of the explorers' machinery, on a small explorer."""

import json
import re

import ipywidgets
import pytest

from advlib.pages.explorer import BUILDING, CONFIG, Control, Explorer, Widget

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": "A dot at the <sum>.",
    "data": {"values": [{}]},
    "transform": [{"calculate": "frame.sum", "as": "sum"}],
    "mark": "point",
    "encoding": {"x": {"field": "sum", "type": "quantitative"}},
}


@pytest.fixture
def toy():
    return Explorer(
        "A sum & more",
        lambda a, b: {"sum": a + b, "text": "</script><b>"},
        parameters=[Control("a", "a", range(10), (1, 3), 3, "apples"), Control("b", "b", range(5), (0, 2, 4), 2)],
        dials=[Control("c", "c", (0.5, 1.5), (0.5, 1.5), 1.5, digits=1)],
        charts=[CHART],
        signals={"summary": "'The sum is ' + frame.sum"},
    )


def page_model(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_every_setting_of_a_built_page_has_its_frame(toy):
    model = page_model(toy.html())
    a, b = (control["values"] for control in model["parameters"])
    assert set(model["frames"]) == {f"{x},{y}" for x in a for y in b}
    for key, frame in model["frames"].items():
        assert frame == toy.frame(*map(int, key.split(",")))


def test_every_slider_starts_on_one_of_its_values(toy):
    for model in (toy.model(), page_model(toy.html())):
        for control in model["parameters"] + model["dials"]:
            assert control["start"] in control["values"]


def test_values_may_be_words_and_fractions():
    words = Control("word", "activation", ("relu", "tanh"), ("relu", "tanh"), "tanh")
    parts = Control("part", "share", (0.5, 1.0), (0.5, 1.0), 1.0, digits=1)
    mixed = Explorer("Mixed", lambda word, part: {"sum": 2 * part}, [words, parts], (), [CHART], {"summary": "''"})
    assert set(page_model(mixed.html())["frames"]) == {"relu,0.5", "relu,1", "tanh,0.5", "tanh,1"}
    assert "activation: tanh; share: 1.0." in mixed.still()


def test_data_cannot_end_its_script(toy):
    assert "</script><b>" not in toy.html()
    assert page_model(toy.html())["frames"]["1,0"]["text"] == "</script><b>"


def test_picture_and_setting_are_there_without_scripts(toy):
    still = toy.still()
    assert still.count("<svg") == 1
    assert "A sum &amp; more. A dot at the &lt;sum&gt;. a: 3 apples; b: 2; c: 1.5." in still


def test_picture_follows_the_frame(toy):
    moved = Explorer(toy.title, lambda a, b: {"sum": 7}, toy.parameters, toy.dials, [CHART], {"summary": "''"})
    assert moved.still() != toy.still()


def test_page_marks_its_values_and_widget_does_not(toy):
    assert "when this page was built" in toy.model(built=True)["note"]
    assert not toy.model()["note"]


def test_cell_shows_a_page_while_a_book_is_built_and_a_widget_otherwise(toy, monkeypatch):
    monkeypatch.setenv(BUILDING, "1")
    assert set(toy._repr_mimebundle_()) == {"text/plain", "text/html"}
    monkeypatch.delenv(BUILDING)
    assert "application/vnd.jupyter.widget-view+json" in toy._repr_mimebundle_()[0]


def test_kernel_answers_with_the_frame_and_the_ticket(toy, monkeypatch):
    widget, sent = Widget(toy), []
    monkeypatch.setattr(widget, "send", sent.append)
    widget._handle_custom_msg({"ticket": 0.25, "question": {"a": 4, "b": 3}}, [])
    assert sent == [{"ticket": 0.25, "frame": toy.frame(4, 3)}]


def test_widget_holds_no_frames_but_the_first(toy):
    state = Widget(toy).get_state()
    assert isinstance(Widget(toy), ipywidgets.DOMWidget)
    assert "frames" not in state["model"]
    assert state["_esm"].rstrip().endswith("export default { render: advlibExplorer.render };")


def test_page_names_no_address_to_load_from(toy):
    named = set(re.findall(r"https?://[^\s\"'<>\\]+", toy.html()))
    assert named <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", CHART["$schema"]}


def test_whatever_is_not_data_takes_the_colour_of_the_text():
    colours = re.findall(r'"\w*[cC]olor": "(\w+)"', json.dumps(CONFIG))
    assert colours
    assert set(colours) == {"currentColor"}
    assert CONFIG["background"] is None


def test_frame_that_json_cannot_hold_is_refused(toy):
    broken = Explorer(toy.title, lambda a, b: {"sum": float("nan")}, toy.parameters, (), [CHART], {"summary": "''"})
    with pytest.raises(ValueError, match="JSON"):
        broken.html()
