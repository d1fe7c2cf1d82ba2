"""Making the environment explains every failure and never uses half of one."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UTILITIES = ("awk", "cat", "cksum", "cp", "df", "dirname", "env", "grep", "make", "mkdir", "rm", "sed", "sh", "tail")

FAKE_PYTHON = """\
#!/bin/sh
case "$*" in
    *version_info*) echo {version} ;;
    *ensurepip*) exit {no_venv} ;;
    "-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *"import torch"*) exit {no_torch} ;;
    *pip*) env | grep ^PIP_ >&2; echo "{pip_says}"; exit {pip_fails} ;;
esac
"""


@pytest.fixture
def project(tmp_path):
    """The files that making the environment reads, under a path with a space, and the only programs it may find."""
    root = tmp_path / "a project"
    (root / "tools").mkdir(parents=True)
    for file in ("Makefile", "pyproject.toml", "requirements.lock", "tools/environment.sh"):
        shutil.copy(ROOT / file, root / file)
    (tmp_path / "bin").mkdir()
    for name in UTILITIES:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return root


def program(project, name, text):
    path = project.parent / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def python(project, name="python3", version="3.12", **answers):
    usual = {"no_venv": 0, "no_torch": 0, "pip_says": "", "pip_fails": 0}
    text = FAKE_PYTHON.format(version=version, **(usual | answers))
    program(project, name, text)


def make_environment(project, **variables):
    environment = {"PATH": str(project.parent / "bin"), **variables}
    return subprocess.run(
        ["sh", "tools/environment.sh"], cwd=project, env=environment, capture_output=True, text=True, timeout=60
    )


def why_not(project, **variables):
    result = make_environment(project, **variables)
    assert result.returncode == 1
    assert not (project / ".venv" / "ready").exists()
    return result.stderr


def test_it_is_made_once(project):
    python(project)
    assert "Python 3.12" in make_environment(project).stdout
    again = make_environment(project)
    assert (again.returncode, again.stdout) == (0, "")


def test_a_half_made_one_is_made_anew(project):
    python(project, pip_says="Killed", pip_fails=1)
    assert "pip failed" in why_not(project)
    (project / ".venv" / "left-over").touch()
    python(project)
    assert make_environment(project).returncode == 0
    assert not (project / ".venv" / "left-over").exists()


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml"])
def test_other_requirements_make_it_anew(project, file):
    python(project)
    make_environment(project)
    path = project / file
    path.write_text("# other\n" + path.read_text())
    assert "Making the environment" in make_environment(project).stdout


def test_settings_of_tools_do_not_make_it_anew(project):
    python(project)
    make_environment(project)
    with (project / "pyproject.toml").open("a") as file:
        file.write("[tool.other]\nsetting = 1\n")
    assert make_environment(project).stdout == ""


def test_a_moved_project_makes_it_anew(project):
    python(project)
    make_environment(project)
    moved = project.rename(project.with_name("elsewhere"))
    assert "Making the environment" in make_environment(moved).stdout


def test_a_python_that_vanished_makes_it_anew(project):
    python(project)
    make_environment(project)
    (project / ".venv" / "bin" / "python").unlink()
    assert "Making the environment" in make_environment(project).stdout


@pytest.mark.parametrize("version", ["2.7", "3.10", "3.14"])
def test_a_wrong_python_is_named_with_what_is_needed(project, version):
    python(project, version=version)
    message = why_not(project)
    assert f"python3 is {version}" in message
    assert "3.11, 3.12 or 3.13" in message
    assert "PYTHON=" in message


def test_no_python_at_all(project):
    assert "found none under the name python3" in why_not(project)


def test_a_good_python_behind_a_wrong_one_is_found(project):
    python(project, version="3.9")
    python(project, "python3.11", version="3.11")
    assert "python3.11 (Python 3.11)" in make_environment(project).stdout


def test_the_python_asked_for_is_the_one_used(project):
    python(project, version="3.13")
    make_environment(project)
    python(project, "my python", version="3.12")
    chosen = str(project.parent / "bin" / "my python")
    assert "(Python 3.12)" in make_environment(project, PYTHON=chosen).stdout
    assert make_environment(project, PYTHON=chosen).stdout == ""


def test_a_python_asked_for_that_is_not_there(project):
    python(project)
    assert "found none under the name nowhere" in why_not(project, PYTHON="nowhere")


def test_a_python_without_venv_names_the_package(project):
    python(project, no_venv=1)
    assert "python3-venv" in why_not(project)


def test_a_short_disk_is_named_in_gib(project):
    python(project)
    program(project, "df", "#!/bin/sh\necho header\necho disk 9000000 7952000 1048576 99% /\n")
    assert "needs 3 GiB of disk space, and 1 GiB" in why_not(project)
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    ("pip_says", "message"),
    [
        ("NewConnectionError: Failed to establish a new connection", "could not get a package from its index"),
        ("ERROR: Could not find a version that satisfies the requirement", "could not get a package from its index"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("something else", "pip failed"),
    ],
)
def test_a_failing_pip_is_explained(project, pip_says, message):
    python(project, pip_says=pip_says, pip_fails=1)
    explanation = why_not(project)
    assert message in explanation
    assert pip_says in explanation


HOSTILE = {"PIP_USER": "1", "PIP_REQUIRE_VIRTUALENV": "1", "PIP_TARGET": "/elsewhere", "PIP_PREFIX": "/elsewhere"}


def test_packages_come_into_the_environment_whatever_pip_is_told_elsewhere(project):
    python(project)
    environment = {"PATH": str(project.parent / "bin"), "PIP_INDEX_URL": "http://127.0.0.1/", **HOSTILE}
    subprocess.run(["make", "environment"], cwd=project, env=environment, check=True, timeout=60)
    seen = set((project / ".venv" / "install.log").read_text().split())
    assert seen == {"PIP_INDEX_URL=http://127.0.0.1/", "PIP_REQUIRE_VIRTUALENV=0", "PIP_USER=0"}


def test_packages_that_went_elsewhere_are_missed(project):
    python(project, no_torch=1)
    assert "Does 'pip config list' name a target" in why_not(project)
