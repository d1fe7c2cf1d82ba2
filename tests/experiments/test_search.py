"""The scan that looks for sign changes which the search overlooks."""

import pytest
import torch

import advlib
from advlib import smallest_flip
from advlib.experiments import search
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
def test_a_scan_sees_what_an_exact_walk_sees_but_for_narrow_pairs():
    drawn = {"generator": seeded(1), "dtype": torch.float64}
    changes = near = 0
    for _ in range(10):
        net = advlib.multilayer([10, *[100] * 6], gain=2**0.5, **drawn)
        x = advlib.sphere(20, 10, radius=10**0.5, **drawn)
        end = torch.full_like(net(x), 20.0)
        seen = scan(net, x, end, points=200).nan_to_num(20)
        ray = Ray(net, x, -net(x).sign().unsqueeze(-1) * net.gradient(x))
        walked = walk_regions(ray, net(x), 20.0).nan_to_num(20)
        assert (seen >= walked * (1 - 1e-6)).all()
        changes += (walked < 20).sum().item()
        near += ((walked < 20) & (seen < 1.05 * walked)).sum().item()
    assert changes >= 50
    assert near >= 0.95 * changes


@pytest.mark.slow
def test_what_a_blind_search_overlooks_is_all_there_is(monkeypatch):
    def blind(net, x, *, max_step):
        return smallest_flip(net, x, max_step=1e-9 * max_step)

    monkeypatch.setattr(search, "smallest_flip", blind)
    record = search_against_scan(10, 30, 2, networks=20, inputs=10, seed=0)
    assert record["flipped"] == 0
    assert record["earlier"] == record["first_flipped"] > 0.5


@pytest.mark.slow
def test_a_record_tells_what_is_overlooked():
    record = search_against_scan(10, 100, 6, networks=30, inputs=20, seed=0)
    assert 0 <= record["first_flipped"] - record["flipped"] <= record["earlier"] < 0.005


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
