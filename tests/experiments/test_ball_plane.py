"""Members of the lazy ball drawn in three directions, against whole networks and the closed form."""

import pytest
import torch

from advlib.experiments import ball_flips, pushed_lengths
from advlib.experiments.ball_plane import KINDS, directions, start, third
from advlib.theory import lazy_length


@pytest.fixture(scope="module")
def drawn():
    generator = torch.Generator().manual_seed(0)
    signs = 2 * torch.randint(2, (50, 30), generator=generator).double() - 1
    rows, turned = start(signs, 12, generator)
    return signs, rows, turned, generator


@pytest.mark.slow
def test_flips_and_lengths_are_those_of_whole_networks():
    """In few dimensions, where some resist; within five standard errors each (false at one of 100,000 seeds)."""
    plane, whole = pushed_lengths(10, 50, 3.0, 2000, seed=0), ball_flips(10, 50, 3.0, 80, seed=1)
    for kind in KINDS:
        assert abs(plane[f"{kind}_flipped"] - whole[f"{kind}_flipped"]) < 5 * whole[f"{kind}_flipped_se"], kind
        error = plane[f"{kind}_length_median_se"] * (1 + 2000 / 80) ** 0.5
        assert abs(plane[f"{kind}_length_median"] - whole[f"{kind}_length_median"]) < 5 * error, kind


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
    for push in found.values():
        assert push.norm(dim=-1) == pytest.approx(torch.ones(50))
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
