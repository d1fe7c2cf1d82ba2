"""An entry of the catalogue: an experiment, what it shows, and its grids at two scales."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from advlib.sweep import Experiment, Grid

Options = dict[str, Sequence[Any]]
"""Values of parameters, to be combined in every way."""

Scale = Literal["book", "paper"]


class Entry(NamedTuple):
    """An experiment and its grids."""

    experiment: Experiment
    summary: str
    grids: Mapping[Scale, Grid]
    """`book` takes minutes, `paper` has the papers' own sizes as far as a laptop carries them."""
