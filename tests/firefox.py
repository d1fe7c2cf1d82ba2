"""Firefox, where the system has one, by WebDriver BiDi; Playwright drives only a Firefox of its own."""

import json
import re
import shutil
import subprocess
from contextlib import closing, contextmanager

import websocket

PROGRAM = next(filter(None, map(shutil.which, ["firefox-esr", "firefox"])), None)

LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

PATIENCE = 240
"""Seconds after which what is waited for counts as never happening."""


class Firefox:
    """One window, with those methods of a page of Playwright's that tests of scripts need."""

    def __init__(self, socket):
        self.socket, self.asked = socket, 0
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method, **params):
        """Send a command and return its result; what else is told meanwhile is no answer."""
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while (told := json.loads(self.socket.recv())).get("id") != self.asked:
            pass
        assert told["type"] == "success", told
        return told["result"]

    def goto(self, address):
        """Load a page, with its scripts."""
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, function, argument=None):
        """Call a function of JavaScript; what goes in and comes out is what JSON can hold."""
        call = f"JSON.stringify(({function})({json.dumps(argument)}))"
        told = self.ask("script.evaluate", expression=call, target={"context": self.context}, awaitPromise=True)
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value", "null"))


@contextmanager
def firefox(profile):
    """Start Firefox without a window and with an empty profile; stop it at the end."""
    command = [PROGRAM, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = next(filter(None, map(LISTENS.search, process.stderr)))[1]
            with closing(websocket.create_connection(f"{address}/session", PATIENCE, suppress_origin=True)) as socket:
                yield Firefox(socket)
        finally:
            process.terminate()
