"""Hostile and broken submissions get fair marks and plain reasons, and leave nothing behind."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.course import disorder, hostile, workshop
from tests.course.problem_set import THOROUGH

pytestmark = [workshop.needs_bubblewrap, pytest.mark.timeout(1800)]
LITTLE = (
    "reference",
    "untouched",
    "stubborn_call",
    "os_exit_cell",
    "kill_all_cell",
    "fork_bomb",
    "memory_bomb",
    "twelve",
    "tmpfs_bomb",
    "hidden_memory",
    "own_mount",
    "daemon",
    "pickle",
    "sockets",
    "writes_outside",
    "reads_everything",
)
OTHERS = tuple(name for name in disorder.CASES if name not in LITTLE)
SOME = pytest.param(LITTLE + OTHERS[::16], id="some")
ALL = pytest.param(None, id="all", marks=THOROUGH)


@pytest.fixture(autouse=True)
def alone():
    """One battery at a time, as each looks for what its students left running anywhere on the machine."""
    with (Path(tempfile.gettempdir()) / "course-battery.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def grade(folder: Path, names: tuple[str, ...] | None, wrap=list, *more: str) -> dict:
    """Grade the cases of these names in a folder; return the cases."""
    submissions, out = folder / "submissions", folder / "out"
    submissions.mkdir()
    cases = disorder.CASES | hostile.outside([str(submissions), str(out), str(folder), str(workshop.TINY)])
    cases = {name: case for name, case in cases.items() if names is None or name in names}
    for case in cases.values():
        case.write(submissions)
    ran = workshop.run(wrap(workshop.command(submissions, out, *workshop.QUICK, *more)))
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert set(workshop.marks(out)) == set(cases)
    return cases


def clean(folder: Path, cases: dict) -> None:
    """Nothing was seen, written or left running by a student's code."""
    out = folder / "out"
    for name in cases:
        shown = workshop.shown(workshop.record(out, name))
        assert not any(word in shown for word in ("SAW", "LEAKED", "has a socket")), (name, shown)
    told = {"hidden_memory": "hoard 0\n", "own_mount": "unshared -1 mounted -1"}
    for name in told.keys() & cases.keys():
        assert told[name] in workshop.shown(workshop.record(out, name))
    assert workshop.processes(str(out), "86399", "while :; do") == []
    assert [*Path("/").glob("*/pwned"), *folder.rglob("pwned")] == []
    assert not list(Path("/tmp").glob("full[0-9]*"))


@pytest.mark.slow
@pytest.mark.parametrize("names", [SOME, ALL])
def test_every_submission_gets_a_fair_mark_and_a_plain_reason(tmp_path, names):
    cases = grade(tmp_path, names)
    assert len(cases) >= (40 if names is None else 20)
    assert workshop.unfair(cases, tmp_path / "out") == []
    clean(tmp_path, cases)
    assert not (workshop.ROOT / "MARK").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("names", [LITTLE[::4], pytest.param(LITTLE, marks=THOROUGH)], ids=["some", "all"])
def test_an_ordinary_user_grades_as_fairly(names):
    folder = workshop.open_folder()
    try:
        cases = grade(folder, names, workshop.as_ordinary_user)
        assert (folder / "out" / "grades.csv").stat().st_uid == workshop.ORDINARY
        assert workshop.unfair(cases, folder / "out") == []
        clean(folder, cases)
    finally:
        shutil.rmtree(folder)


CONTAINED = ("reference", "kill_all_cell", "daemon", "burners")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="the backend for containers drops from root")
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(CONTAINED, id="some"),
        pytest.param(
            (*CONTAINED, "untouched", "stubborn_call", "os_exit_cell", "memory_bomb"), id="more", marks=THOROUGH
        ),
    ],
)
def test_a_container_shuts_students_out_of_the_judge(names):
    folder = workshop.open_folder()
    try:
        shutil.copytree(workshop.TINY, folder / "assignment")
        cases = grade(folder, names, list, "--backend", "container", "--assignment", str(folder / "assignment"))
        assert workshop.unfair(cases, folder / "out") == []
        assert (folder / "assignment").stat().st_mode & 0o077 == 0
        assert workshop.processes(str(folder / "out"), "86399", "while :; do") == []
    finally:
        shutil.rmtree(folder)
