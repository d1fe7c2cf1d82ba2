"""The first sign change along a ray, against plain searches that know nothing of how `advlib.rays` works."""

import copy
import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from advlib import Network, multilayer, rays, smallest_flip
from advlib.activations import ACTIVATIONS, Activation
from advlib.rays import Ray, bracket_and_refine, first_sign_change, walk_regions
from advlib.sampling import gaussian
from tests.draws import network, points, seeded

WIDTHS = {
    1: [(2, 1), (3, 6), (10, 40), (20, 150)],
    2: [(2, 3, 2), (4, 8, 6), (10, 30, 20)],
    3: [(2, 3, 3, 3), (6, 10, 4, 12), (12, 30, 20, 30)],
    4: [(3, 4, 4, 4, 4), (8, 12, 12, 12, 12), (20, 25, 25, 25, 25)],
}
EVERY_WIDTH = [widths for group in WIDTHS.values() for widths in group]
MAX_STEP = 20.0


def float64(entries):
    return torch.tensor(entries, dtype=torch.float64)


def signed_ray(net, x, v=None):
    """The ray that `smallest_flip` searches, with f and its slope at the start."""
    value, gradient = net(x), net.gradient(x)
    v = -value.sign().unsqueeze(-1) * (gradient if v is None else v)
    return Ray(net, x, v), value, (v * gradient).sum(-1)


def opposite(f, value):
    """Whether f has left the sign of `value` by more than rounding."""
    return -value.sign() * f > 1e-11 * value.abs()


def by_sorting(p, q, top, max_step):
    """The first sign change of one ReLU layer by evaluating the sum at every breakpoint, in plain Python."""

    def f(t):
        return math.fsum(a * max(b + t * r, 0.0) for a, b, r in zip(top, p, q, strict=True))

    kinks = sorted(-b / r for b, r in zip(p, q, strict=True) if r and 0 < -b / r < max_step)
    left, start = 0.0, f(0.0)
    for right in [*kinks, max_step]:
        if -math.copysign(1, start) * f(right) > 1e-11 * abs(start):
            return left + (right - left) * f(left) / (f(left) - f(right))
        left = right
    return math.nan


def by_halving(net, x, v, max_step):
    """The first sign change of a ReLU network along one ray from all its linear pieces.

    The inputs that share every neuron's state are convex, so f is linear between two points of the ray that share
    them; intervals whose ends do not are halved until they are as short as rounding allows.
    """

    def states(t):
        return torch.cat([z > 0 for z in net.preactivations(x + t[:, None] * v)], -1)

    ends = torch.linspace(0, max_step, 65, dtype=x.dtype)
    left, right, seen = ends[:-1], ends[1:], [ends]
    for _ in range(45):
        differ = (states(left) != states(right)).any(-1)
        left, right = left[differ], right[differ]
        middle = (left + right) / 2
        seen.append(middle)
        left, right = torch.cat([left, middle]), torch.cat([middle, right])
    t = torch.cat(seen).sort().values
    f = net(x + t[:, None] * v)
    beyond = opposite(f, f[0]).nonzero()
    if not len(beyond):
        return math.nan
    i = int(beyond[0])
    return float(t[i - 1] + (t[i] - t[i - 1]) * f[i - 1] / (f[i - 1] - f[i]))


def assert_same_steps(found, wanted):
    torch.testing.assert_close(found, wanted, rtol=1e-8, atol=1e-10, equal_nan=True)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("bias", [False, True])
def test_a_ray_is_the_network_at_x_plus_t_v(name, bias):
    net = network((5, 7, 6), activation=name, batch=(2, 3), bias=bias)
    x, v = points(net, 4, 1), points(net, 4, 2)
    t = gaussian((6, 2, 3, 4), 2.0, seeded(3), x.dtype)
    wanted = torch.stack([net(x + s[..., None] * v) for s in t])
    torch.testing.assert_close(Ray(net, x, v)(t), wanted, rtol=1e-11, atol=1e-12)
    torch.testing.assert_close(Ray(net, x, v)(t[0]), wanted[0], rtol=1e-11, atol=1e-12)


def test_start_and_direction_of_a_ray_may_be_shared():
    net = network((5, 7), batch=(3,), bias=True)
    x, v = points(net, 4, 1), points(net, 4, 2)
    t = torch.rand(3, 4, dtype=x.dtype, generator=seeded(0))
    for start, direction in [(x[0], v), (x, v[0]), (x, v[:, :1]), (x, v[0, :1]), (x[:, :1], v)]:
        wanted = net(start + t[..., None] * direction)
        torch.testing.assert_close(Ray(net, start, direction)(t), wanted, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("top", ["signs", "gaussian"])
@pytest.mark.parametrize("widths", WIDTHS[1])
def test_one_layer_answers_equal_a_plain_sort_of_all_breakpoints(widths, top, bias):
    net = network(widths, top=top, batch=(15,), bias=bias)
    x = points(net, 4)
    ray, value, slope = signed_ray(net, x)
    found = first_sign_change(ray, value, slope, MAX_STEP)
    wanted = [
        [by_sorting(p.tolist(), q.tolist(), a.tolist(), MAX_STEP) for p, q in zip(ps, qs, strict=True)]
        for ps, qs, a in zip(ray.p, ray.q, net.top, strict=True)
    ]
    live = value != 0
    assert_same_steps(found[live], torch.tensor(wanted, dtype=x.dtype)[live])
    assert found[~live].isnan().all()


@pytest.mark.slow
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("along", ["gradient", "random"])
@pytest.mark.parametrize("widths", EVERY_WIDTH)
def test_the_answers_equal_the_linear_pieces_found_by_halving(widths, along, bias):
    net = network(widths, bias=bias)
    x = points(net, 10)
    v = None if along == "gradient" else points(net, 10, 2)
    ray, value, slope = signed_ray(net, x, v)
    found = first_sign_change(ray, value, slope, MAX_STEP)
    v = -value.sign()[:, None] * (net.gradient(x) if v is None else v)
    wanted = [by_halving(net, *row, MAX_STEP) for row in zip(x, v, strict=True)]
    live = value != 0
    assert_same_steps(found[live], torch.tensor(wanted, dtype=x.dtype)[live])
    assert found[~live].isnan().all()


@pytest.mark.slow
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("top", ["signs", "gaussian"])
@pytest.mark.parametrize("widths", EVERY_WIDTH)
def test_at_an_exact_answer_f_is_zero_and_nowhere_earlier_has_it_changed_sign(widths, top, bias):
    net = network(widths, top=top, batch=(20,), bias=bias)
    x = points(net, 5)
    flip = smallest_flip(net, x)
    t, gradient = flip.step.abs(), net.gradient(x)
    assert torch.equal(flip.found, t.isfinite())
    assert (t[flip.found] > 0).all()
    assert (t[flip.found] < MAX_STEP).all()
    assert (flip.step * flip.value < 0)[flip.found].all()

    at_root = net(x + flip.step.nan_to_num(0)[..., None] * gradient)
    assert (at_root.abs() <= 1e-10 * flip.value.abs())[flip.found].all()

    ray, value, _ = signed_ray(net, x)
    reach = t.nan_to_num(MAX_STEP)
    before = torch.linspace(0, 1, 500, dtype=x.dtype)[:-1, None, None] * reach
    assert not opposite(ray(before), value).any()
    beyond = ray(reach + 1e-7 * (1 + reach))
    assert (beyond * value < 0)[flip.found & (reach < MAX_STEP - 1e-4)].all()


@pytest.mark.slow
@pytest.mark.parametrize("widths", EVERY_WIDTH)
def test_a_shorter_reach_loses_exactly_the_answers_beyond_it(widths):
    net = network(widths, batch=(10,), bias=True)
    ray, value, slope = signed_ray(net, points(net, 5))
    far, near = (first_sign_change(ray, value, slope, reach) for reach in (MAX_STEP, 0.7))
    assert_same_steps(near, torch.where(far < 0.7, far, torch.nan))


@pytest.mark.slow
@given(
    widths=st.lists(st.integers(1, 8), min_size=2, max_size=5),
    batch=st.sampled_from([(), (1,), (3,), (2, 2)]),
    seed=st.integers(0, 10**6),
    bias=st.booleans(),
)
@settings(max_examples=80, derandomize=True)
def test_the_region_walk_and_the_dispatcher_agree_on_any_shape(widths, batch, seed, bias):
    net = network(tuple(widths), seed, batch=batch, bias=bias)
    ray, value, slope = signed_ray(net, points(net, 3, seed + 1))
    found = first_sign_change(ray, value, slope, MAX_STEP)
    assert found.shape == (*batch, 3)
    assert_same_steps(found, walk_regions(ray, value, MAX_STEP))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("widths", [(20, 50), (30, 400), (20, 60, 40), (20, 30, 30, 30)])
def test_a_bracketed_answer_is_a_sign_change_within_reach(name, widths):
    net = network(widths, activation=name, batch=(10,), bias=True)
    x = points(net, 5)
    ray, value, slope = signed_ray(net, x)
    t = bracket_and_refine(ray, value, slope, MAX_STEP)
    found = t.isfinite()
    assert found.float().mean() > 0.5
    assert ((t > 0) & (t < MAX_STEP))[found].all()
    assert (ray(t.nan_to_num(0)).abs() <= 1e-10 * value.abs())[found].all()
    just_before, just_after = (ray(t.nan_to_num(1) * (1 + e)) for e in (-1e-6, 1e-6))
    assert (just_before * just_after < 0)[found].all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_bracketing_finds_something_wherever_the_far_end_has_the_opposite_sign(name):
    net = network((10, 30, 30), activation=name, batch=(40,), bias=True)
    ray, value, slope = signed_ray(net, points(net, 5))
    far_end = opposite(ray(torch.full_like(value, MAX_STEP)), value)
    assert far_end.any()
    assert bracket_and_refine(ray, value, slope, MAX_STEP)[far_end].isfinite().all()


def valley(start, end, dtype=torch.float64):
    """f(t) = relu(start - t) + relu(t - end) - 0.001, negative from start to end only, and the ray from 0."""
    net = Network([float64([[-1, start], [1, -end], [0, 1]]).to(dtype)], float64([1, 1, -1e-3]).to(dtype))
    return net, float64([[0, 1]]).to(dtype), float64([[1, 0]]).to(dtype)


def bracketed(net, x, v):
    return bracket_and_refine(Ray(net, x, v), net(x), (v * net.gradient(x)).sum(-1), MAX_STEP)


@pytest.mark.parametrize("start", [0.5, 2.0, 7.0])
def test_bracketing_finds_a_stretch_longer_than_its_step_there(start):
    end = start + 1.01 * max(MAX_STEP / 16, start / 3)
    assert_same_steps(bracketed(*valley(start, end)), float64([start - 0.001]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("share", [0.3, 0.1])
@pytest.mark.parametrize("start", [5.5, 7.5, 9.5, 13.0])
def test_bracketing_finds_a_dip_that_its_steps_jump_over(start, share, dtype):
    """None of the steps lands in it: that f falls before it and rises behind it gives it away."""
    end = start + share * start / 3
    t = 0.0
    while t < MAX_STEP:
        assert not start <= t <= end
        t += max(MAX_STEP / 16, t / 3)
    found = bracketed(*valley(start, end, dtype))
    torch.testing.assert_close(found, torch.tensor([start - 0.001], dtype=dtype), rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("widths", "kind", "dtype"),
    [
        ((10, 40, 40), "dense", torch.float32),
        ((10, 25, 25, 25, 25), "dense", torch.float64),
        ((10, 25, 25, 25, 25), "deferred", torch.float32),
    ],
)
def test_bracketing_overlooks_few_of_the_changes_that_a_walk_over_all_pieces_meets(widths, kind, dtype):
    """It is never early, and late for at most 2 rays of 600; steps that never look back are late for 7 to 13."""
    drawn = {"gain": 2**0.5, "batch": (60,), "generator": seeded(4), "dtype": dtype}
    net = multilayer(widths, matrices=kind, **drawn)
    x = points(net, 10)
    ray, value, slope = signed_ray(net, x)
    found = bracket_and_refine(ray, value, slope, MAX_STEP)
    dense = Network([w if isinstance(w, torch.Tensor) else w.to_dense() for w in net.weights], net.top)
    exact = walk_regions(signed_ray(dense, x)[0], value, MAX_STEP)
    tolerance = 1e-3 if dtype == torch.float32 else 1e-7
    late, early = (
        one.nan_to_num(MAX_STEP) > other.nan_to_num(MAX_STEP) * (1 + tolerance) + tolerance * 1e-2
        for one, other in ((found, exact), (exact, found))
    )
    assert exact.isfinite().float().mean() > 0.5
    assert not early.any()
    assert late.sum() <= 2


def test_a_root_between_ends_of_very_different_size_is_still_located_to_rounding():
    # f(t) = t^31 - 1
    power = Activation(lambda z: z**31, lambda z: 31 * z**30, lambda z: 930 * z**29)
    net = Network([float64([[1, 0], [0, 1]])], float64([1, -1]), power)
    x, v = float64([[0, 1]]), float64([[1, 0]])
    found = bracket_and_refine(Ray(net, x, v), net(x), (v * net.gradient(x)).sum(-1), MAX_STEP)
    torch.testing.assert_close(found, float64([1]), rtol=1e-14, atol=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tanh", "erf", "softplus"])
def test_smooth_networks_with_one_early_change_get_the_answer_of_a_grid_and_bisection(name):
    net = network((30, 200), activation=name, batch=(10,))
    ray, value, slope = signed_ray(net, points(net, 5))
    grid = torch.linspace(0, 5, 2001, dtype=value.dtype)
    changed = opposite(ray(grid[:, None, None].expand(-1, *value.shape)), value)
    once = changed.any(0) & (changed.int().diff(dim=0).abs().sum(0) == 1)
    assert once.float().mean() > 0.5
    high = grid[changed.int().argmax(0)]
    low = high - grid[1]
    for _ in range(60):
        middle = (low + high) / 2
        crossed = ray(middle) * value < 0
        low, high = torch.where(crossed, low, middle), torch.where(crossed, middle, high)
    assert_same_steps(bracket_and_refine(ray, value, slope, 5.0)[once], high[once])


def nonnegative(widths, batch, dtype):
    """A network whose weights behind the first layer are all positive, so that f falls to 0 and never below."""
    net = network(widths, batch=batch, dtype=dtype)
    return Network([net.weights[0], *(w.abs() for w in list(net.weights)[1:])], net.top.abs())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("widths", [(20, 3), (20, 50), (100, 5000), (10, 20, 15), (10, 300, 300), (8, 9, 9, 9)])
def test_a_network_that_is_never_negative_is_never_flipped(widths, dtype):
    net = nonnegative(widths, (10,), dtype)
    flip = smallest_flip(net, points(net, 5))
    assert (flip.value > 0).any()
    assert not flip.found.any()
    assert flip.step.isnan().all()
    assert flip.perturbation_norm.isnan().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("widths", [(20, 3), (30, 20), (30, 20, 15), (30, 20, 500), (9, 8, 9, 9)])
def test_where_every_neuron_has_died_the_sign_has_not_changed(widths, dtype):
    net = nonnegative(widths, (10,), dtype)
    x = points(net, 5)
    w = net.weights[0].double()
    every_neuron_falls = (torch.linalg.pinv(w) @ -torch.ones(w.shape[-2], 1, dtype=w.dtype)).mT.to(dtype)
    ray, value, slope = signed_ray(net, x, -every_neuron_falls)
    assert (value > 0).any()
    assert (ray(torch.full_like(value, MAX_STEP)) == 0).all()
    assert first_sign_change(ray, value, slope, MAX_STEP).isnan().all()
    assert walk_regions(ray, value, MAX_STEP).isnan().all()
    assert bracket_and_refine(ray, value, slope, MAX_STEP).isnan().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_behind_a_layer_of_one_neuron_no_sign_ever_changes(dtype):
    """The neuron's output is at least 0 and f a fixed multiple of it; f dies while its summands are large."""
    net = network((1000, 32, 1, 32), batch=(100,), dtype=dtype)
    flip = smallest_flip(net, points(net, 10))
    assert (flip.value != 0).any()
    assert not flip.found.any()


@pytest.mark.slow
@pytest.mark.parametrize("widths", [(6, 12), (5, 8, 8)])
@pytest.mark.parametrize("kind", ["duplicated", "still", "cancelling"])
def test_ties_among_neurons_do_no_harm(widths, kind):
    net = network(widths, batch=(30,))
    w, top = net.weights[0].data.clone(), net.top.data.clone()
    if kind == "duplicated":
        w[..., 1:5, :] = w[..., :1, :]
    elif kind == "cancelling" and len(widths) == 2:
        w[..., 1, :], top[..., 1] = w[..., 0, :], -top[..., 0]
    x = points(net, 4)
    v = None
    if kind == "still":
        v = points(net, 4, 2)
        unit = torch.nn.functional.normalize(w[..., :2, :], dim=-1)
        basis = torch.linalg.qr(unit.mT).Q
        v = v - v @ basis @ basis.mT
    tied = Network([w, *list(net.weights)[1:]], top)
    ray, value, slope = signed_ray(tied, x, v)
    found = first_sign_change(ray, value, slope, MAX_STEP)
    signed = -value.sign()[..., None] * (tied.gradient(x) if v is None else v)
    for b in range(0, 30, 3):
        single = Network([m[b] for m in tied.weights], tied.top[b])
        wanted = [by_halving(single, *row, MAX_STEP) for row in zip(x[b], signed[b], strict=True)]
        live = value[b] != 0
        assert_same_steps(found[b][live], torch.tensor(wanted, dtype=x.dtype)[live])


def test_a_neuron_exactly_at_zero_at_the_start_counts_once_the_ray_turns_it_on():
    # f(t) = relu(1 - t/2) - relu(t): the second neuron starts at its kink; the root is 2/3.
    net = Network([float64([[1, -0.5], [0, 1]])], float64([1, -1]))
    x, v = float64([[1, 0]]), float64([[0, 1]])
    ray, value, slope = Ray(net, x, v), net(x), (v * net.gradient(x)).sum(-1)
    for found in (
        first_sign_change(ray, value, slope, MAX_STEP),
        walk_regions(ray, value, MAX_STEP),
        bracket_and_refine(ray, value, slope, MAX_STEP),
    ):
        assert_same_steps(found, float64([2 / 3]))


@pytest.mark.parametrize("widths", [(2, 3), (2, 2000), (2, 3, rays.SMALL - 3), (2, 50, 50, 50)])
def test_exact_searches_see_two_changes_in_quick_succession(widths):
    # f(t) = relu(1 - t) + relu(t - 1.001) - 0.0001 is negative from 0.9999 to 1.0011 only.
    weights = [torch.eye(rows, columns).double() for columns, rows in pairwise(widths)]
    weights[0] = torch.zeros(widths[1], 2).double()
    weights[0][:3] = float64([[-1, 1], [1, -1.001], [0, 1]])
    top = torch.zeros(widths[-1]).double()
    top[:3] = float64([1, 1, -0.0001])
    net = Network(weights, top)
    x, v = float64([[0, 1]]), float64([[1, 0]])
    found = first_sign_change(Ray(net, x, v), net(x), (v * net.gradient(x)).sum(-1), MAX_STEP)
    assert_same_steps(found, float64([0.9999]))


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1e-8, 1e-3])
@pytest.mark.parametrize("widths", [(20, 50), (10, 9, 9), (20, 300, 300)])
def test_the_answer_scales_with_the_input(widths, scale):
    net = network(widths, batch=(5,))
    x = points(net, 4)
    one, other = smallest_flip(net, x, max_step=1.0), smallest_flip(net, scale * x, max_step=scale)
    assert one.found.any()
    torch.testing.assert_close(other.step / scale, one.step, rtol=1e-8, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("scale", [1e-30, 1e-8, 1e8, 1e30])
@pytest.mark.parametrize("widths", [(20, 50), (10, 9, 9), (20, 300, 300)])
def test_the_answer_scales_with_the_direction(widths, scale):
    net = network(widths, batch=(5,))
    x = points(net, 4)
    v = net.gradient(x)
    one, other = smallest_flip(net, x), smallest_flip(net, x, direction=scale * v, max_step=MAX_STEP / scale)
    assert one.found.any()
    torch.testing.assert_close(other.step * scale, one.step, rtol=1e-8, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", ["tanh", "erf"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_near_the_origin_a_smooth_odd_network_is_linear_and_so_is_its_answer(name, dtype):
    net = network((20, 50), activation=name, dtype=dtype)
    x = points(net, 5) * 1e-30
    straight = Network(net.weights, net.top, "identity")
    slope = torch.tensor(1.0 if name == "tanh" else 2 / math.sqrt(math.pi), dtype=dtype)
    wanted = -straight(x) / straight.gradient(x).square().sum(-1) / slope
    torch.testing.assert_close(smallest_flip(net, x).step, wanted, rtol=1e-3, atol=0)


@pytest.mark.parametrize("name", ["relu", "tanh"])
@pytest.mark.parametrize("widths", [(20, 50), (20, 300, 300)])
def test_a_direction_so_long_that_the_step_underflows_still_ends(widths, name):
    net = network(widths, activation=name, dtype=torch.float32)
    x = points(net, 2) * 1e-20
    flip = smallest_flip(net, x, direction=net.gradient(x) * 1e30)
    assert flip.step.shape == (2,)


@pytest.mark.parametrize("widths", EVERY_WIDTH)
def test_single_precision_answers_are_those_of_double_to_its_rounding(widths):
    net = network(widths, batch=(20,), dtype=torch.float32)
    x = points(net, 5)
    exact = smallest_flip(copy.deepcopy(net).double(), x.double())
    single = smallest_flip(net, x)
    assert single.step.dtype == torch.float32
    close = (single.step.double() - exact.step).abs() <= 1e-3 * exact.step.abs()
    agree = close | (single.step.isnan() & exact.step.isnan())
    assert agree.float().mean() >= 0.98


def test_a_copied_network_keeps_its_exact_search():
    net = network((10, 30), batch=(50,))
    x = points(net, 5)
    assert_same_steps(smallest_flip(copy.deepcopy(net), x).step, smallest_flip(net, x).step)


@pytest.mark.parametrize("widths", [(5, 8), (5, 8, 8)])
def test_no_rows_give_no_answers(widths):
    net = network(widths, batch=(3,))
    assert smallest_flip(net, points(net, 4)[:, :0]).step.shape == (3, 0)


def test_a_constant_network_has_no_gradient_and_no_flip():
    flat = Activation(torch.ones_like, torch.zeros_like, torch.zeros_like)
    net = network((5, 8), activation=flat)
    flip = smallest_flip(net, points(net, 3))
    assert (flip.value != 0).all()
    assert (flip.gradient_norm == 0).all()
    assert not flip.found.any()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("widths", [(30, 300), (10, 30, 20), (20, 300, 300)])
def test_on_cuda_the_answers_are_those_of_the_cpu(widths):
    net = network(widths, batch=(5,), bias=True)
    x = points(net, 4)
    moved = smallest_flip(copy.deepcopy(net).cuda(), x.cuda())
    torch.testing.assert_close(moved.step.cpu(), smallest_flip(net, x).step, rtol=1e-7, atol=1e-9, equal_nan=True)
