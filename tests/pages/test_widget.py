"""Sliders and frame as traits of ipywidgets: set and observed in Python, synced with a page that is a fake."""

import functools

import ipywidgets
import pytest
from traitlets import TraitError

from advlib.pages.explorer import Control, Explorer
from tests.pages.toys import CHART, toy


def counted(calls, a, kind):
    """A frame that notes each call, and takes no 5."""
    calls.append((a, kind))
    if a == 5:
        raise ValueError("a must not be 5, got 5")
    return {"sum": a, "kind": kind}


@pytest.fixture
def calls():
    return []


@pytest.fixture
def widget(calls):
    """An explorer of a number and a word, with a dial of few places."""
    parameters = [Control("a", "a", (1, 2, 10), 2), Control("kind", "kind", ("round", "square"), "round")]
    dials = [Control("cap", "cap", (0.5, 1, 3), 1, digits=1)]
    frame = functools.partial(counted, calls)
    return Explorer("Counted", frame, parameters, dials, [CHART], {"summary": "''"})


@pytest.fixture
def sent(widget, monkeypatch):
    """What goes to the page: states and messages."""
    sent = []
    assert widget.model_id
    monkeypatch.setattr(widget, "_send", lambda message, buffers=None: sent.append(message))
    return sent


def states(sent):
    return [message["state"] for message in sent if message["method"] == "update"]


def test_traits_start_where_the_sliders_do(widget):
    assert (widget.a, widget.kind, widget.cap) == (2, "round", 1)
    assert widget.value == {"a": 2, "kind": "round", "cap": 1}
    assert widget.frame == {"sum": 2, "kind": "round"}
    assert {"a", "kind", "cap", "frame", "value"} <= set(widget.keys)


def test_frame_is_new_when_the_assignment_returns_and_when_anyone_hears_of_it(widget):
    heard = []
    widget.observe(lambda change: heard.append((change["name"], widget.frame["sum"], widget.value["a"])))
    widget.a = 10
    assert widget.frame == {"sum": 10, "kind": "round"}
    assert heard == [("frame", 10, 2), ("value", 10, 10), ("a", 10, 10)]


def test_values_between_the_places_of_a_parameter_are_taken(widget):
    widget.a = 7
    assert widget.frame["sum"] == 7


@pytest.mark.parametrize(("value", "place"), [(0.5, 0.5), (0.6, 0.5), (1.9, 1), (2.1, 3), (3, 3)])
def test_a_dial_goes_to_the_nearest_of_its_places_and_asks_for_no_frame(widget, calls, value, place):
    before = [*calls]
    widget.cap = value
    assert widget.cap == widget.value["cap"] == place
    assert calls == before


REFUSED = {
    "a": (0, 11, 2.5, "2", None, [2], float("nan")),
    "kind": ("oval", 2, None),
    "cap": (0.4, 3.1, "1", None, float("nan")),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values])
def test_what_a_slider_does_not_take_changes_nothing(widget, sent, name, value):
    before = widget.value, widget.frame
    with pytest.raises(TraitError, match=f"'{name}' trait"):
        setattr(widget, name, value)
    assert (widget.value, widget.frame) == before
    assert getattr(widget, name) == widget.value[name]
    assert sent == []


def test_what_the_frame_refuses_changes_nothing_either(widget, sent):
    with pytest.raises(TraitError, match="^ValueError: a must not be 5, got 5$"):
        widget.a = 5
    assert (widget.a, widget.frame["sum"]) == (2, 2)
    widget.cap = 3
    assert widget.frame["sum"] == 2
    assert [*map(sorted, states(sent))] == [["cap", "value"]]


def test_frame_and_value_are_not_to_be_set(widget):
    for name in ("frame", "value"):
        with pytest.raises(TraitError, match="read-only"):
            setattr(widget, name, {})


def test_several_parameters_at_once_need_one_frame(widget, calls):
    before = len(calls)
    with widget.hold_trait_notifications():
        widget.a = 10
        widget.kind = "square"
    assert calls[before:] == [(10, "square")]
    assert widget.frame == {"sum": 10, "kind": "square"}


def test_page_gets_a_parameter_and_its_frame_in_one_message(widget, sent):
    widget.a = 10
    assert states(sent) == [
        {"a": 10, "frame": {"sum": 10, "kind": "round"}, "value": {"a": 10, "kind": "round", "cap": 1}}
    ]


def from_page(widget, **state):
    """What the other end of the connection does when a slider is moved."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []})


def test_what_the_page_sets_is_set_here_and_only_the_frame_goes_back(widget, sent):
    heard = []
    widget.observe(lambda change: heard.append(change["new"]), "a")
    from_page(widget, a=10)
    assert (widget.a, heard) == (10, [10])
    assert [*map(sorted, states(sent))] == [["frame", "value"]]


def test_page_hears_what_is_refused_and_what_holds(widget, sent):
    with pytest.raises(TraitError):
        widget.set_state({"a": 5})
    assert {"method": "custom", "content": {"problem": "ValueError: a must not be 5, got 5"}} in sent
    assert states(sent)[-1] == {"a": 2}


def test_page_hears_where_a_dial_went(widget, sent):
    from_page(widget, cap=0.6)
    (state,) = states(sent)
    assert state["cap"] == state["value"]["cap"] == 0.5


def test_other_widgets_link_and_draw_and_hold(widget):
    number, word = ipywidgets.BoundedIntText(4, min=1, max=10), ipywidgets.Dropdown(options=["square", "round"])
    ipywidgets.link((number, "value"), (widget, "a"))
    ipywidgets.link((widget, "kind"), (word, "value"))
    assert (widget.a, word.value) == (4, "round")
    number.value = 9
    word.value = "square"
    assert widget.frame == {"sum": 9, "kind": "square"}
    ipywidgets.jslink((number, "value"), (widget, "a"))
    assert ipywidgets.VBox([widget]).get_state()["children"] == [f"IPY_MODEL_{widget.model_id}"]


def test_an_explorer_is_a_control_of_interactive_output(widget):
    seen = []
    ipywidgets.interactive_output(lambda setting: seen.append(setting), {"setting": widget})
    widget.a = 3
    assert seen == [{"a": 2, "kind": "round", "cap": 1}, {"a": 3, "kind": "round", "cap": 1}]


def test_two_explorers_have_traits_of_their_own(widget):
    other = toy()
    other.a = 9
    assert widget.a == 2
    assert not other.has_trait("kind")
