"""The stable names of experiments, which seed their cells and head their stores."""

from collections.abc import Callable
from typing import Any, TypeVar

Named = TypeVar("Named", bound=Callable[..., Any])


def named(name: str) -> Callable[[Named], Named]:
    """Give an experiment a name of its own: its numbers then stay the same wherever its file moves.

    Examples
    --------
    >>> @named("games.dice")
    ... def dice(sides, *, seed):
    ...     return {"eyes": seed % sides + 1}
    >>> name_of(dice)
    'games.dice'
    """

    def give(experiment: Named) -> Named:
        experiment.__dict__["experiment_name"] = name
        return experiment

    return give


def name_of(experiment: Callable[..., Any]) -> str:
    """Return the name that an experiment was given, else that of its module and its own, joined by a dot.

    Examples
    --------
    >>> name_of(named)
    'advlib.sweep.names.named'
    """
    own = f"{experiment.__module__}.{experiment.__qualname__}"
    return getattr(experiment, "experiment_name", own)
