"""Refusals at the public boundary: each names the argument, what came and what is accepted."""

import math
from collections.abc import Iterable
from importlib import import_module
from numbers import Integral, Real
from types import ModuleType

import torch
from torch import Tensor
from torch._C import _functorch


def size(name: str, value: object, least: int = 1) -> int:
    """Return `value` if it is an integer from `least` up."""
    wanted = "a positive integer" if least == 1 else f"an integer from {least} up"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be {wanted}, got {value}")
    return int(value)


def seed(name: str, value: object) -> int:
    """Return `value` if it is an integer from 0 up."""
    return size(name, value, least=0)


def index(name: str, value: object, count: int) -> int:
    """Return `value` if it is an integer from 0 to `count` - 1."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value not in range(count):
        raise ValueError(f"{name} must be an integer from 0 to {count - 1}, got {value!r}")
    return seed(name, value)


def sizes(name: str, values: object) -> tuple[int, ...]:
    """Return `values` as a tuple if it is an iterable of positive integers."""
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a tuple of positive integers, got {values!r}")
    return tuple(size(f"{name}[{i}]", value) for i, value in enumerate(values))


def widths(name: str, values: object) -> tuple[int, ...]:
    """Return `values` as a tuple if it holds the input dimension and the width of one hidden layer or more."""
    found = sizes(name, values)
    if len(found) < 2:
        raise ValueError(f"{name} must hold the input dimension and at least one hidden width, got {found}")
    return found


def number(name: str, value: object) -> float:
    """Return `value` if it is a finite real number."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a finite number, got {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value}")
    return float(value)


def positive(name: str, value: object) -> float:
    """Return `value` if it is a finite number above zero."""
    if number(name, value) <= 0:
        raise ValueError(f"{name} must be a positive number, got {value}")
    return number(name, value)


def probability(name: str, value: object) -> float:
    """Return `value` if it lies strictly between 0 and 1."""
    if not 0 < number(name, value) < 1:
        raise ValueError(f"{name} must lie strictly between 0 and 1, got {value}")
    return number(name, value)


def choice(name: str, value: object, options: Iterable[str]) -> str:
    """Return `value` if it is one of `options`."""
    accepted = tuple(options)
    if not isinstance(value, str) or value not in accepted:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, accepted))}, got {value!r}")
    return value


def floating(name: str, value: object) -> torch.dtype:
    """Return `value` if it is one of the two precisions the package computes in."""
    if value not in (torch.float32, torch.float64):
        raise TypeError(f"{name} must be torch.float32 or torch.float64, got {value!r}")
    return value


def device(name: str, value: object) -> torch.device | None:
    """Return `value` as a device, if this machine has it; None stays None."""
    if value is None:
        return None
    if not isinstance(value, (str, torch.device)):
        raise TypeError(f"{name} must be a torch.device or its name, got {value!r}")
    try:
        return torch.empty(0, device=value).device
    except (AssertionError, RuntimeError):
        message = f"{name} must be a torch device of this machine, such as 'cpu' or 'cuda', got {str(value)!r}"
        raise ValueError(message) from None


def tensor(name: str, value: object, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Return `value` if it is a finite tensor of this dtype on this device."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor, got {type(value).__name__}")
    if value.dtype != dtype:
        raise TypeError(f"{name} must have dtype {dtype}, got {value.dtype}")
    if value.device != device:
        raise ValueError(f"{name} must be on device {device}, got {value.device}")
    if not torch.compiler.is_compiling() and not _is_finite(value):
        raise ValueError(f"{name} must be finite, got NaN or infinity among its entries")
    return value


def _is_finite(value: Tensor) -> bool:
    """Whether all entries are finite, also of a tensor that `torch.func.vmap` or another transform has wrapped."""
    while _functorch.is_functorch_wrapped_tensor(value):
        value = _functorch.get_unwrapped(value)
    return bool(value.sum().isfinite() or value.isfinite().all())  # one pass where all is well


def shaped(name: str, value: object, shape: tuple[int, ...], like: Tensor) -> Tensor:
    """Return `value` if it is a finite tensor of this shape, with the dtype and device of `like`."""
    given = tensor(name, value, like.dtype, like.device)
    if given.shape != shape:
        raise ValueError(f"{name} must have shape {tuple(shape)}, got {tuple(given.shape)}")
    return given


def labels(name: str, value: object, like: Tensor) -> Tensor:
    """Return `value` if its entries are -1 and +1, with the shape, dtype and device of `like`."""
    given = shaped(name, value, like.shape, like)
    if not (given.abs() == 1).all():
        raise ValueError(f"{name} must be -1 or +1, got {given[given.abs() != 1][0].item()}")
    return given


def inputs(name: str, value: object, dim: int, batch: tuple[int, ...], like: Tensor) -> Tensor:
    """Return `value` if it holds inputs: shape (*batch, n, dim), or (n, dim) shared by every network of the batch."""
    given = tensor(name, value, like.dtype, like.device)
    shape = tuple(given.shape)
    wanted = f"{(*batch, 'n', dim)}".replace("'", "")
    if len(shape) < 2 or shape[-1] != dim or shape[:-2] not in ((), batch):
        shared = f" or (n, {dim})" if batch else ""
        raise ValueError(f"{name} must have shape {wanted}{shared}, got {shape}")
    return given


def angles(name: str, value: object) -> Tensor:
    """Return `value` as a tensor if it holds angles from 0 to pi; a number becomes one in float64, on the CPU."""
    if not isinstance(value, Tensor):
        value = torch.tensor(number(name, value), dtype=torch.float64, device="cpu")
    given = tensor(name, value, floating(f"{name}.dtype", value.dtype), value.device)
    if not ((given >= 0) & (given <= math.pi + 4 * torch.finfo(given.dtype).eps)).all():
        raise ValueError(f"{name} must lie from 0 to pi, got {given.min():.6g} to {given.max():.6g}")
    return given


def generator(name: str, value: object) -> torch.Generator:
    """Return `value` if it is a `torch.Generator`."""
    if not isinstance(value, torch.Generator):
        raise TypeError(f"{name} must be a torch.Generator, got {type(value).__name__}")
    return value


def package(name: str, extra: str) -> ModuleType:
    """Import a package that comes with an extra."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise missing(error.name or name, extra) from None


def missing(name: str, extra: str) -> ModuleNotFoundError:
    """Return the error for a package that is not installed, which says what installs it."""
    return ModuleNotFoundError(f"{name} is not installed; this installs it: pip install 'advlib[{extra}]'", name=name)
