"""The judge of problem set 2, many layers: it computes everything again, in float64."""

from itertools import pairwise

import numpy as np

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

DIM, WIDTH, NETWORKS, INPUTS = 30, 50, 100, 4  # question 5
STEPS = np.arange(1, 33) / 16
WEIGHTS, START = 20_000, 60  # question 7
SHORT_STEPS = np.arange(1, 13) / 48
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


def narrower_than_all_before(widths, tie_counts=False):
    """Layers narrower than every layer before them, output side first; or, in the wrong reading, as narrow as these."""
    room = int(tie_counts)
    found = [i for i in range(len(widths)) if all(widths[i] < before + room for before in widths[:i])]
    return np.array(found[::-1], dtype=float)


def draw_widths(part, rng):
    """Widths that are all distinct, or with a tie that matters."""
    if part == "distinct":
        return [(rng.permutation(np.arange(2, 40))[:length],) for length in (1, 2, 5, 9, 12)]
    found = [(np.array([7, 7, 7]),)]
    while len(found) < 5:
        widths = rng.integers(3, 9, size=8)
        if len(narrower_than_all_before(widths)) < len(narrower_than_all_before(widths, tie_counts=True)):
            found.append((widths,))
    return found


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


def draw_layers(part, rng):
    """A matrix and an input; or a dimension and a width."""
    if part in ("mean", "spread"):
        dims = rng.integers(10, 2000, size=4)
        return [(d, rng.integers(1, d)) for d in dims] + [(dims[0], dims[0])]
    if part == "shortest":
        return [(rng.normal(size=(k, d)), rng.normal(size=d)) for d, k in ((9, 3), (60, 25), (200, 1))]
    low_rank = rng.normal(size=(3, 12))[[0, 1, 0, 2, 1]]
    wide = rng.normal(size=(40, 8))
    return [(low_rank, rng.normal(size=12)), (wide, rng.normal(size=8)), (0 * low_rank, rng.normal(size=12))]


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


def slopes(weights, x):
    """Which neurons are on, and how near the nearest is to its kink."""
    on, margin = [], np.inf
    for w in weights:
        z = w @ x
        margin = min(margin, np.abs(z).min() / np.linalg.norm(z))
        on.append((z > 0).astype(float))
        x = np.maximum(z, 0)
        if not x.any():
            return on, 0.0
    return on, margin


def through(above, weights, on):
    """A row times the product of D_i W_i."""
    for w, slope in zip(weights[::-1], on[::-1], strict=True):
        above = (above * slope) @ w
    return above


def terms(x, y, a, *weights):
    """The terms of GD-DECOMP for j = 1, ..., L."""
    at_x, at_y = slopes(weights, x)[0], slopes(weights, y)[0]
    found = []
    for j, w in enumerate(weights):
        above = through(a, weights[j + 1 :], at_x[j + 1 :])
        found.append(through((above * (at_x[j] - at_y[j])) @ w, weights[:j], at_y[:j]))
    return np.array(found)


def draw_pairs(part, rng):
    """Two inputs and a network, far from every kink, where every layer has its share."""
    found, lengths = [], (8, 10) if part == "sum" else (1, 2, 3, 4)
    while len(found) < len(lengths):
        widths = rng.integers(8, 16, size=lengths[len(found)] + 1)
        weights = [rng.normal(size=(rows, columns)) * (2 / columns) ** 0.5 for columns, rows in pairwise(widths)]
        x, y, a = rng.normal(size=widths[0]), rng.normal(size=widths[0]), rng.normal(size=widths[-1])
        margin = min(slopes(weights, x)[1], slopes(weights, y)[1])
        if margin > 1e-6 and np.linalg.norm(terms(x, y, a, *weights), axis=1).min() > 1e-3:
            found.append((x, y, a, *weights))
    return found


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


def behind(theta):
    """The angle behind a layer, accurate however small."""
    series = theta**3 / 3 - theta**5 / 30 + theta**7 / 840
    drop = np.where(theta < 0.03, series, np.sin(theta) - theta * np.cos(theta)) / np.pi
    return 2 * np.arcsin(np.sqrt(np.sin(theta / 2) ** 2 - drop / 2))


def draw_angles(part, rng):
    """Angles; or an angle and a goal that lies well between two layers' angles."""
    if part == "map":
        return [(np.array([0.0, np.pi]),), (rng.uniform(0.05, np.pi, size=20),), (rng.uniform(0.05, 3, size=(2, 3)),)]
    if part == "small":
        return [(10 ** rng.uniform(-7, -3, size=20),)]
    found = []
    for layers in (1, *rng.integers(2, 300, size=3)):
        path = [np.asarray(rng.uniform(0.5, 3))]
        for _ in range(layers):
            path.append(behind(path[-1]))
        found.append((path[0], (path[-2] + path[-1]) / 2))
    return found


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


def networks(seed, depth, width=WIDTH):
    """The student's networks and inputs, as the notebook draws them."""
    rng = np.random.default_rng([seed, depth, width])
    weights, columns = [], DIM
    for _ in range(depth):
        weights.append(rng.standard_normal((NETWORKS, width, columns)) * (2 / columns) ** 0.5)
        columns = width
    top = rng.standard_normal((NETWORKS, width)) / width**0.5
    x = rng.standard_normal((NETWORKS, INPUTS, DIM))
    return weights, top, x * np.sqrt(DIM) / np.linalg.norm(x, axis=-1, keepdims=True)


def value(weights, top, x):
    """Value of batches of inputs."""
    for w in weights:
        x = np.maximum(x @ w.swapaxes(1, 2), 0)
    return (x @ top[:, :, None])[..., 0]


def downhill(weights, top, x):
    """The value, and the direction of unit length along the gradient, against the sign of the value."""
    on, image = [], x
    for w in weights:
        z = image @ w.swapaxes(1, 2)
        on.append(z > 0)
        image = np.maximum(z, 0)
    f = (image @ top[:, :, None])[..., 0]
    g = np.broadcast_to(top[:, None], on[-1].shape)
    for w, slope in zip(weights[::-1], on[::-1], strict=True):
        g = (g * slope) @ w
    length = np.linalg.norm(g, axis=-1, keepdims=True)
    return f, -np.sign(f)[..., None] * g / np.where(length > 0, length, 1)


def along(weights, top, x, steps):
    """The sign of f at steps along the gradient, relative to that at x; steps in lengths of x."""
    f, u = downhill(weights, top, x)
    size = np.linalg.norm(x, axis=-1)[..., None, None]
    points = x[:, :, None] + steps[:, None] * size * u[:, :, None]
    values = value(weights, top, points.reshape(len(x), -1, x.shape[-1]))
    return np.sign(values.reshape(*f.shape, -1)) * np.sign(f)[..., None]


def own_share(seed, depth):
    """The share of inputs that a step flips, and its standard error over networks."""
    flipped = (along(*networks(seed, depth), STEPS) < 0).any(-1)
    return flipped.mean(), flipped.mean(1).std(ddof=1) / np.sqrt(NETWORKS)


def draw_depths(part, rng):
    """The student's own number, and depths."""
    if part == "prediction":
        return [()]
    seed = rng.bit_generator.seed_seq.entropy
    return [(np.int64(seed), np.int64(depth)) for depth in ((1, 8, 32) if part == "share" else (8, 32))]


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


def resistance(widths, count=1000):
    """The share of networks with both signs, and of their inputs that no short step flips."""
    rng, both, resist = np.random.default_rng(7), [], []
    for _ in range(count // 100):
        weights = [rng.normal(size=(100, rows, columns)) * (2 / columns) ** 0.5 for columns, rows in pairwise(widths)]
        top = rng.normal(size=(100, widths[-1]))
        x, around = rng.normal(size=(100, 4, widths[0])), rng.normal(size=(100, 100, widths[0]))
        signs = value(weights, top, around)
        both.append(np.minimum((signs > 0).mean(1), (signs < 0).mean(1)) >= 0.1)
        resist.append((along(weights, top, x, SHORT_STEPS) > 0).all(-1))
    both = np.concatenate(both)
    return both.mean(), np.concatenate(resist)[both].mean() if both.any() else 0.0


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


DRAWS = {
    "q1-test": draw_widths,
    "q2-test": draw_layers,
    "q3-test": draw_pairs,
    "q4-test": draw_angles,
    "q5-test": draw_depths,
    "q7-test": lambda part, rng: [()],
}
JUDGES = {
    "q1-test": judge_bottlenecks,
    "q2-test": judge_layers,
    "q3-test": judge_terms,
    "q4-test": judge_angles,
    "q5-test": judge_shares,
    "q7-test": judge_widths,
}
