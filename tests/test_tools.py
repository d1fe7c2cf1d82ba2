"""Making the environment explains every failure and never uses half of one; a book is built anew when it must be."""

import re
import shutil
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tools import book, lock, serve

ROOT = Path(__file__).parents[1]
UTILITIES = ("awk", "cat", "cksum", "cp", "df", "dirname", "grep", "mkdir", "rm", "sed", "sh", "tail")

FAKE_PYTHON = """\
#!/bin/sh
case "$*" in
    *version_info*) echo {version} ;;
    *ensurepip*) exit {no_venv} ;;
    "-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *pip*) echo "{pip_says}"; exit {pip_fails} ;;
esac
"""


@pytest.fixture
def project(tmp_path):
    """The files that making the environment reads, under a path with a space, and the only programs it may find."""
    root = tmp_path / "a project"
    (root / "tools").mkdir(parents=True)
    for file in ("pyproject.toml", "requirements.lock", "tools/environment.sh"):
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


def python(project, name="python3", version="3.12", no_venv=0, pip_says="", pip_fails=0):
    text = FAKE_PYTHON.format(version=version, no_venv=no_venv, pip_says=pip_says, pip_fails=pip_fails)
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


def test_the_lock_holds_the_versions_that_are_installed():
    locked = dict(line.split("==") for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line)
    locked = {normal(name): version for name, version in locked.items()}
    installed = {normal(d.metadata["Name"]): d.version.partition("+")[0] for d in metadata.distributions()}
    assert {name: installed[name] for name in locked if name in installed} == {
        name: locked[name] for name in locked if name in installed
    }
    needed = {normal(re.match(r"[\w.-]+", line)[0]) for line in metadata.requires("advlib")}
    assert needed - {"advlib"} <= set(locked)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_lock_serves_every_build_of_torch():
    listed = "numpy==2.4.6\nnvidia-cublas==13.1\ntorch==2.13.0+cpu\ntriton==3.5\n"
    assert lock.without_builds(listed) == "numpy==2.4.6\ntorch==2.13.0\n"


def test_make_lists_every_target():
    make = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^  make ([a-z]+)  +\w", make, re.MULTILINE)) == set(targets) - {"environment"}


def test_a_taken_port_is_explained():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} cannot be used.*make serve PORT="):
            serve.main(str(port))


CHAPTER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# A chapter
```{code-cell} ipython3
2 / 1
```
"""


@pytest.fixture
def small_book(tmp_path):
    """A project of one chapter, with this book's configuration, under a path with a space."""
    root = tmp_path / "a book"
    no_pages = shutil.ignore_patterns("__pycache__", "*.md")
    for folder in ("tools", "advlib", "book"):
        shutil.copytree(ROOT / folder, root / folder, ignore=no_pages)
    for file in ("_config.yml", "requirements.lock"):
        shutil.copy(ROOT / file, root / file)
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/chapter\n")
    (root / "book" / "chapter.md").write_text(CHAPTER)
    return root


def build(root):
    return subprocess.run([sys.executable, "-m", "tools.book"], cwd=root, capture_output=True, text=True, timeout=120)


def executed(result):
    assert result.returncode == 0, result.stderr
    return "Executing notebook" in result.stdout + result.stderr


def test_a_failing_cell_fails_every_build_and_shows_itself(small_book):
    (small_book / "book" / "chapter.md").write_text(CHAPTER.replace("2 / 1", "2 / 0"))
    for _ in range(2):
        result = build(small_book)
        assert result.returncode == 1
        assert "ZeroDivisionError" in result.stderr
        assert "The book was not built" in result.stderr


def test_a_dead_reference_fails_every_build(small_book):
    (small_book / "book" / "chapter.md").write_text(CHAPTER + "\nSee {numref}`nowhere`.\n")
    for _ in range(2):
        result = build(small_book)
        assert result.returncode == 1
        assert "nowhere" in result.stderr


def test_chapters_run_again_only_when_what_they_depend_on_has_changed(small_book):
    first = build(small_book)
    assert executed(first)
    assert (small_book / "_build" / "html" / "index.html").as_uri() in first.stdout
    assert not executed(build(small_book))
    with (small_book / "advlib" / "__init__.py").open("a") as file:
        file.write("\n")
    assert executed(build(small_book))


@pytest.mark.parametrize("file", ["_config.yml", "requirements.lock", "advlib/new.js", "book/_ext/new.py"])
def test_the_key_depends_on(small_book, file):
    before = book.key(small_book)
    with (small_book / file).open("a") as opened:
        opened.write("#")
    assert book.key(small_book) != before


def test_the_key_does_not_depend_on_compiled_files_or_pages(small_book):
    before = book.key(small_book)
    (small_book / "advlib" / "__pycache__").mkdir()
    (small_book / "advlib" / "__pycache__" / "x.pyc").touch()
    (small_book / "book" / "page.md").touch()
    assert book.key(small_book) == before
