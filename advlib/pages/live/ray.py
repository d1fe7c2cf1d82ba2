"""A network along its gradient ray, and how many networks have flipped along theirs."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from advlib.attacks import smallest_flip
from advlib.network import Network
from advlib.rays import Ray


def along_ray(net: Network, x: Tensor, steps: Sequence[float]) -> dict[str, Any]:
    """Return a frame's value, gradient norm, first zero and f at these steps, each opposite in sign to f(x)."""
    flip = smallest_flip(net, x, max_step=steps[-1])
    ray = Ray(net, x, -flip.value.sign().unsqueeze(-1) * net.gradient(x))
    return {
        "value": flip.value.item(),
        "gradient_norm": flip.gradient_norm.item(),
        "zero": flip.step.abs().item() if flip.found else None,
        "f": ray(torch.tensor(steps, dtype=x.dtype)[:, None, None]).flatten().tolist(),
    }


def counted(sizes: Tensor, steps: Sequence[float]) -> list[int]:
    """How many sizes, nan where there is none, are at most each of the steps."""
    known = sizes.nan_to_num(torch.inf).sort().values
    return torch.searchsorted(known, torch.tensor(steps, dtype=sizes.dtype), right=True).tolist()
