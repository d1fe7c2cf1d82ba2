"""Two inputs on their way through a deep random ReLU network: the map of their angle, and their images."""

from typing import Any

import altair as alt

from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, shown, text
from advlib.pages.explorers.sliders import seed_slider, sizes
from advlib.pages.live.depth import LAYERS, depth_frame

LAST_DRAWN = 40
"""Behind this layer the cobweb's steps are too small to draw."""


def _cobweb_chart() -> dict[str, Any]:
    """The map, its steps as far as the current layer, and the network's own steps as dots."""
    x = axis(alt.X, 0, 180, [0, 45, 90, 135, 180], format="d", title="angle before it, degrees")
    y = axis(alt.Y, 0, 90, [0, 30, 60, 90], format="d")
    t = "(PI * datum.i / 90)"
    law = rows(91, x="2 * datum.i", y=f"180 / PI * acos(sin({t}) / PI + (1 - {t} / PI) * cos({t}))")
    limit = "'limit: from ' + datum.x + '° to ' + format(datum.y, '.3~g') + '°'"
    diagonal = rows(2, x="90 * datum.i", y="90 * datum.i").mark_line(color="currentColor", opacity=0.5)
    corner = "datum.step == 0 ? 0 : frame.limit[floor((datum.step + 1) / 2)]"
    steps = rows(2 * LAST_DRAWN + 1, step="min(datum.i, 2 * place)", x="frame.limit[floor(datum.step / 2)]", y=corner)
    there = "datum.i < place && frame.angle[datum.i + 1] !== null ? 1 : 0"
    drawn = rows(LAST_DRAWN, x="frame.angle[datum.i]", y="frame.angle[datum.i + 1]", shown=there)
    drawn = drawn.mark_point(color=VERMILLION, filled=True, size=35)
    layer = "'layer ' + (datum.i + 1) + ': from ' + format(datum.x, '.3~g') + '° to ' + format(datum.y, '.3~g') + '°'"
    return panel(
        [
            law.mark_line(color="currentColor", strokeWidth=1.5).encode(x=x, y=y, order="i:Q", tooltip=says(limit)),
            diagonal.encode(x="x:Q", y="y:Q"),
            steps.mark_line(color=BLUE).encode(x="x:Q", y="y:Q", order="i:Q"),
            drawn.encode(x="x:Q", y="y:Q", opacity=shown(), tooltip=says(f"datum.shown ? {layer} : null")),
            text("178", "8", "'— limit, ● width ' + frame.width", align="right"),
        ],
        title="Angle behind a layer and before it",
        description="The map of the angle with its cobweb, and the steps of a network of finite width as dots.",
    )


def _arrows(second: str, scale: str, opacity: str, **mark: Any) -> list[alt.Chart]:
    """Two images, the first to the right; `second` is the angle of the other, and `scale` their lengths."""
    ends = rows(2, t=f"datum.i * {second} * PI / 180", long=scale)
    ends = ends.transform_calculate(x="datum.long * cos(datum.t)", y="datum.long * sin(datum.t)", o="0")
    seen = alt.ExprRef(opacity)
    stem = ends.mark_rule(opacity=seen, **mark).encode(x="x:Q", y="y:Q", x2="o:Q", y2="o:Q")
    tip = ends.mark_point(color=mark["color"], filled=True, size=60, opacity=seen)
    words = says("datum.i ? format(180 / PI * datum.t, '.3~g') + '° from the first' : null")
    return [stem, tip.encode(x="x:Q", y="y:Q", tooltip=words)]


def _image_chart() -> dict[str, Any]:
    """The images of the two inputs at the current layer, the longer one of length 1, angles true at any width."""
    x = axis(alt.X, -1, 1, [])
    y = axis(alt.Y, -0.2, 1.3, [])
    x["scale"]["domain"] = [alt.ExprRef("-width / 240"), alt.ExprRef("width / 240")]
    frame = rows(1, x="0", y="0").mark_point(color="currentColor", size=20).encode(x=x, y=y)
    lengths = "datum.i == 0 ? 1 / max(1, ratio) : ratio / max(1, ratio)"
    alive = "frame.angle[place] === null ? 0 : 1"
    return panel(
        [
            frame,
            *_arrows("frame.limit[place]", "1", "1", color="currentColor", strokeWidth=1, strokeDash=[5, 4]),
            *_arrows("frame.angle[place]", lengths, alive, color=VERMILLION, strokeWidth=2.5),
            text("-1", "1.2", "'dashed: infinite width'", align="left"),
        ],
        title="The two images at this layer",
        description="The two images as arrows, in a network of finite width and in the limit.",
    )


SIGNALS = {
    "place": f"indexof([{','.join(map(str, LAYERS))}], layer)",
    "ratio": "frame.ratio[place] === null ? 1 : frame.ratio[place]",
    "summary": (
        "frame.angle[place] === null ? 'An image is zero at layer ' + layer + ': the network has died there.' : "
        "'At layer ' + layer + ' the images lie ' + format(frame.angle[place], '.3~g') + '° apart, against '"
        " + format(frame.limit[place], '.3~g') + '° at infinite width'"
        " + (layer > 9 ? ' and 3π / i = ' + format(540 / layer, '.3~g') + '°' : '') + '; the second is '"
        " + format(ratio, '.2f') + ' times as long as the first.'"
    ),
}


def depth() -> Explorer:
    """Explore how the images of two inputs grow together with depth.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.depth().title
    'Two inputs on their way through a deep random network'
    """
    return Explorer(
        "Two inputs on their way through a deep random network",
        depth_frame,
        parameters=[
            Control("start", "angle of the inputs", range(1, 181), 180, "degrees"),
            Control("width", "width k", sizes(2, 1000), 100, "neurons"),
            seed_slider(0),
        ],
        dials=[Control("layer", "layer i", LAYERS, 0)],
        charts=[_cobweb_chart(), _image_chart()],
        signals=SIGNALS,
        live=True,
        player="layer",
    )
