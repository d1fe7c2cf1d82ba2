"""The judge of problem set 1, "One step": instances, and verdicts by an exact algorithm of its own, in float64."""

from functools import lru_cache

import numpy as np

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


# Networks: f(x) = sum of a max(Wx, 0), with the factor 1/sqrt(k) in a


def value(W, a, x):
    return np.maximum(x @ W.T, 0) @ a


def gradient(W, a, x):
    return ((x @ W.T > 0) * a) @ W


def drawn(rng, d, k, n):
    """Draw a network and n inputs as the set's ``my_network`` does."""
    W = rng.standard_normal((k, d)) / d**0.5
    a = rng.choice([-1.0, 1.0], k) / k**0.5
    x = rng.standard_normal((n, d))
    return W, a, x * (d / (x**2).sum(1, keepdims=True)) ** 0.5


def downhill(W, a, x):
    """Along the gradient, towards the other sign."""
    return -np.sign(value(W, a, x))[:, None] * gradient(W, a, x)


def first_changes(W, a, x, v, lift=1.0):
    """First t > 0 at which f(x + t v) changes its sign, nan where none does; f is moved up to ``lift`` f(x) before."""
    p, q = x @ W.T, v @ W.T
    f = lift * (np.maximum(p, 0) @ a)
    slope = ((p > 0) | ((p == 0) & (q > 0))) * a * q
    switching = p * q < 0
    kinks = np.where(switching, -p / np.where(q == 0, 1, q), np.inf)
    order = kinks.argsort(1)
    kinks, bends = (np.take_along_axis(m, order, 1) for m in (kinks, switching * a * np.abs(q)))
    last = np.where(switching, -p / np.where(q == 0, 1, q), 0).max(1, keepdims=True)
    kinks = np.minimum(kinks, last)
    slopes = slope.sum(1, keepdims=True) + np.cumsum(np.pad(bends, ((0, 0), (1, 0))), 1)
    values = f[:, None] + np.cumsum(np.diff(kinks, axis=1, prepend=0) * slopes[:, :-1], 1)
    kinks, values = (np.concatenate(pair, 1) for pair in ((kinks, last + 1), (values, values[:, -1:] + slopes[:, -1:])))
    return roots(kinks, values, slopes, f)


def roots(kinks, values, slopes, f):
    """Where the broken line through the kinks first has the other sign; its last piece goes on for ever."""
    opposite = values * np.sign(f)[:, None] < -1e-11 * np.abs(f)[:, None]
    first = np.where(opposite.any(1), opposite.argmax(1), values.shape[1] - 1)[:, None]
    falls = slopes[:, -1] * np.sign(f) < -1e-9 * np.abs(slopes).max(1)
    at, there, slope = (np.take_along_axis(m, first, 1)[:, 0] for m in (kinks, values, slopes))
    root = at - there / np.where(slope == 0, 1, slope)
    return np.where(opposite.any(1) | falls, root, np.nan)


def clear(W, a, x, v):
    """First sign changes that f crosses steeply enough to leave no doubt, and nan elsewhere."""
    early, late = (first_changes(W, a, x, v, lift) for lift in (1 - 1e-6, 1 + 1e-6))
    t = first_changes(W, a, x, v)
    beyond = np.stack([value(W, a, x + factor * t[:, None] * v) for factor in np.linspace(1.0001, 1.0101, 21)])
    stays = (beyond * value(W, a, x) < 0).all(0)
    return np.where((np.abs(late - early) < 1e-4 * t) & stays & (t > 1e-3) & (t < 1e3), t, np.nan)


def clear_rows(rng, d, k, n, ways):
    """Draw until n rows have a clear sign change along their ways."""
    while True:
        W, a, x = drawn(rng, d, k, 12)
        v = ways(W, a, x)
        t = clear(W, a, x, v)
        found = np.flatnonzero(np.isfinite(t))[:n]
        if len(found) == n:
            return W, a, x[found], v[found], t[found]


# Question 1


def sized(rng):
    return [drawn(rng, *size) for size in ((7, 50, 9), (1, 3, 1), (60, 20, 4))]


def at_kinks(rng):
    """Whole numbers, so that some neurons are exactly at their kink."""
    W, x = (rng.integers(-1, 2, size).astype(float) for size in ((40, 3), (12, 3)))
    return [*sized(rng), (W, rng.choice([-1.0, 1.0], 40), x)]


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


def random_rays(rng):
    found = []
    for d, k, n in ((3, 8, 3), (20, 100, 4), (50, 300, 3), (200, 60, 2)):
        for ways in (downhill, lambda W, a, x: rng.standard_normal(x.shape)):
            found.append(clear_rows(rng, d, k, n, ways)[:4])
    return found


def early_rays(rng):
    """A narrow dip through zero before the change that lasts."""
    found = []
    for _ in range(5):
        knots = np.sort(rng.uniform(1, 4, 5)) + np.arange(5)
        heights = rng.uniform(0.5, 2, 6)
        at = rng.integers(1, 5)
        width = 1e-4 * knots[at]
        knots = np.insert(knots, [at, at + 1], [knots[at] - width, knots[at] + width])
        heights = np.insert(heights, [at + 1, at + 2], rng.uniform(0.5, 2, 2))
        heights[at + 2] = -rng.uniform(0.3, 1)
        found.append(broken_line(rng, knots, heights, -rng.uniform(0.5, 2)))
    return found


def endless_rays(rng):
    """Values that stay away from zero, and values that end at zero and stay."""
    found = [
        broken_line(rng, np.cumsum(rng.uniform(0.3, 2, 5)), rng.uniform(0.4, 2, 6), rng.uniform(0.2, 1))
        for _ in range(3)
    ]
    W = np.column_stack([rng.integers(1, 6, 4), -np.ones(4), rng.integers(-3, 4, 4)])
    return [*found, (W, rng.choice([-1.0, 1.0]) * rng.integers(1, 4, 4), np.eye(3)[:1], np.eye(3)[1:2])]


def broken_line(rng, knots, heights, last, d=6):
    """A network, x and v such that f(x + t v) is the broken line through given points, up to sign, for each of two v.

    Each bend is made by a neuron that switches on there or one that switches off; two that never switch do the rest.
    """
    slopes = np.append(np.diff(heights) / np.diff(knots, prepend=0), last)
    bends = np.diff(slopes)
    speed, off = rng.uniform(0.5, 2, len(bends)), rng.random(len(bends)) < 0.5
    rest, rate = heights[0] - (off * bends * knots).sum(), slopes[0] + (off * bends).sum()
    turn = np.where(off, -1, 1)
    p = np.concatenate([-turn * speed * knots, [max(rest, 0) + 1, max(-rest, 0) + 1]])
    q = np.concatenate([turn * speed, [max(rate, 0) + 1, max(-rate, 0) + 1]])
    a = np.concatenate([bends / speed, [1, -1]]) * rng.choice([-1, 1])
    frame = rng.standard_normal((2, d))
    inverse = np.linalg.pinv(frame)
    noise = rng.standard_normal((len(p), d))
    W = np.column_stack([p, q]) @ inverse.T + noise - noise @ inverse @ frame
    return W, a, frame[[0, 0]], frame[1] * np.array([[1.0], [rng.uniform(0.2, 5)]])


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


def flipping(rng):
    found = []
    for d, k, n in ((4, 10, 4), (30, 100, 5), (200, 400, 3)):
        W, a, x, _, t = clear_rows(rng, d, k, n, downhill)
        found.append((W, a, x, value(W, a, x), gradient(W, a, x), t))
    return found


def stuck(rng):
    """Output weights of one sign: f never has the other."""
    W, a, x = drawn(rng, 5, 30, 3)
    a = rng.choice([-1, 1]) * np.abs(a)
    return [(W, a, x, value(W, a, x), gradient(W, a, x), np.full(3, np.nan))]


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


def decided(rng, d, k):
    """A network as far as it is decided: p, y, g, and an input."""
    W, a, x = drawn(rng, d, k, 1)
    p = W @ x[0]
    y = a * (p > 0)
    return a, x[0], p, y, y @ W


SIZES = ((8, 30), (60, 500), (300, 100))


def open_gradients(rng):
    networks = [(decided(rng, d, k), rng.standard_normal(d)) for d, k in SIZES]
    return [(a, x, p, z) for (a, x, p, _, _), z in networks]


def open_products(rng):
    networks = [(decided(rng, d, k), rng.standard_normal(k)) for d, k in SIZES]
    return [(x, p, y, g, z) for (_, x, p, y, g), z in networks]


def deferred_gradient(a, x, p, z):
    y, unit = a * (p > 0), x / np.linalg.norm(x)
    return (y @ p) / np.linalg.norm(x) * unit + np.linalg.norm(y) / len(x) ** 0.5 * (z - (unit @ z) * unit)


def deferred_product(x, p, y, g, z):
    across = g - (x @ g) / (x @ x) * x
    fresh = z - (y @ z) / (y @ y) * y
    known = (x @ g) / (x @ x) * p + (across @ g) / (y @ y) * y
    return known + np.linalg.norm(across) / len(x) ** 0.5 * fresh


def judge_deferred(part, inputs, answer):
    if part == "gradient":
        return differs("the gradient", answer, deferred_gradient(*inputs))
    return differs("the product W g", answer, deferred_product(*inputs))


INSTANCES = {
    ("q1-test", "value"): sized,
    ("q1-test", "gradient"): at_kinks,
    ("q2-test", "random"): random_rays,
    ("q2-test", "early"): early_rays,
    ("q2-test", "never"): endless_rays,
    ("q3-test", "flips"): flipping,
    ("q3-test", "none"): stuck,
    ("q7-test", "gradient"): open_gradients,
    ("q7-test", "product"): open_products,
}
JUDGES = {
    "q1-test": judge_values,
    "q2-test": judge_changes,
    "q3-test": judge_attacks,
    "q4-test": judge_measured,
    "q6-test": judge_compared,
    "q7-test": judge_deferred,
}
