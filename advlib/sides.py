r"""What one side of a matrix has been asked, and answered: orthonormal directions, and the products with them."""

from collections.abc import Callable

import torch
from torch import Tensor

ROOM = 16
"""Questions that a side has room for before it must move."""


class Side:
    r"""Orthonormal directions asked on one side of a matrix, and the matrix's products with them, as rows.

    A member of the batch that gained no direction from a question holds a row of zeros in its place.
    """

    def __init__(self, like: Tensor, batch: tuple[int, ...], dim: int, image_dim: int):
        self.count = 0
        self._basis = like.new_zeros(*batch, 0, dim)
        self._images = like.new_zeros(*batch, 0, image_dim)

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
            self._basis = _with_room(self._basis, max(ROOM, 2 * end))
            self._images = _with_room(self._images, max(ROOM, 2 * end))
        self._basis[..., self.count : end, :] = directions
        self._images[..., self.count : end, :] = images
        self.count = end

    def convert(self, change: Callable[[Tensor], Tensor]) -> None:
        """Replace directions and products by what `change` makes of them."""
        self._basis = change(self._basis)
        self._images = change(self._images)

    def new_directions(self, rest: Tensor, noise: Tensor) -> Tensor:
        """Orthonormal directions that rows, less their parts along the basis, add to it; zero where one adds none."""
        unasked = (rest.shape[-1] - self.basis.norm(dim=-1, keepdim=True).sum(-2, keepdim=True)).round()
        found = rest[..., :0, :]
        for direction, least in zip(rest.split(1, -2), noise.split(1, -2), strict=True):
            before = direction
            direction = split(before, found, least)[1]
            while shrunk(direction, before, least):
                before = direction
                direction = split(split(before, self.basis, least)[1], found, least)[1]
            norm = direction.norm(dim=-1, keepdim=True)
            counts = (norm > least) & (unasked > 0)
            if counts.any():
                found = torch.cat((found, direction / torch.where(counts, norm, torch.inf)), -2)
                unasked = unasked - counts.to(unasked.dtype)
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
    before = x
    rest = x - coordinates @ basis
    while shrunk(rest, before, noise):
        more = rest @ basis.mT
        coordinates = coordinates + more
        before = rest
        rest = before - more @ basis
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
