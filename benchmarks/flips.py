"""What `smallest_flip` is compared with: bare matrix products, a line search, and Foolbox."""

from collections.abc import Callable

import torch
from torch import Tensor

import advlib

DIM, WIDTH, INPUTS = 500, 20_000, 100
SIZES = [0.2 * i for i in range(1, 101)]


def setting() -> tuple[advlib.Network, Tensor]:
    generator = torch.Generator().manual_seed(0)
    net = advlib.two_layer(DIM, WIDTH, generator=generator)
    return net, advlib.points(net, INPUTS, generator=generator)


def three_products(net: advlib.Network, x: Tensor) -> Callable[[], object]:
    """The products that any gradient ray needs: W x, the pull-back to the gradient, and W grad."""
    w, neurons = net.weights[0], torch.randn(INPUTS, WIDTH, generator=torch.Generator().manual_seed(1))
    return lambda: (x @ w.mT, neurons @ w, x @ w.mT)


def line_search(net: advlib.Network, x: Tensor) -> Tensor:
    """Return the first of 100 steps that flips each sign, by a forward pass each; nan where none does."""
    sign = net(x).sign()
    gradient = net.gradient(x)
    first = torch.full_like(sign, torch.nan)
    for size in SIZES:
        flipped = net(x - size * sign[:, None] * gradient).sign() == -sign
        first = torch.where(first.isnan() & flipped, size, first)
    return first


def foolbox_attack(net: advlib.Network, x: Tensor) -> Callable[[], object]:
    """Foolbox's L2 fast gradient attack at the perturbations of the same 100 steps; ImportError where it is missing."""
    import foolbox

    model = foolbox.PyTorchModel(advlib.binary_logits(net).eval(), bounds=(-1e3, 1e3))
    labels = (net(x) > 0).long()
    norms = [size * float(net.gradient(x).norm(dim=-1).mean()) for size in SIZES]
    return lambda: foolbox.attacks.L2FastGradientAttack()(model, x, labels, epsilons=norms)
