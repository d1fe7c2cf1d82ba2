"""How a student's code is shut in: bubblewrap, in a container a dropped user, or, spelled out, nothing."""

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course import bubblewrap, limits, masks, processes, seccomp
from course.assignment import CourseError

INSIDE = Path(__file__).with_name("inside.py")
FONTS = "import matplotlib.font_manager"
USERS = range(61184, 65520)  # systemd's range for users that exist for a while only: nobody else has these numbers
VARIABLES = {
    "PATH": "/usr/bin:/bin", "USER": "student", "LANG": "C.UTF-8", "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
}  # fmt: skip


@dataclass(frozen=True)
class Isolation:
    """One way to start students' processes; ``work`` is the folder of what they may read, from ``prepare``."""

    backend: str
    work: Path

    def check(self) -> None:
        """Refuse a machine on which this does not isolate.

        Raises
        ------
        CourseError
            With the cure.
        """
        fault = bubblewrap.fault() if self.backend == "bubblewrap" else None
        if fault:
            raise CourseError(bubblewrap.CURE.format(fault=fault))
        if self.backend == "container" and os.geteuid() != 0:
            raise CourseError("--backend container drops from root to another user: run it as root, in a container")

    def prepare(self, withheld: tuple[str, ...], data: Path | None = None) -> None:
        """Lay out what students' code may read: the inside, ``advlib`` without what is withheld, data, known fonts."""
        shutil.rmtree(self.work, ignore_errors=True)
        (self.work / "data").mkdir(parents=True)
        if data:
            shutil.copytree(data, self.work / "data", dirs_exist_ok=True)
        shutil.copyfile(INSIDE, self.work / INSIDE.name)
        source = masks.library()
        if source:
            masks.masked(source, self.work / "lib" / "advlib", withheld)
        where = {**os.environ, "MPLCONFIGDIR": str(self.work / "mpl"), "PYTHONWARNINGS": "ignore"}
        subprocess.run([sys.executable, "-c", FONTS], env=where, capture_output=True, check=False)
        for path in [self.work, *self.work.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)

    def close(self, out: Path, closed: list[Path]) -> None:
        """In a container, that shows every file to all its users, shut some to all but their owner."""
        if self.backend == "container":
            out.chmod(0o711)
            for path in closed:
                path.chmod(0o700 if path.is_dir() else 0o600)

    def start(self) -> "Started":
        """Start the process that awaits a student's notebook."""
        user = random.SystemRandom().choice(USERS) if os.geteuid() == 0 and self.backend != "none" else None
        sweep = "keep" if self.backend == "none" else "sweep"
        python = [sys.executable, "-I", str(self.work / INSIDE.name), sweep, str(self.work / "lib")]
        command = [*bounds(), *becoming(user), *python]
        return self.sandboxed(command) if self.backend == "bubblewrap" else self.bare(command, user)

    def sandboxed(self, command: list[str]) -> "Started":
        """Start a command in bubblewrap."""
        shown = [(self.work, self.work), *((self.work / "lib" / "advlib", path) for path in masks.installed())]
        shown += [(self.work / "data", Path("/tmp/data"))]
        shown += [(path, Path("/tmp/mpl") / path.name) for path in (self.work / "mpl").glob("fontlist*")]
        variables = {**VARIABLES, "HOME": "/tmp", "MPLCONFIGDIR": "/tmp/mpl", "IPYTHONDIR": "/tmp/ipython"}
        with tempfile.TemporaryFile() as file:
            file.write(seccomp.program() or b"")
            file.seek(0)
            keep = (file.fileno(),) if seccomp.program() else ()
            return Started([*bubblewrap.command(shown, variables, keep), *command], None, {}, keep)

    def bare(self, command: list[str], user: int | None) -> "Started":
        """Start a command in a folder of its own, without a sandbox."""
        scratch = tempfile.mkdtemp(prefix="course-")
        Path(scratch, "data").symlink_to(self.work / "data")
        if user is not None:
            os.chown(scratch, user, user)
        variables = {**VARIABLES, "HOME": scratch, "MPLCONFIGDIR": f"{scratch}/mpl", "IPYTHONDIR": f"{scratch}/ipython"}
        return Started(command, scratch, variables, (), user)


class Started:
    """A process that was started for a student, its pipes, and what has to be removed after it."""

    def __init__(
        self,
        command: list[str],
        scratch: str | None,
        variables: dict[str, str],
        keep: tuple[int, ...],
        user: int | None = None,
    ) -> None:
        self.scratch, self.user = scratch, user
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said, pass_fds=keep, env=variables,
            cwd=scratch or "/", start_new_session=True,
        )  # fmt: skip

    @property
    def pipes(self) -> tuple[int, int]:
        """The descriptors to write to and to read from."""
        files = (self.process.stdin, self.process.stdout)
        to, back = (file.fileno() for file in files if file)
        return to, back

    def tree(self) -> list[int]:
        """The numbers of its processes."""
        return processes.tree(self.process.pid) + (processes.of_user(self.user) if self.user is not None else [])

    def complaint(self) -> str:
        """What the command said before any of the student's code ran."""
        self.said.seek(0)
        return self.said.read(2000).decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End every process, wait until they are gone, and remove what they left."""
        processes.end(self.process, self.tree)
        for file in (self.process.stdin, self.process.stdout, self.said):
            if file:
                with contextlib.suppress(BrokenPipeError):
                    file.close()
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)


def bounds() -> list[str]:
    """What one process may use."""
    rules = {"nproc": limits.PROCESSES, "as": limits.ADDRESSES, "fsize": limits.FILE, "core": 0, "nofile": limits.FILES}
    return ["prlimit", *(f"--{name}={value}:{value}" for name, value in rules.items())]


def becoming(user: int | None) -> list[str]:
    """The words that become another user, for good, or none."""
    drops = ("--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--pdeathsig=KILL")
    return ["setpriv", f"--reuid={user}", f"--regid={user}", *drops] if user is not None else []
