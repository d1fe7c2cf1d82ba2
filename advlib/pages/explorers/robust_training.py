"""Adversarial training on MNIST, from the stored table: the cliff of robust accuracy, and where it stands."""

from typing import Any

import altair as alt
import numpy as np

from advlib.data import SOURCES
from advlib.experiments.robust import DOZEN, RADII
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, text
from advlib.pages.packing import picture
from advlib.pages.tables import table

WIDTHS = (100, 300, 1000, 3000)
SIDE, ATTACK = 28, 0.2
"""Which rows of the table are shown: whole images, and attacks of this length."""

TRIED = 300
"""The width of the networks that attacked digits are shown for."""

AGAINST = ("V", "V √m")
SHIFT = 1.5
"""By how much the logarithm of V √m is moved to lie on the axis of V."""

TILE = 48
"""Pixels of a test image on the page, with its margin, at most."""

CORNERS = (("x", "x", 0.04), ("y", "y", 0.04), ("x2", "x", 0.96), ("y2", "y", 0.96))

LEFT, RIGHT = -1.6, 0.75
"""Of the pictures, as logarithms of V."""

DASHES = ([1, 2], [4, 2], [9, 3], [1, 0])
"""Of the curves, from the narrowest network on."""


def robust_training_frame() -> dict[str, Any]:
    """Read what `robust_training` draws: accuracies of networks trained against attacks in balls of several radii.

    Returns
    -------
    dict
        Lists with a place for each of `WIDTHS`, of lists with a place for each of `RADII`: `robust`, the share of test
        images that withstand attacks of length 0.2, `clean`, that of images that are right as they are, and `switched`,
        that of neurons and test images at which a neuron has switched. And of a dozen test images `digits`, their
        pictures, and with a place for each of `RADII` `fooled`, for each of them whether the attack fools a network of
        `TRIED` neurons, 1 or 0, and `count`, how many it fools.

    Examples
    --------
    >>> frame = robust_training_frame()
    >>> frame["robust"][0][0], frame["robust"][3][-1] > 0.9
    (0.0, True)
    """
    stored = table("robust-training")
    shown = stored[(stored["size"] == SIDE) & (stored["attack_radius"] == ATTACK)].set_index(["width", "radius"])
    curves = {
        name: [[round(float(shown.loc[(width, radius), name]), 4) for radius in RADII] for width in WIDTHS]
        for name in ("robust", "clean", "switched")
    }
    return curves | _dozen()


def _dozen() -> dict[str, Any]:
    """The digits that were attacked one by one, and what came of it."""
    stored = table("fooled-digits").set_index("radius").loc[list(RADII)]
    fooled = stored[[f"fooled_{i}" for i in range(DOZEN)]].astype(int).to_numpy()
    x, _ = SOURCES[stored["source"].iloc[0]].load("test", normalize=False)
    pixels = (255 * (1 - x[:DOZEN])).round().numpy().astype(np.uint8).reshape(DOZEN, SIDE, SIDE)
    return {"digits": [*map(picture, pixels)], "fooled": fooled.tolist(), "count": fooled.sum(1).tolist()}


def _across() -> alt.X:
    """V or V √m, on logarithmic scales that are one but for a shift."""
    label = f"format(pow(10, datum.value + (against == 'V' ? 0 : {SHIFT})), '.1~r')"
    return axis(alt.X, LEFT, RIGHT, [-1.5, -1, -0.5, 0, 0.5], labelExpr=label)


def _curves(name: str, what: str) -> list[alt.Chart]:
    """A share of `what` against the radius, for every width, with what it is at the current one."""
    layers = []
    seen = f"inrange(datum.x, [{LEFT}, {RIGHT}])"
    for i, dash in enumerate(DASHES):
        where = f"log({{}} * (against == 'V' ? 1 : sqrt({WIDTHS[i]}))) / LN10 - (against == 'V' ? 0 : {SHIFT})"
        at = f"{list(RADII)}[datum.i]"
        curve = rows(len(RADII), x=where.format(at), y=f"{seen} ? frame.{name}[{i}][datum.i] : null")
        line = curve.mark_line(color=BLUE, strokeWidth=2, strokeDash=dash)
        ball = f"against + ' = ' + format({at} * (against == 'V' ? 1 : sqrt({WIDTHS[i]})), '.3~r')"
        words = says(f"'m = {WIDTHS[i]:,}, ' + {ball} + ': ' + format(datum.y, '.1%') + ' {what}'")
        now = rows(1, x=where.format("radius"), y=f"{seen} ? frame.{name}[{i}][place] : null", floor="0")
        now = now.transform_filter("isValid(datum.y)")
        drop = now.mark_rule(color=VERMILLION, strokeWidth=1).encode(x="x:Q", y="y:Q", y2="floor:Q")
        dot = now.mark_point(color=VERMILLION, filled=True, size=60, opacity=1).encode(x="x:Q", y="y:Q")
        layers += [line.encode(x="x:Q", y="y:Q", order="i:Q", tooltip=words), drop, dot]
    return layers


def _keys(top: float, step: float) -> list[alt.Chart]:
    """Which line is which width."""
    layers = []
    for i, dash in enumerate(DASHES):
        y = f"{top - i * step}"
        sample = rows(1, x="-1.55", end="-1.3", y=y).mark_rule(color=BLUE, strokeWidth=2, strokeDash=dash)
        layers.append(sample.encode(x="x:Q", x2="end:Q", y="y:Q"))
        layers.append(text("-1.26", y, f"'m = {WIDTHS[i]:,}'", align="left"))
    return layers


def _chart(name: str, what: str, top: float, ticks: list[float], **words: str) -> dict[str, Any]:
    frame = rows(1, x=f"{LEFT}", y="0").mark_point(opacity=0)
    first = frame.encode(x=_across(), y=axis(alt.Y, 0, top, ticks, format="%"))
    return panel([first, *_curves(name, what), *_keys(0.93 * top, 0.12 * top)], height=170, below=26, **words)


def _dozen_chart() -> dict[str, Any]:
    """The dozen test images, crossed where the attack fools the network trained at this radius."""
    x = axis(alt.X, 0, 1, [])
    y = axis(alt.Y, 0, 2, [], reverse=True)
    x["scale"]["domain"] = [0, alt.ExprRef("width / tile")]
    y["scale"]["domain"] = [0, alt.ExprRef("height / tile")]
    place = {"x": "datum.i % columns", "y": "floor(datum.i / columns)"}
    digits = rows(DOZEN, x=f"{place['x']} + 0.5", y=f"{place['y']} + 0.5", url="frame.digits[datum.i]")
    images = digits.mark_image(width=alt.ExprRef("tile - 4"), height=alt.ExprRef("tile - 4"), smooth=False, aria=False)
    what = "frame.fooled[place][datum.i] ? 'the attack fools the network' : 'it withstands the attack'"
    words = says(f"'image ' + (datum.i + 1) + ': ' + ({what})")
    ends = {end: f"{place[axis]} + {share}" for end, axis, share in CORNERS}
    fooled = rows(DOZEN, **ends).transform_filter("frame.fooled[place][datum.i]")
    tint = fooled.mark_rect(color=VERMILLION, opacity=0.3, aria=False)
    strokes = fooled.mark_rule(color=VERMILLION, strokeWidth=3, strokeCap="round", aria=False)
    return panel(
        [
            images.encode(x=x, y=y, url="url:N", tooltip=words),
            tint.encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q"),
            strokes.encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q"),
            strokes.encode(x="x:Q", y="y2:Q", x2="x2:Q", y2="y:Q"),
        ],
        height=2 * TILE,
        below=8,
        usermeta={"wide": {"from": DOZEN * TILE, "height": TILE}},
        title=f"Crossed out: fooled (m = {TRIED})",
        description="A dozen test images, those crossed out that the attack fools the network on.",
    )


def _listed(each: str) -> str:
    """A Vega expression that writes something for every width, in `m` and `i`."""
    return " + ', ' + ".join(each.replace("$i", str(i)).replace("$m", str(m)) for i, m in enumerate(WIDTHS))


PRODUCTS, ROBUST, SWITCHED = map(
    _listed,
    (
        "format(radius * sqrt($m), '.1f')",
        "format(frame.robust[$i][place], '.0%')",
        "format(frame.switched[$i][place], '.0%')",
    ),
)
NAMED = ", ".join(f"{width:,}" for width in WIDTHS)

SIGNALS = {
    "place": f"indexof({list(RADII)}, radius)",
    "tile": f"min({TILE}, width / {DOZEN // 2})",
    "columns": f"width < {DOZEN * TILE} ? {DOZEN // 2} : {DOZEN}",
    "summary": (
        "'Every neuron may move by V' + (against == 'V' ? ' = ' + format(radius, '.3f')"
        f" : ', and V √m = ' + {PRODUCTS}) + '. With m = {NAMED} neurons, ' + {ROBUST}"
        f" + ' of the test images withstand attacks of length 0.2, and ' + {SWITCHED} + ' of the neurons switched.'"
        f" + ' Of the dozen, ' + frame.count[place] + ' are fooled.'"
    ),
}


def robust_training() -> Explorer:
    """Explore adversarial training in a ball: where the cliff of robust accuracy stands.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.robust_training().title
    'Trained against attacks, in a ball'
    """
    robust = _chart(
        "robust",
        "withstand attacks",
        1.0,
        [0, 0.25, 0.5, 0.75, 1],
        title="Test images that withstand attacks",
        description="Robust accuracy against the radius of the ball, a curve for each width.",
    )
    switched = _chart(
        "switched",
        "switched",
        0.4,
        [0, 0.1, 0.2, 0.3, 0.4],
        title="Neurons switched, at a test image",
        description="The share of neurons that have switched against the radius of the ball, a curve for each width.",
    )
    return Explorer(
        "Trained against attacks, in a ball",
        robust_training_frame,
        parameters=[],
        dials=[
            Control("against", "horizontally", AGAINST, "V"),
            Control("radius", "radius V", RADII, RADII[0], digits=3),
        ],
        charts=[robust, switched, _dozen_chart()],
        signals=SIGNALS,
    )
