"""The sandbox as a command of bubblewrap: a read-only system, the environment, small folders in memory, no network."""

import os
import subprocess
import sys
from pathlib import Path

from course import limits

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache")
NAMESPACES = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
CURE = """\
{fault}
`grade` runs students' code in bubblewrap, and it does not work here. The cure:
  - Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap.
  - Ubuntu 23.10 and newer let a program make user namespaces only where an AppArmor profile names it. Write
    /etc/apparmor.d/bwrap with
        abi <abi/4.0>,
        profile bwrap /usr/bin/bwrap flags=(unconfined) {{ userns, }}
    and run: sudo systemctl reload apparmor
  - in a container that is thrown away afterwards, such as Gradescope's: --backend container, as root.
bubblewrap needs Linux; on another system run `grade` in a virtual machine."""
Shown = tuple[Path, Path]  # a file or folder of this machine, and where the sandbox sees it


def privileges() -> list[str]:
    """What the sandbox may do to become another user: as root this, else it needs a user namespace."""
    if os.geteuid() == 0:
        return ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return ["--unshare-user"]


def fault() -> str | None:
    """Why bubblewrap does not work on this machine, or None where it does."""
    command = ["bwrap", *NAMESPACES, *privileges(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        return "bubblewrap (bwrap) is not installed."
    return None if run.returncode == 0 else f"bubblewrap failed: {run.stderr.strip()[:300]}"


def environment() -> list[Path]:
    """The folders of this Python: its installation, and the virtual environment."""
    return [Path(prefix).resolve() for prefix in (sys.base_prefix, sys.prefix)]


def command(shown: list[Shown], variables: dict[str, str], filters: tuple[int, ...]) -> list[str]:
    """The words before the command that is to run in the sandbox."""
    words = ["bwrap", *NAMESPACES, *privileges(), "--die-with-parent", "--new-session", "--clearenv"]
    words += ["--hostname", "sandbox"]
    words += [word for descriptor in filters for word in ("--seccomp", str(descriptor))]
    words += [word for path in SYSTEM for word in system(path)]
    words += ["--proc", "/proc", "--dev", "/dev", *in_memory("/dev/shm", limits.SHARED), "--remount-ro", "/dev"]
    words += [*in_memory("/tmp", limits.TEMPORARY), "--perms", "0777", "--dir", "/tmp/mpl"]
    words += bound([*((path, path) for path in environment()), *shown])
    words += ["--remount-ro", "/", "--chdir", "/tmp"]
    return words + [word for name, value in variables.items() for word in ("--setenv", name, value)]


def system(path: str) -> list[str]:
    """Show a folder of the system."""
    if os.path.islink(path):
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind", path, path] if os.path.exists(path) else []


def in_memory(path: str, size: int) -> list[str]:
    """A folder in memory, of limited size."""
    return ["--size", str(size), "--perms", "1777", "--tmpfs", path]


def bound(pairs: list[Shown]) -> list[str]:
    """Show files and folders, in parents that anyone may enter: bubblewrap makes missing ones 0700."""
    words: list[str] = []
    there = [Path("/usr")]
    for source, target in pairs:
        inside = any(target.is_relative_to(path) for path in there)
        for parent in [] if inside else [*reversed(target.parents)][1:]:
            words += ["--perms", "0755", "--dir", str(parent)]
        words += ["--ro-bind", str(source), str(target)]
        there.append(target)
    return words
