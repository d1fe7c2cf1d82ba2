"""What every explorer keeps to, whatever it shows."""

import functools
import inspect
import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import vl_convert

from advlib.pages import explorers
from advlib.pages.explorer import STYLE, Explorer
from advlib.pages.packing import compact, in_nine_digits
from tests.pages.explorers.built import HALF_A_MINUTE, LIVE, NAMES, STORED, explorer, html, model

SHARED = {"__init__", "charts", "deep_draws", "deep_shares", "ray", "rounding", "sliders"}
"""Files that hold no explorer."""

every_explorer = pytest.mark.parametrize("name", NAMES)


def every_page(names):
    """A test of these explorers that makes frames, of those whose frames take half a minute only once a month."""
    once = [pytest.param(name, marks=pytest.mark.thorough) if name in HALF_A_MINUTE else name for name in names]
    return pytest.mark.parametrize("name", once)


def ends(name):
    """The first and the last setting of a built page."""
    return [{control.name: control.built[i] for control in explorer(name).parameters} for i in (0, -1)]


@functools.cache
def frames_at_ends(name):
    return [explorer(name).compute(**setting) for setting in ends(name)]


@pytest.mark.slow
def test_files_are_named_as_the_explorers_are_called():
    files = {path.stem for path in Path(explorers.__file__).parent.glob("*.py")}
    assert files - SHARED == set(NAMES)
    for name in NAMES:
        assert explorer(name).live == (name in LIVE)
        assert getattr(explorers, name).__module__ == f"advlib.pages.explorers.{name}"
        wing = "live" if name in LIVE else "explorers"
        assert getattr(explorers, f"{name}_frame").__module__ == f"advlib.pages.{wing}.{name}"
        assert explorer(name).name == name
        assert explorer(name).live == (name in LIVE)


@pytest.mark.slow
def test_titles_differ():
    assert len({explorer(name).title for name in NAMES}) == len(NAMES)


@every_explorer
def test_controls_are_the_parameters_of_the_frame_and_have_names_of_their_own(name):
    shown = explorer(name)
    controls = [*shown.parameters, *shown.dials]
    assert [control.name for control in shown.parameters] == list(inspect.signature(shown.compute).parameters)
    for names in ([control.name for control in controls], [control.label.strip() for control in controls]):
        assert all(names)
        assert len(set(names)) == len(names)


@every_explorer
def test_controls_are_traits_and_hide_nothing_of_a_widget(name):
    shown = explorer(name)
    controls = {control.name: control.start for control in (*shown.parameters, *shown.dials)}
    assert controls.keys() <= set(shown.keys)
    assert shown.value == controls
    assert not [control for control in controls if hasattr(Explorer, control)]


@every_explorer
def test_every_place_of_a_slider_is_written_differently(name):
    shown = explorer(name)
    for control in (*shown.parameters, *shown.dials):
        written = {value if isinstance(value, str) else f"{value:.{control.digits}f}" for value in control.values}
        assert len(written) == len(control.values) > 1, control.name
        assert control.unit == control.unit.strip()


@every_explorer
def test_built_values_are_among_live_ones_and_both_hold_the_start(name):
    shown = explorer(name)
    for control in (*shown.parameters, *shown.dials):
        assert set(control.built) <= set(control.values)
        assert control.start in control.built


def clear_caches():
    """Forget everything that the explorers remember; return how many caches there are."""
    modules = [module for key, module in sys.modules.items() if key.startswith("advlib.pages.")]
    wrapper = type(functools.cache(len))
    caches = {member for module in modules for member in vars(module).values() if isinstance(member, wrapper)}
    for cached in caches:
        cached.cache_clear()
    return len(caches)


@pytest.mark.slow
@every_page(NAMES)
def test_page_and_widget_start_with_the_frame_of_the_start(name):
    start = {control.name: control.start for control in explorer(name).parameters}
    frame = explorer(name).compute(**start)
    assert frame
    assert explorer(name).frame == explorer(name).charts[0]["params"][0]["value"] == frame
    assert model(name)["first"] == json.loads(json.dumps(in_nine_digits(frame)))


@pytest.mark.slow
@every_page(NAMES)
def test_same_parameters_give_the_same_frame(name):
    setting = ends(name)[0]
    before = json.dumps(frames_at_ends(name)[0])
    assert json.dumps(explorer(name).compute(**setting)) == before
    assert clear_caches() > 3
    assert json.dumps(explorer(name).compute(**setting)) == before


def numbers(value):
    """All the numbers of a frame; whatever else it holds must be words or None."""
    if isinstance(value, dict | list | tuple):
        parts = value.values() if isinstance(value, dict) else value
        return [number for part in parts for number in numbers(part)]
    assert value is None or isinstance(value, str | bool | int | float)
    return [value] if isinstance(value, int | float) else []


@pytest.mark.slow
@every_explorer
def test_frames_are_finite_and_small(name):
    for frame in frames_at_ends(name):
        assert all(map(math.isfinite, numbers(frame)))
        assert len(compact(in_nine_digits(frame))) < 40_000


@pytest.mark.slow
@every_explorer
def test_numbers_of_numpy_are_numbers(name):
    setting = ends(name)[0]
    given = {key: value if isinstance(value, str) else np.array(value)[()] for key, value in setting.items()}
    assert json.dumps(explorer(name).compute(**given)) == json.dumps(frames_at_ends(name)[0])


BAD = [None, "nonsense", -1, True, math.nan, [1]]


@every_explorer
@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_refusals_name_the_argument(name, bad):
    start = {control.name: control.start for control in explorer(name).parameters}
    for control in explorer(name).parameters:
        with pytest.raises((TypeError, ValueError), match=f"^{control.name} must .*got "):
            explorer(name).compute(**start | {control.name: bad})


@pytest.mark.slow
@every_page(STORED)
def test_page_holds_a_frame_for_every_setting_and_those_of_jupyter(name):
    settings = [control["values"] for control in model(name)["parameters"]]
    assert len(model(name)["frames"]) == math.prod(map(len, settings))
    for setting, frame in zip(ends(name), frames_at_ends(name), strict=True):
        key = ",".join(str(value).removesuffix(".0") for value in setting.values())
        assert model(name)["frames"][key] == json.loads(json.dumps(frame))


@pytest.mark.slow
@every_page(NAMES)
def test_page_is_light_and_asks_for_nothing(name):
    page = html(name)
    assert len(page.encode()) < 400_000
    named = set(re.findall(r"https?://[^\s\"'<>\\]+", page))
    assert named <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        *(chart["$schema"] for chart in explorer(name).charts),
    }
    assert not re.search(r"<(img|link|iframe|object|embed|script src)|@import|url\((?!#)", page)


@pytest.mark.slow
@every_page(NAMES)
def test_page_has_a_picture_and_a_title_for_paper(name):
    still = html(name).split('<script type="application/json">')[0]
    assert still.count("<svg") == len(explorer(name).charts) >= 2
    assert f"<strong>{explorer(name).title}.</strong>" in still
    assert all(chart["description"] and chart["title"] for chart in explorer(name).charts)
    paper = STYLE.read_text("utf-8").split("@media print")[1]
    assert re.search(r"\.advlib-mounted > \.advlib-still \{\s*display: flex", paper)


@pytest.mark.slow
@every_explorer
def test_every_picture_has_marks_that_say_their_values(name):
    for chart in explorer(name).charts:
        assert [layer for layer in chart["layer"] if "tooltip" in layer["encoding"]], chart["title"]


def drawn(chart, **signals):
    """The picture where some of its signals have other values, with its summary."""
    params = [param | {"value": signals.get(param["name"], param.get("value"))} for param in chart["params"]]
    params = [{key: value for key, value in param.items() if key == "name" or value is not None} for param in params]
    words = {"data": {"values": [{}]}, "mark": "text", "encoding": {"text": {"value": {"expr": "summary"}}}}
    pictures = [
        vl_convert.vegalite_to_svg(spec | {"config": chart["config"], "params": params}) for spec in (chart, words)
    ]
    return re.sub(r'aria-label="[^"]*"', "", "".join(pictures))


@pytest.mark.slow
@every_explorer
def test_pictures_and_summary_are_whole_at_every_end_of_the_sliders(name):
    shown = explorer(name)
    for frame, place in zip(frames_at_ends(name), (0, -1), strict=True):
        dials = {dial.name: dial.values[place] for dial in shown.dials}
        for chart in shown.charts:
            assert not re.search(r"NaN|undefined|Infinity|null", drawn(chart, frame=frame, **dials))
