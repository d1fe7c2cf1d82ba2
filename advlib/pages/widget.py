"""An explorer for other widgets: its sliders, and the frame that they ask for, are synced traits."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import anywidget
import traitlets

from advlib.pages.control import Control

Frame = dict[str, Any]


def trait(control: Control) -> traitlets.TraitType:
    """Make the trait of a slider: it takes the slider's words, any number between its ends, or a picture.

    Examples
    --------
    >>> trait(Control("dim", "dimension", (10, 20, 50), 20)).max
    50
    """
    values = list(control.values)
    if isinstance(control.start, str):
        return traitlets.Enum(values, control.start).tag(sync=True)
    whole = all(isinstance(value, int) for value in values)
    kind: Any = traitlets.Int if whole else traitlets.Float
    number = kind(control.start, min=min(values), max=max(values))
    return (traitlets.Union([number, traitlets.Unicode()]) if control.pictures else number).tag(sync=True)


class FrameWidget(anywidget.AnyWidget):
    """A widget with a trait for each slider, of a class of its own.

    When an assignment to a parameter returns, `frame` is the frame of the new setting, and the page has both in one
    message. A dial goes to the nearest of its places, as a frame is known at these alone. What a slider does not take,
    and what `compute` refuses, raises `traitlets.TraitError` and leaves everything as it was.

    Parameters
    ----------
    title : str
    compute : callable
        Takes a value for every parameter and returns a dict that JSON can hold.
    parameters, dials : sequence of Control
    """

    frame = traitlets.Dict(read_only=True).tag(sync=True)
    value = traitlets.Dict(read_only=True).tag(sync=True)
    """Where the sliders stand, by name; `frame` belongs to these parameters."""

    def __new__(
        cls,
        title: str,
        compute: Callable[..., Frame],
        parameters: Sequence[Control],
        dials: Sequence[Control],
        *_: Any,
        **__: Any,
    ) -> Self:
        """Make the class, and its one widget."""
        traits: dict[str, Any] = {control.name: trait(control) for control in (*parameters, *dials)}
        traits["_accepted"] = traitlets.validate(*traits)(cls._accepted)
        own = type(cls.__name__, (cls,), traits | {"__module__": cls.__module__, "__doc__": cls.__doc__})
        return super().__new__(own)

    def __init__(
        self,
        title: str,
        compute: Callable[..., Frame],
        parameters: Sequence[Control],
        dials: Sequence[Control],
        **state: Any,
    ):
        self.title = title
        self.compute = compute
        self.parameters = parameters
        self.dials = dials
        self._last: tuple[dict[str, Any] | None, Frame] = (None, {})
        super().__init__(**state)
        self.set_trait("value", self._setting([*parameters, *dials]))

    def _setting(self, controls: Sequence[Control]) -> dict[str, Any]:
        return {control.name: getattr(self, control.name) for control in controls}

    def frame_at(self, question: dict[str, Any]) -> Frame:
        """Return the frame for these parameters, which is computed unless it was the last."""
        if question != self._last[0]:
            self._last = question, self.compute(**question)
        return self._last[1]

    @traitlets.default("frame")
    def _first_frame(self) -> Frame:
        return self.frame_at(self._setting(self.parameters))

    def _accepted(self, proposal: Any) -> Any:
        """The value of a parameter, once its frame is there, or the nearest place of a dial."""
        name, value = proposal["trait"].name, proposal["value"]
        if value != value:
            raise traitlets.TraitError(f"the '{name}' trait must be a number, got {value}")
        for dial in self.dials:
            if dial.name == name:
                return value if isinstance(value, str) else min(dial.values, key=lambda place: abs(place - value))
        try:
            self.frame_at(self._setting(self.parameters) | {name: value})
        except Exception as error:
            raise traitlets.TraitError(f"{type(error).__name__}: {error}") from error
        return value

    def notify_change(self, change: Any) -> None:
        """Tell page and observers of a slider's change; frame and value go first."""
        with self.hold_sync():
            if change["name"] in self._setting(self.parameters):
                self.set_trait("frame", self.frame_at(self._setting(self.parameters)))
            if change["name"] in (setting := self._setting([*self.parameters, *self.dials])):
                self.set_trait("value", setting)
            super().notify_change(change)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page sends; tell it what is refused, and what holds instead."""
        try:
            super().set_state(sync_data)
        except Exception as error:
            self.send({"problem": str(error)})
            self.send_state([*sync_data])
            raise
