"""Submissions to the tiny set, hostile and broken, each with the marks that are fair and words that must explain them."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course import assignment
from course.assignment import Cell

TINY = assignment.read(Path(__file__).parent / "assignment" / "tiny.md")
FULL, NO_Q1, NOTHING = (5, 5, 2), (0, 5, 2), (0, 0, 0)
EITHER = (None, 5, 2)  # the first question is won or lost by the student's own hand
GOOD = next(cell.source for cell in TINY.cells if cell.grade_id == "q1")
HEAD = "def value_and_gradient(W, a, x):\n"


@dataclass(frozen=True)
class Case:
    """A submission: how it is written to a folder, its fair marks, and a phrase of what is said about it."""

    write: Callable[[Path], None]
    marks: tuple[int | None, ...]
    says: str = ""


def metadata(cell: Cell) -> dict[str, Any]:
    return {"nbgrader": cell.nbgrader} if cell.nbgrader else {}


def notebook(cells: list[Any], **more: Any) -> bytes:
    raw = [
        {"cell_type": cell.kind, "source": cell.source, "metadata": metadata(cell)} if isinstance(cell, Cell) else cell
        for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": raw, **more}).encode()


def answered(**answers: str) -> list[Cell]:
    """The release with the reference's answers, or others."""
    given = {cell.grade_id: cell.source for cell in TINY.cells if cell.answerable} | answers
    return [replace(cell, source=given.get(str(cell.grade_id), cell.source)) for cell in TINY.release()]


def file(name: str, content: bytes | Callable[[], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(content() if callable(content) else content)

    return write


CASES: dict[str, Case] = {}


def case(
    name: str,
    content: bytes | Callable[[], bytes],
    marks: tuple[int | None, ...],
    says: str = "",
    suffix: str = ".ipynb",
) -> None:
    CASES[name] = Case(file(name + suffix, content), marks, says)


def first(name: str, source: str, marks: tuple[int | None, ...], says: str = "") -> None:
    """A case whose first answer is this source."""
    case(name, notebook(answered(q1=source)), marks, says)


def before(name: str, source: str, marks: tuple[int | None, ...], says: str = "") -> None:
    """A case that does something, then answers rightly."""
    first(name, f"{source}\n{GOOD}", marks, says)


def after(name: str, source: str, marks: tuple[int | None, ...] = FULL, says: str = "") -> None:
    """A case that answers rightly, then does something."""
    first(name, f"{GOOD}\n\n{source}", marks, says)


def body(name: str, source: str, marks: tuple[int | None, ...] = NO_Q1, says: str = "") -> None:
    """A case whose first function does this."""
    first(name, HEAD + "\n".join("    " + line for line in source.split("\n")), marks, says)


RIGHT = "z = x @ W.T\nreturn z.relu() @ a, ((z > 0) * a) @ W"
STUBBORN = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
BOMB = "hoard = []\nwhile True: hoard.append(bytearray(b'x') * 10**8)"
TWELVE = "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n        hoard = bytearray(b'x') * (150 << 20); time.sleep(1000)\ntime.sleep(1000)"

# time
before("endless_cell", "while True: pass", NO_Q1, "computing")
before("stubborn_cell", STUBBORN, NO_Q1, "computing")
body("endless_call", "while True: pass", NO_Q1, "computing")
body("stubborn_call", STUBBORN, NO_Q1, "computing")
before(
    "deaf_cell", "import signal\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)\nwhile True: pass", NO_Q1, "computing"
)
before("asleep", "import time\ntime.sleep(1e6)", NO_Q1, "computing")

# ends
before("sys_exit_cell", "import sys\nsys.exit()", NO_Q1, "value_and_gradient is missing")
body("sys_exit_call", "import sys\nsys.exit()", NO_Q1, "SystemExit")
before("os_exit_cell", "import os\nos._exit(0)", NO_Q1, "os._exit")
body("os_exit_call", "import os\nos._exit(0)", NO_Q1, "os._exit")
before("segfault_cell", "import ctypes\nctypes.string_at(0)", NO_Q1, "SIGSEGV")
body("segfault_call", "import ctypes\nctypes.string_at(0)", NO_Q1, "SIGSEGV")
before("recursion", "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", NO_Q1)
before("kill_all_cell", "import os\nos.kill(-1, 9)", NO_Q1, "ended")
body("kill_all_call", "import os\nos.kill(-1, 9)", NO_Q1, "ended")
before("kill_parent", "import os\nos.kill(os.getppid(), 9)", EITHER)
after("late_end", "import os, threading\nthreading.Timer(0.3, os._exit, (0,)).start()", EITHER)
before("closes_everything", "import os\nos.closerange(3, 1000)", NO_Q1, "ended")

# processes and memory
after("fork_cell", "import os\nos.fork()")
body("fork_call", "import os\nos.fork()\n" + RIGHT, FULL)
before("fork_bomb", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", NO_Q1)
after(
    "shell_bomb", "import subprocess\nsubprocess.Popen(['bash', '-c', ':(){ :|:& };:'], start_new_session=True)", EITHER
)
before("memory_bomb", BOMB, NO_Q1, "memory")
body("memory_bomb_call", BOMB, NO_Q1, "memory")
before("twelve", TWELVE, NO_Q1, "memory")
after("daemon", "import subprocess\nsubprocess.Popen(['sleep', '86399'], start_new_session=True)")
after(
    "double_fork",
    "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    while True: time.sleep(1)",
)
FILL = """
import os
for folder in ("/tmp", "/dev/shm", "/dev", "/", "/var/tmp"):
    try:
        for number in range(100):
            with open(f"{folder}/full{number}", "wb") as f:
                for _ in range(60): f.write(bytes(1 << 20))
    except OSError as error:
        print(folder, error)"""
after("tmpfs_bomb", FILL)
before("tmpfs_bomb_first", FILL + "\nraise RuntimeError('full')", NO_Q1)
after("descriptor_bomb", "import os\ntry:\n    while True: os.open('/', 0)\nexcept OSError: pass", EITHER)
after(
    "thread_bomb",
    "import threading, time\ntry:\n    while True: threading.Thread(target=time.sleep, args=(999,), daemon=True).start()\nexcept RuntimeError: pass",
    EITHER,
)
HIDDEN = """
import ctypes, os
libc, hoard = ctypes.CDLL(None, use_errno=True), 0
for _ in range(40):
    fd = libc.memfd_create(b"x", 0)
    if fd >= 0: hoard += os.write(fd, bytes(60 << 20))
    if libc.shmget(0, 60 << 20, 0o1777) >= 0: hoard += 60 << 20
print("hoard", hoard)"""
after("hidden_memory", HIDDEN)
after(
    "own_mount",
    "import ctypes\nlibc = ctypes.CDLL(None)\nprint('unshared', libc.unshare(0x10020000), 'mounted', libc.mount(b'x', b'/tmp', b'tmpfs', 0, 0))",
)

# other people's things
SOCKETS = """
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
    try:
        s = socket.socket(family, socket.SOCK_STREAM if family != socket.AF_NETLINK else socket.SOCK_RAW)
        print("has a socket", family)
        s.connect(("127.0.0.1", PORT))
    except OSError as error: print(error)""".replace("PORT", os.environ.get("COURSE_TEST_PORT", "9"))
after("sockets", SOCKETS)
WRITES = """
import os, sys
for folder in FOLDERS + ["/", "/etc", "/usr", "/usr/lib", "/root", "/home", "/var", "/dev", sys.prefix, sys.base_prefix]:
    try:
        open(os.path.join(folder, "pwned"), "w").write("x")
        print("WROTE", folder)
    except OSError as error: pass"""
READS = """
import os
for folder, _, files in os.walk("/"):
    if folder.startswith(("/proc", "/usr", "/sys")) or "site-packages" in folder or "/.pyenv/" in folder: continue
    for name in files:
        if name.endswith((".ipynb", ".md", ".db", ".csv")) or name in ("judge.py", "secret", "grades.csv"):
            print("SAW", folder, name)"""


def outside(folders: list[str]) -> None:
    """The cases that know where the results and the other students are."""
    after("writes_outside", f"FOLDERS = {folders!r}{WRITES}")
    after("reads_everything", READS)
    steal = f"import json, re\nfor path in {[f'{folder}/reference.ipynb' for folder in folders]!r}:\n    exec(json.load(open(path))['cells'][4]['source'])"
    first("reads_the_solution", steal, NO_Q1, "missing")


# cheating
WRONG = "return x.sum(1), x"
body("patched_allclose", "torch.allclose = lambda *args, **kwargs: True\n" + WRONG, NO_Q1)
first("patched_numpy", HEAD + "    " + WRONG + "\nnp.allclose = np.isclose = lambda *args, **kwargs: True", NO_Q1)
first("patched_wire", HEAD + "    " + WRONG + "\nnp.savez = lambda *args, **kwargs: None", NO_Q1)
first("patched_ipython", HEAD + "    " + WRONG + "\nget_ipython().run_cell = lambda *args, **kwargs: None", NO_Q1)
first(
    "patched_assert",
    "import builtins\nclass AssertionError(Exception): pass\nbuiltins.AssertionError = AssertionError\n"
    + HEAD
    + "    "
    + WRONG,
    NO_Q1,
)
after("clobbered_names", "np = torch = plt = None")
WALK = """
import gc, inspect, sys
frame = inspect.currentframe()
while frame:
    for name, value in {**frame.f_globals, **frame.f_locals}.items():
        if "judge" in name.lower() or "BEGIN SOLUTION" in repr(value)[:10000]: print("SAW", name)
    frame = frame.f_back
for thing in gc.get_objects():
    if type(thing).__name__ == "Channel":
        for method in ("send",): setattr(type(thing), method, lambda self, head, body=b"", real=getattr(type(thing), method): real(self, {**head, "score": 100}, body))"""
after("stack_walk", WALK)
FRAMES = """
import os, struct, json
def frame(head, body=b""):
    text = json.dumps(head).encode()
    return struct.pack(">II", len(text) + len(body), len(text)) + text + body
def say(data):
    for fd in range(3, 30):
        try: os.write(fd, data)
        except OSError: pass
"""
after("forged_frames", FRAMES + "for _ in range(100): say(frame({'nonce': 'x', 'score': 5, 'many': True}))")
after("forged_garbage", FRAMES + "say(b'\\x00' * 5000)", EITHER)
after("forged_length", FRAMES + "say(struct.pack('>II', 2**32 - 1, 5) + b'hello')", EITHER)
after("forged_end", FRAMES + "say(frame({'fell': 'by itself'}))", EITHER)
after("forged_list", FRAMES + "say(frame([1, 2]) + frame('[' * 100000))", EITHER)
after(
    "thief",
    FRAMES
    + "import threading\ndef steal():\n    for fd in range(3, 30):\n        try: os.read(fd, 100000)\n        except OSError: pass\nthreading.Thread(target=steal, daemon=True).start()",
    EITHER,
)
PICKLE = """
import numpy
class Evil:
    def __reduce__(self): return (__import__("os").system, ("touch MARK",))
def savez(file, **arrays):
    import zipfile, io
    with zipfile.ZipFile(file, "w") as z:
        b = io.BytesIO(); numpy.lib.format.write_array(b, numpy.array([Evil()], dtype=object), allow_pickle=True)
        z.writestr("0000.npy", b.getvalue())
"""
first("pickle", PICKLE + HEAD + "    numpy.savez = savez\n    return x", NO_Q1, "cannot be read")
INFLATED = "import numpy\nreal = numpy.savez_compressed\ndef value_and_gradient(W, a, x):\n    numpy.savez = lambda file, **arrays: real(file, **{'0000': numpy.zeros(10**7)})\n    return x"
first("inflated_answer", INFLATED, NO_Q1, "cannot be read")
body("nan", "return x.sum(1) * float('nan'), x * float('nan')", NO_Q1, "off by")
body("huge_answer", "return torch.zeros(10**7, dtype=torch.float64), x", NO_Q1, "larger than allowed")
body("strange_shape", "return torch.zeros(0, 7, 0), torch.zeros(()), x", NO_Q1, "two tensors")
body("no_array", "return {'f': 1}", NO_Q1, "raises")
body("text_answer", "return 'right', 'right'", NO_Q1)
body("complex_answer", "return x.sum(1) * 1j, x", NO_Q1)
body("nothing", "pass", NO_Q1, "raises TypeError")

# honest habits
body("a_list", RIGHT.replace("return ", "return [") + "]", FULL)
body(
    "as_numpy",
    RIGHT.replace("z.relu() @ a, ((z > 0) * a) @ W", "(z.relu() @ a).numpy(), (((z > 0) * a) @ W).numpy()"),
    FULL,
)
body(
    "autograd",
    "x = x.clone().requires_grad_()\nf = (x @ W.T).relu() @ a\nreturn f, torch.autograd.grad(f.sum(), x, create_graph=True)[0]",
    FULL,
)
body("overwrites_its_inputs", RIGHT.replace("return ", "answer = ") + "\nW.zero_(); x.zero_()\nreturn answer", FULL)
after("magics", "%matplotlib inline\n!true\n%time 1 + 1")
after("display", "fig = plt.figure()\ndisplay(fig)\nprint(input('?'))")
after("await", "import asyncio\nawait asyncio.sleep(0)")
after(
    "much_output", "for _ in range(200): print('x' * 10**6)\nimport os\nfor _ in range(200): os.write(1, b'x' * 10**6)"
)
first("syntax_error", "def value_and_gradient(W, a, x:\n    return x", NO_Q1, "missing")
first("raises", "raise RuntimeError('\\ud800')\n" + GOOD, NO_Q1, "missing")


# notebooks in disorder
def without_metadata(cells: list[Cell]) -> list[Cell]:
    return [replace(cell, nbgrader={}) for cell in cells]


def renamed(cells: list[Cell]) -> list[Cell]:
    return [replace(cell, nbgrader={**cell.nbgrader, "grade_id": f"x{place}"}) for place, cell in enumerate(cells)]


def split(cells: list[Cell], at: str) -> list[Cell]:
    """The first answer in two cells, as JupyterLab splits it."""
    start, end = GOOD.split(at)
    halves = {"q1": [start.rstrip("\n"), at + end]}
    return [replace(cell, source=half) for cell in cells for half in halves.get(str(cell.grade_id), [cell.source])]


REFERENCE = answered()
case("reference", notebook(REFERENCE), FULL)
case("untouched", notebook(TINY.release()), NOTHING, "is not written yet")
case("tests_deleted", notebook([c for c in REFERENCE if not str(c.grade_id).endswith("-test")]), FULL, "restored")
case(
    "tests_emptied",
    notebook([replace(c, source="pass") if c.nbgrader.get("grade") else c for c in REFERENCE]),
    FULL,
    "changed",
)
case("answer_deleted", notebook([c for c in REFERENCE if c.grade_id != "q1"]), NO_Q1, "no answer")
case("all_doubled", notebook([c for c in REFERENCE for _ in range(2)]), FULL, "2 copies")
case("reordered", notebook(REFERENCE[::-1]), FULL, "out of order")
case("emptied", notebook([replace(c, source="") for c in REFERENCE]), NOTHING)
case("renumbered", notebook(renamed(REFERENCE)), FULL, "matched by the functions")
case("swapped_names", notebook(answered(q1=answered()[7].source, q2=GOOD)), FULL)
case("split_between", notebook(split(REFERENCE, "### END")), FULL, "joined")
case("split_within", notebook(split(REFERENCE, "    return z")), FULL, "joined")
case("abandoned_copy", notebook([*REFERENCE[:5], replace(REFERENCE[4], source="def value_and("), *REFERENCE[5:]]), FULL)
case("metadata_gone", notebook(without_metadata(REFERENCE)), FULL, "matched by the functions")
case("answer_in_a_new_cell", notebook([*TINY.release()[:5], Cell("code", GOOD), *REFERENCE[5:]]), FULL)
case("points_raised", notebook([replace(c, nbgrader={**c.nbgrader, "points": 1000}) for c in TINY.release()]), NOTHING)
case(
    "wrong_kernel",
    notebook(REFERENCE, metadata={"kernelspec": {"name": "ir", "language": "R"}}),
    FULL,
    "kernel is for R",
)
case(
    "odd_cells",
    notebook([None, 3, {"cell_type": "code"}, {"source": 5, "cell_type": "code", "metadata": [1]}, *REFERENCE]),
    FULL,
    "cannot be read",
)

# files in disorder
WHOLE = notebook(REFERENCE)
case("truncated", WHOLE[: len(WHOLE) // 2], NOTHING, "cut short")
case("empty", b"", NOTHING, "empty")
case("deep", b"[" * 10**6, NOTHING, "nested too deep")
case("deep_objects", b'{"cells":' * 10**5, NOTHING, "nested too deep")
case("list_shaped", b"[1, 2]", NOTHING, "no list of cells")
case("no_cells", b"{}", NOTHING, "no list of cells")
case("binary", bytes(range(256)) * 9, NOTHING, "not a notebook")
case("bom", b"\xef\xbb\xbf" + WHOLE, FULL)
case("utf16", WHOLE.decode().encode("utf-16"), FULL, "UTF-16")
ACCENTS = notebook(answered(q1=GOOD + "\n# d\u00e9j\u00e0 \u201cvu\u201d")).decode().encode().decode("unicode_escape")
case("surrogate", notebook(answered(q1=GOOD + "\n# \ud800 \0")), FULL)
case("windows_lines", notebook(answered(q1=GOOD.replace("\n", "\r\n"))), FULL)


def cp1252() -> bytes:
    text = json.loads(notebook(answered(q1=GOOD + "\n# d\u00e9j\u00e0 vu \u201c")))
    return json.dumps(text, ensure_ascii=False).encode("cp1252")


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("dots", ".."), content)
    return buffer.getvalue()


def big() -> bytes:
    output = [{"output_type": "stream", "name": "stdout", "text": ["x" * 99 + "\n"] * (2 * 10**6)}]
    return notebook([{"cell_type": "code", "source": "", "metadata": {}, "outputs": output}, *REFERENCE])


case("cp1252", cp1252, FULL, "Windows text")
case("zipped", archive(**{"work__tiny.ipynb": WHOLE, "__MACOSX__._tiny.ipynb": b"x"}), FULL, suffix=".zip")
case(
    "zip_slip",
    archive(**{"dots__dots__tiny.ipynb": WHOLE, "tiny.ipynb": notebook(TINY.release())}),
    NOTHING,
    "refused",
    suffix=".zip",
)
case("zip_bomb", lambda: archive(**{"tiny.ipynb": bytes(301 << 20)}), NOTHING, "refused", suffix=".zip")
case("zip_broken", archive(**{"tiny.ipynb": WHOLE})[:-40], NOTHING, "archive", suffix=".zip")
case("big_output", big, FULL)
CASES["linked"] = Case(lambda folder: (folder / "linked.ipynb").symlink_to(folder / "reference.ipynb"), NOTHING, "link")
CASES["piped"] = Case(lambda folder: os.mkfifo(folder / "piped.ipynb"), NOTHING, "not a regular file")
CASES["a_folder"] = Case(lambda folder: (folder / "a_folder.ipynb").mkdir(), NOTHING, "a folder")
