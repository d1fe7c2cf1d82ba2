"""The figures of the chapters and of their records: functions that make a figure and return it.

They are drawn to be read on a phone, with `drawing.panel` where one panel will do. What a figure shows is passed to it;
what it only sketches it makes up. `book.mplstyle` is their style.
"""

from advlib.pages.pictures import (
    adversarial_training,
    adversarial_training_record,
    bottlenecks,
    deeper,
    deeper_record,
    deferred,
    deferred_record,
    depth,
    depth_record,
    gradient_apart,
    how_often,
    how_often_record,
    lazy_regime,
    many_layers,
    many_layers_record,
    one_gradient_step,
    three_scales,
    trained,
    trained_record,
)

__all__ = [
    "adversarial_training",
    "adversarial_training_record",
    "bottlenecks",
    "deeper",
    "deeper_record",
    "deferred",
    "deferred_record",
    "depth",
    "depth_record",
    "gradient_apart",
    "how_often",
    "how_often_record",
    "lazy_regime",
    "many_layers",
    "many_layers_record",
    "one_gradient_step",
    "three_scales",
    "trained",
    "trained_record",
]
