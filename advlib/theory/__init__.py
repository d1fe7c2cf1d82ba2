r"""Closed-form limits and bounds for random networks, as plain functions of their parameters.

Inputs lie on the sphere of radius :math:`\sqrt d`. What is marked "derived" follows from the papers' definitions by the
central limit theorem; the papers do not print it.
"""

from advlib.theory.limits import Limits, gaussian_mean, limits, step_cdf
from advlib.theory.two_layers import gradient_bound, theorem1_radius, theorem1_step, value_bound
from advlib.theory.wide import wide_steps

__all__ = [
    "Limits",
    "gaussian_mean",
    "gradient_bound",
    "limits",
    "step_cdf",
    "theorem1_radius",
    "theorem1_step",
    "value_bound",
    "wide_steps",
]
