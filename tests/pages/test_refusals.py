"""What the frames of explorers refuse beyond `test_contract.py`: each refusal names the argument and what it may be."""

import pytest

from advlib.pages import explorers

VALUES = [
    (lambda: explorers.bottlenecks_frame(9, 9, 0, 9, 9), "second must be a positive integer, got 0"),
    (lambda: explorers.deeper_frame(0, 10, 10, 0), "depth must be a positive integer, got 0"),
    (lambda: explorers.deeper_frame(2, 1, 10, 0), "dim must be an integer from 2 up, got 1"),
    (lambda: explorers.deeper_frame(2, 10, 10, 100), "seed must be an integer from 0 to 99, got 100"),
    (lambda: explorers.deferred_decisions_frame("sums", 0), "kind must be one of 'coordinates', .* got 'sums'"),
    (lambda: explorers.deferred_decisions_frame("coordinates", 100), "seed must be an integer from 0 to 99, got 100"),
    (lambda: explorers.depth_frame(0, 10, 0), "start must be a positive integer, got 0"),
    (lambda: explorers.depth_frame(181, 10, 0), "start must be at most 180 degrees, got 181"),
    (lambda: explorers.digit_step("faces"), "source must be one of 'mnist5k', .* got 'faces'"),
    (lambda: explorers.digit_step_frame("mnist5k", 20, 5.0), "digit must be an integer from 0 to 19, got 20"),
    (lambda: explorers.digit_step_frame("mnist5k", 1, 0.0), "constant must be a positive number, got 0"),
    (lambda: explorers.gradient_terms_frame(10, 0), "narrow must be a positive integer, got 0"),
    (lambda: explorers.how_often_frame(10, "sine"), "kind must be one of 'ReLU', .* got 'sine'"),
    (lambda: explorers.lazy_ball_frame(0.0, 9), "constant must be a positive number, got 0"),
    (lambda: explorers.many_layers_frame("round", 3), "form must be one of 'constant', .* got 'round'"),
    (lambda: explorers.many_layers_frame("constant", 0), "depth must be a positive integer, got 0"),
    (lambda: explorers.one_step_frame(1, 10, 0), "dim must be an integer from 2 up, got 1"),
    (lambda: explorers.one_step_frame(10, 10, 100), "seed must be an integer from 0 to 99, got 100"),
    (lambda: explorers.three_scales_frame(10, 10, 0.5), "seed must be an integer from 0 to 99, got 0.5"),
    (lambda: explorers.three_scales_frame(0, 10, 0), "dim must be a positive integer, got 0"),
]
TYPES = [
    (lambda: explorers.bottlenecks_frame(9, 9, 1.5, 9, 9), "second must be a positive integer, got 1.5"),
    (lambda: explorers.depth_frame(90.5, 10, 0), "start must be a positive integer, got 90.5"),
    (lambda: explorers.how_often_frame(2.5, "ReLU"), "dim must be an integer from 2 up, got 2.5"),
]


@pytest.mark.parametrize(("call", "message"), VALUES)
def test_values_outside_their_range_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize(("call", "message"), TYPES)
def test_types_that_are_not_meant_are_refused_by_name(call, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        call()
