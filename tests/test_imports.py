"""What `import advlib` costs: torch, numpy and tqdm, and nothing heavier."""

import subprocess
import sys

import pytest

IMPORTED = """
import sys
import numpy, torch, tqdm
before = set(sys.modules)
import advlib
{use}
added = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(added - sys.stdlib_module_names))
"""


def said(code):
    """What a fresh Python prints, word by word."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("use", ["", "advlib.data.mnist5k01('test', size=7)"])
def test_the_core_loads_torch_numpy_and_tqdm_alone(use):
    """And a source that lies in a package does not load that package."""
    listed = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(use=use)], capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == ["advlib"]


@pytest.mark.slow
def test_heavy_packages_are_absent():
    heavy = ["pandas", "pooch", "requests", "sklearn", "scipy", "matplotlib", "altair", "mlxtend"]
    assert said(f"import sys, advlib; print(*(name for name in {heavy} if name in sys.modules))") == []


def test_the_sweep_stays_importable_by_its_name():
    import advlib.sweep

    assert callable(advlib.sweep.sweep)
