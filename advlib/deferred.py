r"""A Gaussian matrix whose entries are decided only when a product asks.

Given every product asked so far, the law of a matrix A with independent :math:`\mathcal{N}(0, \sigma^2)` entries is
known. Let the columns of Q be an orthonormal basis of the vectors x in the questions :math:`A x`, and those of P one
of the vectors y in the questions :math:`A^\top y`. Then

.. math:: A = A Q Q^\top + P P^\top A (I - Q Q^\top) + (I - P P^\top) \, G \, (I - Q Q^\top)

with G a fresh matrix of the same law; the first two terms are known (Bolthausen's conditioning; Lu 2021). A direction
orthogonal to Q is therefore answered by known products and one fresh Gaussian vector, and no matrix is formed.

A question costs O((rows + columns) * questions so far), so n questions cost O((rows + columns) n^2) time and
O((rows + columns) n) memory. That is little for the few questions of a step along a gradient. An attack of s steps on
m inputs asks about s m questions of each side, and as these outnumber the rows or the columns a dense matrix takes less
of both: attack ``Network([w.to_dense() for w in net.weights], net.top, net.activation)`` where it fits.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.ambient import shielded
from advlib.sampling import gaussian
from advlib.sides import Side, rounding, split

SECOND = (
    "second derivatives through a deferred matrix are refused: advlib.curvature has those of a network, and a matrix's "
    "to_dense() has every derivative"
)


class Turn:
    """A lock for one thread at a time; its copy, deep or pickled, is another lock, and free."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def __reduce__(self) -> tuple[type["Turn"], tuple[()]]:
        return Turn, ()


class _Product(torch.autograd.Function):
    """Rows times a deferred matrix: linear, so that the backward pass asks the transposed matrix, once."""

    @staticmethod
    def forward(rows: Tensor, matrix: "DeferredGaussian", first: bool) -> Tensor:
        return matrix._ask(rows)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, "DeferredGaussian", bool], output: Tensor) -> None:
        _, ctx.matrix, ctx.first = inputs

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None, None]:
        if not ctx.first:
            raise NotImplementedError(SECOND)
        return _Product.apply(slope, ctx.matrix.mT, False), None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: object) -> Tensor:
        raise untraceable("forward-mode derivatives")

    @staticmethod
    def vmap(info: Any, in_dims: object, *inputs: object) -> tuple[Tensor, int]:
        raise untraceable("torch.func.vmap")


def untraceable(what: str) -> NotImplementedError:
    """The refusal of what would replay one answer for every question."""
    return NotImplementedError(
        f"{what} cannot pass through a deferred matrix, whose answers depend on the questions before; "
        "to_dense() forms the matrix"
    )


class DeferredGaussian:
    r"""A Gaussian matrix that answers ``A @ x`` and ``A.mT @ y`` exactly in law, without ever being formed.

    All answers are those of one fixed matrix: repeated, dependent and adjoint questions agree to rounding. A question
    closer than a few rounding errors to what was asked before brings nothing new. Every later entry comes from the
    generator, on its own device: a deep copy or a pickle holds the generator too and goes on as this matrix would.
    Threads that ask one matrix wait for each other.

    Autograd passes through a product once, by asking the transposed matrix, which is a question like any other. What is
    remembered carries no graph. Second derivatives are refused, and so are ``vmap``, ``torch.export`` and
    ``torch.compile(fullgraph=True)``.

    Parameters
    ----------
    rows, columns : int
    std : float
        Standard deviation of every entry.
    batch : tuple of int
        Axes of independent matrices.
    generator : torch.Generator
        Decides entries, in the order of the questions.
    dtype, device
        float32 or float64; by default on the generator's device.

    Raises
    ------
    TypeError, ValueError
        If an argument, or a question, is not accepted; the message names it.

    Examples
    --------
    >>> import torch
    >>> A = DeferredGaussian(10**6, 10**6, std=1e-3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    >>> x, y = torch.ones(2, 10**6, 1, dtype=torch.float64)
    >>> torch.allclose(y.mT @ (A @ x), (A.mT @ y).mT @ x)
    True
    """

    ndim = property(lambda self: len(self.shape))
    dtype = property(lambda self: self.right.basis.dtype)
    device = property(lambda self: self.right.basis.device)

    def __init__(
        self,
        rows: int,
        columns: int,
        *,
        std: float,
        batch: tuple[int, ...] = (),
        generator: Generator,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ):
        leading = checks.sizes("batch", batch)
        m = checks.size("rows", rows)
        n = checks.size("columns", columns)
        self.std = checks.positive("std", std)
        self.generator = checks.generator("generator", generator)
        like = torch.empty(0, dtype=checks.floating("dtype", dtype), device=generator.device)
        like = like.to(checks.device("device", device))
        self.right = Side(like, leading, n, m)
        self.left = Side(like, leading, m, n)
        self.turn = Turn()

    @property
    def shape(self) -> torch.Size:
        r"""(\*batch, rows, columns)."""
        return torch.Size((*self.left.basis.shape[:-2], self.left.basis.shape[-1], self.right.basis.shape[-1]))

    @property
    def mT(self) -> "DeferredGaussian":
        """The transposed matrix: this one, seen from its other side."""
        other = object.__new__(type(self))
        other.__dict__ = self.__dict__ | {"right": self.left, "left": self.right}
        return other

    def __matmul__(self, x: Tensor) -> Tensor:  # (*extra, *batch, columns, n)
        r"""Return A x, of shape (\*extra, \*batch, rows, n); x of shape (columns, n) is asked of every matrix."""
        return _Product.apply(self._given(x, -2).mT, self.mT, True).mT

    def __rmatmul__(self, y: Tensor) -> Tensor:  # (*extra, *batch, n, rows)
        r"""Return y A, of shape (\*extra, \*batch, n, columns); y of shape (n, rows) is asked of every matrix."""
        return _Product.apply(self._given(y, -1), self, True)

    def _given(self, question: object, axis: int) -> Tensor:
        """Return a question whose vectors lie along this axis, with all axes of the batch."""
        given = checks.tensor("the question", question, self.dtype, self.device)
        batch = self.shape[:-2]
        size = self.shape[-3 - axis]
        leading = given.shape[:-2]
        shared = given.ndim == 2
        if given.ndim < 2 or given.shape[axis] != size or not (shared or leading[len(leading) - len(batch) :] == batch):
            wanted = str((*batch, size, "n") if axis == -2 else (*batch, "n", size)).replace("'", "")
            raise ValueError(f"the question must have shape {wanted}, got {tuple(given.shape)}")
        return given.expand(*batch, *given.shape) if shared else given

    @shielded()
    def _ask(self, given: Tensor) -> Tensor:
        *batch, _, columns = self.shape
        extra = given.shape[: -2 - len(batch)]
        question = given.reshape(-1, *given.shape[len(extra) :]).movedim(0, -3).flatten(-3, -2)
        with self.turn:
            answer = self._answer(question)
        answer = answer.unflatten(-2, (-1, given.shape[-2])).movedim(-3, 0)
        return answer.reshape(*extra, *batch, given.shape[-2], columns)

    def _answer(self, y: Tensor) -> Tensor:
        noise = rounding(y)
        known, rest = split(y, self.left.basis, noise)
        directions = self.left.new_directions(rest, noise)
        if directions.shape[-2]:
            self.left.append(directions, self._image(directions))
        return torch.cat((known, rest @ directions.mT), -1) @ self.left.images

    def _image(self, directions: Tensor) -> Tensor:
        fresh = self._fresh((*directions.shape[:-1], self.shape[-1]))
        fresh.mul_(directions.norm(dim=-1, keepdim=True))
        _, fresh = split(fresh, self.right.basis, rounding(fresh))
        return fresh + (directions @ self.right.images.mT) @ self.right.basis

    def _fresh(self, shape: tuple[int, ...]) -> Tensor:
        """Draw numbers that no answer has decided."""
        return gaussian(shape, self.std, self.generator, self.dtype).to(self.device)

    @shielded()
    def convert(self, change: Callable[[Tensor], Tensor]) -> None:
        """Move or convert all that is decided, in place, by a function of tensors such as `Tensor.double`.

        Answers go on from the answers before, to the rounding of the least precise dtype they went through.
        """
        checks.floating("dtype", change(torch.empty(0, dtype=self.dtype, device=self.device)).dtype)
        with self.turn:
            self.right.convert(change)
            self.left.convert(change)

    def to_dense(self) -> Tensor:
        r"""Decide every entry that is left and return the matrix, (\*batch, rows, columns).

        It reproduces every answer given before, and later answers are its products.
        """
        return self @ torch.eye(self.shape[-1], dtype=self.dtype, device=self.device)
