"""Figures lose weight and no mark: the same marks at the same places, in the same style."""

import re

import numpy as np
from matplotlib.figure import Figure

from tests.extensions import extension

light_figures = extension("light_figures")


def drawn(folder):
    figure = Figure()
    axes = figure.subplots()
    axes.plot(np.linspace(0, 1, 300), np.linspace(0, 1, 300) ** 0.5, "o-")
    axes.scatter([0.1, 0.2], [0.3, 0.4], c=["red", "blue"])
    figure.savefig(folder / "figure.svg")
    return (folder / "figure.svg").read_text()


def places(svg):
    return np.array([[float(x), float(y)] for x, y in re.findall(r'<use [^>]*x="([^"]+)" y="([^"]+)"', svg)])


def test_marks_stay_where_they_were_to_a_hundredth_of_a_point(tmp_path):
    before = drawn(tmp_path)
    after = light_figures.lighter(before)
    assert len(after) < 0.8 * len(before)
    assert places(after).shape == places(before).shape
    assert abs(places(after) - places(before)).max() <= 0.01


def test_marks_of_different_styles_keep_them(tmp_path):
    after = light_figures.lighter(drawn(tmp_path))
    assert "fill: #ff0000" in after
    assert "fill: #0000ff" in after


def test_a_lighter_figure_is_light_enough():
    svg = '<g clip-path="url(#a)"><use x="1.23456" style="fill: red"/><use x="2" style="fill: red"/></g>'
    once = light_figures.lighter(svg)
    assert once == '<g clip-path="url(#a)" style="fill: red"><use x="1.23"/><use x="2"/></g>'
    assert light_figures.lighter(once) == once
