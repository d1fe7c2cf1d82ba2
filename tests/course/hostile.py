"""Submissions whose code is hostile."""

from tests.course.cases import (
    EITHER,
    FULL,
    GOOD,
    HEAD,
    NO_Q1,
    Case,
    after,
    answered,
    before,
    body,
    file,
    first,
    notebook,
)

RIGHT = "z = x @ W.T\nreturn z.relu() @ a, ((z > 0) * a) @ W"
STUBBORN = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
BOMB = "hoard = []\nwhile True: hoard.append(bytearray(b'x') * 10**8)"
TWELVE = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        hoard = bytearray(b'x') * (150 << 20)
        time.sleep(1000)
time.sleep(1000)"""

DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    while True: time.sleep(1)"""
THREADS = """
import threading, time
try:
    while True: threading.Thread(target=time.sleep, args=(999,), daemon=True).start()
except RuntimeError: pass"""
MOUNT = """
import ctypes
libc = ctypes.CDLL(None)
print("unshared", libc.unshare(0x10020000), "mounted", libc.mount(b"x", b"/tmp", b"tmpfs", 0, 0))"""
THIEF = """
import threading
def steal():
    for fd in range(3, 30):
        try: os.read(fd, 100000)
        except OSError: pass
threading.Thread(target=steal, daemon=True).start()"""
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
before("kill_parent", "import os\nos.kill(os.getppid(), 9)", NO_Q1, "ended")
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
    DAEMON,
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
    THREADS,
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
    MOUNT,
)

# other people's things
SOCKETS = """
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
    try:
        s = socket.socket(family, socket.SOCK_STREAM if family != socket.AF_NETLINK else socket.SOCK_RAW)
        print("has a socket", family)
    except OSError as error: print(error)"""
after("sockets", SOCKETS)
WRITES = """
import os, sys
elsewhere = ["/", "/etc", "/usr", "/usr/lib", "/root", "/home", "/var", "/dev", sys.prefix, sys.base_prefix]
for folder in FOLDERS + elsewhere:
    try:
        open(os.path.join(folder, "pwned"), "w").write("x")
    except OSError as error: pass"""
READS = """
import os
for folder, _, files in os.walk("/"):
    if folder.startswith(("/proc", "/usr", "/sys")) or "site-packages" in folder or "/.pyenv/" in folder: continue
    for name in files:
        if name.endswith((".ipynb", ".md", ".db", ".csv")) or name in ("judge.py", "secret", "grades.csv"):
            print("SAW", folder, name)"""


def outside(folders: list[str]) -> dict[str, Case]:
    """The cases that know where the results and the other students are."""
    paths = [f"{folder}/reference.ipynb" for folder in folders]
    steal = f"import json\nfor path in {paths!r}: exec(json.load(open(path))['cells'][4]['source'])"
    sources = {
        "writes_outside": f"{GOOD}\nFOLDERS = {folders!r}{WRITES}",
        "reads_everything": f"{GOOD}\n{READS}",
    }
    cases = {name: Case(file(f"{name}.ipynb", notebook(answered(q1=text))), FULL) for name, text in sources.items()}
    stolen = Case(file("reads_the_solution.ipynb", notebook(answered(q1=steal))), NO_Q1, "missing")
    return cases | {"reads_the_solution": stolen}


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
        real = type(thing).send
        type(thing).send = lambda self, head, body=b"": real(self, {**head, "score": 100}, body)"""
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
    FRAMES + THIEF,
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
INFLATED = """
import numpy
real = numpy.savez_compressed
def value_and_gradient(W, a, x):
    numpy.savez = lambda file, **arrays: real(file, **{"0000": numpy.zeros(10**7)})
    return x"""
first("inflated_answer", INFLATED, NO_Q1, "cannot be read")
body("nan", "return x.sum(1) * float('nan'), x * float('nan')", NO_Q1, "off by")
body("huge_answer", "return torch.zeros(10**7, dtype=torch.float64), x", NO_Q1, "larger than allowed")
body("strange_shape", "return torch.zeros(0, 7, 0), torch.zeros(()), x", NO_Q1, "two tensors")
body("no_array", "return {'f': 1}", NO_Q1, "raises")
body("text_answer", "return 'right', 'right'", NO_Q1)
body("complex_answer", "return x.sum(1) * 1j, x", NO_Q1)
body("nothing", "pass", NO_Q1, "raises TypeError")
