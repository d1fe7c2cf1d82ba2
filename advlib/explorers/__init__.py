"""The explorers of the chapters: pictures that the reader moves."""

from advlib.explorers.layers import deeper, deeper_frame
from advlib.explorers.step import one_step, one_step_frame

__all__ = ["deeper", "deeper_frame", "one_step", "one_step_frame"]
