"""JupyterLab as `make lab` starts it, on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]


def own(folder):
    """Settings of Jupyter that are no user's."""
    return {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}


def write_notebook(path, *sources):
    """A notebook of these code cells."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


@contextmanager
def jupyterlab(folder, settings):
    """Serve a folder under these variables of the environment; give the address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--port={port}", f"--notebook-dir={folder}", "--no-browser", "--IdentityProvider.token="]
    command = [sys.executable, "-m", "tools.lab", *options, "--expose-app-in-browser", "--ServerApp.port_retries=0"]
    environment = os.environ | settings | {"PYTHONPATH": str(ROOT)}
    log = folder / "jupyterlab.log"
    with log.open("w") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=file) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/api", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(address, process, log):
    while True:
        assert process.poll() is None, log.read_text()
        try:
            return urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.5)
