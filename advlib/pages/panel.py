"""Controls over work that runs beside them, in a thread, and can be stopped: a re-run in Jupyter."""

import base64
import io
import time
from collections.abc import Callable, Iterator, Mapping
from threading import Event, Thread
from typing import Any

import ipywidgets
from matplotlib.figure import Figure

REDRAWN = 0.5
"""Seconds, at least, from one picture to the next while points come."""

Step = tuple[int, int, Callable[[], Figure]]
"""How many points there are, how many there will be, and what draws them."""


def control(name: str, abbreviation: Any, start: Any) -> ipywidgets.Widget:
    """Make a control as `ipywidgets.interact` does, which speaks when it is let go.

    Examples
    --------
    >>> control("d", [10, 20, 50], 20).value
    20
    """
    made = ipywidgets.interactive.widget_from_abbrev(abbreviation, start)
    made.description = name
    if made.has_trait("continuous_update"):
        made.continuous_update = False
    return made


def shown(figure: Figure) -> str:
    """Return a figure as an image in a page."""
    written = io.BytesIO()
    figure.savefig(written, format="svg", bbox_inches="tight")
    source = base64.b64encode(written.getvalue()).decode()
    return (
        f'<img alt="Your points over what is known." style="max-width: 40rem" src="data:image/svg+xml;base64,{source}">'
    )


class Panel(ipywidgets.VBox):
    """Controls, *Run again*, *Stop*, a bar of progress, and a picture that grows.

    A moved control stops the work and begins anew. The work stops between two of its steps.

    Parameters
    ----------
    controls : mapping
        By name, what `ipywidgets.interact` makes a control of.
    starts : mapping
        Where they start.
    steps : callable
        Takes the values and yields steps, the first before any work.
    """

    def __init__(
        self, controls: Mapping[str, Any], starts: Mapping[str, Any], steps: Callable[[dict[str, Any]], Iterator[Step]]
    ):
        self.steps = steps
        self.controls = {name: control(name, given, starts[name]) for name, given in controls.items()}
        self.again = ipywidgets.Button(description="Run again")
        self.halt = ipywidgets.Button(description="Stop", disabled=True)
        self.bar = ipywidgets.IntProgress()
        self.status = ipywidgets.Label()
        self.picture = ipywidgets.HTML()
        self.stopped = Event()
        self.thread: Thread | None = None
        flow = ipywidgets.Layout(flex_flow="row wrap")
        above = ipywidgets.Box([*self.controls.values()], layout=flow)
        below = ipywidgets.Box([self.again, self.halt, self.bar, self.status], layout=flow)
        super().__init__([above, below, self.picture])
        for one in self.controls.values():
            one.observe(self.run, "value")
        self.again.on_click(self.run)
        self.halt.on_click(self.stop)
        self.run()

    def run(self, _: Any = None) -> None:
        """Stop what is under way, and begin anew once it has ended."""
        self.stop()
        self.stopped = Event()
        values = {name: one.value for name, one in self.controls.items()}
        self.thread = Thread(target=self._work, args=(self.thread, self.stopped, values), daemon=True)
        self.thread.start()

    def stop(self, _: Any = None) -> None:
        """Let the step that is under way be the last."""
        self.stopped.set()

    def _work(self, before: Thread | None, stopped: Event, values: dict[str, Any]) -> None:
        if before is not None:
            before.join()
        self.halt.disabled = False
        self.status.value = ""
        try:
            self._measure(stopped, values)
        except Exception as error:
            self.status.value = f"{type(error).__name__}: {error}"
        self.halt.disabled = True

    def _measure(self, stopped: Event, values: dict[str, Any]) -> None:
        """Draw as points come, and say how it ends before the last picture is drawn."""
        begun = time.monotonic()
        drawn = -REDRAWN
        for done, total, draw in self.steps(values):
            self.bar.max = total
            self.bar.value = done
            if done == total:
                points = "1 point" if total == 1 else f"{total} points"
                self.status.value = f"{points} in {time.monotonic() - begun:.1f} s."
            elif stopped.is_set():
                self.status.value = f"Stopped after {done} of {total} points."
            if self.status.value or time.monotonic() >= drawn + REDRAWN:
                self.picture.value = shown(draw())
                drawn = time.monotonic()
            if stopped.is_set():
                return
