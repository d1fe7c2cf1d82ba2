"""What torch has been told elsewhere in the process changes no result: autocast, defaults, modes, precision."""

import threading
from contextlib import contextmanager

import pytest
import torch

import advlib
from advlib import Activation, bottleneck, curvature, depth, extremes, landscape, lazy, lazy_ball, theory
from advlib.ambient import shielded
from advlib.experiments import plane
from advlib.rays import Ray
from tests.draws import network, points, seeded

F32 = torch.float32
WIDE = network((20, 600), dtype=F32)
DEEP = network((20, 30, 30), dtype=F32)
TANH = network((20, 30, 30), activation="tanh", dtype=F32)
LAZY = advlib.lazy_two_layer(20, 400, generator=seeded(0))
X = points(WIDE, 5)
UNIT = X / X.norm(dim=-1, keepdim=True)
LABELS = X[:, 0].sign()
ATTACK = lazy.Attack(0.5, 3)


def deferred():
    return advlib.multilayer((20, 30, 30), matrices="deferred", generator=seeded(0))


def trained(attack=None):
    training = {"radius": 0.2, "lr": 0.5, "batch_size": 2, "epochs": 2, "generator": seeded(0)}
    return lazy.train(LAZY, UNIT, LABELS, attack=attack, **training)


ALGORITHMS = {
    "gradient": lambda: WIDE.gradient(X),
    "gradient_step": lambda: advlib.gradient_step(DEEP, X, 0.5),
    "smallest_flip, kinks": lambda: advlib.smallest_flip(WIDE, X),
    "smallest_flip, pieces": lambda: advlib.smallest_flip(DEEP, X),
    "smallest_flip, brackets": lambda: advlib.smallest_flip(TANH, X),
    "smallest_flip, deferred": lambda: advlib.smallest_flip(deferred(), X),
    "universal_direction": lambda: advlib.universal_direction(WIDE),
    "pgd": lambda: advlib.pgd(DEEP, X, LABELS, radius=1.0, steps=3),
    "Ray": lambda: Ray(DEEP, X, X.flip(0))(LABELS),
    "hessian_product": lambda: curvature.hessian_product(TANH, X, X.flip(0)),
    "hessian_norm": lambda: curvature.hessian_norm(TANH, X, steps=5, generator=seeded(0)),
    "gradient_change": lambda: landscape.gradient_change(TANH, X, UNIT),
    "switched": lambda: landscape.switched(DEEP, X, X.flip(0)),
    "worst_gradient_change": lambda: landscape.worst_gradient_change(WIDE, X, 1.0, steps=2, generator=seeded(0)),
    "most_switched": lambda: landscape.most_switched(WIDE, X, 1.0, steps=2, generator=seeded(0)),
    "total_distortion": lambda: bottleneck.total_distortion(network((20, 9), dtype=F32), X),
    "gradient_terms": lambda: bottleneck.gradient_terms(TANH, X, X.flip(0)),
    "masked_norms": lambda: bottleneck.masked_norms(network((20, 9), dtype=F32), X, iterations=5, generator=seeded(0)),
    "image_radii": lambda: advlib.radii.image_radii(DEEP, X, radius=1.0, steps=2, starts=2, generator=seeded(0)),
    "near_linear_radius": lambda: advlib.radii.near_linear_radius(DEEP, X, tolerance=0.3, reach=5.0),
    "extremes": lambda: extremes.extremes(DEEP, X, steps=5),
    "one_step_reach": lambda: extremes.one_step_reach(DEEP, X, reach=1.0),
    "pgd_reach": lambda: extremes.pgd_reach(DEEP, X, radii=[0.1, 0.3], steps=3),
    "angle_map": lambda: depth.angle_map(1.0),
    "angle_deviations": lambda: theory.angle_deviations(1.0, 5, 100),
    "random_angles": lambda: depth.random_angles(1.0, 5, 100, generator=seeded(0)),
    "measured_angles": lambda: depth.measured_angles(TANH, X, X.flip(0)),
    "train": lambda: trained().history,
    "adversarial training": lambda: trained(ATTACK).history,
    "loss_gradient": lambda: lazy.loss_gradient(LAZY, UNIT, LABELS),
    "robust_accuracy": lambda: lazy.robust_accuracy(LAZY, UNIT, LABELS, ATTACK),
    "push": lambda: lazy_ball.push(LAZY, UNIT[0], 0.1),
    "scatter": lambda: lazy_ball.scatter(LAZY, 0.1, generator=seeded(0)),
    "value_range": lambda: lazy_ball.value_range(LAZY, UNIT, 0.1),
    "plane_flips": lambda: plane.plane_flips(20, 30, 4, "signs", 20.0, seeded(0)),
    "two_layer": lambda: advlib.two_layer(20, 30, bias=1.0, generator=seeded(0)),
    "multilayer": lambda: advlib.multilayer((20, 30, 30), generator=seeded(0)),
    "multilayer, deferred": lambda: deferred().weights[0].to_dense(),
    "lazy_two_layer": lambda: advlib.lazy_two_layer(20, 30, generator=seeded(0)),
    "points": lambda: advlib.points(WIDE, 5, generator=seeded(0)),
}


@contextmanager
def default_dtype():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


AMBIENT = {
    "autocast": lambda: torch.autocast("cpu"),
    "default dtype": default_dtype,
    "default device": lambda: torch.device("meta"),
    "inference mode": torch.inference_mode,
}


def tensors(result):
    if isinstance(result, torch.nn.Module):
        return list(result.parameters())
    return [result] if isinstance(result, torch.Tensor) else list(result)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("ambient", AMBIENT)
def test_an_algorithm_gives_what_it_gives_elsewhere_to_the_last_bit(algorithm, ambient):
    wanted = tensors(ALGORITHMS[algorithm]())
    with AMBIENT[ambient]():
        found = tensors(ALGORITHMS[algorithm]())
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("matrices", ["dense", "deferred"])
def test_what_was_made_and_asked_in_inference_mode_serves_outside(matrices):
    with torch.inference_mode():
        net = advlib.multilayer((20, 30, 30), matrices=matrices, generator=seeded(0), dtype=torch.float64)
        first = net.gradient(X.double())
        net.double()
    x = X.double().requires_grad_()
    (by_autograd,) = torch.autograd.grad(net(x).sum(), x)
    torch.testing.assert_close(by_autograd, first)


def test_weights_given_in_inference_mode_serve_outside():
    with torch.inference_mode():
        net = advlib.Network([torch.ones(3, 2)], torch.ones(3))
    x = torch.ones(1, 2, requires_grad=True)
    (by_autograd,) = torch.autograd.grad(net(x).sum(), x)
    torch.testing.assert_close(by_autograd, torch.full((1, 2), 3.0))


@pytest.fixture
def low_precision():
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    yield
    torch.set_float32_matmul_precision(before)


@pytest.mark.usefixtures("low_precision")
def test_float32_products_are_float32_inside_and_as_they_were_set_outside():
    seen = []

    def recorded(z):
        seen.append(torch.get_float32_matmul_precision())
        seen.append(torch.backends.cuda.matmul.fp32_precision)
        return torch.tanh(z)

    net = network((20, 30, 30), activation=Activation(recorded, recorded, recorded), dtype=F32)
    advlib.smallest_flip(net, X)
    assert set(seen[1::2]) == {"ieee"}
    assert torch.get_float32_matmul_precision() == "medium"
    assert torch.backends.cuda.matmul.fp32_precision == "tf32"


@pytest.mark.usefixtures("low_precision")
def test_the_precision_returns_when_the_last_thread_has_left():
    entered, leave = threading.Event(), threading.Event()

    def stay():
        with shielded():
            entered.set()
            leave.wait()

    thread = threading.Thread(target=stay)
    thread.start()
    entered.wait()
    with shielded():
        pass
    inside = torch.backends.cuda.matmul.fp32_precision
    leave.set()
    thread.join()
    assert (inside, torch.backends.cuda.matmul.fp32_precision) == ("ieee", "tf32")


def test_an_error_inside_leaves_the_state_as_it_was():
    with torch.autocast("cpu"), torch.inference_mode():
        with pytest.raises(ValueError, match="radius"):
            landscape.most_switched(WIDE, X, -1.0, generator=seeded(0))
        assert torch.is_autocast_enabled("cpu")
        assert torch.is_inference_mode_enabled()
