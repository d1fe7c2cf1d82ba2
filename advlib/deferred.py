r"""A Gaussian matrix whose entries are decided only when a product asks.

Given every product asked so far, the law of a matrix A with independent :math:`\mathcal{N}(0, \sigma^2)` entries is
known. Let the columns of Q be an orthonormal basis of the vectors x in the questions :math:`A x`, and those of P one
of the vectors y in the questions :math:`A^\top y`. Then

.. math:: A = A Q Q^\top + P P^\top A (I - Q Q^\top) + (I - P P^\top) \, G \, (I - Q Q^\top)

with G a fresh matrix of the same law; the first two terms are known (Bolthausen's conditioning; Lu 2021). A direction
orthogonal to Q is therefore answered by known products and one fresh Gaussian vector: a question costs
O((rows + columns) * questions so far), and no matrix is formed.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.sampling import gaussian

ROOM = 16
"""Questions that a side has room for before it must move."""


class Side:
    r"""Orthonormal directions asked on one side of a matrix, and the matrix's products with them, as rows.

    A member of the batch that gained no direction from a question holds a row of zeros in its place.
    """

    def __init__(self, like: Tensor, batch: tuple[int, ...], dim: int, image_dim: int):
        self.count = 0
        self._basis, self._images = like.new_zeros(*batch, 0, dim), like.new_zeros(*batch, 0, image_dim)

    @property
    def basis(self) -> Tensor:
        """The directions, (*batch, count, dim)."""
        return self._basis[..., : self.count, :]

    @property
    def images(self) -> Tensor:
        """Their products, (*batch, count, image_dim)."""
        return self._images[..., : self.count, :]

    def append(self, directions: Tensor, images: Tensor) -> None:
        """Remember what was asked and answered; the room for it doubles when it runs out."""
        end = self.count + directions.shape[-2]
        if end > self._basis.shape[-2]:
            self._basis, self._images = (_with_room(m, max(ROOM, 2 * end)) for m in (self._basis, self._images))
        self._basis[..., self.count : end, :] = directions
        self._images[..., self.count : end, :] = images
        self.count = end

    def convert(self, change: Callable[[Tensor], Tensor]) -> None:
        """Replace directions and products by what `change` makes of them."""
        self._basis, self._images = change(self._basis), change(self._images)

    def new_directions(self, rest: Tensor, noise: Tensor) -> Tensor:
        """Orthonormal directions that rows, less their parts along the basis, add to it; zero where one adds none."""
        room = (rest.shape[-1] - self.basis.norm(dim=-1, keepdim=True).sum(-2, keepdim=True)).round()
        found = rest[..., :0, :]
        for direction, least in zip(rest.split(1, -2), noise.split(1, -2), strict=True):
            before, direction = direction, split(direction, found, least)[1]
            while shrunk(direction, before, least):
                before, direction = direction, split(split(direction, self.basis, least)[1], found, least)[1]
            norm = direction.norm(dim=-1, keepdim=True)
            counts = (norm > least) & (room > 0)
            if counts.any():
                found = torch.cat((found, direction / torch.where(counts, norm, torch.inf)), -2)
                room = room - counts.to(room.dtype)
        return found


def _with_room(m: Tensor, rows: int) -> Tensor:
    larger = m.new_empty(*m.shape[:-2], rows, m.shape[-1])
    larger[..., : m.shape[-2], :] = m
    return larger


def split(x: Tensor, basis: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """Coordinates of the rows of x in an orthonormal basis, as rows, and what is left of them, orthogonal to it.

    A rest no longer than `noise` is one of rounding errors, and stays as it is.
    """
    coordinates = x @ basis.mT
    if not basis.shape[-2]:
        return coordinates, x
    before, rest = x, x - coordinates @ basis
    while shrunk(rest, before, noise):
        more = rest @ basis.mT
        coordinates, before, rest = coordinates + more, rest, rest - more @ basis
    return coordinates, rest


def shrunk(after: Tensor, before: Tensor, noise: Tensor) -> bool:
    """Whether a subtraction took more than half of some row, which leaves rounding errors to subtract again."""
    if after is before:
        return False
    norm, norm_before = (m.norm(dim=-1, keepdim=True) for m in (after, before))
    return bool(((norm < 0.5 * norm_before) & (norm > noise)).any())


def rounding(x: Tensor) -> Tensor:
    """A few rounding errors of each row, (*batch, n, 1)."""
    return 4 * torch.finfo(x.dtype).eps * x.norm(dim=-1, keepdim=True)


class DeferredGaussian:
    r"""A Gaussian matrix that answers ``A @ x`` and ``A.mT @ y`` exactly in law, without ever being formed.

    All answers are those of one fixed matrix: repeated, dependent and adjoint questions agree to rounding. A question
    closer than a few rounding errors to what was asked before brings nothing new. Every later entry comes from the
    generator, on its own device: a deep copy or a pickle holds the generator too and goes on as this matrix would.

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
        self.std, self.generator = checks.positive("std", std), checks.generator("generator", generator)
        like = torch.empty(0, dtype=checks.floating("dtype", dtype), device=generator.device)
        like = like.to(checks.device("device", device))
        m, n = checks.size("rows", rows), checks.size("columns", columns)
        self.right, self.left = Side(like, leading, n, m), Side(like, leading, m, n)

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
        return self.mT._ask(self._given(x, -2).mT).mT

    def __rmatmul__(self, y: Tensor) -> Tensor:  # (*extra, *batch, n, rows)
        r"""Return y A, of shape (\*extra, \*batch, n, columns); y of shape (n, rows) is asked of every matrix."""
        return self._ask(self._given(y, -1))

    def _given(self, question: object, axis: int) -> Tensor:
        """Return a question whose vectors lie along this axis, with all axes of the batch."""
        given = checks.tensor("the question", question, self.dtype, self.device)
        batch, size, leading = self.shape[:-2], self.shape[-3 - axis], given.shape[:-2]
        shared = given.ndim == 2
        if given.ndim < 2 or given.shape[axis] != size or not (shared or leading[len(leading) - len(batch) :] == batch):
            wanted = str((*batch, size, "n") if axis == -2 else (*batch, "n", size)).replace("'", "")
            raise ValueError(f"the question must have shape {wanted}, got {tuple(given.shape)}")
        return given.expand(*batch, *given.shape) if shared else given

    def _ask(self, given: Tensor) -> Tensor:
        *batch, _, columns = self.shape
        extra = given.shape[: -2 - len(batch)]
        question = given.reshape(-1, *given.shape[len(extra) :]).movedim(0, -3).flatten(-3, -2)
        answer = self._answer(question).unflatten(-2, (-1, given.shape[-2])).movedim(-3, 0)
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

    def convert(self, change: Callable[[Tensor], Tensor]) -> None:
        """Move or convert all that is decided, in place, by a function of tensors such as `Tensor.double`.

        Answers go on from the answers before, to the rounding of the least precise dtype they went through.
        """
        checks.floating("dtype", change(torch.empty(0, dtype=self.dtype, device=self.device)).dtype)
        self.right.convert(change)
        self.left.convert(change)

    def to_dense(self) -> Tensor:
        r"""Decide every entry that is left and return the matrix, (\*batch, rows, columns).

        It reproduces every answer given before, and later answers are its products.
        """
        return self @ torch.eye(self.shape[-1], dtype=self.dtype, device=self.device)
