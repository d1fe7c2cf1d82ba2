"""The judge of problem set 2, many layers: it computes everything again, in float64."""

from itertools import pairwise

import numpy as np
from ps2_draws import DRAWS
from ps2_exact import behind, narrower_than_all_before, own_share, resistance, slopes, terms, through

PARTS = {
    "q1-test": [("distinct", 1, "bottlenecks"), ("ties", 1, "bottlenecks")],
    "q2-test": [
        ("erases", 1, "erase"),
        ("shortest", 1, "erase"),
        ("mean", 1, "erasure_law"),
        ("spread", 1, "erasure_law"),
    ],
    "q3-test": [("sum", 1, "gradient_terms"), ("each", 3, "gradient_terms")],
    "q4-test": [("map", 1, "angle_map"), ("small", 1, "angle_map"), ("layers", 1, "layers_until")],
    "q5-test": [("prediction", 1, "predicted"), ("share", 2, "attack_share"), ("error", 1, "attack_share")],
    "q7-test": [("resists", 2, "widths")],
}
MANUAL = {"q5-written": 5, "q6-written": 6}
PERSONAL = {("q5-test", "share"), ("q5-test", "error")}

WEIGHTS, START = 20_000, 60  # question 7
BOTH_SIGNS, RESIST = 0.5, 0.25


def instances(grade_id, part, rng):
    """The inputs on which a part is judged."""
    return DRAWS[grade_id](part, rng)


def judge(grade_id, part, inputs, answer):
    """None where the answer is right, else a sentence."""
    return JUDGES[grade_id](part, inputs, answer)


def row(answer):
    """A list of numbers as one array, also where it came as a tuple, or as a list of tensors."""
    scalars = isinstance(answer, tuple) and answer and all(one.size == 1 for one in answer)
    return np.concatenate([one.ravel() for one in answer]) if scalars else answer


def numbers(answer, shape, what):
    """A sentence where an answer is no finite array of a shape, else None."""
    if isinstance(answer, tuple):
        return f"{what} should be one array, {len(answer)} came"
    if answer.shape != shape:
        return f"{what} should have shape {shape}, it has {answer.shape}"
    return None if np.isfinite(answer).all() else f"{what} should hold finite numbers"


def pair(answer, what):
    """Two numbers that a function returns, or None."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    found = np.concatenate([np.zeros(0), *map(np.ravel, parts)])
    if found.shape != (2,) or not np.isfinite(found).all():
        return None, f"{what}: two finite numbers should come back"
    return found, None


# Question 1: bottleneck layers


def judge_bottlenecks(part, inputs, answer):
    """Compare with the definition."""
    want, answer = narrower_than_all_before(inputs[0]), row(answer)
    if isinstance(answer, tuple) or answer.shape != want.shape:
        came = len(answer) if isinstance(answer, tuple) else answer.size
        return f"one list of {len(want)} layers was expected, {came} came"
    if np.array_equal(answer, want):
        return None
    if np.array_equal(answer[::-1], want):
        return "the layers are right, their order is not: the output side comes first"
    return "these are not the bottlenecks" + (": equally narrow layers are taken wrongly" if part == "ties" else "")


# Question 2: the shortest perturbation that erases an input


def judge_layers(part, inputs, answer):
    """The perturbation erases, and is the shortest; its squared length has the law."""
    if part in ("mean", "spread"):
        return judge_law(part, inputs, answer)
    w, x = inputs
    wrong = numbers(answer, x.shape, "delta")
    if wrong:
        return wrong
    left = np.linalg.norm(w @ (x - answer))
    if left > 1e-6 * np.linalg.norm(w) * np.linalg.norm(x):
        return f"W (x - delta) should be 0, its length is {left:.2g}"
    basis = np.linalg.qr(w.T)[0]
    least, length = np.linalg.norm(basis.T @ x), np.linalg.norm(answer)
    if part == "shortest" and length > 1.001 * least:
        return f"delta is {length / least:.3g} times as long as the shortest"
    return None


def judge_law(part, inputs, answer):
    """Mean and standard deviation of a Beta variable."""
    d, k = (float(size) for size in inputs)
    found, wrong = pair(answer, "mean and standard deviation")
    if wrong:
        return wrong
    want = {"mean": k / d, "spread": np.sqrt(2 * k * (d - k) / (d + 2)) / d}[part]
    got = found[("mean", "spread").index(part)]
    name = {"mean": "mean", "spread": "standard deviation"}[part]
    return None if np.isclose(got, want, rtol=1e-3, atol=1e-9) else f"the {name} is {got:.4g} where it is {want:.4g}"


# Question 3: the terms of the gradient's change


def judge_terms(part, inputs, answer):
    """The terms add up to the difference of the gradients, and each is the paper's."""
    x, y, a, *weights = inputs
    want = terms(*inputs)
    wrong = numbers(answer, want.shape, "the terms")
    if wrong:
        return wrong
    whole = through(a, weights, slopes(weights, x)[0]) - through(a, weights, slopes(weights, y)[0])
    size = np.linalg.norm(want, axis=1).max()
    gap = np.linalg.norm(answer.sum(0) - whole) / size
    if part == "sum":
        return (
            None if gap < 1e-6 else f"the terms miss the difference of the gradients by {gap:.2g} of the largest term"
        )
    worst = np.linalg.norm(answer - want, axis=1) / size
    return None if worst.max() < 1e-6 else f"term {1 + worst.argmax()} is off by {worst.max():.2g} of the largest term"


# Question 4: the angle map


def judge_angles(part, inputs, answer):
    """Compare with the closed form."""
    if part == "layers":
        return judge_layers_until(inputs, answer)
    want = behind(inputs[0])
    wrong = numbers(answer, want.shape, "the angles")
    if wrong:
        return wrong
    off = np.abs(answer - want)
    if part == "map":
        return None if off.max() < 1e-6 else f"an angle is off by {off.max():.2g}"
    relative = (off / want).max()
    return None if relative < 1e-6 else f"a small angle is off by {relative:.2g} of itself, more than a millionth"


def judge_layers_until(inputs, answer):
    """Walk down the map."""
    theta, goal = inputs
    layers = 0
    while theta > goal:
        theta, layers = behind(theta), layers + 1
    wrong = numbers(np.squeeze(row(answer)), (), "the number of layers")
    if wrong or row(answer) == layers:
        return wrong
    return f"{layers} layers bring the angle to the goal, {float(np.squeeze(row(answer))):g} came"


# Question 5: where attacks die


def judge_shares(part, inputs, answer):
    """Seven predicted shares, or a measured one with its error."""
    if part == "prediction":
        answer = row(answer)
        wrong = numbers(answer, (7,), "the prediction")
        return wrong or (None if ((answer >= 0) & (answer <= 1)).all() else "predicted shares should lie in 0 to 1")
    found, wrong = pair(answer, "share and standard error")
    if wrong:
        return wrong
    share, error = own_share(*(int(number) for number in inputs))
    if part == "share":
        said = f"at depth {inputs[1]} the share of your networks' inputs is {share:.3f}, {found[0]:.3f} came"
        return None if abs(found[0] - share) <= 0.011 else said
    said = f"at depth {inputs[1]} the standard error over networks is {error:.3f}, {found[1]:.3f} came"
    return None if abs(found[1] - error) <= 0.1 * error + 1e-4 else said


# Question 7: the list of widths that resists


def judge_widths(part, inputs, answer):
    """The list keeps the rules, and resists."""
    answer = row(answer)
    if isinstance(answer, tuple) or answer.ndim != 1 or not 2 <= len(answer) <= 200:
        return "widths should be one list: the input dimension, then at least one hidden width, at most 200 numbers"
    if not ((answer >= 1) & (answer <= WEIGHTS) & (answer == np.round(answer))).all() or answer[0] != START:
        return f"widths should be positive integers, the first of them {START}"
    widths = answer.astype(int).tolist()
    weights = sum(rows * columns for columns, rows in pairwise([*widths, 1]))
    if weights > WEIGHTS:
        return f"the network has {weights} weights, more than {WEIGHTS}"
    both, resist = resistance(widths)
    if both < BOTH_SIGNS:
        return f"only {both:.0%} of the networks have both signs"
    return None if resist >= RESIST else f"{resist:.0%} of the inputs resist, {RESIST:.0%} are asked for"


JUDGES = {
    "q1-test": judge_bottlenecks,
    "q2-test": judge_layers,
    "q3-test": judge_terms,
    "q4-test": judge_angles,
    "q5-test": judge_shares,
    "q7-test": judge_widths,
}
