"""On a phone the panels of a figure stand below one another: the same file, cut to each of them in turn."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sphinx.application import Sphinx

Box = tuple[float, float, float, float]
"""Left, top, width and height, in points."""

PANEL = re.compile(r'<g id="subfigure_\d+">\s*<g id="patch_\d+">\s*<path d="([^"]*)"')
"""The ground of a subfigure, a rectangle, or what of it is not cut off."""

IMAGE = re.compile(r'<img alt="([^"]*)" src="([^"]*?)([^/"]+\.svg)" ?/>')

ORDER = '<span class="panels-order">Panels of each row from left to right:</span>'


def boxes(svg: str) -> list[Box]:
    """Return where the panels of a figure are, from left to right, one row after the other."""
    return [box(np.array(re.findall(r"-?[\d.]+", path), float).reshape(-1, 2)) for path in PANEL.findall(svg)]


def box(corners: np.ndarray) -> Box:
    """Return the smallest box that holds these points, without what lies left of or above the figure."""
    left, top = corners.min(0).clip(0)
    right, bottom = corners.max(0)
    return left, top, right - left, bottom - top


def cut(source: str, box: Box, alt: str) -> str:
    """Return the part of an image that a box holds, as wide as there is room."""
    left, top, width, height = (f"{length:.2f}" for length in box)
    view = f"{source}#svgView(viewBox({left},{top},{width},{height}))"
    return f'<img alt="{alt}" src="{view}" loading="lazy" style="aspect-ratio: {width} / {height}" />'


def stacked(files: dict[str, Path], image: re.Match[str]) -> str:
    """Return an image and, if it has panels, what takes its place on a phone; one of them says what is seen."""
    whole, (alt, folder, name) = image[0], image.groups()
    found = boxes(files[name].read_text("utf-8")) if name in files else []
    if not found:
        return whole
    parts = "".join(cut(folder + name, box, "" if i else alt) for i, box in enumerate(found))
    marked = whole.replace("<img ", '<img class="panels-whole" ', 1)
    return f'{marked}<span class="panels-apart">{ORDER}{parts}</span>'


def stack(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Do this to all figures of a page."""
    images = getattr(app.builder, "images", {})
    files = {name: Path(app.srcdir, source) for source, name in images.items()}
    if doctree is not None:
        context["body"] = IMAGE.sub(partial(stacked, files), context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", stack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
