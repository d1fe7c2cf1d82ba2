"""What a picture of a network along its gradient ray shows, against the network itself."""

import numpy as np
import pytest
import torch

from advlib.rays import Ray


def assert_first_zero_is_marked(frame, steps, end, net, x):
    """The curve starts at the value, keeps its sign up to the marked zero, and the network is 0 there."""
    side = np.sign(frame["value"])
    f = side * np.array(frame["f"])
    assert f[0] == pytest.approx(abs(frame["value"]), abs=1e-3)
    before = np.array(steps) < (end + 1 if frame["zero"] is None else frame["zero"])
    assert (f[before] >= 0).all()
    assert before.all() or f[~before][0] <= 0
    if frame["zero"] is not None:
        ray = Ray(net, x, -torch.tensor(float(side)) * net.gradient(x))
        assert abs(ray(torch.tensor([[frame["zero"]]])).item()) < 1e-3
