"""The figures of the chapters, a file for each: functions that make a figure and return it.

They are drawn to be read on a phone: one panel where one will do, 4.8 inches wide, text of 10 points. What a figure
shows is passed to it; what it only sketches it makes up. `book.mplstyle` is their style.
"""

from advlib.pages.pictures import bottlenecks

__all__ = ["bottlenecks"]
