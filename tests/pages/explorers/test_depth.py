"""Laws of the explorer of depth."""

import json
import math
import re

import numpy as np
import pytest
import torch
import vl_convert

from advlib.pages import explorers
from advlib.pages.explorers import depth_frame
from advlib.pages.explorers.charts import VERMILLION
from advlib.pages.live.depth import LAYERS
from advlib.theory import angle_deviations


@pytest.mark.slow
@pytest.mark.parametrize("start", [5, 90, 180])
def test_limit_obeys_the_lemma_at_every_step_that_is_drawn(start):
    limit = np.radians(depth_frame(start, 10, 0)["limit"])
    before, after = limit[:40], limit[1:41]
    wanted = np.sin(before) / np.pi + (1 - before / np.pi) * np.cos(before)
    assert np.cos(after) == pytest.approx(wanted, abs=1e-3)
    assert limit[0] == pytest.approx(math.radians(start))


@pytest.mark.parametrize("start", [20, 90])
def test_wide_network_keeps_to_the_limit_within_its_fluctuation(start):
    """Five deviations at the first ten layers."""
    frame = depth_frame(start, 1000, 1)
    allowed = 5 * angle_deviations(math.radians(start), 10, 1000).rad2deg() + 0.01
    gap = torch.tensor(frame["angle"][:11]) - torch.tensor(frame["limit"][:11])
    assert (gap.abs() <= allowed).all()


@pytest.mark.slow
def test_dead_layers_are_none_and_the_page_still_loads_as_json():
    frames = [depth_frame(180, 2, seed) for seed in range(10)]
    assert any(None in frame["angle"] for frame in frames)
    json.dumps(frames, allow_nan=False)


@pytest.mark.slow
@pytest.mark.parametrize("alive", [True, False])
def test_arrows_of_a_dead_network_are_hidden(alive):
    frames = (depth_frame(180, 2, seed) for seed in range(20))
    chart = explorers.depth().charts[1]
    frame, layer = chart["params"][:2]
    frame["value"] = next(frame for frame in frames if (frame["angle"][6] is not None) == alive)
    layer["value"] = LAYERS[6]
    arrows = re.findall(f"<[^>]*{VERMILLION}[^>]*>", vl_convert.vegalite_to_svg(chart))
    assert len(arrows) == 4
    assert all(('opacity="0"' in arrow) != alive for arrow in arrows)
