"""Adversarial training on a part of MNIST: what a larger ball buys, and which neurons pay."""

from functools import cache
from typing import Any

import altair as alt
from torch import Generator

from advlib import checks
from advlib.data import mnist5k01
from advlib.lazy import Attack, labels_agree, robust_accuracy, train
from advlib.network import Network
from advlib.pages.explorer import Control, Explorer
from advlib.pages.explorers.charts import BLUE, VERMILLION, axis, panel, rows, text
from advlib.pages.explorers.rounding import rounded
from advlib.random_networks import lazy_two_layer

SIDE = 14
"""Side of the images in pixels."""

ATTACK = Attack(0.2, 5)
"""Of training and of test."""

EPOCHS = 6
SHOWN = 80
"""Neurons drawn, the first of the network's."""

RADII = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0)
WIDTHS = (100, 300, 1000)


def robust_training_frame(radius: float, width: int) -> dict[str, Any]:
    """Compute what `robust_training` draws: the accuracies of a network trained in the ball, and how its neurons fared.

    Parameters
    ----------
    radius : float
        V, one of `RADII`.
    width : int

    Returns
    -------
    dict
        `radius`; `robust` and `clean`, the test accuracy with and without attack; `far`, the largest distance of a row
        from its start; `share`, that of neurons and test images at which the neuron switched; and for the first neurons
        the distance `moved` and the share of test images at which they `switched`.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = robust_training_frame(1.0, 100)
    >>> frame["robust"] <= frame["clean"], frame["far"] <= 1.0001
    (True, True)
    """
    radius = checks.positive("radius", radius)
    if radius not in RADII:
        raise ValueError(f"radius must be one of {RADII}, got {radius}")
    return _trained(checks.size("width", width))[RADII.index(radius)]


@cache
def _trained(width: int) -> list[dict[str, Any]]:
    """Train in the balls of all `RADII` at once, from one start."""
    generator = Generator().manual_seed(0)
    x, y = mnist5k01("train", size=SIDE)
    x_test, y_test = mnist5k01("test", size=SIDE)
    single = lazy_two_layer(x.shape[-1], width, generator=generator)
    start = Network([single.weights[0].expand(len(RADII), -1, -1)], single.top.expand(len(RADII), -1))
    how: dict[str, Any] = {"lr": 0.5, "batch_size": 32, "epochs": EPOCHS, "attack": ATTACK}
    net = train(start, x, y, radius=x.new_tensor(RADII), generator=generator, **how).network
    moved = (net.weights[0] - start.weights[0]).norm(dim=-1)
    switched = ((net.first(x_test) > 0) != (start.first(x_test) > 0)).double().mean(1)
    columns = {
        "radius": x.new_tensor(RADII),
        "robust": robust_accuracy(net, x_test, y_test, ATTACK),
        "clean": labels_agree(net, x_test, y_test).double().mean(-1),
        "far": moved.amax(-1),
        "share": switched.mean(-1),
        "moved": moved[:, :SHOWN],
        "switched": switched[:, :SHOWN],
    }
    return [{name: rounded(values[i], 4) for name, values in columns.items()} for i in range(len(RADII))]


def _accuracy_chart() -> dict[str, Any]:
    """Two bars on one scale: what is right, and what stays right under attack."""
    x = axis(alt.X, 0, 1.06, [0, 0.25, 0.5, 0.75, 1], format="%")
    y = axis(alt.Y, 0, 4, [])
    layers = []
    for height, name, color, words in (
        ("3", "clean", "currentColor", "'right as they are'"),
        ("1", "robust", BLUE, "'right under attack too'"),
    ):
        bar = rows(1, x="0", end=f"frame.{name}", y=height)
        layers.append(bar.mark_rule(color=color, strokeWidth=16).encode(x=x, x2="end:Q", y=y))
        layers.append(text("0", f"{height} + 0.55", words, align="left", dx=2))
    return panel(layers, title="Test images", description="Bars for the clean and the robust test accuracy.")


def _neuron_chart() -> dict[str, Any]:
    """How far each neuron has moved, against the share of test images at which it has switched."""
    x = axis(alt.X, 0.01, 3, [0.01, 0.1, 1], scale="log")
    y = axis(alt.Y, 0, 1, [0, 0.25, 0.5, 0.75, 1], format="%")
    dots = rows(SHOWN, x="max(0.01, frame.moved[datum.i])", y="frame.switched[datum.i]")
    edge = rows(1, x="frame.radius").mark_rule(color="currentColor", strokeDash=[4, 3]).encode(x="x:Q")
    return panel(
        [edge, dots.mark_point(color=VERMILLION, filled=True, opacity=0.7, clip=True).encode(x=x, y=y)],
        title="Neurons: distance moved, switched",
        description="Neurons by the distance they moved and by the share of test images at which they switched.",
    )


SIGNALS = {
    "summary": (
        "'Every neuron may move by ' + format(frame.radius, '.2f') + '; the farthest moved by '"
        " + format(frame.far, '.2f') + '. The network is right on ' + format(frame.clean, '.0%')"
        " + ' of the test images, and on ' + format(frame.robust, '.0%')"
        " + ' under attacks of length 0.2. A neuron has switched at '"
        " + format(frame.share, '.1%') + ' of the test images on average.'"
    ),
}


def robust_training() -> Explorer:
    """Explore adversarial training in a ball: its radius, the network's width, and what they buy.

    Examples
    --------
    >>> from advlib.pages import explorers
    >>> explorers.robust_training().title
    'Trained against attacks, in a ball'
    """
    return Explorer(
        "Trained against attacks, in a ball",
        robust_training_frame,
        parameters=[
            Control("radius", "radius V", RADII, 0.2, digits=2),
            Control("width", "width m", WIDTHS, 300),
        ],
        dials=[],
        charts=[_accuracy_chart(), _neuron_chart()],
        signals=SIGNALS,
    )
