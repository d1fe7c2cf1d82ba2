"""Settings of torch that the problem sets' first cells make, for their tests alone."""

import pytest
import torch


@pytest.fixture
def as_the_sets_begin():
    """In double precision, on one thread."""
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    yield
    torch.set_default_dtype(dtype)
    torch.set_num_threads(threads)
