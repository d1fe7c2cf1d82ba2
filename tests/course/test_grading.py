"""A grading run: killed and resumed, run twice, refused where nothing isolates."""

import os
import signal
import subprocess
import sys
import time

import pytest

from course import bubblewrap, seccomp
from course.grade import other_numbers
from tests.course import cases, disorder, workshop
from tests.course.workshop import TINY, grade, marks, needs_bubblewrap, record, run

WAIT = 120  # seconds, on a loaded machine


def written(folder, *names):
    folder.mkdir()
    for name in names:
        disorder.CASES[name].write(folder)
    return folder


def until(happens):
    """Wait for what must happen."""
    deadline = time.monotonic() + WAIT
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@needs_bubblewrap
@pytest.mark.timeout(600)
def test_a_killed_run_is_resumed_and_leaves_nothing(tmp_path):
    submissions = written(tmp_path / "in", "reference", "bom", "nan", "raises", "asleep")
    out = tmp_path / "out"
    words = workshop.command(submissions, out, "--jobs", "2")
    process = subprocess.Popen(
        words, cwd=workshop.ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": "."}
    )
    until(lambda: len(list(out.glob("records/[!.]*.json"))) >= 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: workshop.processes(str(out)) == [])
    kept = {path: path.stat().st_mtime_ns for path in out.glob("records/[!.]*.json")}
    assert not (out / "grades.csv").exists()
    assert grade(submissions, out, *workshop.QUICK).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert marks(out) == {name: disorder.CASES[name].marks for name in ("asleep", "bom", "nan", "raises", "reference")}


@pytest.mark.slow
@needs_bubblewrap
def test_marks_repeat_and_a_new_attempt_is_graded(tmp_path):
    lottery = cases.notebook(cases.answered(q2="def shortest_step(w, x):\n    return torch.randn_like(x)"))
    submissions = written(tmp_path / "in", "reference", "only_the_hidden")
    (submissions / "lottery.ipynb").write_bytes(lottery)
    assert grade(submissions, tmp_path / "one").returncode == 0
    assert grade(submissions, tmp_path / "two").returncode == 0
    assert (tmp_path / "one" / "grades.csv").read_text() == (tmp_path / "two" / "grades.csv").read_text()
    parts = [record(tmp_path / folder, "lottery")["parts"] for folder in ("one", "two")]
    assert parts[0] == parts[1]
    cases.file("lottery.zip", disorder.archive(**{"tiny.ipynb": disorder.WHOLE}))(submissions)
    assert grade(submissions, tmp_path / "two").returncode == 0
    assert marks(tmp_path / "two")["lottery"] == cases.FULL


def test_without_bubblewrap_it_refuses_and_names_the_cure(tmp_path):
    submissions = written(tmp_path / "in", "reference")
    ran = run(workshop.command(submissions, tmp_path / "out"), PATH=str(tmp_path))
    assert ran.returncode == 2
    assert "apt install bubblewrap" in ran.stderr
    assert "AppArmor" in ran.stderr
    assert not (tmp_path / "out" / "grades.csv").exists()


@pytest.mark.slow
@workshop.needs_linux
def test_to_run_without_isolation_must_be_spelled_out(tmp_path):
    submissions = written(tmp_path / "in", "reference", "os_exit_call")
    short = grade(submissions, tmp_path / "out", "--run-without")
    assert short.returncode == 2
    assert grade(submissions, tmp_path / "out", "--run-without-isolation").returncode == 0
    assert marks(tmp_path / "out") == {"reference": cases.FULL, "os_exit_call": cases.NO_Q1}


@pytest.mark.slow
@needs_bubblewrap
def test_a_machine_that_starts_no_sandbox_costs_nobody_a_mark(tmp_path):
    submissions = written(tmp_path / "in", "reference")
    lamed = "import sys\nfrom course import __main__, isolation\nisolation.bounds = lambda: ['false']\n"
    words = workshop.command(submissions, tmp_path / "out")
    ran = run([sys.executable, "-c", f"{lamed}sys.exit(__main__.main(sys.argv[1:]))", *words[3:]])
    assert ran.returncode == 1
    assert workshop.table(tmp_path / "out")["reference"]["status"] == "failed"
    assert grade(submissions, tmp_path / "out").returncode == 0
    assert marks(tmp_path / "out")["reference"] == cases.FULL


@pytest.mark.parametrize(
    ("line", "notes"), [("SEED = 7", 0), ("SEED = 0", 1), ("SEED = " + "9" * 9000, 1), ("SEED = x", 0)]
)
def test_a_number_that_is_not_the_students_is_noted(line, notes):
    found = other_numbers(cases.TINY, cases.answered(seed=line), 7)
    assert len(found) == notes
    assert all("the student's own, 7" in note and len(note) < 100 for note in found)


def test_one_run_at_a_time(tmp_path):
    from course.assignment import CourseError
    from course.store import held

    with held(tmp_path), pytest.raises(CourseError, match="in use by another run"), held(tmp_path):
        pass


def test_the_filter_jumps_to_its_own_end():
    for machine in seccomp.MACHINES:
        program = seccomp.program(machine)
        assert len(program) % 8 == 0
        steps = [program[place : place + 8] for place in range(0, len(program), 8)]
        reached = [place + 1 + step[jump] for place, step in enumerate(steps) for jump in (2, 3)]
        assert max(reached) <= len(steps)
    assert seccomp.program("some other machine") is None


def test_the_sandbox_shows_no_project():
    words = " ".join(bubblewrap.command([], {}, ()))
    assert str(TINY) not in words
    assert "--bind " not in words
