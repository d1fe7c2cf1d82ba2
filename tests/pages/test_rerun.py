"""Re-runs: a picture on a built page, controls in Jupyter, and work that stops."""

import re
import threading
import time
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from IPython.display import Markdown
from matplotlib.figure import Figure

from advlib.pages import rerun, reruns, tables
from advlib.pages.explorer import BUILDING
from advlib.pages.panel import Panel
from advlib.pages.rerun import Picture, Rerun
from advlib.sweep import drawing
from advlib.sweep.drawings import threads_restored

PATIENCE = 120
"""Seconds after which what is waited for counts as never happening."""

READS = {
    "one_gradient_step": "two-layers",
    "how_often": "two-layers",
    "deeper": "deeper",
    "deferred": "deeper",
    "many_layers": "shapes",
    "bottlenecks": "narrow-layer",
    "depth": "collapse",
    "lazy_regime": "ball-flips",
    "trained": "trained-flips",
    "adversarial_training": "robust-training",
}
"""The tables over which points are drawn; the other re-runs draw over laws."""

CHAPTERS = {path.stem: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "book").glob("*.md")}


def squares(x, power, *, seed):
    """A record that depends on everything."""
    return {"y": x**power + 1000 * (seed % 2), "y_se": 0.5}


KNOWN = pd.DataFrame({"x": [1, 2, 3], "y": [1, 2, 3], "kind": ["a", "a", "b"]})
PICTURE = Picture(lambda **_: KNOWN, "x", "y", by="kind", axes={"xlabel": "x"})


def small(experiment=squares):
    """A re-run of as many points as its control says."""
    return Rerun(
        experiment,
        lambda n=3, power=2: [{"x": x, "power": power} for x in range(1, n + 1)],
        PICTURE,
        seed=4,
        controls={"n": [1, 3, 5], "power": (1, 3)},
    )


def points(figure):
    """Where the stars of a picture are."""
    (ax,) = figure.axes
    return [line.get_xydata().tolist() for line in ax.lines if line.get_marker() == "*"]


def test_steps_begin_with_no_point_and_add_one_at_a_time():
    steps = [*small().steps({"n": 3, "power": 2, "seed": 4})]
    assert [(done, total) for done, total, _ in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    pictures = [points(draw()) for *_, draw in steps]
    assert [len(stars) for stars in pictures] == [0, 1, 1, 1]
    assert [len(stars[0]) for stars in pictures[1:]] == [1, 2, 3]


def test_a_seed_says_what_the_points_are():
    def drawn(seed):
        *_, (_, _, draw) = small().steps({"n": 3, "power": 2, "seed": seed})
        return points(draw())

    assert drawn(4) == drawn(4)
    assert any(drawn(4) != drawn(seed) for seed in range(5, 15))


def test_a_page_shows_the_last_picture_and_says_where_the_cell_runs(monkeypatch):
    monkeypatch.setenv(BUILDING, "1")
    shown = []
    monkeypatch.setattr(rerun, "display", shown.append)
    small()._ipython_display_()
    figure, note = shown
    assert isinstance(figure, Figure)
    assert len(points(figure)[0]) == 3
    assert isinstance(note, Markdown)
    assert "with n = 3, power = 2, seed = 4" in note.data
    assert "In Jupyter" in note.data


@pytest.fixture
def shown(monkeypatch):
    """What IPython is given to display in Jupyter."""
    monkeypatch.delenv(BUILDING, raising=False)
    shown = []
    monkeypatch.setattr(rerun, "display", shown.append)
    return shown


def ended(panel):
    panel.thread.join(PATIENCE)
    assert not panel.thread.is_alive()
    return panel.status.value


def test_a_notebook_shows_a_control_for_each_choice_and_for_the_seed(shown):
    small()._ipython_display_()
    (panel,) = shown
    assert {name: one.value for name, one in panel.controls.items()} == {"n": 3, "power": 2, "seed": 4}
    assert ended(panel).startswith("3 points in ")
    assert (panel.bar.value, panel.bar.max) == (3, 3)
    assert "data:image/svg+xml" in panel.picture.value
    assert panel.halt.disabled


@pytest.mark.slow
def test_a_moved_control_begins_anew():
    panel = small().panel()
    ended(panel)
    panel.controls["n"].value = 5
    assert ended(panel).startswith("5 points in ")


def test_what_goes_wrong_is_said():
    def broken(x, power, *, seed):
        raise ValueError(f"x must be small, got {x}")

    assert ended(small(broken).panel()) == "ValueError: x must be small, got 1"


class Gate:
    """Holds the cells of an experiment until it is opened."""

    def __init__(self):
        self.begun, self.opened, self.cells = threading.Semaphore(0), threading.Event(), []

    def experiment(self):
        def waiting(x, power, *, seed):
            self.cells.append(x)
            self.begun.release()
            assert self.opened.wait(PATIENCE)
            return {"y": x}

        return waiting


def test_work_runs_beside_the_callback_and_the_cell_under_way_is_the_last():
    gate = Gate()
    panel = small(gate.experiment()).panel()
    assert gate.begun.acquire(timeout=PATIENCE)
    assert not panel.halt.disabled
    panel.halt.click()
    gate.opened.set()
    assert ended(panel) == "Stopped after 1 of 3 points."
    assert gate.cells == [1]


@pytest.mark.slow
def test_a_moved_control_waits_for_the_cell_under_way_and_one_thread_works_at_a_time():
    gate = Gate()
    panel = small(gate.experiment()).panel()
    assert gate.begun.acquire(timeout=PATIENCE)
    panel.controls["n"].value = 1
    panel.controls["power"].value = 3
    assert gate.cells == [1]
    gate.opened.set()
    assert ended(panel).startswith("1 point in ")
    assert gate.cells == [1, 1]


def test_every_record_has_one():
    of = {name: name.removesuffix("-record").replace("-", "_") for name in CHAPTERS if name.endswith("-record")}
    having = [again for name, again in of.items() if re.findall(r"reruns\.\w*", CHAPTERS[name]) == [f"reruns.{again}"]]
    assert sorted(having) == sorted(reruns.__all__)
    assert len(having) == 12


def made(name):
    return getattr(reruns, name)(*([tables.table(READS[name])] if name in READS else []))


@pytest.mark.slow
@pytest.mark.parametrize("name", reruns.__all__)
def test_start_values_of_a_chapter_are_drawn_within_seconds(name):
    """Counted in seconds of this thread, as machines are loaded: 5 are what a build may take."""
    again = made(name)
    begun = time.thread_time()
    *_, (done, total, draw) = again.steps(again.starts)
    assert time.thread_time() - begun < 5
    assert done == total > 2
    (stars,) = points(draw())
    assert len(stars) == total
    for control, choices in again.controls.items():
        assert again.starts[control] in choices


@pytest.mark.slow
@pytest.mark.parametrize("name", reruns.__all__)
def test_a_cell_at_the_largest_choices_ends_within_the_second_in_which_stop_acts(name):
    again = made(name)
    corners = [choices if isinstance(choices[0], str) else choices[-1:] for choices in again.controls.values()]
    for largest in product(*corners):
        cells = again.cells(**dict(zip(again.controls, largest, strict=True)))
        draw = drawing(again.experiment, cells, 0)
        with threads_restored():
            assert draw.one(cells[-1]).seconds >= 0
        begun = time.thread_time()
        draw.one(cells[-1])
        assert time.thread_time() - begun < 1


def test_panel_is_a_box_of_ipywidgets():
    panel = small().panel()
    ended(panel)
    assert isinstance(panel, Panel)
    assert len(panel.children) == 3
