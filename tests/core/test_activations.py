import pytest
import torch
from torch.func import grad, vmap

from advlib.activations import ACTIVATIONS, Activation, resolve

NAMES = list(ACTIVATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_both_derivatives_equal_autograds(name):
    psi = resolve(name)
    z = torch.linspace(-6, 6, 1201, dtype=torch.float64)
    first = grad(psi.function)
    torch.testing.assert_close(psi.derivative(z), vmap(first)(z), rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(psi.second_derivative(z), vmap(grad(first))(z), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_far_out_every_value_is_finite_and_of_the_same_precision(name, dtype):
    z = torch.tensor([-1e18, -1e4, -100.0, 0.0, 100.0, 1e4, 1e18], dtype=dtype)
    for part in resolve(name):
        assert part(z).dtype == dtype
        assert part(z).isfinite().all()


def test_the_derivative_of_relu_at_zero_is_zero():
    assert resolve("relu").derivative(torch.tensor([0.0, -0.0])).tolist() == [0.0, 0.0]


def test_softplus_lies_above_relu_by_at_most_log_two():
    z = torch.linspace(-50, 50, 2001, dtype=torch.float64)
    gap = resolve("softplus").function(z) - torch.relu(z)
    assert (gap >= 0).all()
    assert gap.max() == gap[1000]
    torch.testing.assert_close(gap[1000], torch.tensor(2.0, dtype=torch.float64).log())


def test_any_object_with_a_function_and_two_derivatives_is_accepted():
    class Cubic:
        function = staticmethod(lambda z: z**3)
        derivative = staticmethod(lambda z: 3 * z**2)
        second_derivative = staticmethod(lambda z: 6 * z)

    assert resolve(Cubic) is Cubic


@pytest.mark.parametrize("missing", Activation._fields)
def test_an_object_that_lacks_a_part_is_refused_by_the_part_s_name(missing):
    incomplete = resolve("tanh")._replace(**{missing: None})
    with pytest.raises(TypeError, match=f"activation .*callable {missing}, got"):
        resolve(incomplete)


@pytest.mark.parametrize("name", ["ReLU", "", "sigmoid"])
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match="activation must be one of 'relu', 'tanh', 'erf', 'softplus', 'identity'"):
        resolve(name)
