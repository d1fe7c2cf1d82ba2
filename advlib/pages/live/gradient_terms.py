"""The change of the gradient between two inputs, taken apart into one term for each layer, in many networks."""

import math
from typing import Any

import torch
from torch import Tensor

from advlib import bottleneck, checks
from advlib.depth import angles
from advlib.pages.live.bottlenecks import quantile
from advlib.pages.live.draws import ASIDE, INPUT, dense_networks, inputs

LAYERS = 4
DRAWS, MOST = 100, 10_000
"""How many networks a frame has, and how many a page can draw on to."""

ANGLES = [float(f"{10 ** (i / 10 - 2):.3g}") for i in range(21)]
"""Where a frame is known, in radians."""

PARTS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the networks, those that stay below a quantile."""


def gradient_terms_frame(dim: int, narrow: int) -> dict[str, Any]:
    r"""Compute what `gradient_terms` draws: lengths of the terms, against the angle between the inputs.

    Parameters
    ----------
    dim : int
        Dimension and width of all layers but the second, at least 2.
    narrow : int
        Width of the second.

    Returns
    -------
    dict
        The parameters; `draws`, how many networks were drawn, each with two inputs; and for each of `ANGLES`: root mean
        squares over networks, relative to the gradient's, `terms` for each layer and `whole`; quantiles of the
        networks' own lengths, each relative to its gradient's, `spread` and `whole_spread`, for `PARTS`; in how many
        networks each term is 0, `absent`; and what wide layers tend to, `law` and `law_whole`.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = gradient_terms_frame(50, 10)
    >>> len(frame["terms"][0]), frame["whole"][0] < frame["whole"][-1]
    (4, True)
    """
    return frame_of(checks.size("dim", dim, least=2), checks.size("narrow", narrow), DRAWS)


def frame_of(dim: int, narrow: int, draws: int) -> dict[str, Any]:
    """The frame of so many networks."""
    net = dense_networks((dim, dim, narrow, dim, dim), draws, 0)
    x, v = (inputs(dim, draws, 1, 0, stream) for stream in (INPUT, ASIDE))
    v = v - (v * x).sum(-1, keepdim=True) / dim * x
    v = dim**0.5 * v / v.norm(dim=-1, keepdim=True)
    size = net.gradient(x)[:, 0].norm(dim=-1)
    shares = (bottleneck.gradient_terms(net, x, math.cos(angle) * x + math.sin(angle) * v)[:, 0] for angle in ANGLES)
    columns = [_lengths(terms, size) for terms in shares]
    share = angles(torch.tensor(ANGLES, dtype=torch.float64), LAYERS - 1).mT / math.pi
    law = {"law": (2 * share).sqrt().tolist(), "law_whole": (2 - 2 * (1 - share).prod(-1)).sqrt().tolist()}
    found = {name: [column[name] for column in columns] for name in columns[0]}
    return {"dim": dim, "narrow": narrow, "draws": draws} | found | law


def _lengths(terms: Tensor, size: Tensor) -> dict[str, Any]:
    """What a frame says of one angle; lengths relative to a gradient of 0 count as 0."""
    lengths = torch.cat((terms.norm(dim=-1), terms.sum(1).norm(dim=-1, keepdim=True)), -1).mT
    mean = lengths.norm(dim=-1) / size.norm().clamp(min=1e-30)
    relative = torch.where(size > 0, lengths / size, 0.0)
    spread = [[quantile(row, part) for part in PARTS] for row in relative]
    return {
        "terms": mean[:-1].tolist(),
        "whole": mean[-1].item(),
        "spread": spread[:-1],
        "whole_spread": spread[-1],
        "absent": (lengths[:-1] == 0).sum(-1).tolist(),
    }
