"""The judge of problem set 1, "One step": instances, and verdicts by an exact algorithm of its own, in float64."""

from functools import lru_cache

import numpy as np
from ps1_draws import INSTANCES
from ps1_exact import deferred_gradient, deferred_product, downhill, drawn, first_changes, gradient, value

PARTS = {
    "q1-test": [("value", 1, "value_and_gradient"), ("gradient", 2, "value_and_gradient")],
    "q2-test": [
        ("random", 2, "first_sign_change"),
        ("early", 2, "first_sign_change"),
        ("never", 1, "first_sign_change"),
    ],
    "q3-test": [("flips", 1, "one_step_attack"), ("none", 1, "one_step_attack")],
    "q4-test": [("medians", 2, "measured"), ("exponent", 2, "measured")],
    "q6-test": [("factor", 2, "compared")],
    "q7-test": [("gradient", 1, "deferred_gradient"), ("product", 1, "deferred_product")],
}
MANUAL = {"q5": 6, "q6-why": 6}
PERSONAL = {("q4-test", "medians"), ("q4-test", "exponent"), ("q6-test", "factor")}

DIMS = np.array([25, 50, 100, 200, 400, 800])


def instances(grade_id, part, rng):
    if (grade_id, part) in PERSONAL:
        return [(np.array(rng.bit_generator.seed_seq.entropy),)]
    return INSTANCES[grade_id, part](rng)


def judge(grade_id, part, inputs, answer):
    return JUDGES[grade_id](part, inputs, answer)


# Question 1


def judge_values(part, inputs, answer):
    if not (isinstance(answer, tuple) and len(answer) == 2):
        return "two tensors should come back, f and its gradient"
    place, reference, name = (0, value, "f") if part == "value" else (1, gradient, "the gradient")
    return differs(name, answer[place], reference(*inputs))


def differs(name, got, wanted):
    """A sentence where an array is not the one that was wanted, to six digits."""
    if isinstance(got, tuple) or got.shape != wanted.shape:
        came = "several tensors came" if isinstance(got, tuple) else f"it has {got.shape}"
        return f"{name} should have shape {wanted.shape}, {came}"
    scale = np.abs(wanted).max() + 1e-12
    if not (np.abs(got - wanted) <= 1e-6 * scale).all():
        return f"{name} is off by {np.abs(got - wanted).max() / scale:.2g} times its largest entry"
    return None


# Question 2


def judge_changes(part, inputs, answer):
    W, a, x, v = inputs
    if isinstance(answer, tuple) or answer.shape != (len(x),):
        return f"t should have shape ({len(x)},)"
    if part == "never":
        return (
            None
            if np.isnan(answer).all()
            else "t should be nan where the sign never changes; to stay at 0 is no change"
        )
    if not (np.isfinite(answer) & (answer > 0)).all():
        return "there is a sign change, and t should be positive"
    past = value(W, a, x + (1 + 1e-5) * answer[:, None] * v)
    if not (past * value(W, a, x) < 0).all():
        return "just past your t the sign is not the other one"
    late = (answer / first_changes(W, a, x, v)).max()
    return None if late <= 1 + 1e-6 else f"there is an earlier sign change: one t is {late:.7g} times the first"


# Question 3


def judge_attacks(part, inputs, answer):
    W, a, x, f, g, t = inputs
    if isinstance(answer, tuple) or answer.shape != x.shape:
        return f"delta should have shape {x.shape}"
    if part == "none":
        return None if (answer == 0).all() else "delta should be 0 where t is nan"
    size = np.linalg.norm(g, axis=1)
    eta = (answer * g).sum(1) / size**2
    if not (np.linalg.norm(answer - eta[:, None] * g, axis=1) <= 1e-6 * np.linalg.norm(answer, axis=1)).all():
        return "delta should be a multiple of the gradient"
    if not (value(W, a, x + answer) * f < 0).all():
        return "f(x + delta) does not have the other sign"
    longest = (np.linalg.norm(answer, axis=1) / (t * size)).max()
    return None if longest <= 1.01 else f"one delta is {longest:.4g} times as long as the shortest, 1.01 is allowed"


# Questions 4 and 6, on the student's own networks


def own(seed, d, number, k=300, n=4):
    return drawn(np.random.default_rng([seed, d, number]), d, k, n)


def shortest(W, a, x, v):
    """Length of the shortest multiple of v that flips the sign, inf where none does."""
    t = first_changes(W, a, x, v)
    return np.where(np.isnan(t), np.inf, t) * np.linalg.norm(v, axis=1)


def medians_between(values):
    """The two values in the middle of an even number of them, and what lies halfway."""
    ordered = np.sort(values, axis=None)
    low, high = ordered[ordered.size // 2 - 1 : ordered.size // 2 + 1]
    return low, (low + high) / 2, high


@lru_cache(8)
def exact_medians(seed):
    """For each of `DIMS`, what may be called the median of the lengths relative to the input; (3, 6)."""

    def lengths(d):
        networks = (own(seed, d, number) for number in range(60))
        return np.array([shortest(*network, downhill(*network)) for network in networks])

    return np.array([medians_between(lengths(d) / d**0.5) for d in DIMS.tolist()]).T


def judge_measured(part, inputs, answer):
    if not (isinstance(answer, tuple) and len(answer) == 2):
        return "two answers are needed: the six medians, and the exponent"
    medians, exponent = answer
    exact = exact_medians(int(inputs[0]))
    if part == "exponent":
        slopes = [np.polyfit(np.log(DIMS), np.log(row), 1)[0] for row in exact]
        right = exponent.size == 1 and np.abs(exponent - slopes).min() <= 0.005
        return None if right else "the exponent is not that of your networks, 0.005 more or less are allowed"
    if medians.shape != DIMS.shape:
        return f"there should be {len(DIMS)} medians, they have shape {medians.shape}"
    if not within(medians, exact, 0.01):
        return "the medians are not those of your networks, 1 % more or less is allowed"
    return None


def within(values, exact, share):
    """Whether values lie between the first and the last of some rows, or beyond them by a share."""
    return ((1 - share) * exact[0] <= values).all() and (values <= (1 + share) * exact[-1]).all()


@lru_cache(8)
def exact_factor(seed):
    ratios = []
    for number in range(10):
        W, a, x = own(seed, 200, number, k=1000, n=20)
        along = -np.sign(value(W, a, x))[:, None] * (a @ W)
        ratios.append(shortest(W, a, x, along) / shortest(W, a, x, downhill(W, a, x)))
    return medians_between(ratios)


def judge_compared(part, inputs, answer):
    if isinstance(answer, tuple) or answer.size != 1:
        return "one number is needed, the median factor"
    right = within(answer, exact_factor(int(inputs[0])), 0.002)
    return None if right else "the factor is not that of your networks, 0.2 % more or less is allowed"


# Question 7


def judge_deferred(part, inputs, answer):
    if part == "gradient":
        return differs("the gradient", answer, deferred_gradient(*inputs))
    return differs("the product W g", answer, deferred_product(*inputs))


JUDGES = {
    "q1-test": judge_values,
    "q2-test": judge_changes,
    "q3-test": judge_attacks,
    "q4-test": judge_measured,
    "q6-test": judge_compared,
    "q7-test": judge_deferred,
}
