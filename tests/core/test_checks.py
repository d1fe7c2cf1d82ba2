"""What the public functions refuse, and that each refusal names the argument, what came and what is accepted."""

import math
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import advlib
from advlib import checks, curvature, landscape, theory
from advlib.rays import Ray
from tests.draws import network, points, seeded

ONE = network((4, 6))
DEEP = network((4, 6, 5))
SMOOTH = network((4, 6), activation="tanh")
MANY = network((4, 6), batch=(2, 3))
X = points(ONE, 5)
XS = points(MANY, 5)
MATRIX, TOP = ONE.weights[0].data, ONE.top.data
NAN, INF = math.nan, math.inf


def with_entry(value):
    spoiled = X.clone()
    spoiled[2, 1] = value
    return spoiled


def two_layer(**changes):
    return advlib.two_layer(**({"dim": 4, "width": 6, "generator": seeded(0)} | changes))


def multilayer(**changes):
    return advlib.multilayer(**({"widths": (4, 6, 5), "generator": seeded(0)} | changes))


def sphere(**changes):
    return advlib.sphere(**({"n": 5, "dim": 4, "radius": 1.0, "generator": seeded(0)} | changes))


def forward(x, net=ONE):
    return net(x)


def gradient(x):
    return ONE.gradient(x)


def preactivations(x):
    return ONE.preactivations(x)


def logits(x):
    return advlib.binary_logits(ONE)(x)


def gradient_step(x=X, step=1.0, net=ONE):
    return advlib.gradient_step(net, x, step)


def smallest_flip(x=X, net=ONE, **options):
    return advlib.smallest_flip(net, x, **options)


def pgd(x=X, labels=None, net=ONE, **changes):
    return advlib.pgd(
        net, x, torch.ones(5).double() if labels is None else labels, **({"radius": 1.0, "steps": 2} | changes)
    )


def ray(x=X, v=X):
    return Ray(ONE, x, v)


def gradient_change(x=X, delta=X):
    return landscape.gradient_change(ONE, x, delta)


def switched(x=X, delta=X):
    return landscape.switched(ONE, x, delta)


def hessian_product(x=X, v=X):
    return curvature.hessian_product(SMOOTH, x, v)


def measured_angles(x=X, y=X):
    return advlib.depth.measured_angles(ONE, x, y)


def build(weights=(MATRIX,), top=TOP, **options):
    return advlib.Network(weights, top, **options)


SIZES = [(0, ValueError), (-1, ValueError), (True, TypeError), (1.5, TypeError), ("3", TypeError), (None, TypeError)]
POSITIVE = [
    (0, ValueError),
    (-1.0, ValueError),
    (NAN, ValueError),
    (INF, ValueError),
    (True, TypeError),
    ("1", TypeError),
]
NUMBERS = [(NAN, ValueError), (INF, ValueError), (True, TypeError), ("1", TypeError)]
INPUTS = [
    (with_entry(NAN), ValueError, "finite", "NaN"),
    (with_entry(-INF), ValueError, "finite", "infinity"),
    (X[:, :3], ValueError, "(n, 4)", "(5, 3)"),
    (X[0], ValueError, "(n, 4)", "(4,)"),
    (XS, ValueError, "(n, 4)", "(2, 3, 5, 4)"),
    (X.tolist(), TypeError, "torch.Tensor", "list"),
    (X.numpy(), TypeError, "torch.Tensor", "ndarray"),
    (X.int(), TypeError, "torch.float64", "torch.int32"),
    (X.float(), TypeError, "torch.float64", "torch.float32"),
    (X.to("meta"), ValueError, "cpu", "meta"),
]
ACTIVATIONS = [
    ("ReLU", ValueError, "'relu', 'tanh', 'erf', 'softplus', 'identity'"),
    (torch.relu, TypeError, "function, derivative, second_derivative"),
    (SimpleNamespace(function=torch.sin, derivative=torch.cos), TypeError, "second_derivative"),
    (None, TypeError, "name"),
]
BATCHES = [
    (3, TypeError, "tuple", "3"),
    ((2, 0), ValueError, "batch[1]", "0"),
    ((2.5,), TypeError, "batch[0]", "2.5"),
    ("2", TypeError, "batch[0]", "'2'"),
]
DTYPES = [(torch.float16, TypeError, "torch.float32 or torch.float64"), (torch.int64, TypeError), (float, TypeError)]
GENERATORS = [(None, TypeError, "torch.Generator", "NoneType"), (0, TypeError, "int")]
DEVICES = [
    ("nowhere", ValueError, "'cpu'", "'nowhere'"),
    ("cuda:99", ValueError, "this machine", "'cuda:99'"),
    (3.5, TypeError, "3.5"),
]
DRAW = {"batch": BATCHES, "dtype": DTYPES, "generator": GENERATORS, "device": DEVICES}
NETWORK = DRAW | {
    "top": [("sign", ValueError, "'signs', 'gaussian'", "'sign'"), (None, ValueError)],
    "activation": ACTIVATIONS,
    "matrices": [("sparse", ValueError, "'dense'", "'sparse'")],
}
NETS = [(torch.nn.Linear(4, 1), TypeError, "advlib.Network", "Linear"), (None, TypeError, "NoneType")]
DIRECTIONS = [*INPUTS, (X[:2], ValueError, "1 or 5 rows", "2")]

TABLE = [
    (two_layer, NETWORK | {"dim": SIZES, "width": SIZES, "bias": NUMBERS}),
    (
        multilayer,
        NETWORK
        | {
            "gain": POSITIVE,
            "widths": [
                ((4,), ValueError, "at least one hidden width", "(4,)"),
                ((4, 0), ValueError, "widths[1]", "0"),
                ((4, 6.0), TypeError, "widths[1]", "6.0"),
                (4, TypeError, "tuple", "4"),
            ],
        },
    ),
    (sphere, DRAW | {"n": SIZES, "dim": SIZES, "radius": POSITIVE}),
    (forward, {"x": INPUTS}),
    (gradient, {"x": INPUTS}),
    (preactivations, {"x": INPUTS}),
    (logits, {"x": [case for case in INPUTS if case[0] is not XS]}),
    *((function, {"x": INPUTS, "v": DIRECTIONS}) for function in (ray, hessian_product)),
    *((function, {"x": INPUTS, "delta": DIRECTIONS}) for function in (gradient_change, switched)),
    (measured_angles, {"x": INPUTS, "y": DIRECTIONS}),
    (advlib.universal_direction, {"net": NETS}),
    (advlib.binary_logits, {"net": NETS}),
    (smallest_flip, {"net": NETS, "x": INPUTS, "direction": DIRECTIONS, "max_step": POSITIVE}),
    (
        gradient_step,
        {
            "net": NETS,
            "x": INPUTS,
            "step": [
                *NUMBERS,
                (X[0], ValueError, "(5,)", "(4,)"),
                (X[:, 0].float(), TypeError, "torch.float64"),
                (with_entry(NAN)[:, 1], ValueError, "finite"),
                (None, TypeError, "None"),
            ],
        },
    ),
    (
        pgd,
        {
            "net": NETS,
            "x": INPUTS,
            "labels": [
                (torch.tensor([1.0, -1, 0, 1, 1]).double(), ValueError, "-1 or +1", "0.0"),
                (torch.full((5,), 2.0).double(), ValueError, "-1 or +1", "2.0"),
                (torch.ones(4).double(), ValueError, "(5,)", "(4,)"),
                (torch.ones(5), TypeError, "torch.float64", "torch.float32"),
                (torch.ones(5, dtype=torch.int64), TypeError, "torch.int64"),
                ([1.0] * 5, TypeError, "torch.Tensor", "list"),
            ],
            "radius": POSITIVE,
            "steps": SIZES,
            "step_size": POSITIVE,
        },
    ),
    (
        build,
        {
            "weights": [
                ([], ValueError, "at least one matrix"),
                ([TOP], ValueError, "at least one matrix"),
                ([[1.0]], ValueError, "at least one matrix"),
                ([MATRIX.int()], TypeError, "torch.float32 or torch.float64", "torch.int32"),
                ([MATRIX * NAN], ValueError, "weights[0]", "finite"),
                ([MATRIX, MATRIX], ValueError, "weights[1]", "(n, 6)", "(6, 4)"),
                ([MATRIX, 3], TypeError, "weights[1]", "torch.Tensor", "int"),
                ([MATRIX, TOP], ValueError, "weights[1]", "(6,)"),
            ],
            "top": [(TOP[:5], ValueError, "(6,)", "(5,)"), (TOP.float(), TypeError), (None, TypeError, "NoneType")],
            "offset": [(TOP[:5], ValueError, "(6,)", "(5,)"), (TOP.float(), TypeError)],
            "activation": ACTIVATIONS,
        },
    ),
    (theory.limits, {"activation": ACTIVATIONS, "depth": SIZES, "gain": POSITIVE}),
]
CASES = [
    pytest.param(function, argument, bad, error, words, id=f"{function.__name__}-{argument}-{i}")
    for function, arguments in TABLE
    for argument, cases in arguments.items()
    for i, (bad, error, *words) in enumerate(cases)
]


@pytest.mark.parametrize(("function", "argument", "bad", "error", "words"), CASES)
def test_a_bad_argument_is_refused_by_name(function, argument, bad, error, words):
    with pytest.raises(error) as refusal:
        function(**{argument: bad})
    assert type(refusal.value) is error
    message = str(refusal.value)
    assert message.startswith((argument, f"{argument}["))
    for word in words:
        assert word in message


def test_a_batch_of_networks_wants_its_own_axes_or_none():
    for x in (XS[0], XS.transpose(0, 1), XS[:1]):
        with pytest.raises(ValueError, match=r"x must have shape \(2, 3, n, 4\) or \(n, 4\), got"):
            forward(x, MANY)
    assert forward(X, MANY).shape == (2, 3, 5)


def test_nets_that_an_attack_does_not_cover_are_refused_with_what_they_have():
    with pytest.raises(ValueError, match=r"net must be a single network, got a batch of shape \(2, 3\)"):
        advlib.binary_logits(MANY)
    with pytest.raises(ValueError, match="net must have one hidden layer, got 2"):
        advlib.universal_direction(DEEP)


@pytest.mark.parametrize("gamma", [0, 1, -0.5, NAN, True, "0.1"])
@pytest.mark.parametrize(
    "function",
    [
        lambda gamma: theory.value_bound(gamma, 10),
        lambda gamma: theory.gradient_bound(gamma, 10, 10),
        lambda gamma: theory.theorem1_step(gamma, 1.0, "tanh"),
        lambda gamma: theory.theorem1_radius(gamma, "tanh"),
    ],
)
def test_a_probability_lies_strictly_between_zero_and_one(function, gamma):
    with pytest.raises((TypeError, ValueError), match=r"^gamma must"):
        function(gamma)


def test_a_gradient_of_exactly_zero_is_no_error():
    silent = advlib.Network([-MATRIX.abs()], TOP)
    flip = smallest_flip(X.abs(), silent)
    assert (flip.gradient_norm == 0).all()
    assert not flip.found.any()


def test_a_reach_beyond_the_precision_s_largest_number_is_that_number():
    net = network((4, 6), dtype=torch.float32)
    near, far = (smallest_flip(X.float(), net, max_step=reach) for reach in (1e30, 1e300))
    torch.testing.assert_close(near.step, far.step, equal_nan=True)


def test_numbers_of_other_libraries_are_numbers():
    np = pytest.importorskip("numpy")
    net = two_layer(dim=np.int64(4), width=np.int32(6), bias=np.float32(0.5))
    assert net.widths == (4, 6)
    assert smallest_flip(max_step=np.float64(3.0)).step.shape == (5,)


@given(st.integers())
@settings(max_examples=100, derandomize=True)
def test_sizes_are_the_positive_integers(value):
    if value > 0:
        assert checks.size("k", value) == value
    else:
        with pytest.raises(ValueError, match=f"k must be a positive integer, got {value}"):
            checks.size("k", value)


@given(st.floats())
@settings(max_examples=100, derandomize=True)
def test_positive_numbers_are_finite_and_above_zero(value):
    if 0 < value < INF:
        assert checks.positive("r", value) == value
    else:
        with pytest.raises(ValueError, match=r"^r must be a (positive|finite) number, got"):
            checks.positive("r", value)


@given(
    shape=st.lists(st.integers(1, 4), max_size=5), batch=st.lists(st.integers(1, 4), max_size=2), dim=st.integers(1, 4)
)
@settings(max_examples=200, derandomize=True)
def test_inputs_are_accepted_exactly_in_the_two_shapes_the_message_offers(shape, batch, dim):
    x, batch = torch.zeros(shape), tuple(batch)
    fits = len(shape) >= 2 and shape[-1] == dim and tuple(shape[:-2]) in {(), batch}
    if fits:
        assert checks.inputs("x", x, dim, batch, x) is x
    else:
        with pytest.raises(ValueError, match=r"^x must have shape"):
            checks.inputs("x", x, dim, batch, x)
