"""On a phone the panels of a figure stand below one another, whole, and one text says what they show."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from advlib.pages.pictures.drawing import panels
from tests.extensions import extension

apart = extension("panels")


@pytest.fixture(params=[2, 3, 4], scope="module")
def drawn(request, tmp_path_factory):
    """The file of a figure of so many panels, and how many."""
    file = tmp_path_factory.mktemp("panels") / "figure.svg"
    with plt.style.context("advlib.pages.book"):
        figure, axes = panels(request.param, 4.0)
        for ax in axes:
            ax.set(xlabel="across", ylabel="up")
        figure.savefig(file, bbox_inches="tight")
    return file, request.param


@pytest.mark.slow
def test_panels_do_not_overlap_and_hold_all_words(drawn):
    file, count = drawn
    svg = file.read_text()
    left, top, width, height = np.array(apart.boxes(svg)).T
    assert len(left) == count
    words = re.findall(r'<g transform="translate\(([\d.]+) ([\d.]+)\)', svg)
    x, y = np.array(words, float).T[:, :, None]
    within = (left <= x) & (x <= left + width) & (top <= y) & (y <= top + height)
    assert (within.sum(1) == 1).all()
    assert (within.sum(0) > 5).all()


def test_rows_come_one_after_the_other_each_from_left_to_right(drawn):
    boxes = [(top, left) for left, top, _, _ in apart.boxes(drawn[0].read_text())]
    assert boxes == sorted(boxes)


def test_an_image_of_panels_is_there_twice_and_says_once_what_it_shows(drawn):
    file, count = drawn
    image = apart.IMAGE.match(f'<img alt="Two lines." src="../_images/{file.name}" />')
    page = apart.stacked({file.name: file}, image)
    whole, *parts = re.findall(r"<img [^>]*>", page)
    assert 'alt="Two lines."' in whole
    assert [re.search(r'alt="([^"]*)"', part)[1] for part in parts] == ["Two lines.", *[""] * (count - 1)]
    assert all("#svgView(viewBox(" in part for part in parts)


def test_other_images_stay_as_they_are(tmp_path):
    (tmp_path / "one.svg").write_text("<svg/>")
    image = apart.IMAGE.match('<img alt="One." src="../_images/one.svg" />')
    assert apart.stacked({"one.svg": tmp_path / "one.svg"}, image) == image[0]
    assert apart.stacked({}, image) == image[0]
