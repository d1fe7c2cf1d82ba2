"""Integers and numbers of numpy are integers and numbers, wherever the core takes one."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import advlib
from advlib import bottleneck, curvature, depth, extremes, landscape, lazy, lazy_ball, theory
from advlib.deferred import DeferredGaussian
from advlib.experiments import plane
from tests.draws import network, points, seeded

NET = network((6, 9))
SMOOTH = network((6, 9), activation="tanh")
LAZY = advlib.lazy_two_layer(6, 40, generator=seeded(0), dtype=torch.float64)
X = points(NET, 5)
UNIT = X / X.norm(dim=-1, keepdim=True)
LABELS = X[:, 0].sign()


def trained(i, r):
    found = lazy.train(LAZY, UNIT, LABELS, radius=r(0.25), lr=r(0.5), batch_size=i(2), epochs=i(2), generator=seeded(0))
    return found.history


CALLS = {
    "two_layer": lambda i, r: advlib.two_layer(i(6), i(9), bias=r(0.5), batch=(i(2),), generator=seeded(0)),
    "multilayer": lambda i, r: advlib.multilayer((i(6), i(9)), gain=r(1.5), batch=[i(2)], generator=seeded(0)),
    "lazy_two_layer": lambda i, r: advlib.lazy_two_layer(i(6), i(9), batch=(i(2),), generator=seeded(0)),
    "DeferredGaussian": lambda i, r: DeferredGaussian(i(6), i(9), std=r(0.5), generator=seeded(0)).to_dense(),
    "sphere": lambda i, r: advlib.sphere(i(5), i(6), radius=r(1.5), batch=(i(2),), generator=seeded(0)),
    "points": lambda i, r: advlib.points(NET, i(5), generator=seeded(0)),
    "gradient_step": lambda i, r: advlib.gradient_step(NET, X, r(0.5)),
    "smallest_flip": lambda i, r: advlib.smallest_flip(NET, X, max_step=r(1.5)),
    "pgd": lambda i, r: advlib.pgd(NET, X, LABELS, radius=r(1.5), steps=i(3)),
    "pgd, step_size": lambda i, r: advlib.pgd(NET, X, LABELS, radius=r(1.5), steps=i(3), step_size=r(0.25)),
    "total bottlenecks": lambda i, r: torch.tensor(bottleneck.layers([i(6), i(9), i(3)])),
    "masked_norms": lambda i, r: bottleneck.masked_norms(network((6, 3)), X, iterations=i(3), generator=seeded(0)),
    "image_radii": lambda i, r: advlib.radii.image_radii(
        NET, X, radius=r(0.5), steps=i(2), starts=i(3), generator=seeded(0)
    ),
    "near_linear_radius": lambda i, r: advlib.radii.near_linear_radius(NET, X, tolerance=r(0.25), reach=r(1.5)),
    "extremes": lambda i, r: extremes.extremes(NET, X, steps=i(3)),
    "one_step_reach": lambda i, r: extremes.one_step_reach(NET, X, reach=r(1.5)),
    "pgd_reach": lambda i, r: extremes.pgd_reach(NET, X, radii=[r(0.5), r(0.25)], steps=i(3)),
    "hessian_norm": lambda i, r: curvature.hessian_norm(SMOOTH, X, steps=i(3), generator=seeded(0)),
    "worst_gradient_change": lambda i, r: landscape.worst_gradient_change(
        NET, X, r(0.5), steps=i(3), generator=seeded(0)
    ),
    "most_switched": lambda i, r: landscape.most_switched(NET, X, r(0.5), steps=i(3), generator=seeded(0)),
    "angle_map": lambda i, r: depth.angle_map(r(0.5)),
    "angles": lambda i, r: depth.angles(r(0.5), i(3)),
    "angle_deviations": lambda i, r: theory.angle_deviations(r(0.5), i(3), i(100)),
    "random_angles": lambda i, r: depth.random_angles(r(0.5), i(3), i(100), generator=seeded(0)),
    "train": trained,
    "robust_accuracy": lambda i, r: lazy.robust_accuracy(LAZY, UNIT, LABELS, lazy.Attack(r(0.5), i(3)), block=i(2)),
    "project": lambda i, r: lazy.project(advlib.Network([LAZY.weights[0] + 1], LAZY.top), LAZY, r(0.5)),
    "push": lambda i, r: lazy_ball.push(LAZY, UNIT[0], r(0.5)),
    "scatter": lambda i, r: lazy_ball.scatter(LAZY, r(0.5), generator=seeded(0)),
    "value_range": lambda i, r: lazy_ball.value_range(LAZY, UNIT, r(0.5)),
    "plane_flips": lambda i, r: plane.plane_flips(i(6), i(100), i(2), "signs", r(1.5), seeded(0)),
}
INTEGERS = [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64, np.uint64]
NUMBERS = [np.float16, np.float32, np.float64, Fraction]


def tensors(result):
    if isinstance(result, torch.nn.Module):
        return list(result.parameters())
    return [result] if isinstance(result, torch.Tensor) else list(result)


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
@given(integer=st.sampled_from(INTEGERS), number=st.sampled_from(NUMBERS))
@settings(max_examples=8, derandomize=True)
def test_a_call_with_numpy_s_numbers_is_the_call_with_python_s(call, integer, number):
    """The numbers are those that half precision holds exactly, and 100 seeds make 4 * 100, which 8 bits do not hold."""
    for one, other in zip(tensors(CALLS[call](integer, number)), tensors(CALLS[call](int, float)), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize(
    ("bad", "error"), [({"draws": 0}, ValueError), ({"top": "sign"}, ValueError), ({"max_step": -1.0}, ValueError)]
)
def test_flips_in_the_plane_refuse_bad_arguments_by_name(bad, error):
    good = {"dim": 6, "width": 9, "draws": 2, "top": "signs", "max_step": 20.0, "generator": seeded(0)}
    with pytest.raises(error, match=next(iter(bad))):
        plane.plane_flips(**(good | bad))
