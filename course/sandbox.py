"""The trusted end of a sandbox: requests, replies that are not trusted, and what ended a run."""

import json
import os
import re
import secrets
import select
import struct
import time
from typing import Any

import numpy as np

from course import arrays, limits
from course.isolation import Isolation
from course.judging import Answer
from course.limits import Limits
from course.watch import Watch

Head = dict[str, Any]
PNG = re.compile(r"iVBORw0KGgo[A-Za-z0-9+/=\n]*")  # a picture in base 64, and nothing that a page would run


class Died(Exception):
    """The run ended; ``lost`` where the whole sandbox is gone."""

    def __init__(self, reason: str, lost: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.lost = reason, lost


class NotStarted(Exception):
    """The machine, not the student, is at fault."""


class Sandbox:
    """A started sandbox, in which one run after another can begin.

    Raises
    ------
    Died
        From every method, where the student's code, or a limit, has ended the run.
    """

    def __init__(self, isolation: Isolation, allowed: Limits) -> None:
        self.allowed = allowed
        try:
            self.started = isolation.start()
        except OSError as error:
            raise NotStarted(f"the sandbox did not start: {error}") from None
        process = self.started.process
        self.to, self.back = self.started.pipes
        os.set_blocking(self.to, False)  # a student's process that does not read must not block this one
        self.watch = Watch(self.started.tree, process.kill, allowed.memory)
        self.run, self.running = "", False
        try:
            self.watch.allow(limits.START)
            self.reply("ready")
        except Died as death:
            complaint = self.started.complaint()
            self.close()
            raise NotStarted(f"the sandbox did not start: {complaint or death.reason}") from None

    def begin(self) -> None:
        """Begin a run of the notebook, in a fresh process."""
        self.watch.allow(limits.BEGIN)
        if self.running:
            self.end()
        self.run, self.running = secrets.token_hex(8), True
        self.send({"kind": "begin", "run": self.run})
        self.reply(self.run)

    def end(self) -> None:
        """End a run; that it ends is no surprise."""
        self.send({"kind": "end"})
        try:
            self.reply("")
        except Died as death:
            if death.lost:
                raise

    def cell(self, source: str) -> Head:
        """Run a cell; return its output, error and figures, of the right types."""
        head, _ = self.request({"kind": "cell", "seconds": self.allowed.cell}, source.encode("utf-8", "replace"))
        error = head.get("error")
        png = head.get("png")
        pictures = [one for one in png if isinstance(one, str) and PNG.fullmatch(one)] if isinstance(png, list) else []
        return {
            "error": None if error is None else str(error)[:600],
            "text": str(head.get("text"))[: 1 << 16],
            "png": pictures[:4],
        }

    def call(self, function: str, inputs: tuple[np.ndarray, ...]) -> Answer | str:
        """Call a student's function; return its answer, or the error that it raised, as a sentence."""
        request = {"kind": "call", "name": function, "seconds": self.allowed.call}
        head, body = self.request(request, arrays.pack(inputs))
        if "error" in head:
            return str(head["error"])[:600]
        try:
            answer = arrays.unpack(body)
        except arrays.Malformed as error:
            return f"Malformed: {error}"
        if head.get("many"):
            return answer
        return answer[0] if answer else "Malformed: no array came back"

    def request(self, head: Head, body: bytes) -> tuple[Head, bytes]:
        """Ask for a cell or a call, and wait for the reply."""
        nonce = secrets.token_hex(8)
        self.watch.allow(head["seconds"])
        self.send({**head, "nonce": nonce}, body)
        return self.reply(nonce)

    def send(self, head: Head, body: bytes = b"") -> None:
        """Write a message."""
        text = json.dumps(head).encode()
        data = memoryview(struct.pack(">II", len(text) + len(body), len(text)) + text + body)
        while data:
            self.alive()
            if select.select([], [self.to], [], 0.2)[1]:
                try:
                    data = data[os.write(self.to, data) :]
                except BrokenPipeError:
                    raise self.death() from None

    def reply(self, nonce: str) -> tuple[Head, bytes]:
        """The reply with this nonce; others, that nobody asked for, are dropped."""
        dropped = 0
        while dropped <= limits.FRAME:
            total, size = struct.unpack(">II", self.read(8))
            if total > limits.FRAME or size > total:
                raise Died("the answer is larger than allowed, or no answer")
            data = self.read(total)
            head = parsed(data[:size])
            if head.get("nonce") == nonce:
                self.watch.rest()
                return head, data[size:]
            if head.get("fell") and head.get("run") == self.run:
                self.running = False
                raise Died(str(head["fell"])[:200], lost=False)
            dropped += total + 1000
        raise Died("more output than allowed")

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        data = bytearray()
        while len(data) < size:
            if not select.select([self.back], [], [], 0.2)[0]:
                self.alive()
                continue
            more = os.read(self.back, min(size - len(data), 1 << 20))
            if not more:
                raise self.death()
            data += more
        return bytes(data)

    def alive(self) -> None:
        """Raise Died where the sandbox has ended."""
        if self.watch.reason or self.started.process.poll() is not None:
            raise self.death()

    def death(self) -> Died:
        """Why the sandbox has ended; the watch may be about to say."""
        deadline = time.monotonic() + 0.5
        while not self.watch.reason and time.monotonic() < deadline:
            time.sleep(0.01)
        return Died(self.watch.reason or "the process ended")

    def close(self) -> None:
        """End every process of it."""
        self.watch.over.set()
        self.watch.join()
        self.started.close()


def parsed(text: bytes) -> Head:
    """The head of a message, empty where it is none."""
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}
