"""Where the tables lie that the book reads."""

from pathlib import Path

import advlib


def folder() -> Path:
    """Return `book/results` of the checkout that this package runs from, else the copy that a wheel carries.

    Examples
    --------
    >>> folder().name
    'results'
    """
    package = Path(advlib.__file__).parent
    checkout = package.parent / "book" / "results"
    return checkout if checkout.is_dir() else package / "pages" / "results"
