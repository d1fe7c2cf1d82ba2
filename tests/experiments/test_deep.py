"""The second paper's experiments: records against closed forms, limits, and the measurements they summarise."""

import math

import pytest
import torch

from advlib import theory
from advlib.depth import angles
from advlib.experiments import angle_scatter, collapse, distortion, narrow_layer, shapes
from advlib.experiments.trials import draw, mean, medians
from advlib.experiments.widths import SHAPES, shape_widths
from tests.draws import seeded

FEW = {"networks": 3, "inputs": 4}
CALLS = [
    (distortion, {"dim": 30, "width": 10, "runs": 3}),
    (shapes, {"shape": "random", "dim": 30, "depth": 2, "factor": 2.0} | FEW),
    (narrow_layer, {"dim": 20, "width": 30, "depth": 2, "narrow": 5, "position": 1} | FEW),
    (angle_scatter, {"theta": 1.0, "width": 50, "depth": 3, "runs": 3}),
    (collapse, {"dim": 10, "width": 20, "depth": 2, "steps": 5} | FEW),
]


@pytest.mark.parametrize(("experiment", "cell"), CALLS)
def test_sizes_that_are_none_are_refused_by_name(experiment, cell):
    for name, value in cell.items():
        if isinstance(value, int):
            with pytest.raises(ValueError, match=f"{name} must be a positive integer, got 0"):
                experiment(**cell | {name: 0}, seed=0)


@pytest.mark.parametrize("width", [5, 50, 100, 120])
def test_distortion_lies_within_five_standard_errors_of_its_exact_mean(width):
    """By chance not once in a million records."""
    record = distortion(100, width, runs=200, seed=0)
    wanted, std = theory.distortion_moments(100, width)
    assert abs(record["ratio"] - wanted) <= 5 * std / math.sqrt(200) + 1e-6
    assert record["ratio_std"] == pytest.approx(std, rel=0.3, abs=1e-6)
    assert record["ratio_se"] == pytest.approx(record["ratio_std"] / math.sqrt(200), rel=1e-6)


def test_one_run_has_no_spread():
    assert math.isnan(distortion(30, 10, runs=1, seed=0)["ratio_std"])


def test_shapes_have_the_widths_that_their_names_say():
    def widths(shape, depth):
        return [*shape_widths(shape, 64, depth, 4.0, seeded(0))[1:]]

    assert widths("constant", 3) == [64, 64, 64]
    assert widths("pyramid", 2) == [32, 16]
    assert widths("hourglass", 3) == [32, 16, 32]
    assert all(16 <= width <= 256 for width in widths("random", 1000))
    assert abs(sum(math.log(width / 64, 4) for width in widths("random", 1000))) < 5 * math.sqrt(1000 / 3)
    assert shapes("hourglass", 64, 3, 4.0, **FEW, seed=0)["narrowest"] == 16


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_the_relative_step_falls_like_the_root_of_the_dimension(shape):
    """The limit of the perturbation is |N(0, 1)|, of median 0.6745: 150 draws scatter by 9 % about it."""
    record = shapes(shape, 400, 2, 1.5, networks=150, inputs=1, seed=1)
    assert record["flipped"] > 0.95
    assert record["relative_median"] * 20 == pytest.approx(0.6745, rel=0.4)


@pytest.mark.slow
def test_the_narrower_a_network_becomes_the_fewer_inputs_flip_and_at_width_one_none():
    """One neuron behind a ReLU has one sign wherever it is not 0."""
    common = {"dim": 200, "depth": 4, "networks": 40, "inputs": 5, "seed": 2}
    shares = [shapes("pyramid", factor=factor, **common)["flipped"] for factor in (1.0, 20.0, 200.0)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.8
    assert shares[-1] == 0


@pytest.mark.slow
def test_the_gradient_ahead_stays_near_for_longer_where_the_narrow_layer_is_wider():
    common = {"dim": 200, "width": 200, "depth": 2, "position": 1, "networks": 20, "inputs": 5}
    narrow, wide = (narrow_layer(narrow=k, **common, seed=3) for k in (4, 200))
    for record in (narrow, wide):
        assert record["ahead_50_median"] > record["ahead_10_median"]
        assert record["aside_50_median"] > record["aside_10_median"]
    assert wide["ahead_50_median"] > 1.5 * narrow["ahead_50_median"]


def test_angles_scatter_about_the_map():
    record = angle_scatter(1.0, 1000, 5, runs=100, seed=4)
    assert record["limit"] == angles(1.0, 5)[-1].item()
    assert abs(record["angle"] - record["limit"]) < 5 * record["limit_std"] / 10 + 5 / 1000
    assert record["angle_std"] == pytest.approx(record["limit_std"], rel=0.4)
    assert math.isnan(angle_scatter(1.0, 100, 2, runs=1, seed=0)["angle_std"])


@pytest.mark.slow
def test_deeper_networks_tell_less_apart():
    shallow, deep = (collapse(8, 60, depth, networks=4, inputs=10, steps=10, seed=5) for depth in (1, 40))
    for name in ("difference_median", "spread", "flipped", "attacked"):
        assert deep[name] < shallow[name]
    assert deep["attack_median"] > shallow["attack_median"]
    for record in (shallow, deep):
        assert record["flipped"] <= record["attacked"]
        assert record["attack_median"] <= record["one_step_median"]
        assert 0 <= record["spread"] <= 2


def test_networks_that_died_are_counted():
    record = collapse(3, 1, 12, networks=10, inputs=3, steps=2, seed=6)
    assert record["dead"] > 0.5
    assert record["spread"] < 1


def test_standard_errors_are_those_of_the_networks_means():
    measured = {"x": [torch.tensor([0.0, 4.0]), torch.tensor([1.0, 1.0]), torch.tensor([3.0, 3.0])]}
    assert mean("x", measured) == pytest.approx({"x": 2.0, "x_se": 1 / math.sqrt(3)})
    assert math.isnan(mean("x", {"x": [torch.ones(3)]})["x_se"])
    assert medians(measured) == {"x_median": 1.0}


@pytest.mark.slow
def test_trials_draw_he_networks_and_points_of_the_paper():
    measured = draw(
        lambda generator: (20, 400, 300),
        5,
        10,
        0,
        lambda net, x, generator: {"size": x.norm(dim=-1), "variance": net.weights[1].var() * 400},
        torch.float64,
    )
    torch.testing.assert_close(torch.cat(measured["size"]), torch.full((50,), 20**0.5).double())
    assert mean("variance", {"variance": [v.unsqueeze(0) for v in measured["variance"]]})["variance"] == pytest.approx(
        2, rel=0.02
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shapes("round", 10, 2, 2.0, **FEW, seed=0), "shape must be one of 'constant', 'pyramid'"),
        (lambda: shapes("constant", 10, 2, 0.5, **FEW, seed=0), "factor must be at least 1, got 0.5"),
        (
            lambda: narrow_layer(10, 10, 2, 5, 3, **FEW, seed=0),
            "position must be an integer from 1 to depth = 2, got 3",
        ),
        (lambda: angle_scatter(0.0, 10, 2, 3, seed=0), "theta must lie above 0"),
        (lambda: collapse(5, 5, 2, **FEW, reach=0.0, seed=0), "reach must be a positive number, got 0.0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
