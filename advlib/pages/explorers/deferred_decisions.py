"""A small Gaussian matrix that is decided question by question."""

from typing import Any

import altair as alt

from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, says, text
from advlib.pages.explorers.sliders import seed_slider
from advlib.pages.live.deferred_decisions import KINDS, QUESTIONS, SIZE, deferred_decisions_frame

HEIGHT = 200
"""Of both pictures, in pixels."""

LARGEST = 2.5
"""An expected entry this large, or larger, fills its cell."""


def _grid() -> dict[str, Any]:
    """The axes of rows, from above, and of columns."""
    across = axis(alt.X, 0, SIZE, [], format="d", title="column j")
    down = axis(alt.Y, 0, SIZE, [], format="d", title="row i", reverse=True)
    return {"x": across, "y": down}


def _cells() -> alt.Chart:
    left = "(1 - now.rows[datum.row]) * (1 - now.columns[datum.column])"
    place = rows(SIZE**2, row=f"floor(datum.i / {SIZE})", column=f"datum.i % {SIZE}", mean="now.mean[datum.i]")
    return place.transform_calculate(left=left, x="datum.column + 0.5", y="datum.row + 0.5")


def _undecided() -> alt.Chart:
    """A grey square for each entry, as dark as its variance."""
    corners = {"x": "datum.column", "right": "datum.column + 1", "y": "datum.row", "bottom": "datum.row + 1"}
    rect = _cells().transform_calculate(**corners)
    rect = rect.mark_rect(color="currentColor", xOffset=1, x2Offset=-1, yOffset=1, y2Offset=-1)
    shade = alt.Opacity("left:Q", scale=alt.Scale(domain=[0, 1], range=[0.03, 0.35]), legend=None)
    entry = "'row ' + (datum.row + 1) + ', column ' + (datum.column + 1) + ': ' + format(datum.mean, '.2f')"
    words = says(f"{entry} + ' expected, ' + format(datum.left, '.0%') + ' open'")
    return rect.encode(**_grid(), x2="right:Q", y2="bottom:Q", opacity=shade, tooltip=words)


def _means(sign: str, color: str, *, filled: bool) -> alt.Chart:
    """A square for each entry, with an area in proportion to its mean where that has this sign."""
    cells = _cells().transform_calculate(size=f"130 * clamp({sign}datum.mean, 0, {LARGEST})")
    mark = cells.mark_point(shape="square", color=color, filled=filled, strokeWidth=1.8)
    visible = alt.condition("datum.size > 1", alt.value(1), alt.value(0))
    return mark.encode(x="x:Q", y="y:Q", size=alt.Size("size:Q", scale=None), opacity=visible)


def _matrix_chart() -> dict[str, Any]:
    return panel(
        [_undecided(), _means("+", BLUE, filled=True), _means("-", VERMILLION, filled=False)],
        height=HEIGHT,
        title="Expected ■ > 0, □ < 0; grey: open",
        description="The entries of a matrix: grey as far as undecided, with squares as large as their means.",
    )


def _course(column: str, words: str, color: str, dash: list[int]) -> list[alt.Chart]:
    """How a quantity grows from question to question, and where it is now."""
    line = rows(QUESTIONS + 1, x="datum.i", y=f"frame.states[datum.i].{column} / {column}_of")
    dot = rows(1, x="question", y=f"now.{column} / {column}_of")
    return [
        line.mark_line(color=color, strokeWidth=2.5, strokeDash=dash).encode(x="x:Q", y="y:Q", tooltip=says(words)),
        dot.mark_point(color=color, filled=True, size=90, opacity=1).encode(x="x:Q", y="y:Q"),
    ]


def _course_chart() -> dict[str, Any]:
    x = axis(alt.X, 0, QUESTIONS, [0, 5, 10, 15, 20], title="questions asked", format="d")
    y = axis(alt.Y, 0, 2, [0, 0.5, 1, 1.5, 2], format=".1f")
    whole = rows(2, x=f"{QUESTIONS} * datum.i", y="1").mark_line(color="currentColor", strokeWidth=1, opacity=0.6)
    return panel(
        [
            whole.encode(x=x, y=y),
            *_course("drawn", "datum.i + ' questions draw ' + frame.states[datum.i].drawn", VERMILLION, [6, 3]),
            *_course("decided", "datum.i + ' questions decide ' + format(datum.y, '.0%')", BLUE, [1, 0]),
            text("12.5", "1.55", "'numbers drawn'", align="right"),
            text(f"{QUESTIONS}", "0.7", "'variance decided'", align="right"),
        ],
        height=HEIGHT,
        title=f"As shares of the {SIZE**2} entries",
        description="Numbers drawn and variance decided, as shares of the whole matrix, against the questions asked.",
    )


SIGNALS = {
    "now": "frame.states[question]",
    "drawn_of": str(SIZE**2),
    "decided_of": "1",
    "summary": (
        "question == 0 ? 'Before the first question nothing is drawn: every entry may be anything.' : "
        "'Question ' + question + ' asks for ' + (question % 2 ? 'A x' : 'Aᵀ y') + '. So far ' + now.drawn"
        f" + ' numbers are drawn for {SIZE**2} entries, and ' + format(now.decided, '.0%')"
        " + ' of their variance is decided. Best known is row ' + (now.surest[0] + 1) + ', column '"
        " + (now.surest[1] + 1) + ': ' + format(now.surest[2], '.2f') + ' ± ' + format(now.surest[3], '.2f')"
        " + '. Asked of a matrix of 10⁶ × 10⁶, so many questions draw ' + question"
        " + ' million numbers for its 10¹² entries.'"
    ),
}


def deferred_decisions() -> Explorer:
    """Explore a Gaussian matrix whose entries are decided only as far as questions ask.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.deferred_decisions().title
    'A Gaussian matrix, decided question by question'
    """
    counts = range(QUESTIONS + 1)
    return Explorer(
        "A Gaussian matrix, decided question by question",
        deferred_decisions_frame,
        parameters=[
            Control("kind", "what is asked", KINDS, "random vectors"),
            seed_slider(1),
        ],
        dials=[Control("question", "questions asked", counts, 0)],
        charts=[_matrix_chart(), _course_chart()],
        signals=SIGNALS,
        live=True,
    )
