"""Grade a class of problem set 1, kill the run and resume it; print what that took: ``python -m benchmarks.grading``.

A number after it says how many submissions (300), a second one how many are graded at a time (2). Six in ten are right
in all, three have one fault, one has written nothing. A submission takes some five CPU seconds.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.timing import machine
from course import release
from tests.course.problem_set import ProblemSet
from tests.course.workshop import processes, table

RIGHT, FAULTY = ("", ""), ("on = z > 0", "on = z >= 0")
SCORES = {"right": 18, "faulty": 16, "untouched": 0}


def hand_in(problems: ProblemSet, count: int, folder: Path) -> None:
    """Write so many submissions, whose names say what they are."""
    given = release.write(problems.assignment, folder)
    texts = {"right": problems.submission(RIGHT), "faulty": problems.submission(FAULTY), "untouched": given.read_text()}
    given.unlink()
    for number in range(count):
        kind = "right" if number % 10 < 6 else "faulty" if number % 10 < 9 else "untouched"
        (folder / f"{number:03d}-{kind}.ipynb").write_text(texts[kind])


def records(out: Path) -> dict[str, int]:
    """When the record of each student was written."""
    return {path.stem: path.stat().st_mtime_ns for path in out.glob("records/[!.]*.json")}


def begin_and_kill(words: list[str], out: Path, enough: int) -> None:
    """Grade until there are enough records, then kill -9, and wait until nothing of the run is left."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while len(records(out)) < enough and process.poll() is None:
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    while processes(str(out)):
        time.sleep(0.2)


def seconds() -> float:
    """CPU seconds of the graders that have ended; sandboxes count their own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(out: Path, count: int) -> None:
    """Print CPU seconds, memory, and marks that are not what they should be."""
    kept = [json.loads(path.read_text()) for path in out.glob("records/[!.]*.json")]
    sandboxes = sum(one["cpu_s"] for one in kept) / count
    whole = seconds() / count + sandboxes
    print(f"CPU seconds a submission: {whole:.2f}, {sandboxes:.2f} of them in sandboxes")
    peaks = [one["peak_mib"] for one in kept]
    print(f"memory: {median(peaks):.0f} MiB, at most {max(peaks)}")
    rows = table(out)
    wrong = [name for name, row in rows.items() if float(row["score"]) != SCORES[name.partition("-")[2]]]
    print(f"{len(rows)} students have marks; marks that are not as they should be: {wrong}")


def kill_and_resume(words: list[str], out: Path, enough: int) -> None:
    """Grade all, with one kill -9 on the way."""
    start = time.monotonic()
    begin_and_kill(words, out, enough)
    first = records(out)
    print(f"killed with {len(first)} students finished; left running: {processes(str(out))}", flush=True)
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    if not ran.stdout.strip():
        sys.exit(ran.stderr)
    minutes = (time.monotonic() - start) / 60
    again = [student for student, written in first.items() if records(out).get(student) != written]
    last = ran.stdout.strip().splitlines()[-1]
    print(f"resumed: {last}; finished students graded twice or lost: {again}")
    print(f"{minutes:.1f} minutes; load afterwards: {os.getloadavg()[0]:.1f}")


def main(count: int = 300, jobs: int = 2) -> None:
    """Grade in a folder of temporary files, and say what is left of it."""
    problems = ProblemSet("ps1")
    with tempfile.TemporaryDirectory(prefix="grading-") as name:
        papers, out, scratch = (Path(name, part) for part in ("papers", "out", "scratch"))
        scratch.mkdir()
        os.environ["TMPDIR"] = str(scratch)
        hand_in(problems, count, papers)
        places = {"assignment": problems.folder, "submissions": papers, "out": out, "secret": Path(name, "secret")}
        options = [word for option, place in places.items() for word in (f"--{option}", str(place))]
        kill_and_resume([sys.executable, "-m", "course", "grade", *options, "--jobs", str(jobs)], out, count // 3)
        report(out, count)
        print(f"left running: {processes(str(out))}; left in the folder for temporary files: {os.listdir(scratch)}")


if __name__ == "__main__":
    print(machine())
    main(*map(int, sys.argv[1:]))
