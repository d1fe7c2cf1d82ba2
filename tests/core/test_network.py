import copy
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from advlib import Network
from advlib.activations import ACTIVATIONS
from tests.draws import member, network, points

NAMES = list(ACTIVATIONS)
DEPTHS = {1: (7, 9), 2: (6, 9, 4), 3: (5, 8, 8, 3), 4: (4, 7, 5, 6, 8)}
BATCHES = [(), (3,), (2, 3)]
small = st.integers(1, 5)


@pytest.mark.slow
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("top", ["signs", "gaussian"])
@pytest.mark.parametrize("name", NAMES)
def test_the_closed_form_gradient_equals_autograd_and_finite_differences(name, top, depth, batch, bias):
    net = network(DEPTHS[depth], activation=name, top=top, batch=batch, bias=bias)
    x = points(net, 4)
    gradient = net.gradient(x)

    tracked = x.clone().requires_grad_()
    (by_autograd,) = torch.autograd.grad(net(tracked).sum(), tracked)
    torch.testing.assert_close(gradient, by_autograd, rtol=1e-12, atol=1e-14)

    h = 1e-6
    along = torch.eye(net.dim, dtype=x.dtype) * h
    by_differences = torch.stack([(net(x + e) - net(x - e)) / (2 * h) for e in along], -1)
    torch.testing.assert_close(gradient, by_differences, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_value_is_the_formula_written_out(name, depth):
    net = network(DEPTHS[depth], activation=name, bias=True)
    x = points(net, 3)
    for row, value in zip(x, net(x), strict=True):
        h = net.activation.function(net.weights[0] @ row + net.offset)
        for w in list(net.weights)[1:]:
            h = net.activation.function(w @ h)
        torch.testing.assert_close(value, net.top @ h, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_preactivations_feed_each_layer_from_the_one_before(name):
    net = network(DEPTHS[3], activation=name, batch=(2,), bias=True)
    x = points(net, 5)
    layers = net.preactivations(x)
    assert [z.shape for z in layers] == [(2, 5, width) for width in net.widths[1:]]
    torch.testing.assert_close(layers[0], x @ net.weights[0].mT + net.offset[:, None])
    for z, w, after in zip(layers, list(net.weights)[1:], layers[1:], strict=False):
        torch.testing.assert_close(after, net.activation.function(z) @ w.mT)


@given(widths=st.lists(small, min_size=2, max_size=5), batch=st.lists(small, max_size=2), n=small)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_shapes_follow_the_batch_and_the_rows(widths, batch, n):
    net = network(tuple(widths), batch=tuple(batch), bias=True)
    x = points(net, n)
    assert net(x).shape == (*batch, n)
    assert net.gradient(x).shape == (*batch, n, widths[0])
    assert (net.widths, net.dim, net.batch) == (tuple(widths), widths[0], tuple(batch))


@given(c=st.floats(1e-6, 1e6), seed=st.integers(0, 1000), depth=st.sampled_from([1, 2, 3, 4]))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_relu_network_without_bias_is_homogeneous(c, seed, depth):
    net = network(DEPTHS[depth], seed)
    x = points(net, 4, seed + 1)
    assert net.homogeneous
    torch.testing.assert_close(net(x), (x * net.gradient(x)).sum(-1), rtol=1e-11, atol=1e-14)
    torch.testing.assert_close(net(c * x), c * net(x), rtol=1e-10, atol=1e-12 * c)


@pytest.mark.parametrize(("name", "bias"), [("relu", True), ("tanh", False), ("erf", False), ("softplus", False)])
def test_where_the_value_is_not_x_times_gradient_the_network_does_not_claim_it(name, bias):
    net = network(DEPTHS[2], activation=name, bias=bias)
    x = points(net, 4)
    assert not net.homogeneous
    assert ((net(x) - (x * net.gradient(x)).sum(-1)).abs() > 1e-6).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bias", [False, True])
def test_a_batch_equals_its_members_one_by_one(name, bias):
    net = network(DEPTHS[3], activation=name, batch=(2, 3), bias=bias)
    x = points(net, 4)
    for index in [(0, 0), (0, 2), (1, 1)]:
        single = member(net, index)
        torch.testing.assert_close(net(x)[index], single(x[index]), rtol=1e-12, atol=1e-14)
        torch.testing.assert_close(net.gradient(x)[index], single.gradient(x[index]), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("bias", [False, True])
def test_inputs_without_batch_axes_are_shared_by_every_network(bias):
    net = network(DEPTHS[2], batch=(2, 3), bias=bias)
    x = points(member(net, (0, 0)), 4)
    repeated = x.expand(2, 3, *x.shape)
    torch.testing.assert_close(net(x), net(repeated))
    torch.testing.assert_close(net.gradient(x), net.gradient(repeated))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_an_offset_is_the_weight_of_one_more_coordinate_held_at_one_whose_gradient_is_dropped(name, depth):
    net = network(DEPTHS[depth], activation=name, batch=(2,), bias=True)
    x = points(net, 4)
    unit = torch.ones(2, 4, 1, dtype=x.dtype)
    widened = [torch.cat([net.weights[0], net.offset[..., None]], -1), *list(net.weights)[1:]]
    wider = Network(widened, net.top, name)
    torch.testing.assert_close(net(x), wider(torch.cat([x, unit], -1)), rtol=1e-12, atol=1e-14)
    projected = wider.gradient(torch.cat([x, unit], -1))[..., :-1]
    torch.testing.assert_close(net.gradient(x), projected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_single_precision_agrees_with_double_to_its_rounding(name):
    single = network((50, 60, 40), activation=name, bias=True, dtype=torch.float32)
    x = points(single, 5)
    double = copy.deepcopy(single).double()
    assert (single(x).dtype, double(x.double()).dtype) == (torch.float32, torch.float64)
    torch.testing.assert_close(single(x).double(), double(x.double()), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(single.gradient(x).double(), double.gradient(x.double()), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copied_and_a_stored_network_is_the_same_network(name, duplicate):
    net = network(DEPTHS[2], activation=name)
    twin = duplicate(net)
    x = points(net, 4)
    assert torch.equal(twin(x), net(x))
    assert (twin.activation, twin.homogeneous) == (net.activation, net.homogeneous)


def test_the_state_dict_restores_the_weights():
    net, other = network(DEPTHS[2], 0, bias=True), network(DEPTHS[2], 1, bias=True)
    x = points(net, 4)
    assert not torch.equal(other(x), net(x))
    other.load_state_dict(net.state_dict())
    assert torch.equal(other(x), net(x))


def test_no_weight_asks_for_a_gradient_and_the_closed_form_keeps_no_graph():
    net = network(DEPTHS[2], bias=True)
    assert len(list(net.parameters())) == 4
    assert not any(p.requires_grad for p in net.parameters())
    assert not net.gradient(points(net, 2)).requires_grad


def test_repr_says_what_the_network_is():
    assert "widths=(7, 9), batch=(3,), dtype=torch.float64" in repr(network(DEPTHS[1], batch=(3,)))


def exported(net, x):
    return torch.export.export(net, (x,)).module()(x)


def compiled(net, x):
    return torch.compile(net, backend="eager", fullgraph=True)(x)


TRACED = {
    "vmap": lambda net, x: torch.func.vmap(net)(x[None])[0],
    "vmap over rows": lambda net, x: torch.func.vmap(lambda row: net(row[None])[..., 0], out_dims=-1)(x),
    "export": exported,
    "compile": compiled,
}


@pytest.mark.slow
@pytest.mark.parametrize("way", TRACED)
@pytest.mark.parametrize("name", NAMES)
def test_a_traced_network_is_the_network(name, way):
    net = network(DEPTHS[2], activation=name, bias=True)
    x = points(net, 4)
    torch.testing.assert_close(TRACED[way](net, x), net(x), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("way", ["vmap", "vmap over rows"])
def test_under_vmap_too_inputs_must_be_finite(way):
    net = network(DEPTHS[2])
    x = points(net, 4)
    x[1, 2] = torch.nan
    with pytest.raises(ValueError, match="x must be finite"):
        TRACED[way](net, x)


def test_per_input_gradients_by_torch_func_are_the_closed_form():
    net = network(DEPTHS[2], activation="tanh", bias=True)
    x = points(net, 4)
    by_func = torch.func.vmap(torch.func.grad(lambda row: net(row[None]).sum()))(x)
    torch.testing.assert_close(by_func, net.gradient(x), rtol=1e-12, atol=1e-14)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_cuda_values_and_gradients_are_those_of_the_cpu():
    net = network(DEPTHS[3], batch=(2,), bias=True)
    x = points(net, 4)
    moved = copy.deepcopy(net).cuda()
    torch.testing.assert_close(moved(x.cuda()).cpu(), net(x), rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(moved.gradient(x.cuda()).cpu(), net.gradient(x), rtol=1e-10, atol=1e-12)
