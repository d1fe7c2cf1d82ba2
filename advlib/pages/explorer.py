"""Pictures that sliders move: in Jupyter the kernel computes anew, a built page draws on values computed before.

Both are drawn by `explorer.js` from a *frame*, what one call of the explorer's function returns for one setting of its
parameters. A *dial* moves within a frame and needs no computation.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from html import escape
from itertools import product
from pathlib import Path
from typing import Any

import anywidget
import traitlets
import vl_convert

BUILDING = "ADVLIB_STATIC"
"""This environment variable is "1" while a book is being built: explorers then show pages, not widgets."""

SCRIPT, STYLE = (Path(__file__).with_name(f"explorer.{suffix}") for suffix in ("js", "css"))

CONFIG: dict[str, Any] = {
    "autosize": "none",
    "background": None,
    "font": "system-ui, sans-serif",
    "padding": {"left": 40, "right": 12, "top": 48, "bottom": 42},
    "view": {"stroke": None},
    "axis": {
        "domainColor": "currentColor",
        "domainOpacity": 0.5,
        "grid": False,
        "labelFlush": False,
        "labelColor": "currentColor",
        "labelFontSize": 12,
        "tickColor": "currentColor",
        "tickOpacity": 0.5,
        "tickSize": 4,
        "titleColor": "currentColor",
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "text": {"color": "currentColor", "fontSize": 12},
    "title": {
        "anchor": "start",
        "color": "currentColor",
        "fontSize": 13,
        "fontWeight": 600,
        "frame": "group",
        "offset": 10,
        "dx": -36,
    },
}
"""Whatever is not data takes the colour of the surrounding text, so that a light and a dark page both read."""


@cache
def vega() -> str:
    """Return Vega as one script that needs no network; it sets the global `advlibVegaEmbed`."""
    return vl_convert.javascript_bundle("globalThis.advlibVegaEmbed = vegaEmbed;")


def key(value: float | str) -> str:
    """Write a value as JavaScript does (a number from 0.0001 to 10^16), where 1.0 is 1."""
    return str(value).removesuffix(".0")


@dataclass(frozen=True)
class Control:
    """A slider: its values in Jupyter, numbers or words, those a built page keeps, and where it starts."""

    name: str
    label: str
    values: Sequence[float | str]
    built: Sequence[float | str]
    start: float | str
    unit: str = ""
    digits: int = 0

    def with_values(self, values: Sequence[float | str]) -> dict[str, Any]:
        """The slider over these values, as `explorer.js` takes it."""
        return asdict(self) | {"values": list(values), "built": None}

    def __str__(self) -> str:
        start = self.start if isinstance(self.start, str) else f"{self.start:,.{self.digits}f}"
        return f"{self.label}: {start} {self.unit}".rstrip()


class Explorer:
    """Charts of one frame, with sliders; the value of a cell that ends in it is what the reader moves.

    Parameters
    ----------
    title : str
        What the explorer is, for readers who do not see it.
    frame : callable
        Takes a value for every parameter and returns a dict that JSON can hold.
    parameters, dials : sequence of Control
        Sliders that ask for a new frame, and sliders that move within one.
    charts : sequence of Vega-Lite specs
        They read the `frame`, the dials and the signals by name.
    signals : mapping of str to str
        Vega expressions shared by the charts; the one named `summary` is the line of text below them.
    """

    def __init__(
        self,
        title: str,
        frame: Callable[..., dict[str, Any]],
        parameters: Sequence[Control],
        dials: Sequence[Control],
        charts: Sequence[dict[str, Any]],
        signals: Mapping[str, str],
    ):
        self.title, self.frame, self.parameters, self.dials = title, frame, parameters, dials
        self._charts, self._signals = charts, signals

    @cached_property
    def charts(self) -> list[dict[str, Any]]:
        """The Vega-Lite specs, complete with the frame at which the sliders start."""
        first = self.frame(**{control.name: control.start for control in self.parameters})
        params: list[dict[str, Any]] = [{"name": "frame", "value": first}]
        params += [{"name": dial.name, "value": dial.start} for dial in self.dials]
        params += [{"name": name, "expr": expression} for name, expression in self._signals.items()]
        layout = {"config": CONFIG, "params": params}
        return [chart | layout for chart in self._charts]

    def model(self, *, built: bool = False) -> dict[str, Any]:
        """What `explorer.js` draws, over every value or over those that a built page keeps."""
        return {
            "title": self.title,
            "parameters": [
                control.with_values(control.built if built else control.values) for control in self.parameters
            ],
            "dials": [dial.with_values(dial.values) for dial in self.dials],
            "charts": self.charts,
            "note": "Values computed when this page was built." if built else "",
        }

    def frames(self) -> dict[str, dict[str, Any]]:
        """Every frame of a built page, by the values of its parameters."""
        settings = product(*(control.built for control in self.parameters))
        return {",".join(map(key, setting)): self.frame(*setting) for setting in settings}

    def still(self) -> str:
        """The picture at which the sliders start, for paper and for readers without scripts."""
        setting = "; ".join(map(str, (*self.parameters, *self.dials))) + "."
        label = escape(" ".join([f"{self.title}.", *(chart["description"] for chart in self.charts), setting]))
        pictures = "".join(vl_convert.vegalite_to_svg(chart) for chart in self.charts)
        return f'<div class="advlib-still" role="img" aria-label="{label}">{pictures}<p>{escape(setting)}</p></div>'

    def html(self) -> str:
        """The explorer as a part of a built page, which loads `vega`, `explorer.js` and `explorer.css`."""
        model = json.dumps(self.model(built=True) | {"frames": self.frames()}, separators=(",", ":"), allow_nan=False)
        data = '<script type="application/json">' + model.replace("<", r"\u003c") + "</script>"
        return f'<div class="advlib-explorer">{self.still()}{data}</div>'

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if os.environ.get(BUILDING) == "1":
            return {"text/plain": self.title, "text/html": self.html()}
        return Widget(self)._repr_mimebundle_(**options)


class Widget(anywidget.AnyWidget):
    """An explorer in Jupyter: the page asks, with a ticket, and this kernel sends the frame."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    model = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: Explorer):
        export = "export default { render: advlibExplorer.render };"
        script = "\n".join([vega(), SCRIPT.read_text("utf-8"), export])
        super().__init__(_esm=script, _css=STYLE.read_text("utf-8"), model=explorer.model())
        self.explorer = explorer
        self.on_msg(self.answer)

    def answer(self, _: "Widget", content: dict[str, Any], buffers: list[bytes]) -> None:
        """Send the frame that was asked for."""
        self.send({"ticket": content["ticket"], "frame": self.explorer.frame(**content["question"])})
