"""A small Gaussian matrix that is decided question by question."""

import math
from typing import Any

import altair as alt
import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.deferred import DeferredGaussian
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, panel, rows
from advlib.sampling import gaussian

SIZE = 10
"""Rows and columns of the matrix."""

QUESTIONS = 2 * SIZE
KINDS = ("coordinates", "random vectors", "earlier answers")
SEEDS = 100
LARGEST = 2.5
"""An expected entry this large, or larger, fills its cell."""


def expected(matrix: DeferredGaussian) -> Tensor:
    """Return the mean of a matrix given what it has answered."""
    by_columns = matrix.right.images.mT @ matrix.right.basis
    by_rows = matrix.left.basis.mT @ matrix.left.images
    return by_columns + by_rows - (by_rows @ matrix.right.basis.mT) @ matrix.right.basis


def _question(kind: str, count: int, answer: Tensor | None, generator: Generator) -> Tensor:
    if kind == "coordinates":
        return torch.eye(SIZE, dtype=torch.float64)[:, count // 2, None]
    if answer is None or kind == "random vectors":
        return gaussian((SIZE, 1), 1.0, generator, torch.float64)
    return answer.relu()


def _state(matrix: DeferredGaussian) -> dict[str, Any]:
    sides, mean = (matrix.left, matrix.right), expected(matrix)
    rows, columns = (side.basis.square().sum(0) for side in sides)
    row, column = int(rows.argmax()), int(columns.argmax())
    left = (1 - rows[row]) * (1 - columns[column])
    return {
        "mean": [round(x, 2) for x in mean.flatten().tolist()],
        "rows": [round(x, 3) for x in rows.tolist()],
        "columns": [round(x, 3) for x in columns.tolist()],
        "surest": [row, column, round(mean[row, column].item(), 2), round(left.clamp(min=0).sqrt().item(), 2)],
        "drawn": SIZE * sum(side.count for side in sides),
        "decided": round(1 - math.prod(1 - side.count / SIZE for side in sides), 4),
    }


def deferred_decisions_frame(kind: str, seed: int) -> dict[str, Any]:
    r"""Compute what `deferred_decisions` draws: a matrix A, asked for :math:`A x` and :math:`A^\top y` in turns.

    Parameters
    ----------
    kind : {"coordinates", "random vectors", "earlier answers"}
        What is asked: unit vectors, Gaussian vectors, or the positive part of the answer before.
    seed : int
        Which draw, from 0 to 99.

    Returns
    -------
    dict
        `states`, one before the first question and one after each. Of each, `mean`: the expected entries, row by row;
        `rows` and `columns`: the share of each that lies in the span of the questions, so that an entry's variance is
        the product of what they leave of 1; `surest`: row, column, mean and standard deviation of the entry best known;
        `drawn`: how many numbers have been drawn; `decided`: the share of the variance of all entries that is gone.

    Raises
    ------
    ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> states = deferred_decisions_frame("coordinates", seed=0)["states"]
    >>> states[0]["decided"], states[1]["decided"], states[1]["columns"][:2]
    (0.0, 0.1, [1.0, 0.0])
    """
    checks.choice("kind", kind, KINDS), checks.index("seed", seed, SEEDS)
    generator = Generator().manual_seed(seed)
    matrix = DeferredGaussian(SIZE, SIZE, std=1.0, generator=generator, dtype=torch.float64)
    states, answer = [_state(matrix)], None
    for count in range(QUESTIONS):
        side = matrix.mT if count % 2 else matrix
        answer = side @ _question(kind, count, answer, generator)
        states.append(_state(matrix))
    return {"states": states}


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
    x, y = _place(alt.X, "column j"), _place(alt.Y, "row i")
    return rect.encode(x=x, x2="right:Q", y=y, y2="bottom:Q", opacity=shade)


def _place(channel: Any, title: str) -> Any:
    scale = alt.Scale(domain=[0, SIZE], reverse=channel is alt.Y, nice=False)
    return channel(f"{channel.__name__.lower()}:Q", title=title, scale=scale, axis=alt.Axis(values=[], domain=False))


def _means(sign: str, color: str, *, filled: bool) -> alt.Chart:
    """A square for each entry, with an area in proportion to its mean where that has this sign."""
    cells = _cells().transform_calculate(size=f"130 * clamp({sign}datum.mean, 0, {LARGEST})")
    mark = cells.mark_point(shape="square", color=color, filled=filled, strokeWidth=1.8)
    x, y = _place(alt.X, "column j"), _place(alt.Y, "row i")
    shown = alt.condition("datum.size > 1", alt.value(1), alt.value(0))
    return mark.encode(x=x, y=y, size=alt.Size("size:Q", scale=None), opacity=shown)


def _matrix_chart() -> dict[str, Any]:
    return panel(
        [_undecided(), _means("+", BLUE, filled=True), _means("-", VERMILLION, filled=False)],
        height=240,
        title="Expected ■ > 0, □ < 0; grey: open",
        description="The entries of a matrix: grey as far as undecided, with squares as large as their means.",
    )


def _over_questions(count: int, t: str, y: str) -> alt.Chart:
    x = alt.X("t:Q", title="questions asked", scale=alt.Scale(domain=[0, QUESTIONS], nice=False))
    height = alt.Y("y:Q", title=None, scale=alt.Scale(domain=[0, 2]), axis=alt.Axis(values=[0, 0.5, 1, 1.5, 2]))
    return rows(count, t=t, y=y).encode(x=x, y=height)


def _course(column: str, color: str, dash: list[int]) -> list[alt.Chart]:
    """How a quantity grows from question to question, and where it is now."""
    line = _over_questions(QUESTIONS + 1, "datum.i", f"frame.states[datum.i].{column} / {column}_of")
    dot = _over_questions(1, "question", f"now.{column} / {column}_of")
    return [
        line.mark_line(color=color, strokeWidth=2.5, strokeDash=dash),
        dot.mark_point(color=color, filled=True, size=90, opacity=1),
    ]


def _name(t: str, y: str, text: str, align: Any) -> alt.Chart:
    label = _over_questions(1, t, y).transform_calculate(text=f"'{text}'")
    return label.mark_text(align=align).encode(text="text:N")


def _course_chart() -> dict[str, Any]:
    whole = _over_questions(2, f"{QUESTIONS} * datum.i", "1")
    whole = whole.mark_line(color="currentColor", strokeWidth=1, opacity=0.6)
    return panel(
        [
            whole,
            *_course("drawn", VERMILLION, [6, 3]),
            *_course("decided", BLUE, [1, 0]),
            _name("12.5", "1.55", "numbers drawn", "right"),
            _name(str(QUESTIONS), "0.7", "variance decided", "right"),
        ],
        height=240,
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
            Control("kind", "what is asked", KINDS, KINDS, "random vectors"),
            Control("seed", "seed, which draw", range(SEEDS), range(4), 1),
        ],
        dials=[Control("question", "questions asked", counts, counts, 6)],
        charts=[_matrix_chart(), _course_chart()],
        signals=SIGNALS,
    )
