"""What the tests of the course share: running the grader, as this user or another, and reading its results."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course import bubblewrap

ROOT = Path(__file__).parents[2]
TINY = Path(__file__).parent / "assignment"
QUESTIONS = ("q1-test", "q2-test", "q4-test")
QUICK = ("--cell-seconds", "3", "--call-seconds", "3", "--memory", "1024")
ORDINARY = 12345  # some user that is not root

needs_bubblewrap = pytest.mark.skipif(bubblewrap.fault() is not None, reason=f"no sandbox: {bubblewrap.fault()}")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched through Linux's /proc")


def command(submissions: Path, out: Path, *more: str) -> list[str]:
    """The command that grades submissions to the tiny set."""
    places = {"assignment": TINY, "submissions": submissions, "out": out, "secret": out.with_name("secret")}
    named = [word for name, place in places.items() for word in (f"--{name}", str(place))]
    return [sys.executable, "-m", "course", "grade", *named, *more]


def run(words: list[str], **more: str) -> subprocess.CompletedProcess:
    """Run a command in the project."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1500, check=False)


def grade(submissions: Path, out: Path, *more: str) -> subprocess.CompletedProcess:
    """Grade submissions to the tiny set."""
    return run(command(submissions, out, *more))


def table(out: Path) -> dict[str, dict[str, str]]:
    """The rows of the table of marks, by student."""
    with open(out / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def marks(out: Path) -> dict[str, tuple[float, ...]]:
    """The marks of every student, question by question."""
    return {student: tuple(float(row[name]) for name in QUESTIONS) for student, row in table(out).items()}


def record(out: Path, student: str) -> dict:
    """All that is kept of a student."""
    return json.loads((out / "records" / f"{student}.json").read_text(encoding="utf-8"))


def said(one: dict) -> str:
    """Everything that a record says of a student."""
    return " | ".join([*one["notes"], *(part["why"] for part in one["parts"] if part["why"])])


def shown(one: dict) -> str:
    """Everything that the cells of a record showed."""
    return "\n".join(cell["shown"]["text"] for cell in one["cells"] if cell["shown"])


def unfair(cases: dict, out: Path) -> list[str]:
    """The students whose marks are not theirs, or are not explained."""
    found = []
    for name, case in cases.items():
        one = record(out, name)
        got = tuple(one["auto"][question] for question in QUESTIONS)
        fair = all(fair in (None, mark) for fair, mark in zip(case.marks, got, strict=True))
        if not fair or case.says not in said(one):
            found.append(f"{name}: {got}, not {case.marks}, and {case.says!r} is said: {said(one)}")
    return found


def processes(*words: str) -> list[str]:
    """Command lines of processes in which one of these words stands."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return [line for line in lines if any(word in line for word in words)]


def open_folder() -> Path:
    """A folder that every user may use, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="course-test-"))
    folder.chmod(0o777)
    return folder


def as_ordinary_user(words: list[str]) -> list[str]:
    """A command that runs another one as an ordinary user, in a view of this machine in which she can reach Python."""
    drop = ["setpriv", f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", *words]
    base = Path(sys.base_prefix).resolve()
    shut = next((path for path in reversed(base.parents) if not path.stat().st_mode & 0o001), None)
    if shut is None:
        return drop
    return ["bwrap", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", str(shut), *parents(base, shut), "--", *drop]


def parents(base: Path, shut: Path) -> list[str]:
    """The words that show a folder below one that is shut."""
    between = [path for path in reversed(base.parents) if path.is_relative_to(shut) and path != shut]
    return [word for path in between for word in ("--perms", "0755", "--dir", str(path))] + [
        "--ro-bind",
        str(base),
        str(base),
    ]
