"""Bottlenecks against a literal reading of their definition, projections against SVD, and an exact identity."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from advlib import Network, bottleneck, multilayer
from advlib.bottleneck import gradient_terms, layers, masked_norms, total_distortion
from tests.draws import member, network, points, seeded

LEVEL = 1e-6
WIDTHS = st.lists(st.integers(1, 6), min_size=1, max_size=9)


def by_definition(widths):
    """NN-DECOMP word for word: argmins from the output backwards, until the input."""
    found = [min(range(len(widths)), key=lambda i: (widths[i], i))]
    while found[-1] > 0:
        found.append(min(range(found[-1]), key=lambda i: (widths[i], i)))
    return tuple(found)


@pytest.mark.slow
@given(WIDTHS)
@settings(max_examples=500, derandomize=True)
def test_layers_are_those_of_the_definition(widths):
    assert layers(widths) == by_definition(widths)


@pytest.mark.slow
@given(WIDTHS)
@settings(max_examples=500, derandomize=True)
def test_what_the_paper_notes_about_bottlenecks(widths):
    found = layers(widths)
    assert found[-1] == 0
    assert all(widths[i] < widths[0] for i in found[:-1])
    for after, before in pairwise(found):
        assert all(widths[k] >= widths[before] for k in range(before + 1, after))
        assert widths[after] < widths[before]


@pytest.mark.parametrize(
    ("widths", "found"),
    [((5, 5, 5), (0,)), ((5, 3, 4, 3), (1, 0)), ((5, 3, 2, 2, 3), (2, 1, 0)), ((2, 9, 2), (0,)), ((7,), (0,))],
)
def test_among_equals_the_layer_nearest_the_input_counts(widths, found):
    assert layers(widths) == found


@pytest.mark.parametrize(
    ("widths", "message"),
    [
        ((), "widths must hold at least the input dimension, got none"),
        ((3, 0), r"widths\[1\] must be a positive integer, got 0"),
        ((3, 2.5), r"widths\[1\] must be a positive integer, got 2.5"),
        (3, "widths must be a tuple of positive integers, got 3"),
    ],
)
def test_no_widths(widths, message):
    with pytest.raises((TypeError, ValueError), match=message):
        layers(widths)


def by_pseudoinverse(net, x):
    w = net.weights[0]
    return (x @ (torch.linalg.pinv(w) @ w).mT).norm(dim=-1) / x.norm(dim=-1)


@pytest.mark.parametrize("batch", [(), (3,), (2, 2)])
@pytest.mark.parametrize("width", [1, 4, 11, 12, 13, 30])
def test_distortion_is_the_norm_of_the_projection(width, batch):
    net = network((12, width, 5), batch=batch)
    x = points(net, 4)
    torch.testing.assert_close(total_distortion(net, x), by_pseudoinverse(net, x), rtol=1e-11, atol=1e-12)
    shared = x[(0,) * len(batch)]
    torch.testing.assert_close(total_distortion(net, shared), by_pseudoinverse(net, shared), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("rows", [[0, 0, 1, 2], [0, 1, 2, 3, 3, 3, 2], [0] * 12])
def test_distortion_of_matrices_that_lack_rank(rows):
    w = torch.randn(4, 9, generator=seeded(0), dtype=torch.float64)[rows]
    net, other = Network([w], torch.ones(len(rows)).double()), network((9, len(rows)))
    x = points(net, 3)
    torch.testing.assert_close(total_distortion(net, x), by_pseudoinverse(net, x), rtol=1e-11, atol=1e-12)
    both = Network([torch.stack((w, other.weights[0]))], torch.ones(2, len(rows)).double())
    torch.testing.assert_close(total_distortion(both, x), by_pseudoinverse(both, x), rtol=1e-11, atol=1e-12)


def test_an_input_within_the_rows_is_erased_whole_and_one_orthogonal_to_them_not_at_all():
    net = network((20, 6))
    w = net.weights[0]
    inside = torch.randn(3, 6, generator=seeded(1), dtype=torch.float64) @ w
    x = points(net, 3)
    outside = x - x @ w.mT @ torch.linalg.pinv(w).mT
    torch.testing.assert_close(total_distortion(net, inside), torch.ones(3).double(), rtol=1e-12, atol=0)
    assert total_distortion(net, outside).max() < 1e-14


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("width", [400, 500])
def test_at_full_width_the_distortion_is_one_in_single_precision_too(width, dtype):
    net = multilayer((400, width), batch=(20,), generator=seeded(2), dtype=dtype)
    assert (total_distortion(net, points(net, 5)) - 1).abs().max() < (1e-6 if dtype == torch.float32 else 1e-13)


def test_a_square_matrix_that_is_nearly_singular_in_single_precision_still_erases_everything():
    w = torch.randn(60, 60, generator=seeded(9), dtype=torch.float64)
    u, s, v = torch.linalg.svd(w)
    s[-1] = 1e-7
    net = Network([(u * s @ v).float()], torch.ones(60))
    assert (total_distortion(net, points(net, 5)) - 1).abs().max() < 1e-6


@pytest.mark.parametrize(("dim", "width"), [(8, 1), (8, 3), (30, 15), (30, 29)])
def test_its_square_is_a_beta_variable_at_level_1e_6(dim, width):
    net = multilayer((dim, width), batch=(2000,), generator=seeded(3), dtype=torch.float64)
    squares = total_distortion(net, points(net, 1)).square().flatten()
    assert stats.kstest(squares.numpy(), stats.beta(width / 2, (dim - width) / 2).cdf).pvalue > LEVEL


def test_the_shortest_perturbation_does_erase_the_image():
    net = network((20, 6))
    x = points(net, 1)
    delta = x @ net.weights[0].mT @ torch.linalg.pinv(net.weights[0]).mT
    assert net(x - delta).abs().max() < 1e-13
    assert (delta.norm() / x.norm()).item() == pytest.approx(total_distortion(net, x).item(), rel=1e-12)


def test_deferred_first_layers_are_formed():
    net = multilayer((30, 10), matrices="deferred", generator=seeded(4), dtype=torch.float64)
    x = points(net, 2)
    found = total_distortion(net, x)
    dense = Network([net.weights[0].to_dense()], net.top)
    torch.testing.assert_close(found, total_distortion(dense, x), rtol=1e-10, atol=0)


def test_zero_has_no_direction_to_erase():
    with pytest.raises(ValueError, match="x must not hold a row of zeros"):
        total_distortion(network((4, 3)), torch.zeros(2, 4).double())


@pytest.mark.slow
@given(
    widths=st.lists(st.integers(1, 12), min_size=2, max_size=6),
    batch=st.lists(st.integers(1, 3), max_size=2),
    n=st.integers(1, 3),
    activation=st.sampled_from(["relu", "tanh", "softplus"]),
    distance=st.sampled_from([1e-3, 0.3, 10.0]),
    bias=st.booleans(),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=150, derandomize=True)
def test_terms_add_up_to_the_change_of_the_gradient(widths, batch, n, activation, distance, bias, seed):
    net = network(tuple(widths), seed, activation=activation, batch=tuple(batch), bias=bias)
    x = points(net, n, seed)
    y = x + distance * points(net, n, seed + 1)
    terms, change = gradient_terms(net, x, y), net.gradient(x) - net.gradient(y)
    assert terms.shape == (*batch, n, len(widths) - 1, widths[0])
    scale = terms.norm(dim=-1).sum() + 1e-300
    assert (terms.sum(-2) - change).norm() <= 1e-12 * scale
    if change.norm() > 1e-3 * scale:
        assert (terms.sum(-2) - change).norm() <= 1e-10 * change.norm()


def dense_terms(net, x, y):
    """The formula with every matrix written out, for one network and one pair."""
    at_x, at_y = ([torch.diag((z[0] > 0).double()) for z in net.preactivations(p)] for p in (x, y))
    terms = []
    for j in range(len(net.weights)):
        product = net.top.unsqueeze(0)
        for i in reversed(range(len(net.weights))):
            d = at_x[i] if i > j else at_x[i] - at_y[i] if i == j else at_y[i]
            product = product @ d @ net.weights[i]
        terms.append(product[0])
    return torch.stack(terms)


@pytest.mark.parametrize("widths", [(5, 7), (6, 3, 8), (4, 9, 5, 7, 6)])
def test_each_term_is_the_product_that_the_paper_writes(widths):
    net = network(widths, batch=(2,))
    x, y = points(net, 3, 1), points(net, 3, 2)
    terms = gradient_terms(net, x, y)
    for b in range(2):
        for i in range(3):
            wanted = dense_terms(member(net, (b,)), x[b, i : i + 1], y[b, i : i + 1])
            torch.testing.assert_close(terms[b, i], wanted, rtol=1e-12, atol=1e-13)


def test_terms_for_shared_inputs_and_for_one_against_many():
    net = network((5, 7, 6), batch=(2,))
    x, y = points(net, 3, 1), points(net, 3, 2)
    every = gradient_terms(net, x[0], y)
    torch.testing.assert_close(every, gradient_terms(net, x[:1].expand(2, -1, -1), y))
    torch.testing.assert_close(gradient_terms(net, x[0, :1], y), gradient_terms(net, x[0, :1].expand(3, -1), y))
    torch.testing.assert_close(gradient_terms(net, x, y[0, :1]), gradient_terms(net, x, y[0, :1].expand(2, 3, -1)))


def test_terms_of_deferred_networks_add_up():
    net = multilayer((30, 50, 40, 20), matrices="deferred", generator=seeded(5), dtype=torch.float64)
    x, y = points(net, 2, 1), points(net, 2, 2)
    change = net.gradient(x) - net.gradient(y)
    assert (gradient_terms(net, x, y).sum(-2) - change).norm() < 1e-10 * change.norm()


def test_where_nothing_switches_every_term_is_zero_and_a_term_is_zero_below_the_first_switch():
    net = network((5, 7, 6))
    x = points(net, 2)
    assert (gradient_terms(net, x, 3 * x) == 0).all()
    linear = network((5, 7, 6), activation="identity")
    assert (gradient_terms(linear, x, -x) == 0).all()


def test_inputs_that_do_not_fit_each_other_are_refused_by_name():
    net = network((5, 7))
    with pytest.raises(ValueError, match="y must hold 1 or 3 rows, as x does, got 2"):
        gradient_terms(net, points(net, 3), points(net, 2))
    with pytest.raises(TypeError, match="y must be a torch.Tensor, got list"):
        gradient_terms(net, points(net, 3), [[1.0]])
    with pytest.raises(ValueError, match="x must have shape"):
        gradient_terms(net, points(net, 3)[:, :2], points(net, 3))


@pytest.mark.slow
@pytest.mark.parametrize("batch", [(), (2,)])
def test_masked_norms_are_largest_singular_values(batch):
    net = network((9, 12, 6, 8, 4, 5), batch=batch)
    y = points(net, 3)
    found = masked_norms(net, y, iterations=3000, generator=seeded(6))
    masks = [(z > 0).double() for z in net.preactivations(y)]
    for segment, (end, start) in enumerate([(4, 2), (2, 0)]):
        product = torch.eye(net.widths[start]).double()
        for i in range(start, end):
            product = masks[i].unsqueeze(-1) * (net.weights[i].unsqueeze(-3) @ product)
        wanted = torch.linalg.matrix_norm(product, 2)
        torch.testing.assert_close(found[..., segment], wanted, rtol=1e-6, atol=1e-12)


def test_masked_norms_grow_with_iterations_and_stay_below_the_norm():
    net = network((40, 60, 30))
    y = points(net, 2)
    few, more, many = (masked_norms(net, y, iterations=i, generator=seeded(7)) for i in (1, 10, 100))
    assert (few < more).all()
    assert (more < many).all()
    assert (many <= math.prod(float(torch.linalg.matrix_norm(w, 2)) for w in net.weights)).all()


def test_without_a_narrower_layer_there_is_no_masked_product():
    net = network((5, 7, 6))
    assert masked_norms(net, points(net, 3), generator=seeded(8)).shape == (3, 0)


def test_refusals_of_masked_norms():
    net = network((5, 4))
    with pytest.raises(ValueError, match="iterations must be a positive integer, got 0"):
        masked_norms(net, points(net, 1), iterations=0, generator=seeded(0))
    with pytest.raises(TypeError, match="generator must be a torch.Generator, got int"):
        masked_norms(net, points(net, 1), generator=0)


def test_the_module_is_the_package_s():
    assert bottleneck.layers is layers
