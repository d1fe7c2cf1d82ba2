"""Pictures that sliders move: in Jupyter the kernel computes anew; a built page does so too, or draws on stored values.

All are drawn by `explorer.js` from a *frame*, what one call of the explorer's function returns for one setting of its
parameters. A *dial* moves within a frame and needs no computation.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from html import escape
from itertools import accumulate, product
from pathlib import Path
from typing import Any
from uuid import uuid4

import traitlets
import vl_convert
from IPython.display import display

from advlib.pages.chart_style import CONFIG
from advlib.pages.control import Control
from advlib.pages.packing import compact, deflated, in_nine_digits
from advlib.pages.widget import FrameWidget

BUILDING = "ADVLIB_STATIC"
"""This environment variable is "1" while a book is being built: explorers then show pages, not widgets."""

VIEW = "application/vnd.jupyter.widget-view+json"

NAMES = ("controls", "ink", "pad", "drawing", "handles", "questions", "values", "charts", "runs", "explorer")
SCRIPTS = tuple(Path(__file__).with_name(f"{name}.js") for name in NAMES)
"""What draws an explorer, in the order of loading."""

PAGE_SCRIPT, WIDGET_SCRIPT, STYLE = map(Path(__file__).with_name, ("page.js", "widget.js", "explorer.css"))
"""What mounts the explorers of a built page, and those in Jupyter, and what they look like."""


@cache
def vega() -> str:
    """Return Vega as one script that needs no network; it sets the global `advlibVegaEmbed`."""
    return vl_convert.javascript_bundle("globalThis.advlibVegaEmbed = vegaEmbed;")


def key(value: float | str) -> str:
    """Write a value as JavaScript does (a number from 0.0001 to 10^16), where 1.0 is 1."""
    return str(value).removesuffix(".0")


def side_by_side(pictures: Sequence[str]) -> str:
    """Lay SVG pictures in a row, on white, as one."""
    sizes = [re.findall(r' (?:width|height)="([\d.]+)"', picture)[:2] for picture in pictures]
    widths, heights = (list(map(float, lengths)) for lengths in zip(*sizes, strict=True))
    starts = list(accumulate(widths, initial=0))
    placed = (picture.replace("<svg", f'<svg x="{x}"', 1) for x, picture in zip(starts[:-1], pictures, strict=True))
    size = f'width="{starts[-1]}" height="{max(heights)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="white"/>{"".join(placed)}</svg>'


@cache
def widget_script() -> str:
    """Return the script of all explorers in Jupyter, a module."""
    return "\n".join([vega(), *(script.read_text("utf-8") for script in (*SCRIPTS, WIDGET_SCRIPT))])


class Explorer(FrameWidget):
    """Charts of one frame, with sliders: a widget, and a part of a built page.

    Its parameters and dials are traits by their names; `frame` and `value` are what it shows and where its sliders
    stand. See `advlib.pages.widget` for what they take.

    Parameters
    ----------
    title : str
        What the explorer is, for readers who do not see it.
    compute : callable
        Takes a value for every parameter and returns a dict that JSON can hold.
    parameters, dials : sequence of Control
        Sliders that ask for a new frame, and sliders that move within one.
    charts : sequence of Vega-Lite specs
        They read the `frame`, the dials and the signals by name.
    signals : mapping of str to str
        Vega expressions shared by the charts; the one named `summary` is the line of text below them.
    live : bool
        Whether a script of `advlib.pages.live` that bears the explorer's name computes the same frames in a page.
    data : callable, optional
        Returns what that script needs beside the parameters.
    mover : str, optional
        Names a handle that takes the lowest of the bars along, where parameters are bars.
    player : str, optional
        Which dial a button plays through.
    most : int, optional
        To how many draws a button lets a page draw on, with `advlibLive.NAME.more`; in Jupyter there is none, as a
        frame there is what `compute` returns.
    """

    _esm, _css, _still = (traitlets.Unicode().tag(sync=True) for _ in range(3))
    _model = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        title: str,
        compute: Callable[..., dict[str, Any]],
        parameters: Sequence[Control],
        dials: Sequence[Control],
        charts: Sequence[dict[str, Any]],
        signals: Mapping[str, str],
        *,
        live: bool = False,
        data: Callable[[], dict[str, Any]] = dict,
        mover: str = "",
        player: str = "",
        most: int = 0,
    ):
        self.live = live
        self.data = data
        self.mover = mover
        self.player = player
        self.most = most
        self._charts = charts
        self._signals = signals
        super().__init__(title, compute, parameters, dials)

    def open(self) -> None:
        """Do nothing yet: what a page needs is computed for those who look."""

    @property
    def model_id(self) -> str:
        """What a view or a link asks for, which opens the connection to the page."""
        if self.comm is None:
            super().open()
        return super().model_id

    @traitlets.default("_esm")
    def _script(self) -> str:
        return widget_script()

    @traitlets.default("_css")
    def _style(self) -> str:
        return STYLE.read_text("utf-8")

    @traitlets.default("_model")
    def _live_model(self) -> dict[str, Any]:
        return self.model()

    @traitlets.default("_still")
    def _name_of_still(self) -> str:
        return f"advlib-still-{uuid4().hex}"

    @property
    def name(self) -> str:
        """What the frame's function is for."""
        return getattr(self.compute, "func", self.compute).__name__.removesuffix("_frame")

    @cached_property
    def charts(self) -> list[dict[str, Any]]:
        """The Vega-Lite specs, complete with the frame at which the sliders start."""
        first = self.frame_at({control.name: control.start for control in self.parameters})
        params: list[dict[str, Any]] = [{"name": "frame", "value": first}]
        params += [{"name": dial.name, "value": dial.start} for dial in self.dials]
        params += [{"name": name, "expr": expression} for name, expression in self._signals.items()]
        layout = {"config": CONFIG, "params": params}
        return [chart | layout for chart in self._charts]

    def model(self, *, built: bool = False) -> dict[str, Any]:
        """What `explorer.js` draws, over every value or over those that a built page keeps."""
        return {
            "name": self.name,
            "title": self.title,
            "parameters": [
                control.with_values(control.built if built else control.values) for control in self.parameters
            ],
            "dials": [dial.with_values(dial.values) for dial in self.dials],
            "charts": self.charts,
            "mover": self.mover,
            "player": self.player,
            "most": self.most if built else 0,
            "note": self._note if built else "",
        }

    @property
    def _note(self) -> str:
        return "Computed in this page." if self.live else "Values computed when this page was built."

    def page_model(self) -> dict[str, Any]:
        """What `page.js` mounts: the model, its first frame apart, and what others need or they themselves."""
        charts = [chart | {"params": chart["params"][1:]} for chart in self.charts]
        first = self.charts[0]["params"][0]["value"]
        model = self.model(built=True) | {"charts": charts, "first": in_nine_digits(first)}
        return model | (
            {"live": True, "data": deflated(self.data())} if self.live else {"frames": deflated(self.frames())}
        )

    def frames(self) -> dict[str, dict[str, Any]]:
        """Every frame of a built page, by the values of its parameters."""
        settings = product(*(control.built for control in self.parameters))
        return {",".join(map(key, setting)): self.compute(*setting) for setting in settings}

    @cached_property
    def _pictures(self) -> list[str]:
        """The charts at which the sliders start, as SVG."""
        return [vl_convert.vegalite_to_svg(chart) for chart in self.charts]

    def still(self, name: str = "") -> str:
        """The picture at which the sliders start, for paper and for readers without scripts or a kernel."""
        setting = "; ".join(map(str, (*self.parameters, *self.dials))) + "."
        label = escape(" ".join([f"{self.title}.", *(chart["description"] for chart in self.charts), setting]))
        caption = f"<p><strong>{escape(self.title)}.</strong> {escape(setting)}</p>"
        picture = "".join(self._pictures) + caption
        identity = f' id="{name}"' if name else ""
        return f'<div class="advlib-still"{identity} role="img" aria-label="{label}">{picture}</div>'

    def png(self) -> bytes:
        """The same picture for readers that show no HTML, on white."""
        return vl_convert.svg_to_png(side_by_side(self._pictures))

    def html(self) -> str:
        """The explorer as a part of a built page, which loads `vega`, the scripts and the style."""
        model = compact(self.page_model())
        data = '<script type="application/json">' + model.replace("<", r"\u003c") + "</script>"
        return f'<div class="advlib-explorer">{self.still()}{data}</div>'

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # type: ignore[override]
        """What a page shows while a book is built."""
        return {"text/plain": self.title, "text/html": self.html()}

    def _ipython_display_(self) -> None:
        """Show the still picture, which the live one hides wherever it runs; while a book is built, neither."""
        if os.environ.get(BUILDING) == "1":
            raise NotImplementedError
        html = f"<style>{self._css}</style>{self.still(self._still)}"
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display({"text/plain": self.title, "text/html": html, "image/png": self.png()}, raw=True)
        display({"text/plain": "", VIEW: view}, raw=True)
