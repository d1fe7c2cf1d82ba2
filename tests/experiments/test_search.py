"""The scan that looks for sign changes which the search overlooks."""

import pytest
import torch

import advlib
from advlib.experiments.search import scan, search_against_scan
from advlib.rays import Ray, walk_regions
from tests.draws import seeded


@pytest.mark.slow
@pytest.mark.parametrize(("width", "depth"), [(10, 2), (40, 3), (80, 6)])
def test_where_every_linear_piece_is_visited_nothing_is_overlooked(width, depth):
    record = search_against_scan(10, width, depth, networks=10, inputs=20, seed=0)
    assert record["earlier"] == 0
    assert record["step"] == record["first_step"]
    assert record["flipped"] == record["first_flipped"]


@pytest.mark.slow
def test_beyond_that_the_scan_sees_what_an_exact_walk_sees_but_for_narrow_pairs():
    """With 600 neurons the search steps; the scan may see no more than the walk, and not much less."""
    overlooked = scanned = near = 0
    drawn = {"generator": seeded(1), "dtype": torch.float64}
    for _ in range(30):
        net = advlib.multilayer([10, *[100] * 6], gain=2**0.5, **drawn)
        x = advlib.sphere(20, 10, radius=10**0.5, **drawn)
        found = advlib.smallest_flip(net, x).step.abs().nan_to_num(20)
        seen = scan(net, x, found, points=200).nan_to_num(20)
        ray = Ray(net, x, -net(x).sign().unsqueeze(-1) * net.gradient(x))
        walked = walk_regions(ray, net(x), 20.0).nan_to_num(20)
        assert (seen.minimum(found) >= walked * (1 - 1e-6)).all()
        overlooked += (walked < found * (1 - 1e-6)).sum().item()
        scanned += (seen < found).sum().item()
        near += ((seen < found) & (seen < 1.05 * walked)).sum().item()
    assert scanned >= 5
    assert near >= 0.8 * scanned
    assert 0.8 * overlooked <= scanned <= overlooked


@pytest.mark.slow
def test_a_record_tells_what_is_overlooked():
    record = search_against_scan(10, 100, 6, networks=30, inputs=20, seed=0)
    assert 0 < record["first_flipped"] - record["flipped"] <= record["earlier"] < 0.05


def test_a_scan_is_the_same_alone_and_in_a_batch():
    drawn = {"batch": (3,), "generator": seeded(2), "dtype": torch.float64}
    net = advlib.multilayer([10, 20, 20], **drawn)
    x = advlib.sphere(4, 10, radius=10**0.5, **drawn)
    end = torch.full((3, 4), 50.0, dtype=torch.float64)
    batched = scan(net, x, end, points=50)
    for i in range(3):
        one = advlib.Network([w[i] for w in net.weights], net.top[i])
        torch.testing.assert_close(scan(one, x[i], end[i], points=50), batched[i], equal_nan=True)


@pytest.mark.parametrize(("name", "bad"), [("points", 0), ("max_step", float("inf")), ("inputs", 0), ("depth", 0)])
def test_bad_input_is_refused_by_name(name, bad):
    cell = {"dim": 5, "width": 6, "depth": 2, "networks": 2, "inputs": 2} | {name: bad}
    with pytest.raises(ValueError, match=name):
        search_against_scan(**cell, seed=0)
