"""The icons that pages show: a font of these few, within a stylesheet, in place of a script and a font of all."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import pydata_sphinx_theme
import sphinx_book_theme
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

THEMES = [Path(theme.__file__).parent for theme in (pydata_sphinx_theme, sphinx_book_theme)]
STATIC = THEMES[0] / "theme" / "pydata_sphinx_theme" / "static"
FONT = STATIC / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"
STYLES = STATIC / "styles" / "pydata-sphinx-theme.css"

PRIVATE = range(0xE000, 0xF900)
"""Where a font of icons keeps them."""


def wanted(font: TTFont) -> list[int]:
    """Return the icons that the themes' templates name and their styles draw."""
    templates = [path for theme in THEMES for path in theme.rglob("*") if path.suffix in {".html", ".py"}]
    named = {name for path in templates for name in re.findall(r"\bfa-([a-z-]+)", path.read_text("utf-8"))}
    drawn = {ord(icon) for icon in re.findall('--pst[a-z-]*:"(.)"', STYLES.read_text("utf-8"))}
    return sorted(
        code for code, name in font.getBestCmap().items() if code in PRIVATE and (name in named or code in drawn)
    )


def smaller(font: TTFont, codes: list[int]) -> bytes:
    """Return the font with these icons alone, in WOFF."""
    subsetter = Subsetter(Options(notdef_outline=True))
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def styles() -> str:
    """Return the stylesheet; for any other icon a browser takes the theme's font."""
    font = TTFont(FONT, recalcTimestamp=False)
    codes = wanted(font)
    data = base64.b64encode(smaller(font, codes)).decode()
    which = ", ".join(f"U+{code:X}" for code in codes)
    return f"""@font-face {{
  font-family: "Font Awesome 6 Free";
  font-weight: 900;
  font-display: block;
  src: url("data:font/woff;base64,{data}") format("woff");
  unicode-range: {which};
}}
"""


def write(app: Sphinx) -> None:
    """Put it beside the pages."""
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / "icons.css").write_text(styles(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_css_file("icons.css")
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
