"""The explorers of the chapters: pictures that the reader moves."""

from advlib.explorers.step import one_step, one_step_frame

__all__ = ["one_step", "one_step_frame"]
