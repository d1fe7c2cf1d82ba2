"""Random tensors, each from an explicit `torch.Generator`."""

import torch
from torch import Generator, Tensor

from advlib import checks


def gaussian(shape: tuple[int, ...], std: float, generator: Generator, dtype: torch.dtype) -> Tensor:
    """Independent N(0, std^2) entries, on the generator's device."""
    return torch.randn(shape, generator=generator, dtype=dtype, device=generator.device).mul_(std)


def gaussian_beside(like: Tensor, shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Independent N(0, 1) entries, in the precision and on the device of another tensor."""
    return gaussian(shape, 1.0, generator, like.dtype).to(like.device)


def signs(shape: tuple[int, ...], scale: float, generator: Generator, dtype: torch.dtype) -> Tensor:
    """Independent entries, uniform on {-scale, +scale}, on the generator's device."""
    bits = torch.randint(2, shape, generator=generator, device=generator.device)
    return (2 * bits - 1).to(dtype).mul_(scale)


def sphere(
    n: int,
    dim: int,
    *,
    radius: float,
    batch: tuple[int, ...] = (),
    generator: Generator,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    r"""Draw points uniformly from the sphere of the given radius in :math:`\mathbb{R}^{dim}`.

    Parameters
    ----------
    n, dim : int
        How many points, in how many dimensions.
    radius : float
        The norm of every point; paper 1 uses :math:`\sqrt{d}`.
    batch : tuple of int
        Leading dimensions, one for each axis of independent networks.
    generator : torch.Generator
        The only source of randomness.
    dtype, device
        Precision (float32 or float64) and place of the result; by default the generator's device.

    Returns
    -------
    Tensor of shape (\*batch, n, dim)

    Raises
    ------
    TypeError, ValueError
        If a size or the radius is not positive or the dtype is not a supported one; the message names the argument.

    Examples
    --------
    >>> import torch, advlib
    >>> x = advlib.sphere(3, 100, radius=10.0, generator=torch.Generator().manual_seed(0))
    >>> torch.allclose(x.norm(dim=-1), torch.full((3,), 10.0))
    True
    """
    leading = checks.sizes("batch", batch)
    shape = (*leading, checks.size("n", n), checks.size("dim", dim))
    length = checks.positive("radius", radius)
    checks.generator("generator", generator)
    x = gaussian(shape, 1.0, generator, checks.floating("dtype", dtype))
    return x.mul_(length / x.norm(dim=-1, keepdim=True)).to(checks.device("device", device))
