r"""A network along a ray :math:`t \mapsto f(x + t v)`, and where its sign first changes.

The first layer enters only through the two products :math:`p = W_1 x + b` and :math:`q = W_1 v`: at x + t v its
preactivations are p + t q. How the first sign change is found, and what is guaranteed:

* one hidden ReLU layer, any width: `advlib.kinks` visits every neuron that switches before the root. The answer is the
  first sign change;
* deeper ReLU networks of at most `SMALL` hidden neurons in all: `walk_regions` visits every linear piece before the
  root. The answer is the first sign change;
* everything else: `bracket_and_refine` steps outwards until the sign has changed, looks again where f could dip through
  0, and closes in. It can miss two sign changes in quick succession, and returns any point of a stretch where f is 0.

A sign change means that f takes values of the opposite sign. Where f only becomes 0 and stays 0, as when every neuron
has died, the sign has not changed. Values within a few rounding errors of 0 count as 0.
"""

import torch
from torch import Tensor

from advlib.activations import RELU
from advlib.ambient import shielded
from advlib.kinks import walk_windows
from advlib.network import Network

SMALL = 512
"""Up to this many hidden neurons a deep ReLU network is walked piece by piece."""


class Ray:
    r"""A network along the line x + t v; each call costs no product with the first matrix.

    Parameters
    ----------
    net : Network
    x, v : Tensor of shape (\*batch, n, dim)
        Start and direction; either may be shared, with shape (n, dim) or with n = 1.

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.two_layer(20, 50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    >>> x, v = torch.eye(20, dtype=torch.float64)[:2]
    >>> ray = Ray(net, x[None], v[None])
    >>> t = torch.linspace(0, 3, 7, dtype=torch.float64)[:, None]
    >>> torch.allclose(ray(t)[:, 0], net(x + t * v))
    True
    """

    @shielded()
    def __init__(self, net: Network, x: Tensor, v: Tensor):
        self.net = net
        q = net.check_beside("v", v, x) @ net.weights[0].mT
        self.p, self.q = torch.broadcast_tensors(net.first(x), q)

    @classmethod
    def from_products(cls, net: Network, p: Tensor, q: Tensor) -> "Ray":
        """The ray whose first-layer products, of one shape, are already known."""
        ray = cls.__new__(cls)
        ray.net = net
        ray.p = p
        ray.q = q
        return ray

    @shielded()
    def __call__(self, t: Tensor) -> Tensor:
        r"""f(x + t v) for t of shape (\*batch, n), or with leading axes: (m, \*batch, n) gives (m, \*batch, n)."""
        return self.net.readout(self.net.layers_from(self.p + t.unsqueeze(-1) * self.q)[-1])


@shielded()
def first_sign_change(ray: Ray, value: Tensor, slope: Tensor, max_step: float) -> Tensor:
    r"""Smallest t in (0, max_step) at which f(x + t v) changes sign, nan where there is none; (\*batch, n).

    `value` and `slope` are f(x) and v . grad f(x). The module's introduction says what is guaranteed.
    """
    if ray.net.activation == RELU and len(ray.net.weights) == 1:
        amplitudes = ray.net.top.unsqueeze(-2).expand_as(ray.p)
        p, q, top = (m.reshape(-1, m.shape[-1]) for m in (ray.p, ray.q, amplitudes))
        return walk_windows(p, q, top, value.flatten(), slope.flatten(), max_step).reshape(value.shape)
    if ray.net.activation == RELU and sum(ray.net.widths[1:]) <= SMALL:
        return walk_regions(ray, value, max_step)
    return bracket_and_refine(ray, value, slope, max_step)


def bracket_and_refine(ray: Ray, value: Tensor, slope: Tensor, max_step: float) -> Tensor:
    r"""A sign change of f(x + t v) on (0, max_step) for any network, nan where none is met; (\*batch, n)."""
    t, f = _first_bracket(ray, value, slope, max_step)
    found = f[1] < 0
    return torch.where(found, _illinois(ray, t[0], value.sign() * f[0], t[1], value.sign() * f[1]), torch.nan)


def _first_bracket(ray: Ray, value: Tensor, slope: Tensor, max_step: float) -> Tensor:
    r"""Two points t and f there times the sign of f(x), (2, 2, \*batch, n): a bracket where the second f is negative.

    Steps are a quarter of the tangent's root :math:`|f / v \cdot \nabla f|`, at most max_step / 16, or a third of
    t. Where f could dip through 0 between two points, it is looked at; a bracket is halved to an eighth of a step.
    """
    stride = (value / slope).abs().div(4).nan_to_num(max_step).clamp(torch.finfo(value.dtype).tiny, max_step / 16)
    t = stride * torch.arange(-3, 1, device=value.device).view(-1, *[1] * value.ndim)
    known = torch.stack((t, value.abs() + t * slope * value.sign()))
    unknown = torch.full_like(known, torch.inf)
    seen = torch.cat((known, unknown), 1)
    while True:
        t, f = seen[:, :4]
        step = torch.maximum(stride, t[1] / 3)
        lowest, dips = _dip(t, f, least=step / 16)
        ahead = (f[2] >= 0) & ~dips & (t[1] < max_step)
        if (passed := ahead & t[3].isfinite()).any():
            seen = torch.where(passed, torch.cat((seen[:, 1:], unknown[:, :1]), 1), seen)
            continue
        wide = (f[2] < 0) & (t[2] - t[1] > step / 8)
        over = ~(ahead | dips | wide)
        if over.all():
            return seen[:, 1:3]
        outwards = (t[2] + torch.maximum(stride, t[2] / 3)).clamp(max=max_step)
        at = torch.where(ahead, outwards, t[2])
        at = torch.where(wide, (t[1] + t[2]) / 2, at)
        at = torch.where(dips, lowest, at)
        new = torch.cat((seen, torch.stack((at, value.sign() * ray(at))).unsqueeze(1)), 1)
        new = new.gather(1, new[0].argsort(0).expand_as(new))[:, :-1]
        seen = torch.where(over, seen, new)


def _dip(t: Tensor, f: Tensor, least: Tensor) -> tuple[Tensor, Tensor]:
    """Where f >= 0 may be lowest between the middle two of four points, more than `least` apart, and whether below 0.

    Its slopes there may leave the range of the three chords' by as much as that is wide. A chord to infinity is level.
    """
    chords = (f.diff(dim=0) / t.diff(dim=0)).nan_to_num()
    lowest, highest = chords.aminmax(dim=0)
    spread = highest - lowest
    gap = t[2] - t[1]
    way = gap * (highest + spread - chords[1]) / (3 * spread)
    below = f[1] + (lowest - spread) * way < 0
    return t[1] + way, below & (t[1] >= 0) & (f[1:3] >= 0).all(0) & (gap > least)


def _illinois(ray: Ray, older: Tensor, f_older: Tensor, t: Tensor, f: Tensor, iterations: int = 100) -> Tensor:
    """Close in on a root between points of opposite sign: false position, halving a stale end (Illinois rule)."""
    eps = torch.finfo(t.dtype).eps
    for _ in range(iterations):
        t_new = t - (t - older) * (f / (f - f_older)).nan_to_num(0, 0, 0)
        settled = (t_new - t).abs() <= 2 * eps * t
        f_new = ray(t_new)
        stale = f_new.sign() * f.sign() > 0
        older = torch.where(stale, older, t)
        f_older = torch.where(stale, f_older / 2, f)
        t, f = t_new, f_new
        if (settled | (f == 0)).all():
            break
    return t


def walk_regions(ray: Ray, value: Tensor, max_step: float) -> Tensor:
    r"""First sign change on (0, max_step) of a ReLU network of any depth, exactly; (\*batch, n).

    Walks from one linear piece to the next: on each, every preactivation is affine in t, and the next piece begins
    where the first of them crosses zero. A piece costs two passes through the layers behind the first.
    """
    active = torch.cat(ray.net.layers_from(ray.p), -1) > 0
    t = torch.zeros_like(value)
    root = torch.full_like(value, torch.nan)
    rounding = 64 * torch.finfo(value.dtype).eps
    while True:
        at, rate, f, slope = _affine_piece(ray, active)
        crossing = torch.where(active, rate < 0, rate > 0)
        kinks = torch.where(crossing, -at / rate, torch.inf).maximum(t.unsqueeze(-1))
        end, neuron = kinks.min(-1)
        end = end.clamp(max=max_step)
        size = f.abs() + (end * slope).abs() + _size(ray, active, end)
        opposite = -value.sign() * (f + end * slope) > rounding * size
        root = torch.where(opposite & root.isnan() & (t < max_step), (-f / slope).clamp(t, end), root)
        t = end
        if (root.isfinite() | (t >= max_step)).all():
            return root
        active = active ^ torch.zeros_like(active).scatter_(-1, neuron.unsqueeze(-1), True)


def _affine_piece(ray: Ray, active: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Preactivations and output as functions at + t * rate of t, with every ReLU held on or off."""
    net, at, rate = ray.net, ray.p, ray.q
    layers = [(at, rate)]
    masks = active.split(net.widths[1:], -1)
    for w, mask in zip(list(net.weights)[1:], masks, strict=False):
        at = (mask * at) @ w.mT
        rate = (mask * rate) @ w.mT
        layers.append((at, rate))
    f, slope = (((masks[-1] * h) @ net.top.unsqueeze(-1)).squeeze(-1) for h in layers[-1])
    at, rate = (torch.cat(parts, -1) for parts in zip(*layers, strict=True))
    return at, rate, f, slope


def _size(ray: Ray, active: Tensor, t: Tensor) -> Tensor:
    """Root of the sum of squares of all that is added up on the way to f(x + t v): rounding errors scale with it."""
    net = ray.net
    masks = active.split(net.widths[1:], -1)
    squares = ray.p.square() + (t.unsqueeze(-1) * ray.q).square()
    for w, mask in zip(list(net.weights)[1:], masks, strict=False):
        entries = w.square() if isinstance(w, Tensor) else squares.new_tensor(w.std**2).expand(w.shape)
        squares = (mask * squares) @ entries.mT
    return ((masks[-1] * squares) @ net.top.square().unsqueeze(-1)).squeeze(-1).sqrt()
