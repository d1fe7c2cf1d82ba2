"""A chapter's measurement again, at sizes of the reader's: on a built page its picture, in Jupyter behind controls."""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import ipywidgets
import pandas as pd
from IPython.display import Markdown, display
from matplotlib.figure import Figure

from advlib.pages import plots
from advlib.pages.explorer import BUILDING
from advlib.pages.panel import Panel, Step
from advlib.pages.pictures.drawing import WIDTH
from advlib.sweep import Cell, Experiment, Finished, drawing, tabulate
from advlib.sweep.drawings import threads_restored

Values = dict[str, Any]

LOGARITHMIC = {"xscale": "log", "yscale": "log"}
"""Axes of a law that is a power."""


@dataclass(frozen=True)
class Picture:
    """The reader's points over what is known.

    Parameters
    ----------
    known : callable
        Takes the values of the controls and returns a table.
    x, y : str
        Columns of the table and of the records; ``y + "_se"`` is an error, where it is there.
    by : str, optional
        A line for each value of this column, named by the format `label`.
    axes : mapping
        What `matplotlib.axes.Axes.set` takes.
    """

    known: Callable[..., pd.DataFrame]
    x: str
    y: str
    by: str | None = None
    label: str = "{}"
    axes: Mapping[str, Any] = field(default_factory=dict)

    def draw(self, points: pd.DataFrame, values: Values) -> Figure:
        """Draw the points, which may be none yet."""
        figure = Figure((WIDTH, 3.8), layout="constrained")
        ax = figure.subplots()
        plots.over(ax, self.known(**values), points, self.x, self.y, by=self.by, label=self.label)
        ax.set(**self.axes)
        figure.legend(loc="outside lower center", ncols=3)
        return figure


@dataclass(frozen=True)
class Rerun:
    """A measurement, one cell after the other, with the values that its reader may choose.

    Parameters
    ----------
    experiment : callable
        Takes a cell's parameters and a seed and returns a record. A cell should take less than a second, as it is
        between two of them that one can stop.
    cells : callable
        Takes the values of the controls, whose defaults are where they start, and returns the cells.
    picture : Picture
    seed : int
        Where the seed starts, a control of every re-run.
    controls : mapping
        By name, what `ipywidgets.interact` makes a control of.

    Examples
    --------
    >>> from advlib.pages import reruns, tables
    >>> reruns.how_often(tables.table("two-layers")).starts
    {'d': 50, 'draws': 500, 'seed': 51}
    """

    experiment: Experiment
    cells: Callable[..., list[Cell]]
    picture: Picture
    seed: int
    controls: Mapping[str, Any]

    @property
    def starts(self) -> Values:
        """Where the controls start."""
        parameters = inspect.signature(self.cells).parameters.values()
        return {one.name: one.default for one in parameters} | {"seed": self.seed}

    def steps(self, values: Values) -> Iterator[Step]:
        """Measure cell after cell: how many points there are and will be, and what draws them."""
        cells = self.cells(**{name: value for name, value in values.items() if name != "seed"})
        measure = drawing(self.experiment, cells, values["seed"])
        finished: list[Finished] = []

        def step() -> Step:
            return len(finished), len(cells), partial(self.picture.draw, tabulate(finished), values)

        yield step()
        for cell in cells:
            with threads_restored():
                finished.append(measure.one(cell))
            yield step()

    def note(self) -> str:
        """What the page says below the picture."""
        setting = ", ".join(f"{name} = {value}" for name, value in self.starts.items())
        drawn = f"The points were drawn when this page was built, with {setting}."
        return f"{drawn} In Jupyter this cell runs again, with controls."

    def panel(self) -> Panel:
        """The re-run in Jupyter."""
        seed = ipywidgets.BoundedIntText(self.seed, min=0, max=2**31 - 1)
        return Panel({**self.controls, "seed": seed}, self.starts, self.steps)

    def _ipython_display_(self) -> None:
        if os.environ.get(BUILDING) != "1":
            display(self.panel())
            return
        *_, (_, _, draw) = self.steps(self.starts)
        display(draw())
        display(Markdown(f"*{self.note()}*"))
