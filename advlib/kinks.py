r"""One-layer ReLU networks along rays, kink by kink: exact first sign changes.

Along x + t v a neuron has the preactivation p + t q. If that changes sign it does so at :math:`\tau = |p/q|`, and bends
f there; between the kinks f is straight.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

MANY, BINS = 2000, 256
"""From this many kinks on a ray they are first counted in bins, so that only those near the root need sorting."""


class Start(NamedTuple):
    """Where a walk along rays begins: every term f(t) = value + slope t has until then, times the sign of f(x)."""

    value: Tensor
    slope: Tensor
    squares: Tensor
    """The sum of the squares of the bends passed."""
    t: Tensor
    eps: float
    """The precision in which the network was given."""

    def rounding(self, t: Tensor, squares: Tensor) -> Tensor:
        """What f errs by at t, at most, where bends with so many squares have been passed: errors add in squares."""
        value, slope, passed = (m.unsqueeze(-1) for m in (self.value, self.slope, self.squares))
        return 16 * self.eps * (value.abs() + t * (slope.abs() + (passed + squares).sqrt()))


def walk_windows(p: Tensor, q: Tensor, top: Tensor, value: Tensor, slope: Tensor, max_step: float) -> Tensor:
    """First sign change on (0, max_step), as `walk_kinks` finds it: first where the tangent suggests, then further.

    p, q and top are of shape (rows, k); value, slope and what is returned of shape (rows,).
    """
    tangent = torch.where(value * slope < 0, 1.25 * (value / slope).abs(), max_step)
    window = tangent.clamp(torch.finfo(tangent.dtype).tiny, max_step)
    root = walk_kinks(p, q, top, value, slope, window)
    while len(left := (root.isnan() & (window < max_step)).nonzero().squeeze(-1)):
        window[left] = (4 * window[left]).clamp(max=max_step)
        root[left] = walk_kinks(p[left], q[left], top[left], value[left], slope[left], window[left])
    return root


def walk_kinks(p: Tensor, q: Tensor, top: Tensor, value: Tensor, slope: Tensor, window: Tensor) -> Tensor:
    r"""First sign change on (0, window) of one-layer ReLU networks along their rays, exactly; (rows,).

    A neuron whose preactivation p + t q changes sign at :math:`\tau = |p/q|` bends f there by :math:`a|q|`, so

    .. math:: f(x + t v) = f(x) + t \, v \cdot \nabla f(x) + \sum_{\ell : \tau_\ell < t} a_\ell (t |q_\ell| - |p_\ell|).

    The kinks are visited in order, in float64 whatever the precision of p and q.

    Parameters
    ----------
    p, q, top : Tensor of shape (rows, k)
        Preactivations at the start, their rates, and the output weights.
    value, slope, window : Tensor of shape (rows,)
        f and its directional derivative at the start, and how far to look.
    """
    switching = (torch.addcmul(p, window.unsqueeze(-1), q) > 0) != (p > 0)
    index = switching.flatten().nonzero().squeeze(-1)
    row = index // p.shape[-1]
    distance, speed, bends = (m.reshape(-1).index_select(0, index).double() for m in (p, q, top))
    kinks = distance.abs_().div_(speed.abs_()).minimum(window.double().index_select(0, row))
    bends.mul_(speed).mul_(value.double().sign().index_select(0, row))
    zero = torch.zeros_like(value, dtype=torch.float64)
    eps = torch.finfo(value.dtype).eps
    start = Start(value.double().abs(), slope.double() * value.sign(), zero, zero, eps)
    if len(row) > MANY * len(p):
        start, near = _near_root(row, kinks, bends, start, window.double())
        row = row[near]
        kinks = kinks[near]
        bends = bends[near]
    count = row.bincount(minlength=len(p))
    place = torch.arange(len(row), device=row.device) - (count.cumsum(0) - count)[row]
    padded = window.double().unsqueeze(-1).repeat(1, 1 + max(count.tolist(), default=0))
    padded_bends = torch.zeros_like(padded)
    padded[row, place] = kinks
    padded_bends[row, place] = bends
    padded, order = padded.sort(-1)
    return _root_on_pieces(padded, padded_bends.gather(-1, order), start).to(value.dtype)


def _near_root(row: Tensor, kinks: Tensor, bends: Tensor, start: Start, window: Tensor) -> tuple[Start, Tensor]:
    """Where rays stand before the first of `BINS` bins that could hold a root, and which kinks lie from there on.

    On a bin of width w that begins at f with slope s, and where the bends that turn f down are N in all, f stays above
    min(f, f + w (s - N)). A bin at whose end f is negative holds the root, or one before it does.
    """
    width = window / BINS
    place = (kinks / width.index_select(0, row)).long().clamp_(max=BINS - 1)
    weights = (bends, bends * kinks, bends * bends, bends.clamp(max=0))
    slot = place.add_(row, alpha=BINS)
    sums = [slot.bincount(w, len(window) * BINS).unflatten(0, (-1, BINS)) for w in weights]
    before = [pad(m.cumsum(-1), (1, 0)) for m in sums[:3]]
    edges = torch.arange(BINS + 1, device=row.device) * width.unsqueeze(-1)
    slopes = start.slope.unsqueeze(-1) + before[0]
    f = start.value.unsqueeze(-1) - before[1] + edges * slopes
    rounding = start.rounding(edges, before[2])
    safe = f[:, :-1] + width.unsqueeze(-1) * (slopes[:, :-1] + sums[3]).clamp(max=0) > rounding[:, 1:]
    first = torch.where(safe.all(-1), BINS, safe.int().argmin(-1))
    negative = f[:, 1:] < -rounding[:, 1:]
    last = torch.where(negative.any(-1), negative.int().argmax(-1), BINS)
    bend, drop, squares = (m.gather(-1, first.unsqueeze(-1)).squeeze(-1) for m in before)
    moved = Start(start.value - drop, start.slope + bend, squares, first * width, start.eps)
    bins = torch.arange(BINS, device=row.device)
    near = (bins >= first.unsqueeze(-1)) & (bins <= last.unsqueeze(-1))
    return moved, near.flatten().index_select(0, slot)


def _root_on_pieces(kinks: Tensor, bends: Tensor, start: Start) -> Tensor:
    slopes = start.slope.unsqueeze(-1) + bends.cumsum(-1)
    drops = (bends * kinks).cumsum(-1)
    f = start.value.unsqueeze(-1) + kinks * slopes - drops
    negative = f < -start.rounding(kinks, bends.square().cumsum(-1))
    end = negative.int().argmax(-1, keepdim=True)
    left = torch.where(end > 0, kinks.gather(-1, (end - 1).clamp(min=0)), start.t.unsqueeze(-1))
    kink, bend, slope_after, drop = (m.gather(-1, end) for m in (kinks, bends, slopes, drops))
    root = -(start.value.unsqueeze(-1) - drop + bend * kink) / (slope_after - bend)
    return torch.where(negative.any(-1, keepdim=True), root.clamp(left, kink), torch.nan).squeeze(-1)
