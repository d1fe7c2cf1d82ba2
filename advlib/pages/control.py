"""The sliders of an explorer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Control:
    """A slider: its values, numbers or words, where it starts, and, if not all, the values that a built page stores."""

    name: str
    label: str
    values: Sequence[float | str]
    start: float | str
    unit: str = ""
    digits: int = 0
    built: Sequence[float | str] = ()
    bar: int | None = None
    """The place of a bar of the first picture whose top is dragged, in place of a slider."""
    pictures: Mapping[str, str] | None = None
    """Pictures to choose one from, in place of a slider, or to draw another: their ink in hexadecimal, by name."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "built", self.built or self.values)

    def with_values(self, values: Sequence[float | str]) -> dict[str, Any]:
        """The slider over these values, as `explorer.js` takes it."""
        return asdict(self) | {"values": list(values), "built": None}

    def __str__(self) -> str:
        if self.pictures:
            return f"{self.label}: {[*self.pictures][self.values.index(self.start)]}"
        start = self.start if isinstance(self.start, str) else f"{self.start:,.{self.digits}f}"
        return f"{self.label}: {start} {self.unit}".rstrip()
