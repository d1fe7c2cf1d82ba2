"""The judge of problem set 3: weights in the lazy ball, what they get right, and how far attacks must go."""

import numpy as np
from ps3_exact import loss, loss_gradient, others, personal, projected, radius, robust, template, value

PARTS = {
    "q1-test": [("visible", 1, "project"), ("hidden", 2, "project")],
    "q2-test": [("gradient", 2, "loss_gradient"), ("sure", 1, "loss_gradient"), ("step", 1, "projected_step")],
    "q3-test": [("ball", 1, "train"), ("accuracy", 2, "train")],
    "q4-test": [("curve", 2, "robust_accuracy"), ("half", 1, "half_radius")],
    "q5-test": [("ball", 1, "train_robustly"), ("robust", 2, "train_robustly")],
    "q7-test": [("hardest", 2, "hardest")],
}
MANUAL = {"q4-written": 6, "q6": 6}
PERSONAL = {(q, part) for q in ("q3-test", "q5-test", "q7-test") for part, *_ in PARTS[q]} | {("q4-test", "half")}

SMALL, LARGE = 6.0, 20.0  # C_0 of questions 3 and 4, and of questions 5 and 7
ACCURACY, ROBUST, ATTACK = 0.85, 0.65, 0.3
CLEAN, FAR = 0.95, 0.35
ROOM = 1 + 1e-4  # of the ball, for rounding in single precision

# instances


def instances(grade_id, part, rng):
    """What the student's functions are called with."""
    draws = {"q1-test": draw_projections, "q2-test": draw_steps, "q4-test": draw_curves}
    if (grade_id, part) not in PERSONAL:
        return draws[grade_id](part, rng)
    x, y, x_test, y_test, start, top = personal(rng)
    if grade_id == "q4-test":
        return [(template(x, y, start, top, radius(SMALL)), top, x_test, y_test)]
    constant = SMALL if grade_id == "q3-test" else LARGE
    return [(x, y, start, top, np.array(radius(constant)))]


def draw_projections(part, rng):
    """Weights, starts and radii: rows outside, inside, on the border's two sides, and where they started."""
    if part == "visible":
        return [(np.array([[3.0, 4.0], [0.3, 0.0]]), np.zeros((2, 2)), np.array(1.0))]
    drawn = []
    for rows, dim in ((7, 3), (1, 1), (40, 25)):
        start, V = rng.normal(size=(rows, dim)), rng.uniform(0.1, 2)
        away = rng.normal(size=(rows, dim))
        away *= V * rng.choice([0, 0.5, 0.99, 1.01, 3], (rows, 1)) / np.linalg.norm(away, axis=1, keepdims=True)
        drawn.append((start + away, start, np.array(V)))
    return drawn


def draw_steps(part, rng):
    """Networks and labelled inputs; for sure ones the values are in the thousands; for a step, a gradient."""
    drawn = []
    for rows, dim, n in ((20, 5, 8), (3, 40, 1), (50, 10, 30)):
        W, a = rng.normal(size=(rows, dim)), rng.choice([-1.0, 1.0], rows) / rows**0.5
        x, y = rng.normal(size=(n, dim)), rng.choice([-1.0, 1.0], n)
        if part == "sure":
            y = np.where((value(W, a, x) > 0) == (np.arange(n) % 3 > 0), 1.0, -1.0)
            x = 1e3 * scaled(W, a, x)
        if part == "step":
            start, V = W + 0.3 * rng.normal(size=(rows, dim)), np.array(rng.uniform(0.2, 0.8))
            drawn.append((W, start, rng.normal(size=(rows, dim)), np.array(rng.uniform(0.2, 2)), V))
        else:
            drawn.append((W, a, x, y))
    return drawn


def scaled(W, a, x):
    """Inputs along the same rays, where f is 1 or -1; where it is 0, they stay."""
    f = np.abs(value(W, a, x))
    return x / np.where(f > 1e-9, f, 1)[:, None]


def draw_curves(part, rng):
    """Networks pushed along a template of labels, with inputs of norm 1 and radii from 0."""
    drawn = []
    for rows, dim, n in ((40, 20, 100), (60, 30, 80)):
        u = rng.normal(size=dim)
        u /= np.linalg.norm(u)
        a = rng.choice([-1.0, 1.0], rows) / rows**0.5
        W = rng.normal(size=(rows, dim)) + 8 / rows**0.5 * np.sign(a)[:, None] * u
        x, y = rng.normal(size=(n, dim)), rng.choice([-1.0, 1.0], n)
        x += 3 * y[:, None] * u
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        drawn.append((W, a, x, y, np.array([0, 0.1, 0.3, 0.6])))
    return drawn


# verdicts


def judge(grade_id, part, inputs, answer):
    """None where the answer is right, else what was expected and what came."""
    if isinstance(answer, tuple):
        return f"one tensor should come back, not {len(answer)}"
    judges = {
        "q1-test": judge_projection,
        "q2-test": judge_step,
        "q3-test": judge_training,
        "q4-test": judge_curve,
        "q5-test": judge_robust_training,
        "q7-test": judge_hardest,
    }
    return judges[grade_id](part, inputs, answer)


def judge_projection(part, inputs, answer):
    """Rows inside stay, rows outside go to the border along their own change."""
    W, start, V = inputs
    fault = unlike(answer, W.shape, "the weights")
    if fault:
        return fault
    length = np.linalg.norm(W - start, axis=1)
    if not np.allclose(answer[length <= V], W[length <= V], rtol=0, atol=1e-6):
        return "a row that lies inside its ball should stay where it is"
    if (np.linalg.norm(answer - start, axis=1) > V * ROOM).any():
        return "a row is farther than V from its start"
    if not np.allclose(answer, projected(W, start, V), rtol=0, atol=1e-6):
        return "a row that lay outside should come to the nearest point of its ball; another is nearer"
    return None


def judge_step(part, inputs, answer):
    """The gradient in closed form, or one step followed by the projection."""
    fault = unlike(answer, inputs[0].shape, "the answer")
    if fault:
        return fault
    if part == "step":
        W, start, G, lr, V = inputs
        return off(answer, projected(W - lr * G, start, V), "the weights after the step")
    said = off(answer, loss_gradient(*inputs), "the gradient")
    return said and (f"{said}, where the network is very sure" if part == "sure" else said)


def judge_training(part, inputs, answer):
    """Weights inside the ball of the roster's start, which learned; what they get right of the roster's test images."""
    return judge_ball(inputs, answer) if part == "ball" else judge_share(inputs, answer, 0.0, ACCURACY, "test images")


def judge_robust_training(part, inputs, answer):
    """The same, against attacks."""
    what = f"test images attacked with radius {ATTACK:g}"
    return judge_ball(inputs, answer) if part == "ball" else judge_share(inputs, answer, ATTACK, ROBUST, what)


def judge_ball(inputs, answer):
    """Weights inside the ball, whose training loss is at most nine tenths of the start's."""
    x, y, start, a, V = inputs
    fault = unlike(answer, start.shape, "the weights") or outside(answer, start, V)
    if fault:
        return fault
    ratio = loss(answer, a, x, y) / loss(start, a, x, y)
    return None if ratio <= 0.9 else f"the training loss should fall below 0.9 of the start's; it is {ratio:.2f} of it"


def judge_share(inputs, answer, length, least, what):
    """The share of test images that the weights, moved into the ball if they are outside, get right under attack."""
    x, _, start, a, V = inputs
    fault = unlike(answer, start.shape, "the weights")
    if fault:
        return fault
    x_test, y_test = others(x)
    share = robust(projected(answer, start, V), a, x_test, y_test, length)
    return None if share >= least else f"at least {least:.0%} of the {what} should be right; {share:.1%} are"


def judge_curve(part, inputs, answer):
    """Shares at every radius; or the radius where half of the images withstand."""
    if part == "half":
        return judge_half(inputs, answer)
    W, a, x, y, radii = inputs
    fault = unlike(answer, radii.shape, "the shares")
    if fault:
        return fault
    gaps = np.abs(answer - [robust(W, a, x, y, length) for length in radii])
    if gaps[0] > 1e-6:
        return f"at radius 0 the share should be the accuracy; it is off by {gaps[0]:.3f}"
    return None if (gaps <= 0.03).all() else f"a share is off by {gaps.max():.3f}; 0.03 is allowed"


def judge_half(inputs, answer):
    """The share that withstands an attack as long as the answer."""
    if answer.size != 1 or not np.isfinite(answer).all() or not 0 < answer.item() < 10:
        return "one positive number should come back"
    share = robust(*inputs, answer.item())
    return None if abs(share - 0.5) <= 0.15 else f"at your radius {share:.2f} of the images withstand, not one half"


def judge_hardest(part, inputs, answer):
    """Weights in the ball that half of the test images withstand a long attack with, and hardly any are wrong."""
    x, _, start, a, V = inputs
    fault = unlike(answer, start.shape, "the weights") or outside(answer, start, V)
    if fault:
        return fault
    x_test, y_test = others(x)
    clean = robust(answer, a, x_test, y_test, 0)
    if clean < CLEAN:
        return f"at least {CLEAN:.0%} of the test images should be right; {clean:.1%} are"
    share = robust(answer, a, x_test, y_test, FAR)
    return None if share >= 0.5 else f"half of the test images should withstand a radius of {FAR:g}; {share:.1%} do"


def unlike(answer, shape, what):
    """A sentence where an answer has another shape, or entries that are no numbers."""
    if answer.shape != shape:
        return f"{what} should have shape {shape}, not {answer.shape}"
    return None if np.isfinite(answer).all() else f"{what} should be finite numbers"


def off(answer, wanted, what):
    """A sentence where an answer is not the one wanted."""
    gap = np.abs(answer - wanted).max() / max(np.abs(wanted).max(), 1e-300)
    return None if gap <= 1e-5 else f"{what} should be another: off by {gap:.2g} of the largest entry"


def outside(W, start, V):
    """A sentence where a row is outside its ball."""
    far = np.linalg.norm(W - start, axis=1).max() / V
    return None if far <= ROOM else f"a row has moved by {far:.4f} V; V is the most"
