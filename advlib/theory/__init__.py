r"""Closed-form limits and bounds for random networks, as plain functions of their parameters.

Inputs lie on the sphere of radius :math:`\sqrt d`. What is marked "derived" follows from the papers' definitions by the
central limit theorem; the papers do not print it.
"""

from advlib.theory.deep_flips import any_flip_rate, effective_depth, flip_noise, flip_probability
from advlib.theory.depth import angle_deviations, collapse_widths, difference_cdf, relative_difference_rate
from advlib.theory.lazy import (
    LazyScales,
    lazy_constant,
    lazy_length,
    lazy_linear_error,
    lazy_scales,
    lazy_shift_bound,
    lazy_switch_bound,
)
from advlib.theory.limits import Limits, gaussian_mean, limits, step_cdf
from advlib.theory.many_layers import (
    deep_gradient_bound,
    deep_value_rate,
    distortion_moments,
    gradient_change_rate,
    image_bounds,
    image_radius_rates,
    large_inputs_bound,
    large_inputs_share,
    masked_norm_rates,
    norm_deviation,
    relative_step_rate,
    width_rate,
)
from advlib.theory.near_linear import attack_gains, near_linear_length
from advlib.theory.neurons import (
    matrix_norm_bound,
    nearby_switch_bound,
    nearby_switch_probability,
    slopes_gradient_bound,
    small_share_bound,
    switch_bound,
    switch_probability,
)
from advlib.theory.propositions import (
    relu_gradient_bound,
    relu_value_bound,
    smooth_gradient_bound,
    smooth_value_bound,
)
from advlib.theory.two_layers import gradient_bound, theorem1_radius, theorem1_step, value_bound
from advlib.theory.variation import (
    hessian_norm_limit,
    narrow_radius,
    narrow_variation_bound,
    relu_change_bound,
    relu_variation_bound,
    smooth_change_bound,
    smooth_variation_bound,
    smoothness,
)
from advlib.theory.wide import wide_shares, wide_steps

__all__ = [
    "LazyScales",
    "Limits",
    "angle_deviations",
    "any_flip_rate",
    "attack_gains",
    "collapse_widths",
    "deep_gradient_bound",
    "deep_value_rate",
    "difference_cdf",
    "distortion_moments",
    "effective_depth",
    "flip_noise",
    "flip_probability",
    "gaussian_mean",
    "gradient_bound",
    "gradient_change_rate",
    "hessian_norm_limit",
    "image_bounds",
    "image_radius_rates",
    "large_inputs_bound",
    "large_inputs_share",
    "lazy_constant",
    "lazy_length",
    "lazy_linear_error",
    "lazy_scales",
    "lazy_shift_bound",
    "lazy_switch_bound",
    "limits",
    "masked_norm_rates",
    "matrix_norm_bound",
    "narrow_radius",
    "narrow_variation_bound",
    "near_linear_length",
    "nearby_switch_bound",
    "nearby_switch_probability",
    "norm_deviation",
    "relative_difference_rate",
    "relative_step_rate",
    "relu_change_bound",
    "relu_gradient_bound",
    "relu_value_bound",
    "relu_variation_bound",
    "slopes_gradient_bound",
    "small_share_bound",
    "smooth_change_bound",
    "smooth_gradient_bound",
    "smooth_value_bound",
    "smooth_variation_bound",
    "smoothness",
    "step_cdf",
    "switch_bound",
    "switch_probability",
    "theorem1_radius",
    "theorem1_step",
    "value_bound",
    "wide_shares",
    "wide_steps",
    "width_rate",
]
