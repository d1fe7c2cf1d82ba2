"""The font of icons: light, and with all that the themes' templates and styles show."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from tests.extensions import extension

icons = extension("icons")

SEEN = {"bars", "bell", "chevron-down", "circle-half-stroke", "download", "expand", "list", "magnifying-glass"}
"""Some of those that every page shows."""


@pytest.fixture(scope="module")
def styles():
    return icons.styles()


@pytest.fixture(scope="module")
def kept(styles):
    """The icons of the font, by their places."""
    data = re.search('base64,([^"]*)', styles)[1]
    return {*TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()}


def test_the_icons_of_the_themes_are_there_and_few_others(styles, kept):
    all_icons = TTFont(icons.FONT).getBestCmap()
    assert {all_icons[place] for place in kept} >= SEEN
    assert len(styles) < 10_000


def test_a_browser_is_told_which_they_are(styles, kept):
    assert {int(place, 16) for place in re.findall(r"U\+(\w+)", styles)} == kept


def test_every_build_makes_the_same(styles):
    assert icons.styles() == styles
