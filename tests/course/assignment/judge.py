"""The judge of the tiny set."""

import numpy as np

PARTS = {
    "q1-test": [("visible", 2, "value_and_gradient"), ("hidden", 3, "value_and_gradient")],
    "q2-test": [("flips", 2, "shortest_step"), ("shortest", 3, "shortest_step")],
    "q4-test": [("spread", 2, "spread")],
}
MANUAL = {"q3": 3}
PERSONAL = {("q4-test", "spread")}


def value(W, a, x):
    return np.maximum(x @ W.T, 0) @ a


def gradient(W, a, x):
    return ((x @ W.T > 0) * a) @ W


def instances(grade_id, part, rng):
    if grade_id == "q4-test":
        return [()]
    if grade_id == "q2-test":
        return [(rng.normal(size=d), rng.normal(size=(n, d))) for d, n in ((3, 5), (40, 2))]
    if part == "visible":
        return [(np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([1.0, -2.0]), np.array([[2.0, -3.0]]))]
    sizes = ((7, 50, 9), (1, 3, 1), (60, 20, 4))
    return [(rng.normal(size=(k, d)), rng.choice([-1.0, 1.0], k), rng.normal(size=(n, d))) for d, k, n in sizes]


def judge(grade_id, part, inputs, answer):
    if grade_id == "q4-test":
        return None
    if grade_id == "q1-test":
        return judge_values(inputs, answer)
    w, x = inputs
    if isinstance(answer, tuple) or answer.shape != x.shape:
        return f"delta should have shape {x.shape}"
    if not ((x + answer) @ w * (x @ w) < 0).all():
        return "the sign does not change"
    least = np.abs(x @ w) / np.linalg.norm(w)
    if part == "shortest" and not (np.linalg.norm(answer, axis=1) <= 1.01 * least).all():
        return "a step is longer than it need be"
    return None


def judge_values(inputs, answer):
    if not (isinstance(answer, tuple) and len(answer) == 2):
        return "two tensors should come back, f and its gradient"
    for name, got, want in zip(("f", "the gradient"), answer, (value(*inputs), gradient(*inputs)), strict=True):
        if got.shape != want.shape:
            return f"{name} should have shape {want.shape}, it has {got.shape}"
        if not np.allclose(got, want, rtol=1e-4, atol=1e-6):
            return f"{name} is off by {np.abs(got - want).max():.2g}"
    return None
