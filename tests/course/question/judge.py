"""Judges one question."""

import numpy as np

PARTS = {"length-test": [("hidden", 2, "tangent_length")]}


def instances(grade_id, part, rng):
    return [(rng.normal(size=n), rng.normal(size=(n, d))) for n, d in ((1, 3), (50, 7))]


def judge(grade_id, part, inputs, answer):
    f, g = inputs
    want = np.abs(f) / np.linalg.norm(g, axis=1)
    if isinstance(answer, tuple) or answer.shape != want.shape:
        return f"one length for each input is asked for, shape {want.shape}"
    if not np.allclose(answer, want, rtol=1e-6):
        return "a length is not that of the tangent's step"
    return None
