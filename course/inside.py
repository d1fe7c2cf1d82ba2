"""What runs in the sandbox: a process that forks a child for each run of the notebook, and the child, in which it runs.

Nothing that it says is trusted. It needs no other module of the package, and knows no test and no solution. Messages
are 4 bytes of length, 4 bytes of the head's length, the head in JSON, a body. A reply repeats its request's nonce; one
that nobody asked for is dropped at the other end. A student's code can read the inputs of its call, and answer it.
"""

import base64
import contextlib
import gc
import io
import json
import os
import random
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any

gc.disable()  # looking for garbage, of which there is none yet, would make these imports a fifth dearer
import numpy as np  # noqa: E402
import torch  # noqa: E402
from IPython.core.displaypub import CapturingDisplayPublisher  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

gc.enable()
SHOWN, PICTURES, PICTURE = 1 << 16, 4, 2 << 20  # characters of a cell's output, its figures, bytes of one
CLOCK = getattr(signal, "setitimer", None)  # kept before a student's code can replace it; `check` needs none
Head = dict[str, Any]


class TooLong(BaseException):
    """The CPU time of a cell or call is used up."""


class Channel:
    """Messages over two descriptors, that no process started later inherits."""

    def __init__(self) -> None:
        self.incoming, self.outgoing = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)

    def take(self, size: int) -> bytes:
        """Read so many bytes; end with the other end."""
        data = b""
        while len(data) < size:
            more = os.read(self.incoming, size - len(data))
            if not more:
                os._exit(0)
            data += more
        return data

    def receive(self) -> tuple[Head, bytes]:
        """The next request."""
        total, head = struct.unpack(">II", self.take(8))
        return json.loads(self.take(head)), self.take(total - head)

    def send(self, head: Head, body: bytes = b"") -> None:
        """Answer."""
        text = json.dumps(head).encode()
        data = struct.pack(">II", len(text) + len(body), len(text)) + text + body
        while data:
            data = data[os.write(self.outgoing, data) :]


class Bounded(io.StringIO):
    """Text that stops growing."""

    def write(self, text: str) -> int:
        """Keep what still fits."""
        if self.tell() < SHOWN:
            super().write(text[:SHOWN])
        return len(text)


def sentence(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {str(error)[:500]}"


def timed(action: Callable[[], Any], seconds: float, clock: Any = CLOCK) -> tuple[Any, str | None]:
    """Do something within some seconds of CPU time; return what it gives, or what it raised."""
    try:
        clock(signal.ITIMER_PROF, seconds, 1.0)
        return action(), None
    except BaseException as error:
        return None, sentence(error)
    finally:
        clock(signal.ITIMER_PROF, 0)


class Student:
    """The child: an IPython shell in which the student's cells run."""

    shell: Any

    def __init__(self) -> None:
        self.shell = InteractiveShell.instance()
        self.shell.showtraceback = lambda *args, **kwargs: None
        self.shell.displayhook.write_output_prompt = lambda: None
        self.shell.display_pub = self.displayed = CapturingDisplayPublisher()

    def cell(self, head: Head, body: bytes) -> tuple[Head, bytes]:
        """Run a cell: its output, error and figures."""
        output = Bounded()
        self.displayed.outputs.clear()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            ran, error = timed(lambda: self.run(body.decode()), head["seconds"])
            pictures, _ = timed(self.pictures, head["seconds"])
        return {"error": error or ran, "text": output.getvalue()[:SHOWN], "png": pictures or []}, b""

    def run(self, source: str) -> str | None:
        """Run a source as IPython does; return its error."""
        result = self.shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return error and sentence(error)

    def pictures(self) -> list[str]:
        """Figures that a cell drew or displayed, as PNG in base 64."""
        shown = [output.get("data", {}).get("image/png") for output in self.displayed.outputs]
        drawn = [base64.b64encode(png).decode() if isinstance(png, bytes) else png for png in shown if png]
        pyplot: Any = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums()[:PICTURES] if pyplot else []:
            file = io.BytesIO()
            pyplot.figure(number).savefig(file, format="png", dpi=80)
            drawn.append(base64.b64encode(file.getvalue()).decode())
        if pyplot:
            pyplot.close("all")
        return [picture for picture in drawn if len(picture) < PICTURE][:PICTURES]

    def call(self, head: Head, body: bytes) -> tuple[Head, bytes]:
        """Call a function of the student's on arrays."""
        arrays = np.load(io.BytesIO(body), allow_pickle=False)
        inputs = [torch.tensor(arrays[key]) for key in sorted(arrays)]
        reseed()
        value, error = timed(lambda: outward(self.answer(head["name"], inputs)), head["seconds"])
        if error:
            return {"error": error}, b""
        reply = io.BytesIO()
        np.savez(reply, **{f"{place:04d}": array for place, array in enumerate(value[1])})
        return {"many": value[0]}, reply.getvalue()

    def answer(self, name: str, inputs: list[Any]) -> Any:
        """What the student's function returns; a name that is no function stands for its value."""
        if name not in self.shell.user_ns:
            raise NameError(f"there is no {name}")
        value = self.shell.user_ns[name]
        return value(*inputs) if callable(value) or inputs else value


def reseed() -> None:
    """Give every call the same random numbers, so that marks repeat."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the student's code may use it
    torch.manual_seed(0)


def outward(value: Any) -> tuple[bool, list[Any]]:
    """An answer as float64 arrays, and whether it is several."""
    if value is None:
        raise TypeError("the function returns nothing")
    arrays = isinstance(value, list) and any(isinstance(one, torch.Tensor | np.ndarray) for one in value)
    many = isinstance(value, tuple) or arrays
    return many, [array(one) for one in (value if many else [value])]


def array(value: Any) -> Any:
    """One array of an answer."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().to_dense().resolve_conj()
        if value.is_complex():
            raise TypeError("the answer is complex")
        return value.to(torch.float64).numpy()
    if value is None or np.iscomplexobj(value):
        raise TypeError("a part of the answer is no real array")
    return np.asarray(value, dtype=np.float64)


def serve(channel: Channel, run: str) -> None:
    """Answer requests in the child, until the run is over; copies that the student's code forks go no further."""
    signal.signal(signal.SIGPROF, stop)
    own, server = os.getpid(), os.getppid()
    student = Student()
    actions = {"cell": student.cell, "call": student.call}
    channel.send({"nonce": run})
    while True:
        head, body = channel.receive()
        if head["kind"] == "end":
            os._exit(0)
        reply, data = actions[head["kind"]](head, body)
        if os.getpid() != own or doomed(server):
            os._exit(0)
        channel.send({**reply, "nonce": head["nonce"]}, data)


def doomed(pid: int) -> bool:
    """Whether a process has been killed, even if it has not had the time to end: a run does not outlive its server."""
    try:
        with open(f"/proc/{pid}/status") as file:
            words = [line.split() for line in file]
    except OSError:
        return True
    pending = [int(row[1], 16) for row in words if row[0] in ("SigPnd:", "ShdPnd:")]
    return any(signals >> (signal.SIGKILL - 1) & 1 for signals in pending) or ["State:", "Z", "(zombie)"] in words


def stop(*_: Any) -> None:
    """End what takes too long."""
    raise TooLong("time limit reached")


def fell(status: int) -> str:
    """How a child ended, in words."""
    if os.WIFSIGNALED(status):
        known = {one.value: one.name for one in signal.Signals}
        return f"the process was ended by {known.get(os.WTERMSIG(status), 'a signal')}"
    return f"the process ended itself (os._exit, status {os.WEXITSTATUS(status)})"


def main(folders: list[str], sweep: bool) -> None:
    """Fork one child for each run, after everything that the last one left is gone."""
    channel = Channel()
    sys.path[:0] = folders
    torch.set_num_threads(1)
    gc.freeze()
    reseed()
    channel.send({"nonce": "ready"})
    while True:
        head, _ = channel.receive()
        if head["kind"] != "begin":  # meant for a run that has just ended
            continue
        if sweep:
            clear()
        child = os.fork()
        if child == 0:
            serve(channel, head["run"])
        channel.send({"run": head["run"], "fell": fell(os.waitpid(child, 0)[1])})


def clear() -> None:
    """Kill every process of this user but oneself: in the sandbox these are what the student's code left running."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[2:], sys.argv[1] == "sweep")
