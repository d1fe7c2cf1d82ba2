"""An infinitely wide network drawn on the sphere, against its law, and the search that walks on it."""

import math

import pytest
import torch

from advlib.experiments import sphere_signs
from advlib.experiments.any_attack import downhill
from advlib.experiments.wide_field import WideField, covariance, kernel, slopes, together, values
from advlib.sampling import sphere
from advlib.theory import wide_shares
from advlib.theory.wide import correlation


def somewhere(n, dim, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return sphere(n, dim, radius=1.0, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("depth", [1, 7, 100])
def test_the_kernel_is_the_correlation_with_its_derivatives(depth):
    cosine = torch.tensor([-0.9, 0.1, 0.8], dtype=torch.float64, requires_grad=True)
    theta = cosine.acos()
    value, first, second = kernel(theta.detach(), depth)
    wanted, slope = correlation(theta.detach(), depth)
    assert value == pytest.approx(wanted)
    assert -first * theta.detach().sin() == pytest.approx(slope)
    ahead, behind = (kernel((cosine.detach() + step).acos(), depth)[1] for step in (1e-6, -1e-6))
    assert second / theta.detach() == pytest.approx((ahead - behind) / 2e-6, rel=1e-5)


def test_covariances_of_derivatives_are_differences_of_those_of_values():
    x, y = somewhere(2, 6).unsqueeze(1)
    step = 1e-4

    def moved(point, asked, i):
        return point * math.cos(step) + math.sin(step) * asked.tangents[i]

    at_x, at_y = slopes(x), slopes(y)
    near_x, near_y = (
        values(torch.cat((point, *(moved(point, asked, i) for i in range(5)))))
        for point, asked in ((x, at_x), (y, at_y))
    )
    both = covariance(near_x, near_y, 3)
    mixed = (both[1:, 1:] - both[1:, :1] - both[:1, 1:] + both[:1, :1]) / step**2
    assert covariance(values(x), at_y, 3)[0] == pytest.approx((both[0, 1:] - both[0, 0]) / step, abs=1e-3)
    assert covariance(at_x, at_y, 3) == pytest.approx(mixed, abs=1e-2)


def test_answers_given_bit_by_bit_have_the_law_of_answers_given_at_once():
    """The squared distance from 0 in units of the law is chi-squared: 8 standard deviations here are no accident."""
    generator = torch.Generator().manual_seed(1)
    field = WideField(5, 10, 700, generator)
    answers = []
    for size in (1, 3, 10, 20):
        points = field.somewhere(size)
        answers.append(field.ask(values(points)))
        asked = slopes(points)
        answers.append(field.ask(asked))
    drawn = torch.cat(answers)
    law = covariance(field.asked, field.asked, 10) + 1e-6 * torch.eye(len(drawn))
    distance = drawn @ torch.linalg.solve(law, drawn)
    assert abs(distance.item() - len(drawn)) < 8 * (2 * len(drawn)) ** 0.5
    assert field.root[: len(drawn), : len(drawn)] @ field.noise[: len(drawn)] == pytest.approx(drawn)


def test_a_gradient_is_that_of_the_values_around():
    field = WideField(8, 5, 100, torch.Generator().manual_seed(2))
    x = field.somewhere(1)
    value = field.ask(values(x))
    gradient = field.gradients(x)
    assert abs(gradient @ x.mT).item() < 1e-9
    turns = torch.tensor([0.05, 0.1], dtype=torch.float64)
    places = turns.cos()[:, None] * x + turns.sin()[:, None] * torch.nn.functional.normalize(gradient)
    rise = field.ask(values(places)) - value
    assert rise == pytest.approx(turns * gradient.norm(), rel=0.3)


def test_a_walk_never_climbs():
    field = WideField(6, 20, 300, torch.Generator().manual_seed(3))
    points = field.somewhere(4)
    heights = field.ask(values(points))
    turns = torch.tensor([0.05, 0.2], dtype=torch.float64)
    lower_points, lower = downhill(field, points, heights, turns)
    assert (lower <= heights).all()
    assert (lower < heights).any()
    assert lower_points.norm(dim=-1) == pytest.approx(torch.ones(4))


@pytest.mark.slow
def test_one_step_flips_as_often_as_along_the_ray_alone():
    """Within five standard errors: false once in a million seeds."""
    record = sphere_signs(10, 20, networks=80, questions=1, seed=4)
    share = wide_shares(10, 20, 20_000, generator=torch.Generator().manual_seed(5)).mean().item()
    assert abs(record["flipped"] - share) < 5 * record["flipped_se"]
    assert record["found"] >= record["flipped"]


def test_what_is_asked_together_is_asked_in_this_order():
    x, y = values(somewhere(2, 4)), slopes(somewhere(1, 4, seed=1))
    both = together(x, y)
    assert torch.equal(both.at, torch.tensor([0, 1, 2, 2, 2]))
    assert torch.equal(both.points, torch.cat((x.points, y.points)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"dim": 1}, "dim must be an integer from 2 up"), ({"depth": 0}, "depth"), ({"networks": 1}, "networks")],
)
def test_bad_input_is_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        sphere_signs(**{"dim": 5, "depth": 2, "networks": 3} | wrong, seed=0)
