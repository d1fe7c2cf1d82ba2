"""Members of the lazy ball drawn in three directions, against whole networks and the closed form."""

import pytest
import torch
from scipy import stats

import advlib
from advlib.experiments import pushed_lengths
from advlib.experiments.ball_plane import KINDS, _lengths, directions, start, third
from advlib.lazy_ball import push
from advlib.theory import lazy_length


@pytest.fixture(scope="module")
def drawn():
    generator = torch.Generator().manual_seed(0)
    signs = 2 * torch.randint(2, (50, 30), generator=generator).double() - 1
    rows, turned = start(signs, 12, generator)
    return signs, rows, turned, generator


def whole_lengths(dim, width, radius, count, seed):
    """Lengths for each of `KINDS`, of whole networks."""
    generator = torch.Generator().manual_seed(seed)
    net = advlib.lazy_two_layer(dim, width, batch=(count,), generator=generator, dtype=torch.float64)
    x = torch.eye(dim, dtype=torch.float64)[:1]
    away = net(x).sign() * x
    flat = -torch.nn.functional.normalize(net.gradient(x).squeeze(-2), dim=-1)
    pushed = [push(net, direction, radius) for direction in (away, flat, away + flat)]
    found = [advlib.smallest_flip(member, x, max_step=1e6).perturbation_norm.squeeze(-1) for member in (net, *pushed)]
    return torch.stack(found).nan_to_num(torch.inf)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_lengths_have_the_law_of_those_of_whole_networks(kind):
    """In few dimensions, where some resist; p below 1e-5 has that chance if the laws are one."""
    place, radius = KINDS.index(kind), 3 / 50**0.5
    drawn, whole = _lengths(10, 50, radius, 1000, 0)[place], whole_lengths(10, 50, radius, 1000, 1)[place]
    assert stats.ks_2samp(drawn.numpy(), whole.numpy(), method="asymp").pvalue > 1e-5


def test_the_farthest_member_needs_the_law_s_length():
    record = pushed_lengths(3000, 1000, 3.0, 500, seed=2)
    law = lazy_length(3000, 3.0, value=0.4769)  # the median of |f| at the start
    assert record["value_length_median"] == pytest.approx(law, rel=0.1)
    assert record["value_flipped"] == 1


def test_the_gradient_has_no_part_beyond_its_directions(drawn):
    signs, rows, turned, _ = drawn
    gradient = ((signs * (rows[..., 0] > 0)).unsqueeze(-1) * rows).sum(-2)
    assert (gradient[:, 1] > 0).all()
    assert (gradient[:, 2] == 0).all()
    assert turned.norm(dim=-1) == pytest.approx(torch.ones(50))


def test_pushes_are_unit_vectors_that_do_what_they_are_for(drawn):
    signs, rows, _, _ = drawn
    found = directions(signs, rows)
    value = (signs * rows[..., 0].clamp(min=0)).sum(-1)
    for way in found.values():
        assert way.norm(dim=-1) == pytest.approx(torch.ones(50))
    farther = (signs * (rows[..., 0] + 0.1 * signs * found["value"][:, :1]).clamp(min=0)).sum(-1)
    assert (farther.abs() >= value.abs()).all()


def test_without_a_change_there_is_no_third_direction(drawn):
    signs, rows, turned, generator = drawn
    same = third(signs, rows, rows, turned, 12, generator)
    assert torch.equal(same[..., :2], rows[..., :2])
    assert ((signs * (rows[..., 0] > 0)) * same[..., 2]).sum(-1).abs().max() < 1e-9


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"dim": 2}, "dim must be an integer from 3 up"), ({"constant": 0.0}, "constant"), ({"networks": 1}, "networks")],
)
def test_bad_input_is_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        pushed_lengths(**{"dim": 5, "width": 9, "constant": 1.0, "networks": 3} | wrong, seed=0)
