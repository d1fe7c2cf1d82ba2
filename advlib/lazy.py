r"""Training that stays near its start: stochastic gradient descent in the lazy ball, plain and adversarial (paper 3).

The networks are :math:`f(x) = \sum_s a_s \, \psi(\langle w_s, x \rangle)` with frozen signs :math:`a_s = \pm 1/\sqrt m`
(`advlib.lazy_two_layer`). The lazy ball of radius V holds all W with :math:`\|W - W_0\|_{2,\infty} = \max_s \|w_s -
w_{s,0}\| \le V`; the lazy regime is :math:`V = C_0 / \sqrt m`. Gradients are in closed form: no graph is built.
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor
from tqdm import tqdm

from advlib import checks
from advlib.attacks import pgd
from advlib.lazy_ball import check_lazy
from advlib.network import Network

PATIENCE = 20
"""Adversarial training stops when its robust accuracy has not risen for so many epochs (Wang et al. 2022)."""


class Attack(NamedTuple):
    """The attack of adversarial training and of its test: `advlib.pgd` of this radius, with this many steps."""

    radius: float
    steps: int = 100


class History(NamedTuple):
    r"""What was seen epoch by epoch, each of shape (epochs, \*batch)."""

    deviation: Tensor
    """Largest distance of a row from its start, at the end of the epoch."""
    margin: Tensor
    """Mean of y f(x) over the epoch's minibatches, attacked ones in adversarial training."""
    accuracy: Tensor
    """Share of those margins that are positive."""


class Training(NamedTuple):
    """A trained network, inside its ball, and how it came there."""

    network: Network
    history: History
    steps: Tensor
    r"""Gradient steps taken, (\*batch,)."""
    left: Tensor
    r"""Whether the next step would have left the ball, (\*batch,); never in adversarial training, which projects."""


def train(
    net: Network,
    x: Tensor,  # (n, dim)
    labels: Tensor,  # (n,)
    *,
    radius: float | Tensor,
    lr: float,
    batch_size: int,
    epochs: int,
    attack: Attack | None = None,
    generator: Generator,
    progress: bool = False,
) -> Training:
    r"""Train the first layer on the logistic loss :math:`\log(1 + e^{-y f(x)})` inside the lazy ball.

    Without `attack` this is plain SGD (Wang et al. 2022, section 5.1): every run of the batch ends before the first
    step that would leave its ball. With `attack` it is their Algorithm 1: each minibatch is attacked by PGD, and after
    each step every row is projected back to distance `radius`; it ends when the share of attacked examples classified
    correctly has not risen for `PATIENCE` epochs. One shuffle serves all epochs and all runs.

    Parameters
    ----------
    net : Network
        One hidden ReLU layer without bias unit; a batch of networks is as many independent runs.
    x : Tensor of shape (n, dim)
        With `attack`, rows of norm 1, as its radius supposes.
    labels : Tensor of shape (n,), entries -1 and +1
    radius : float or Tensor of shape (\*batch,)
        V, for all runs or for each.
    lr : float
    batch_size, epochs : int
    attack : Attack, optional
    generator : torch.Generator
        Decides the shuffle.
    progress : bool
        Whether to show a bar.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.lazy_two_layer(20, 400, generator=generator)
    >>> x = advlib.sphere(50, 20, radius=1.0, generator=generator)
    >>> found = train(net, x, x[:, 0].sign(), radius=0.2, lr=0.5, batch_size=10, epochs=5, generator=generator)
    >>> bool(deviation(found.network, net) <= 0.2), found.history.margin.shape
    (True, torch.Size([5]))
    """
    _check(net, x, labels)
    checks.positive("lr", lr), checks.size("batch_size", batch_size), checks.size("epochs", epochs)
    if attack is not None:
        _check_unit(x)
    reach = _radii(radius, net)
    batches = torch.randperm(len(x), generator=checks.generator("generator", generator)).to(x.device).split(batch_size)
    current, running = net, torch.ones(net.batch, dtype=torch.bool, device=x.device)
    steps, seen = torch.zeros_like(running, dtype=torch.int64), []
    for _ in tqdm(range(epochs), desc="epochs", disable=not progress):
        margins = []
        for chosen in batches:
            moved, margin = _step(current, x[chosen], labels[chosen], lr, attack)
            if attack is None:
                running = running & (deviation(moved, net) <= reach)
            else:
                moved = project(moved, net, reach)
            kept = torch.where(running[..., None, None], moved.weights[0], current.weights[0])
            current, steps = Network([kept], net.top), steps + running
            margins.append(margin)
            if not running.any():
                break
        epoch = torch.cat(margins, -1)
        seen.append((deviation(current, net), epoch.mean(-1), (epoch > 0).to(x.dtype).mean(-1)))
        if attack is not None:
            running = running & _rising(torch.stack([accuracy for *_, accuracy in seen]))
        if not running.any():
            break
    history = map(torch.stack, zip(*seen, strict=True))
    return Training(current, History(*history), steps, ~running if attack is None else torch.zeros_like(running))


def loss_gradient(net: Network, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    r"""Gradient of the mean logistic loss in the first layer, (\*batch, m, dim), and the margins y f(x), (\*batch, n).

    .. math:: \nabla_{w_s} \frac1n \sum_i \log(1 + e^{-y_i f(x_i)})
              = -\frac1n \sum_i \frac{y_i}{1 + e^{y_i f(x_i)}} \, a_s \, \psi'(\langle w_s, x_i \rangle) \, x_i

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> gradient, margin = loss_gradient(net, torch.eye(20), torch.ones(20))
    >>> gradient.shape, torch.equal(margin, net(torch.eye(20)))
    (torch.Size([400, 20]), True)
    """
    z = net.first(x)
    margin = labels * net.readout(z)
    pull = -labels * torch.sigmoid(-margin) / x.shape[-2]
    return (net.activation.derivative(z) * net.top.unsqueeze(-2) * pull.unsqueeze(-1)).mT @ x, margin


def deviation(net: Network, start: Network) -> Tensor:
    r"""Largest distance :math:`\|W - W_0\|_{2,\infty}` of a first-layer row from its start, (\*batch,).

    Examples
    --------
    >>> import torch, advlib
    >>> net = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> deviation(net, net)
    tensor(0.)
    """
    return (net.weights[0] - start.weights[0]).norm(dim=-1).amax(-1)


def project(net: Network, start: Network, radius: float | Tensor) -> Network:
    r"""Move every first-layer row to the nearest point at most `radius` from its start (Wang et al. 2022, Algorithm 1).

    `radius` is a number, or one for each network, of shape (\*batch,).

    Examples
    --------
    >>> import torch, advlib
    >>> start = advlib.lazy_two_layer(20, 400, generator=torch.Generator().manual_seed(0))
    >>> far = Network([start.weights[0] + 1], start.top)
    >>> deviation(project(far, start, 0.5), start)
    tensor(0.5000)
    """
    reach = _radii(radius, net)[..., None, None]
    change = net.weights[0] - start.weights[0]
    change = change * (reach / change.norm(dim=-1, keepdim=True)).clamp(max=1).nan_to_num(1.0)
    return Network([start.weights[0] + change], net.top)


def robust_accuracy(net: Network, x: Tensor, labels: Tensor, attack: Attack, *, block: int = 256) -> Tensor:
    r"""Share of inputs classified correctly both as they are and attacked by PGD, (\*batch,), in blocks of inputs.

    Examples
    --------
    >>> import torch, advlib
    >>> generator = torch.Generator().manual_seed(0)
    >>> net = advlib.lazy_two_layer(100, 400, generator=generator)
    >>> x = advlib.sphere(50, 100, radius=1.0, generator=generator)
    >>> robust_accuracy(net, x, net(x).sign(), Attack(1.0, 10))
    tensor(0.)
    """
    _check(net, x, labels)
    right = []
    for part, y in zip(x.split(block), labels.split(block), strict=True):
        attacked = part + pgd(net, part, y.expand(*net.batch, -1), **attack._asdict())
        right.append((labels_agree(net, part, y) & labels_agree(net, attacked, y)).to(x.dtype))
    return torch.cat(right, -1).mean(-1)


def labels_agree(net: Network, x: Tensor, labels: Tensor) -> Tensor:
    """Whether the sign of f(x) is the label; a value of 0 agrees with neither."""
    return net(x) * labels > 0


def _step(net: Network, x: Tensor, labels: Tensor, lr: float, attack: Attack | None) -> tuple[Network, Tensor]:
    """One step of gradient descent on a minibatch, attacked or not, and the margins before it."""
    if attack is not None:
        x = x + pgd(net, x, labels.expand(*net.batch, -1), **attack._asdict())
    gradient, margin = loss_gradient(net, x, labels)
    return Network([net.weights[0] - lr * gradient], net.top), margin


def _rising(accuracy: Tensor) -> Tensor:
    """Which runs have had their best epoch so far, the first of equals, less than `PATIENCE` epochs ago."""
    return len(accuracy) - 1 - accuracy.argmax(0) < PATIENCE


def _radii(radius: float | Tensor, net: Network) -> Tensor:
    if not isinstance(radius, Tensor):
        return net.top.new_full(net.batch, checks.positive("radius", radius))
    if not (checks.shaped("radius", radius, net.batch, net.top) > 0).all():
        raise ValueError(f"radius must be positive, got {radius.min().item()} among its entries")
    return radius


def _check(net: Network, x: Tensor, labels: Tensor) -> None:
    check_lazy(net)
    net.check("x", x)
    if x.ndim != 2:
        raise ValueError(f"x must have shape (n, {net.dim}), shared by all runs, got {tuple(x.shape)}")
    checks.shaped("labels", labels, (len(x),), x)
    if not (labels.abs() == 1).all():
        raise ValueError(f"labels must be -1 or +1, got {labels[labels.abs() != 1][0].item()}")


def _check_unit(x: Tensor) -> None:
    norms = x.norm(dim=-1)
    off = (norms - 1).abs() > 1e-4
    if off.any():
        raise ValueError(f"x must have rows of norm 1 (normalize=True), got one of norm {norms[off][0].item():.4g}")
