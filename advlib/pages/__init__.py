"""What only the book needs: explorers, figures, tables, numbers in the text, claims."""

from importlib.util import find_spec

NEEDED = ("altair", "anywidget", "IPython", "ipywidgets", "matplotlib", "myst_nb", "vl_convert")

if missing := [name for name in NEEDED if find_spec(name) is None]:
    raise ImportError(f"advlib.pages needs {', '.join(missing)}: run `pip install 'advlib[book]'`")
