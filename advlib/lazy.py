r"""Training that stays near its start: stochastic gradient descent in the lazy ball, plain and adversarial (paper 3).

The networks are :math:`f(x) = \sum_s a_s \, \psi(\langle w_s, x \rangle)` with frozen signs :math:`a_s = \pm 1/\sqrt m`
(`advlib.lazy_two_layer`). The lazy ball of radius V holds all W with :math:`\|W - W_0\|_{2,\infty} = \max_s \|w_s -
w_{s,0}\| \le V`; the lazy regime is :math:`V = C_0 / \sqrt m`. Gradients are in closed form: no graph is built.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor
from tqdm import tqdm

from advlib import checks
from advlib.ambient import shielded
from advlib.attacks import pgd
from advlib.lazy_ball import check_lazy, deviation, project, radii
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


@torch.no_grad()
@shielded()
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
    if attack is not None:
        _check_unit(x)
    rate = checks.positive("lr", lr)
    rows = checks.size("batch_size", batch_size)
    passes = checks.size("epochs", epochs)
    checks.generator("generator", generator)
    order = torch.randperm(len(x), generator=generator, device=generator.device)
    parts = [(x[chosen], labels[chosen]) for chosen in order.to(x.device).split(rows)]
    task = Task(net, parts, rate, radii(radius, net), attack)
    run, history = _descent(task, tqdm(range(passes), desc="epochs", disable=not progress))
    left = ~run.running if attack is None else torch.zeros_like(run.running)
    return Training(run.network, history, run.steps, left)


@shielded()
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


@torch.no_grad()
@shielded()
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
    rows = checks.size("block", block)
    right = []
    for part, y in zip(x.split(rows), labels.split(rows), strict=True):
        attacked = part + pgd(net, part, y.expand(*net.batch, -1), **attack._asdict())
        right.append((labels_agree(net, part, y) & labels_agree(net, attacked, y)).to(x.dtype))
    return torch.cat(right, -1).mean(-1)


def labels_agree(net: Network, x: Tensor, labels: Tensor) -> Tensor:
    """Whether the sign of f(x) is the label; a value of 0 agrees with neither."""
    return net(x) * labels > 0


class Task(NamedTuple):
    """How networks are trained: from where, on which minibatches, at which rate, how far, and against which attack."""

    start: Network
    parts: Sequence[tuple[Tensor, Tensor]]
    rate: float
    reach: Tensor
    attack: Attack | None


class Run(NamedTuple):
    """The networks, which of them still move, and how many steps each has taken."""

    network: Network
    running: Tensor
    steps: Tensor


def _descent(task: Task, epochs: Iterable[int]) -> tuple[Run, History]:
    """Go through the minibatches in every epoch, as long as some network moves."""
    running = torch.ones_like(task.reach, dtype=torch.bool)
    run = Run(task.start, running, torch.zeros_like(running, dtype=torch.int64))
    seen: list[History] = []
    for _ in epochs:
        run, margins = run_epoch(run, task)
        right = (margins > 0).to(margins.dtype)
        seen.append(History(deviation(run.network, task.start), margins.mean(-1), right.mean(-1)))
        if task.attack is not None:
            rising = _rising(torch.stack([epoch.accuracy for epoch in seen]))
            run = run._replace(running=run.running & rising)
        if not run.running.any():
            break
    return run, History(*map(torch.stack, zip(*seen, strict=True)))


def run_epoch(run: Run, task: Task) -> tuple[Run, Tensor]:
    """Go through the minibatches once, and return the margins seen too."""
    margins = []
    for x, labels in task.parts:
        moved, margin = _step(run.network, x, labels, task)
        if task.attack is None:
            running = run.running & (deviation(moved, task.start) <= task.reach)
        else:
            running = run.running
            moved = project(moved, task.start, task.reach)
        kept = torch.where(running[..., None, None], moved.weights[0], run.network.weights[0])
        run = Run(Network([kept], task.start.top), running, run.steps + running)
        margins.append(margin)
        if not running.any():
            break
    return run, torch.cat(margins, -1)


def _step(net: Network, x: Tensor, labels: Tensor, task: Task) -> tuple[Network, Tensor]:
    """One step of gradient descent on a minibatch, attacked or not, and the margins before it."""
    if task.attack is not None:
        x = x + pgd(net, x, labels.expand(*net.batch, -1), **task.attack._asdict())
    gradient, margin = loss_gradient(net, x, labels)
    return Network([net.weights[0] - task.rate * gradient], net.top), margin


def _rising(accuracy: Tensor) -> Tensor:
    """Which runs have had their best epoch so far, the first of equals, less than `PATIENCE` epochs ago."""
    return len(accuracy) - 1 - accuracy.argmax(0) < PATIENCE


def _check(net: Network, x: Tensor, labels: Tensor) -> None:
    check_lazy(net)
    net.check("x", x)
    if x.ndim != 2:
        raise ValueError(f"x must have shape (n, {net.dim}), shared by all runs, got {tuple(x.shape)}")
    checks.labels("labels", labels, x[:, 0])


def _check_unit(x: Tensor) -> None:
    norms = x.norm(dim=-1)
    off = (norms - 1).abs() > 1e-4
    if off.any():
        raise ValueError(f"x must have rows of norm 1 (normalize=True), got one of norm {norms[off][0].item():.4g}")
