"""Start JupyterLab with this environment's kernel alone: ``python -m tools.lab --notebook-dir notebooks``."""

import os
import sys

from tools import kernels

OWN_KERNEL = [
    "--ServerApp.kernel_spec_manager_class=jupyter_client.kernelspec.KernelSpecManager",
    f"--KernelSpecManager.kernel_dirs={kernels.KERNELS}",
    "--KernelSpecManager.allowed_kernelspecs=python3",
    "--MultiKernelManager.default_kernel_name=python3",
    "--GatewayClient.url=",
]
"""An option given here holds against every configuration file of the user's, and against JUPYTER_GATEWAY_URL."""


def command(options: list[str]) -> list[str]:
    """Return the command that starts JupyterLab, which refuses to serve root unless told to."""
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", *OWN_KERNEL, *as_root, *options]


def main(options: list[str]) -> None:
    """Become JupyterLab."""
    kernels.set_up()
    os.execv(sys.executable, command(options))


if __name__ == "__main__":
    main(sys.argv[1:])
