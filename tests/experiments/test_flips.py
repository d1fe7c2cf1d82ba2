"""Records agree with plain simulations, and their standard errors with how much they vary."""

import math

import pytest
import torch

import advlib
from advlib.experiments import chunks, flips, flips_in_plane, flips_plain_and_he
from advlib.experiments.trials import flip_record
from tests.draws import seeded

MEANS = ["flipped", "step", "norm", "value", "perturbation"]
SMALL = {"dim": 6, "width": 15, "depth": 1, "top": "signs", "gain": 1.0}


def agree(one, other, errors=5.0):
    """Means of two independent records lie within so many standard errors, by chance not once in 100,000 records."""
    for name in MEANS:
        error = math.hypot(one[f"{name}_se"], other[f"{name}_se"])
        assert abs(one[name] - other[name]) <= errors * error + 1e-12, name
    for name in ("step_std", "norm_std"):
        assert one[name] == pytest.approx(other[name], rel=0.3), name


def one_by_one(dim, width, depth, top, gain, networks, inputs):
    """The same experiment without batches or chunks, and without the search: f where the step is tried."""
    generator, flip = seeded(123), []
    for _ in range(networks):
        net = advlib.multilayer((dim, *[width] * depth), top=top, gain=gain, generator=generator)
        x = advlib.sphere(inputs, dim, radius=dim**0.5, generator=generator)
        value, gradient = net(x), net.gradient(x)
        tried = torch.linspace(0, 20, 2001)[1:, None, None]
        flipped = net((x - tried * value.sign()[:, None] * gradient).flatten(0, 1)).view(2000, inputs) * value < 0
        first = torch.where(flipped.any(0), 0.01 * flipped.int().argmax(0) + 0.005, torch.nan)
        norm = gradient.norm(dim=-1)
        flip.append(advlib.Flip(first, first.isfinite(), value, norm, first * norm))
    return flip_record(advlib.Flip(*(torch.stack(fields) for fields in zip(*flip, strict=True))))


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "top", "gain"), [(1, "signs", 1.0), (2, "gaussian", 2**0.5), (3, "signs", 1.0)])
def test_a_record_agrees_with_networks_drawn_one_by_one(depth, top, gain):
    sizes = {"dim": 20, "width": 30, "depth": depth, "top": top, "gain": gain, "networks": 100, "inputs": 5}
    record = flips(**sizes, seed=0)
    assert record["draws"] == 500
    agree(record, one_by_one(**sizes))


@pytest.mark.slow
def test_deferred_and_dense_weights_agree():
    sizes = {"dim": 20, "width": 30, "depth": 3, "top": "signs", "gain": 1.0, "networks": 400, "inputs": 2}
    agree(flips(**sizes, seed=0), flips(**sizes, matrices="deferred", seed=1))


@pytest.mark.parametrize("top", ["signs", "gaussian"])
@pytest.mark.parametrize(("dim", "width"), [(5, 8), (40, 300)])
def test_in_the_plane_the_law_is_the_same(dim, width, top):
    sizes = {"dim": dim, "width": width, "networks": 3000, "top": top}
    plain = flips(**sizes, depth=1, gain=1.0, inputs=1, seed=0)
    agree(flips_in_plane(**sizes, seed=1), plain)


@pytest.mark.slow
@pytest.mark.parametrize("memory", [1, 2**16])
def test_chunks_change_the_draws_and_not_their_law(monkeypatch, memory):
    sizes = SMALL | {"networks": 300, "inputs": 3}
    whole, plane = flips(**sizes, seed=0), flips_in_plane(6, 15, 800, seed=0)
    monkeypatch.setattr(chunks, "MEMORY", memory)
    chunked = flips(**sizes, seed=0)
    assert chunked["draws"] == whole["draws"] == 900
    assert chunked["norm"] != whole["norm"]
    agree(chunked, whole)
    agree(flips_in_plane(6, 15, 800, seed=0), plane)


@pytest.mark.parametrize("networks", [1, 7, 64, 1000])
def test_chunks_hold_every_network_once_within_memory_and_have_seeds_of_their_own(networks):
    numbers = chunks.MEMORY // (4 * 10)
    pieces = list(chunks.cut(networks, numbers, 0))
    assert sum(count for count, _ in pieces) == networks
    assert all(0 < count <= 10 for count, _ in pieces)
    seeds = {seed for _, seed in pieces}
    assert len(seeds) == len(pieces)
    assert seeds.isdisjoint(seed for _, seed in chunks.cut(networks, numbers, 1))


@pytest.mark.slow
def test_standard_errors_are_how_much_means_vary_though_inputs_share_weights():
    records = [flips(**SMALL, networks=20, inputs=30, seed=seed) for seed in range(200)]
    for name in MEANS:
        spread = torch.tensor([record[name] for record in records], dtype=torch.float64).std()
        claimed = torch.tensor([record[f"{name}_se"] for record in records], dtype=torch.float64).square().mean().sqrt()
        assert 0.8 < spread / claimed < 1.25, name
    naive = sum(record["norm_std"] for record in records) / 200 / math.sqrt(600)
    assert torch.tensor([record["norm"] for record in records]).std() > 2 * naive


def test_deviations_are_those_of_the_draws():
    flip = advlib.Flip(
        step=torch.tensor([[-1.0, 2.0], [torch.nan, 3.0]]),
        found=torch.tensor([[True, True], [False, True]]),
        value=torch.tensor([[1.0, -2.0], [3.0, -4.0]]),
        gradient_norm=torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        perturbation_norm=torch.tensor([[1.0, 4.0], [torch.nan, 12.0]]),
    )
    record = flip_record(flip)
    assert (record["flipped"], record["step"], record["norm"], record["value"]) == (0.75, 2.0, 2.5, 2.5)
    assert record["step_std"] == pytest.approx(1.0)
    assert record["norm_std"] == pytest.approx(math.sqrt(5 / 3))
    assert record["norm_se"] == pytest.approx(torch.tensor([1.5, 3.5]).std().item() / math.sqrt(2))
    assert record["perturbation"] == pytest.approx(17 / 3)


def test_where_nothing_flips_the_step_is_nan():
    record = flips(**SMALL, networks=10, inputs=2, max_step=1e-9, seed=0)
    assert record["flipped"] == 0
    assert math.isnan(record["step"])
    assert math.isnan(record["perturbation"])
    assert record["norm"] > 0


def test_one_network_has_no_standard_error():
    record = flips(**SMALL, networks=1, inputs=50, seed=0)
    assert all(math.isnan(record[f"{name}_se"]) for name in MEANS)
    assert record["norm_std"] > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dim": 0}, "dim must be a positive integer, got 0"),
        ({"width": 2.5}, "width must be a positive integer, got 2.5"),
        ({"depth": 0}, "depth must be a positive integer, got 0"),
        ({"networks": 0}, "networks must be a positive integer, got 0"),
        ({"inputs": 0}, "inputs must be a positive integer, got 0"),
        ({"top": "round"}, "top must be one of"),
        ({"matrices": "sparse"}, "matrices must be one of"),
        ({"max_step": 0}, "max_step must be a positive number"),
        ({"seed": -1}, "seed must be an integer from 0 up, got -1"),
    ],
)
def test_refusals(change, message):
    with pytest.raises((TypeError, ValueError), match=message):
        flips(**(SMALL | {"networks": 2, "inputs": 2, "seed": 0} | change))


@pytest.mark.parametrize("max_step", [-1.0, math.nan])
def test_a_reach_in_the_plane_is_positive(max_step):
    with pytest.raises(ValueError, match="max_step must be a"):
        flips_in_plane(10, 10, networks=2, max_step=max_step, seed=0)


@pytest.mark.parametrize("depth", [1, 3])
def test_plain_and_he_are_two_runs_on_the_same_draws(depth):
    sizes = {"dim": 20, "width": 30, "depth": depth, "top": "signs", "networks": 60, "inputs": 2}
    both = flips_plain_and_he(**sizes, max_step=1.0, seed=5)
    for name, gain in (("plain", 1.0), ("he", 2**0.5)):
        alone = flips(**sizes, gain=gain, max_step=1.0, seed=5)
        assert alone.pop("draws") == both["draws"]
        for column, number in alone.items():
            assert both[f"{name}_{column}"] == pytest.approx(number, rel=1e-4), column
    assert both["plain_flipped"] < both["he_flipped"] < 1
