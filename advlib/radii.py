r"""What happens to a ball around an input: how its images spread, and how far the gradient hardly changes (paper 2)."""

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.ambient import shielded
from advlib.attacks import direction_at
from advlib.bottleneck import pull_back_through
from advlib.network import Network
from advlib.sampling import gaussian_beside

PROBES = 64
"""Distances at which the gradient is compared before the first that differs is refined."""

HALVINGS = 20
"""Bisections that refine it."""


@shielded()
def image_radii(
    net: Network, x: Tensor, *, radius: float, steps: int = 20, starts: int = 8, generator: Generator
) -> Tensor:
    r"""Search, layer by layer, for the input in a ball whose image lies farthest from that of its centre.

    .. math:: \sup_{\|x' - x\| \le R} \|f_i(x') - f_i(x)\|, \qquad f_i = \psi(W_i f_{i-1}), \quad f_0(x) = x

    (Bartlett et al. 2021, Lemma 2.3). From random starts each step goes to the point of the ball's surface to which
    the gradient of that distance points; for a linear network that is power iteration. What is found bounds the
    supremum from below.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    radius : float
        The ball's radius R.
    steps, starts : int
        How many steps, from how many starts for each x.
    generator : torch.Generator
        Draws the starts.

    Returns
    -------
    Tensor of shape (\*batch, n, hidden layers)

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.multilayer((50, 100, 100), generator=generator)
    >>> x = advlib.points(net, 3, generator=generator)
    >>> small, large = (image_radii(net, x, radius=r, generator=generator) for r in (0.1, 1.0))
    >>> small.shape, bool((small < large).all())
    (torch.Size([3, 2]), True)
    """
    reach = checks.positive("radius", radius)
    count = checks.size("steps", steps)
    tries = checks.size("starts", starts)
    checks.generator("generator", generator)
    centre = net.check("x", x).repeat_interleave(tries, -2)
    psi = net.activation
    radii = []
    for depth, image in enumerate(map(psi.function, net.preactivations(centre)), 1):
        found = torch.zeros_like(image[..., 0])
        v = gaussian_beside(x, (*found.shape, net.dim), generator)
        for _ in range(count):
            reached = net.preactivations(centre + reach * normalize(v, dim=-1))[:depth]
            gap = psi.function(reached[-1]) - image
            found = torch.maximum(found, gap.norm(dim=-1))
            v = pull_back_through(list(net.weights)[:depth], list(map(psi.derivative, reached)), gap)
        radii.append(found.unflatten(-1, (-1, tries)).amax(-1))
    return torch.stack(radii, -1)


@shielded()
def near_linear_radius(
    net: Network, x: Tensor, *, tolerance: float, reach: float, direction: Tensor | None = None
) -> Tensor:
    r"""How far along a direction the gradient stays near the one at x.

    .. math:: \min \bigl\{ r : \|\nabla f(x + r v) - \nabla f(x)\| > \tau \|\nabla f(x)\| \bigr\}, \qquad \|v\| = 1

    (Bartlett et al. 2021, equation 1, asks for :math:`\tau = 1`, in every direction.) The gradient is compared at
    `PROBES` distances, in geometric steps from reach / 1000 to reach, and where it first differs too much the crossing
    is located by bisection. A crossing between two probes that is undone before the next goes unseen.

    Parameters
    ----------
    net : Network
    x : Tensor of shape (\*batch, n, dim)
    tolerance : float
        The fraction :math:`\tau`.
    reach : float
        How far to look.
    direction : Tensor, optional
        Of the shape of x, or with n = 1 or without the batch axes where shared; its length does not count. By default
        the attack's, :math:`-\operatorname{sign}(f(x)) \nabla f(x)`.

    Returns
    -------
    Tensor of shape (\*batch, n)
        Infinite where the gradient stays near as far as `reach`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.multilayer((100, 1000), generator=generator)
    >>> x = advlib.points(net, 5, generator=generator)
    >>> tight, loose = (near_linear_radius(net, x, tolerance=t, reach=20.0) for t in (0.1, 0.5))
    >>> bool((tight < loose).all())
    True
    """
    fraction = checks.positive("tolerance", tolerance)
    farthest = checks.positive("reach", reach)
    start = net.gradient(x)
    v = -net(x).sign().unsqueeze(-1) * start if direction is None else direction_at(net, direction, start)
    unit = normalize(v, dim=-1)
    allowed = fraction * start.norm(dim=-1)

    def strays(r: Tensor) -> Tensor:
        return (net.gradient(x + r.unsqueeze(-1) * unit) - start).norm(dim=-1) > allowed

    inner = torch.zeros_like(allowed)
    outer = torch.full_like(allowed, torch.inf)
    for r in farthest * torch.logspace(-3, 0, PROBES, dtype=x.dtype, device=x.device):
        searching = outer.isinf()
        outer = torch.where(searching & strays(r.expand_as(allowed)), r, outer)
        inner = torch.where(outer.isinf(), r, inner)
        if outer.isfinite().all():
            break
    for _ in range(HALVINGS):
        middle = torch.where(outer.isinf(), inner, (inner + outer) / 2)
        beyond = strays(middle)
        inner = torch.where(beyond, inner, middle)
        outer = torch.where(beyond & outer.isfinite(), middle, outer)
    return outer
