"""The change of the gradient between two inputs, taken apart into one term for each layer."""

import math
from typing import Any

import torch

from advlib import bottleneck, checks
from advlib.depth import angles
from advlib.pages.live.draws import ASIDE, INPUT, dense_networks, inputs

LAYERS = 4
INPUTS = 20

ANGLES = [float(f"{10 ** (i / 8 - 2.5):.3g}") for i in range(22)]
"""Where a frame is known, in radians."""


def gradient_terms_frame(dim: int, narrow: int, seed: int) -> dict[str, Any]:
    r"""Compute what `gradient_terms` draws: lengths of the terms, against the angle between the inputs.

    Parameters
    ----------
    dim : int
        Dimension and width of all layers but the second, at least 2.
    narrow : int
        Width of the second.
    seed : int
        Which draw, from 0 up.

    Returns
    -------
    dict
        For each of `ANGLES`, root mean squares over inputs of one network, relative to the gradient's: `terms`, for
        each layer, and `whole`; what wide layers tend to, `law` and `law_whole`; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = gradient_terms_frame(50, 10, seed=0)
    >>> len(frame["terms"][0]), frame["whole"][0] < frame["whole"][-1]
    (4, True)
    """
    dim = checks.size("dim", dim, least=2)
    narrow = checks.size("narrow", narrow)
    seed = checks.seed("seed", seed)
    net = dense_networks((dim, dim, narrow, dim, dim), 1, seed)
    x, v = (inputs(dim, 1, INPUTS, seed, stream) for stream in (INPUT, ASIDE))
    v = v - (v * x).sum(-1, keepdim=True) / dim * x
    v = dim**0.5 * v / v.norm(dim=-1, keepdim=True)
    size = net.gradient(x).square().sum(-1).mean().clamp(min=1e-30)
    terms, whole = [], []
    for angle in ANGLES:
        shares = bottleneck.gradient_terms(net, x, math.cos(angle) * x + math.sin(angle) * v)[0]
        terms.append((shares.square().sum(-1).mean(0) / size).sqrt().tolist())
        whole.append((shares.sum(-2).square().sum(-1).mean() / size).sqrt().item())
    share = angles(torch.tensor(ANGLES, dtype=torch.float64), LAYERS - 1).mT / math.pi
    law = {"law": (2 * share).sqrt().tolist(), "law_whole": (2 - 2 * (1 - share).prod(-1)).sqrt().tolist()}
    return {"dim": dim, "narrow": narrow, "seed": seed, "terms": terms, "whole": whole} | law
