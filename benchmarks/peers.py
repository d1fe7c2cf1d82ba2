"""Which attacks of other libraries run on `advlib.binary_logits`, of a dense and of a deferred network."""

from collections.abc import Callable

import torch
from torch import Tensor

import advlib

SIDE, WIDTH, INPUTS = 10, 1000, 20
STEPS = 20
"""Of projected gradient descent, in a ball of twice the radius that exact flips need."""

Attack = Callable[[advlib.binary_logits, Tensor, Tensor, float], Tensor]
"""From a classifier, images, their classes and a radius to the attacked images."""


def foolbox_attack(name: str, **options: object) -> Attack:
    def run(model: advlib.binary_logits, x: Tensor, classes: Tensor, radius: float) -> Tensor:
        import foolbox

        peer = getattr(foolbox.attacks, name)(**options)
        return peer(foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu"), x, classes, epsilons=radius)[1]

    return run


def torchattacks_deepfool(model: advlib.binary_logits, x: Tensor, classes: Tensor, radius: float) -> Tensor:
    import torchattacks

    return torchattacks.DeepFool(model)(x, classes)


def torchattacks_pgd(model: advlib.binary_logits, x: Tensor, classes: Tensor, radius: float) -> Tensor:
    import torchattacks

    attack = torchattacks.PGDL2(model, eps=radius, alpha=2.5 * radius / STEPS, steps=STEPS, random_start=False)
    return attack(x, classes)


def art_classifier(model: advlib.binary_logits, x: Tensor) -> object:
    from art.estimators.classification import PyTorchClassifier

    loss = torch.nn.CrossEntropyLoss()
    return PyTorchClassifier(model, loss, x.shape[1:], 2, clip_values=(0, 1), device_type="cpu")


def art_deepfool(model: advlib.binary_logits, x: Tensor, classes: Tensor, radius: float) -> Tensor:
    from art.attacks.evasion import DeepFool

    attack = DeepFool(art_classifier(model, x), epsilon=1e-3, verbose=False)
    return torch.from_numpy(attack.generate(x.numpy(), classes.numpy()))


def art_pgd(model: advlib.binary_logits, x: Tensor, classes: Tensor, radius: float) -> Tensor:
    from art.attacks.evasion import ProjectedGradientDescent

    steps = {"eps": radius, "eps_step": 2.5 * radius / STEPS, "max_iter": STEPS}
    attack = ProjectedGradientDescent(art_classifier(model, x), norm=2, **steps, verbose=False)
    return torch.from_numpy(attack.generate(x.numpy(), classes.numpy()))


PEERS: dict[tuple[str, str], Attack] = {
    ("Foolbox", "L2 DeepFool"): foolbox_attack("L2DeepFoolAttack"),
    ("Foolbox", "L2 PGD"): foolbox_attack("L2ProjectedGradientDescentAttack", steps=STEPS, random_start=False),
    ("torchattacks", "DeepFool"): torchattacks_deepfool,
    ("torchattacks", "PGDL2"): torchattacks_pgd,
    ("ART", "DeepFool"): art_deepfool,
    ("ART", "PGD, norm 2"): art_pgd,
}


def setting() -> tuple[advlib.Network, Tensor]:
    """A deferred network, and images whose pixels an attack need not push to 0 or 1."""
    generator = torch.Generator().manual_seed(0)
    net = advlib.two_layer(SIDE**2, WIDTH, matrices="deferred", generator=generator)
    return net, 0.25 + 0.5 * torch.rand(INPUTS, 1, SIDE, SIDE, generator=generator)


def formed(net: advlib.Network) -> advlib.Network:
    """The same network with a dense matrix."""
    return advlib.Network([w.to_dense() for w in net.weights], net.top)


def outcome(attack: Attack, net: advlib.Network, x: Tensor) -> str:
    """How many signs the attack turned, and how long it was over the exact flips; or why it does not run."""
    exact = advlib.smallest_flip(net, x.flatten(1))
    radius = 2 * float(exact.perturbation_norm.max())
    try:
        found = attack(advlib.binary_logits(net).eval(), x, (exact.value > 0).long(), radius)
    except ImportError as missing:
        return f"not installed ({missing.name})"
    except Exception as error:  # whatever a peer raises belongs in the table
        return f"{type(error).__name__}: {error}"
    turned = net(found.flatten(1)) * exact.value < 0
    length = (found - x).flatten(1).norm(dim=-1) / exact.perturbation_norm
    return f"{int(turned.sum())} of {INPUTS}, {float(length.mean()):.3f} x exact"


def compare() -> None:
    """Print the table of what runs: the deferred network is attacked first, then formed and attacked again."""
    print(f"\nAttacks of other libraries, d = {SIDE**2}, k = {WIDTH}: signs turned, mean length over exact flips")
    print(f"  {'library':<14}{'attack':<14}{'deferred':<32}the same network, dense")
    for (library, name), attack in PEERS.items():
        net, x = setting()
        deferred = outcome(attack, net, x)
        dense = outcome(attack, formed(net), x)
        print(f"  {library:<14}{name:<14}{deferred:<32}{dense}", flush=True)


if __name__ == "__main__":
    compare()
