"""A deferred matrix is held to every law of a dense one, and its networks to the law of dense networks.

Statistical tests fix their seeds; the level in a test's name is the chance that a correct program fails it: LEVEL for
each of its comparisons. It runs once for each class of matrices or depth of network; together they fail a correct
program with a chance of at most 4.4e-5, or 4.8e-5 with a CUDA device.
"""

import copy
import io
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from advlib import Network, binary_logits, multilayer, points, smallest_flip, sphere, two_layer
from advlib.activations import ACTIVATIONS
from advlib.deferred import DeferredGaussian
from advlib.sampling import gaussian
from advlib.sides import ROOM
from tests.draws import seeded

STD = 0.7
LEVEL = 1e-6

cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def close(a, b, scale=1.0):
    return (a - b).abs().max() <= 1e5 * torch.finfo(a.dtype).eps * scale if a.numel() else a.shape == b.shape


class MatrixLaws:
    """What holds for any Gaussian matrix, whatever is asked of it first."""

    device = "cpu"
    dtypes = (torch.float64, torch.float32)

    @pytest.fixture(params=dtypes, ids=str)
    def dtype(self, request):
        return request.param

    @pytest.fixture(params=[(), (3,), (2, 3)], ids=str)
    def batch(self, request):
        return request.param

    @pytest.fixture
    def matrix(self, batch, dtype):
        return self.draw(7, 5, batch, seeded(0), dtype)

    @staticmethod
    def ask(generator, matrix, n, dtype):
        return gaussian((*matrix.shape[:-2], matrix.shape[-1], n), 1.0, generator, dtype).to(matrix.device)

    def test_a_repeated_question_gets_the_same_answer(self, matrix, dtype):
        x = self.ask(seeded(1), matrix, 2, dtype)
        first = matrix @ x
        matrix.mT @ first
        assert close(matrix @ x, first)

    def test_answers_are_linear(self, matrix, dtype):
        x = self.ask(seeded(1), matrix, 3, dtype)
        answers = matrix @ x
        assert close(matrix @ (2 * x[..., :1] - x[..., 1:2]), 2 * answers[..., :1] - answers[..., 1:2])
        assert close(matrix @ torch.zeros_like(x), torch.zeros_like(answers))

    def test_a_tiny_question_gets_a_tiny_answer(self, matrix, dtype):
        x = self.ask(seeded(1), matrix, 2, dtype)
        tiny = 1e20 * (matrix @ (1e-20 * x))
        assert close(tiny, matrix @ x)

    def test_the_transposed_matrix_is_the_adjoint(self, matrix, dtype):
        x, y = self.ask(seeded(1), matrix, 3, dtype), self.ask(seeded(2), matrix.mT, 4, dtype)
        assert close(y.mT @ (matrix @ x), (matrix.mT @ y).mT @ x)
        assert close((y.mT @ matrix).mT, matrix.mT @ y)

    def test_the_dense_matrix_reproduces_every_answer(self, matrix, dtype):
        generator = seeded(1)
        asked = [(self.ask(generator, matrix, n, dtype), self.ask(generator, matrix.mT, n, dtype)) for n in (1, 2)]
        answers = [(matrix @ x, matrix.mT @ y) for x, y in asked]
        dense = self.dense(matrix)
        for (x, y), (ax, aty) in zip(asked, answers, strict=True):
            assert close(dense @ x, ax)
            assert close(dense.mT @ y, aty)
        later = self.ask(generator, matrix, 2, dtype)
        assert close(matrix @ later, dense @ later)

    def test_questions_that_outnumber_the_columns(self, matrix, dtype):
        x = self.ask(seeded(1), matrix, 12, dtype)
        answers = torch.cat([matrix @ part for part in x.split(3, -1)], -1)
        assert close(answers, self.dense(matrix) @ x)
        y = self.ask(seeded(2), matrix.mT, 20, dtype)
        assert close(matrix.mT @ y, self.dense(matrix).mT @ y)

    def test_members_of_a_batch_that_run_out_at_different_times(self, dtype):
        matrix = self.draw(6, 4, (3,), seeded(0), dtype)
        x = self.ask(seeded(1), matrix, 4, dtype)
        x[0, :, 1:] = x[0, :, :1]
        x[1, :, 2:] = x[1, :, :2]
        answers = matrix @ x
        more = self.ask(seeded(2), matrix, 6, dtype)
        assert close(torch.cat((answers, matrix @ more), -1), self.dense(matrix) @ torch.cat((x, more), -1))

    def test_questions_that_differ_by_1e_6_differ_by_the_answer_to_the_difference(self, dtype):
        """To 4 rounding errors of an answer, which are 1e-9 of the difference in float64 and half of it in float32.

        The difference of two sums of 200 products carries about 2, whatever the matrix: the bound is the arithmetic's.
        """
        matrix = self.draw(300, 200, (), seeded(0), dtype)
        x, u = (self.ask(seeded(i), matrix, 1, dtype) for i in (1, 2))
        near = x + 1e-6 * u
        answer = matrix @ x
        error = (matrix @ near - answer) - matrix @ (near - x)
        assert error.norm() <= 4 * torch.finfo(dtype).eps * answer.norm()

    def test_a_question_asked_of_every_matrix_and_one_with_more_axes(self, matrix, batch, dtype):
        shared = gaussian((5, 2), 1.0, seeded(1), dtype).to(matrix.device)
        answers = matrix @ shared
        assert answers.shape == (*batch, 7, 2)
        many = torch.stack((shared, 2 * shared)).reshape(2, *([1] * len(batch)), 5, 2).expand(2, *batch, 5, 2)
        assert close(matrix @ many, torch.stack((answers, 2 * answers)))

    def test_entries_are_independent_normals_at_level_4e_6_after_questions_that_depend_on_answers(self):
        matrix = self.draw(12, 9, (400,), seeded(3), torch.float64)
        x = self.ask(seeded(4), matrix, 1, torch.float64)
        for _ in range(3):
            y = torch.relu(matrix @ x)
            x = torch.tanh(matrix.mT @ y)
        dense = self.dense(matrix).cpu() / STD
        assert stats.kstest(dense.flatten().numpy(), "norm").pvalue > LEVEL
        products = (dense[:, 0] * dense[:, 1]).sum(-1), (dense[..., 0] * dense[..., 1]).sum(-1), (dense**2).sum((1, 2))
        assert stats.kstest(products[2].numpy(), stats.chi2(12 * 9).cdf).pvalue > LEVEL
        for product, terms in zip(products, (9, 12), strict=False):
            assert abs(product.mean()) / (terms / 400) ** 0.5 < stats.norm.isf(LEVEL / 2)

    @pytest.mark.slow
    @settings(suppress_health_check=[HealthCheck.differing_executors])  # every class runs it
    @given(
        rows=st.integers(1, 6), columns=st.integers(1, 6), asks=st.lists(st.tuples(st.booleans(), st.integers(1, 4)))
    )
    def test_any_sequence_of_questions_is_answered_by_one_matrix(self, rows, columns, asks):
        matrix, generator = self.draw(rows, columns, (), seeded(5), torch.float64), seeded(6)
        transcript = []
        for transposed, n in asks:
            side = matrix.mT if transposed else matrix
            question = self.ask(generator, side, n, torch.float64)
            transcript.append((transposed, question, side @ question))
        dense = self.dense(matrix)
        for transposed, question, answer in transcript:
            assert close((dense.mT if transposed else dense) @ question, answer)


class TestDense(MatrixLaws):
    def draw(self, rows, columns, batch, generator, dtype):
        return gaussian((*batch, rows, columns), STD, generator, dtype).to(self.device)

    @staticmethod
    def dense(matrix):
        return matrix


class Deferred(MatrixLaws):
    def draw(self, rows, columns, batch, generator, dtype):
        law = {"generator": generator, "dtype": dtype, "device": self.device}
        return DeferredGaussian(rows, columns, std=STD, batch=batch, **law)

    @staticmethod
    def dense(matrix):
        return matrix.to_dense()


@cuda
class TestDeferredOnCudaFromACpuGenerator(Deferred):
    device = "cuda"


class TestDeferred(Deferred):
    @pytest.mark.parametrize("at_once", [1, 7])
    def test_the_basis_stays_orthonormal_through_nearly_dependent_questions(self, at_once):
        matrix, generator = self.draw(50, 40, (), seeded(0), torch.float32), seeded(1)
        x, before = gaussian((40, 1), 1.0, generator, torch.float32), gaussian((40, 5), 1.0, generator, torch.float32)
        matrix @ before
        differences = 10.0 ** -torch.arange(1.0, 8) * gaussian((40, 7), 1.0, generator, torch.float32)
        for questions in (x + differences).split(at_once, -1):
            matrix @ questions
        basis = matrix.right.basis
        assert close(basis @ basis.mT, torch.eye(len(basis)), scale=1e-3)

    def test_no_answer_costs_memory_of_the_size_of_the_matrix(self):
        matrix = self.draw(10**6, 10**6, (), seeded(0), torch.float32)
        matrix @ torch.ones(10**6, 1)
        assert matrix.right._basis.numel() + matrix.right._images.numel() <= 2 * ROOM * 10**6

    @pytest.mark.parametrize(
        ("bad", "error", "words"),
        [
            (torch.ones(4, 1), ValueError, r"shape \(5, n\), got \(4, 1\)"),
            (torch.ones(5), ValueError, r"shape \(5, n\), got \(5,\)"),
            (torch.ones(2, 4, 1), ValueError, r"shape \(5, n\), got \(2, 4, 1\)"),
            ([1.0], TypeError, "torch.Tensor, got list"),
            (torch.ones(5, 1, dtype=torch.float64), TypeError, "dtype"),
            (torch.full((5, 1), torch.nan), ValueError, "finite"),
        ],
    )
    def test_bad_questions_are_refused(self, bad, error, words):
        with pytest.raises(error, match=words):
            self.draw(7, 5, (), seeded(0), torch.float32) @ bad

    @pytest.mark.parametrize(("batch", "wanted"), [((), r"\(n, 7\)"), ((2, 3), r"\(2, 3, n, 7\)")])
    def test_questions_from_the_left_are_refused_with_their_own_shape(self, batch, wanted):
        with pytest.raises(ValueError, match=rf"shape {wanted}, got \(3, 1, 5\)"):
            torch.ones(3, 1, 5) @ self.draw(7, 5, batch, seeded(0), torch.float32)

    @pytest.mark.parametrize(
        ("bad", "error"), [({"rows": 0}, ValueError), ({"std": -1.0}, ValueError), ({"dtype": torch.int64}, TypeError)]
    )
    def test_bad_matrices_are_refused_by_name(self, bad, error):
        good = {"rows": 3, "columns": 3, "std": 1.0, "generator": seeded(0)}
        with pytest.raises(error, match=next(iter(bad))):
            DeferredGaussian(**good | bad)


NETWORKS = [
    (600, 2, (20, 60), {"signs", "gaussian"}),
    (600, 2, (20, 40, 50), set()),
    (600, 2, (15, 30, 25, 20), set()),
    (10_000, 1, (20, 60), {"signs", "gaussian"}),
    (10_000, 1, (6, 9, 8), {"signs"}),
    (10_000, 1, (5, 7, 6, 5), {"gaussian"}),
]
"""Networks, inputs, widths, and the tops of `make test`; those that take four seconds or more are thorough."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("networks", "inputs", "widths", "top"),
    [
        pytest.param(*case, top, marks=() if top in tops else pytest.mark.thorough)
        for *case, tops in NETWORKS
        for top in ("signs", "gaussian")
    ],
)
def test_deferred_networks_follow_the_law_of_dense_ones_at_level_3e_6(networks, inputs, widths, top):
    """Of three comparisons; one sees laws about 0.16 (600 networks) or 0.04 (10,000) apart in Kolmogorov distance."""
    flips = []
    for seed, matrices in enumerate(["dense", "deferred"]):
        law = {"batch": (networks,), "generator": seeded(seed), "dtype": torch.float64}
        net = multilayer(widths, top=top, gain=2**0.5, matrices=matrices, **law)
        flips.append(smallest_flip(net, sphere(inputs, widths[0], radius=widths[0] ** 0.5, **law)))
    for field in ("step", "gradient_norm", "value"):
        samples = [getattr(flip, field)[:, 0].nan_to_num(99).numpy() for flip in flips]
        assert stats.ks_2samp(*samples, method="asymp").pvalue > LEVEL


WIDTHS = (10, 30, 20)


def asked(dtype=torch.float32):
    """Two deferred networks, inputs, and the values and gradients at the first half of them."""
    net = multilayer(WIDTHS, matrices="deferred", batch=(2,), generator=seeded(0), dtype=dtype)
    x = sphere(6, 10, radius=10**0.5, batch=(2,), generator=seeded(1), dtype=dtype)
    return net, x, net(x[..., :3, :]), net.gradient(x[..., :3, :])


@pytest.mark.parametrize("to_and_fro", [False, True])
def test_a_converted_network_goes_on_from_its_answers(to_and_fro):
    net, x, value, gradient = asked()
    net.double()
    if to_and_fro:
        net.float()
    x = x.to(net.top.dtype)
    torch.testing.assert_close(net(x)[..., :3].float(), value)
    torch.testing.assert_close(net.gradient(x)[..., :3, :].float(), gradient)
    dense = Network([w.to_dense() for w in net.weights], net.top)
    scale = torch.finfo(torch.float32).eps / torch.finfo(x.dtype).eps
    assert close(dense(x), net(x), scale)
    assert close(dense.gradient(x), net.gradient(x), scale)


def test_a_network_that_stays_where_it_is_stays_as_it_is():
    (net, x, value, _), (untouched, *_) = asked(), asked()
    assert net.to("cpu") is net
    assert torch.equal(net(x[..., :3, :]), value)
    assert torch.equal(net(x), untouched(x))


def test_every_weight_moves_with_the_network():
    drawn = multilayer((5, 8, 6), matrices="deferred", generator=seeded(0), device="meta")
    moved = multilayer((5, 8, 6), matrices="deferred", generator=seeded(0)).to("meta")
    for net in (drawn, moved):
        assert {w.device.type for w in (*net.weights, net.top)} == {"meta"}
        assert {w.mT.device.type for w in net.weights} == {"meta"}


def test_half_precision_is_refused_and_leaves_the_network_as_it_was():
    net, x, value, _ = asked()
    with pytest.raises(TypeError, match=r"dtype must be torch.float32 or torch.float64, got torch.float16"):
        net.half()
    assert torch.equal(net(x[..., :3, :]), value)


def test_no_state_dict_is_made_of_some_of_the_entries():
    with pytest.raises(TypeError, match=r"no state_dict; torch.save\(net, path\)"):
        torch.nn.Sequential(asked()[0]).state_dict()


def saved(net):
    file = io.BytesIO()
    torch.save(net, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, saved])
def test_a_copied_and_a_saved_network_decide_the_rest_alike(duplicate):
    net, x, *_ = asked()
    twin = duplicate(net)
    assert torch.equal(twin(x), net(x))
    assert torch.equal(twin.gradient(x), net.gradient(x))


@cuda
def test_on_cuda_a_cpu_generator_decides_what_it_decides_on_the_cpu():
    drawn = multilayer(WIDTHS, matrices="deferred", batch=(2,), generator=seeded(0), dtype=torch.float64, device="cuda")
    net, x, value, gradient = asked(torch.float64)
    moved = copy.deepcopy(net).cuda()
    assert close(drawn(x[..., :3, :].cuda()).cpu(), value)
    assert close(drawn.gradient(x[..., :3, :].cuda()).cpu(), gradient)
    for there in (drawn, moved):
        assert close(there(x.cuda()).cpu(), net(x))
        assert close(there.gradient(x.cuda()).cpu(), net.gradient(x))


def test_deferred_matrices_that_do_not_fit_together_are_refused():
    matrices = [
        DeferredGaussian(4, 3, std=1.0, generator=seeded(0)),
        DeferredGaussian(2, 5, std=1.0, generator=seeded(0)),
    ]
    with pytest.raises(ValueError, match=r"weights\[1\] must have shape"):
        Network(matrices, torch.ones(2))


def test_inputs_of_one_deferred_network_share_its_weights():
    net = two_layer(10, 30, matrices="deferred", generator=seeded(0), dtype=torch.float64)
    x = sphere(6, 10, radius=10**0.5, generator=seeded(1), dtype=torch.float64)
    together, gradient = net(x), net.gradient(x)
    dense = two_layer(10, 30, generator=seeded(0), dtype=torch.float64)
    dense.weights[0].data, dense.top.data = net.weights[0].to_dense(), net.top.data
    assert close(dense(x), together)
    assert close(dense.gradient(x), gradient)
    assert close(torch.cat([net(row[None]) for row in x]), together)


def formed(net):
    """The dense network with the entries of a deferred one."""
    weights = [w.to_dense() if isinstance(w, DeferredGaussian) else w for w in net.weights]
    return Network(weights, net.top, net.activation, net.offset)


def tracked(activation="tanh", batch=(), widths=(10, 30, 20)):
    net = multilayer(
        widths, activation=activation, batch=batch, matrices="deferred", generator=seeded(0), dtype=torch.float64
    )
    return net, points(net, 5, generator=seeded(1)).requires_grad_()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("widths", [(10, 30), (10, 30, 20)])
def test_autograd_gives_the_closed_form_gradient_and_the_same_matrices_as_before(activation, batch, widths):
    net, x = tracked(activation, batch, widths)
    value = net(x)
    (by_autograd,) = torch.autograd.grad(value.sum(), x)
    torch.testing.assert_close(by_autograd, net.gradient(x), rtol=1e-10, atol=1e-12)
    dense = formed(net)
    torch.testing.assert_close(value, dense(x), rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(by_autograd, dense.gradient(x), rtol=1e-10, atol=1e-12)


def test_autograd_with_inputs_shared_by_a_batch_adds_up_over_its_members():
    net, x = tracked(batch=(3,))
    shared = x.detach()[0].requires_grad_()
    (by_autograd,) = torch.autograd.grad(net(shared).sum(), shared)
    torch.testing.assert_close(by_autograd, net.gradient(shared.detach()).sum(0), rtol=1e-10, atol=1e-12)


def test_the_gradient_of_the_closed_form_gradient_is_that_of_the_dense_network():
    net, x = tracked()
    (through,) = torch.autograd.grad(net.gradient(x).square().sum(), x)
    (dense,) = torch.autograd.grad(formed(net).gradient(x).square().sum(), x)
    torch.testing.assert_close(through, dense, rtol=1e-9, atol=1e-12)


def test_the_gradient_of_a_loss_on_the_logits_is_that_of_the_dense_network():
    net, x = tracked()
    net(x.detach())  # asked before, so that autograd passes through what is remembered
    labels = torch.tensor([0, 1, 1, 0, 1])
    gradients = []
    for one in (net, formed(net)):
        loss = torch.nn.functional.cross_entropy(binary_logits(one)(x), labels)
        gradients += torch.autograd.grad(loss, x)
    torch.testing.assert_close(*gradients, rtol=1e-10, atol=1e-12)


def test_torch_func_grad_gives_the_closed_form_gradient():
    net, x = tracked()
    by_func = torch.func.grad(lambda rows: net(rows).sum())(x.detach())
    torch.testing.assert_close(by_func, net.gradient(x.detach()), rtol=1e-10, atol=1e-12)


def test_nothing_remembered_carries_a_graph():
    net, x = tracked()
    net(x).sum().backward()
    assert not net(x.detach()).requires_grad
    assert not net.gradient(x.detach()).requires_grad
    for twin in (copy.deepcopy(net), saved(net)):
        assert torch.equal(twin(x.detach()), net(x.detach()))


def hessian(net, x):
    return torch.autograd.functional.hessian(lambda rows: net(rows).sum(), x)


def gradient_penalty(net, x):
    (slope,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
    slope.square().sum().backward()


@pytest.mark.parametrize("twice", [hessian, gradient_penalty])
def test_second_derivatives_are_refused_by_name(twice):
    with pytest.raises(NotImplementedError, match=r"second derivatives through a deferred matrix.*advlib\.curvature"):
        twice(*tracked())


def forward_mode(net, x):
    return torch.func.jvp(net, (x,), (x,))


def exported(net, x):
    return torch.export.export(net, (x,))


def compiled(net, x):
    return torch.compile(net, backend="eager", fullgraph=True)(x)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # torch's own, in jvp
@pytest.mark.parametrize(
    ("trace", "name"),
    [
        (lambda net, x: torch.func.vmap(net)(x[None]), "torch.func.vmap"),
        (forward_mode, "forward-mode"),
        (exported, "torch.export"),
        (compiled, "fullgraph=True"),
    ],
)
def test_what_would_replay_an_answer_is_refused_by_name(trace, name):
    net, x = tracked()
    with pytest.raises((NotImplementedError, RuntimeError), match=f"{name}.* cannot pass through a deferred matrix"):
        trace(net, x.detach())


@pytest.fixture
def hasty_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_ask_one_matrix_get_answers_of_one_matrix():
    matrix = DeferredGaussian(60, 50, std=1.0, generator=seeded(0), dtype=torch.float64)
    start = threading.Barrier(4)

    def ask(seed):
        start.wait()
        questions = gaussian((50, 10), 1.0, seeded(seed), torch.float64)
        return questions, torch.cat([matrix @ question for question in questions.split(1, -1)], -1)

    with ThreadPoolExecutor(4) as pool:
        transcript = list(pool.map(ask, range(4)))
    dense = matrix.to_dense()
    assert all(close(dense @ questions, answers) for questions, answers in transcript)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda matrix: pickle.loads(pickle.dumps(matrix))])
def test_the_copy_of_a_matrix_in_use_is_free(duplicate):
    matrix = DeferredGaussian(6, 5, std=1.0, generator=seeded(0))
    with matrix.turn:
        twin = duplicate(matrix)
        answer = twin @ torch.eye(5)
    assert torch.equal(matrix @ torch.eye(5), answer)
