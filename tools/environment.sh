#!/bin/sh
# Make .venv with everything the book needs. Does nothing when it is there, whole and up to date.
set -eu
cd "$(dirname "$0")/.."

gib_needed=3

stop() {
    printf '\nThe environment could not be made: %s\n' "$1" >&2
    shift
    for line; do printf '  %s\n' "$line" >&2; done
    exit 1
}

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

fingerprint() { { pwd; sed '/^\[tool/,$d' pyproject.toml; cat requirements.lock "tools/environment.sh"; } | cksum; }

ready() {
    [ "$(cat .venv/ready 2>/dev/null)" = "$(fingerprint)" ] || return 1
    number=$(version .venv/bin/python) || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$number" ]
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.13 python3.12 python3.11; fi
    seen="" bare=""
    for python; do
        number=$(version "$python") || continue
        seen="$seen $python is $number;"
        case $number in 3.11 | 3.12 | 3.13) ;; *) continue ;; esac
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
        bare=$python
    done
    [ -z "$bare" ] || stop "$bare cannot make virtual environments (its module venv or ensurepip is missing)." \
        "On Debian and Ubuntu: sudo apt install python3-venv"
    stop "it needs Python 3.11, 3.12 or 3.13, and found ${seen:-none under the name $*.}" \
        "Install one of these, or name one you have: make book PYTHON=/path/to/python3.12"
}

check_disk() {
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1048576) }')
    [ "$free" -ge "$gib_needed" ] || stop "it needs $gib_needed GiB of disk space, and $free GiB are free here." \
        "A torch build with CUDA needs about 8 GiB; a build for the CPU is enough (see README.md)."
}

install() {
    .venv/bin/python -m pip install --disable-pip-version-check -c requirements.lock "$@" >>.venv/install.log 2>&1 && return
    tail -n 4 .venv/install.log >&2
    if grep -q 'No space left' .venv/install.log; then
        stop "the disk is full." "Free some space and run make again."
    elif grep -Eq 'Could not find a version|Connection|Retrying|timed out' .venv/install.log; then
        stop "pip could not get a package from its index (last lines above)." \
            "Is there a network, and does 'pip config list' show the index you mean? Then run make again."
    fi
    stop "pip failed (last lines above, all of it in .venv/install.log)." "Run make again to start over."
}

! ready || exit 0
choose_python
check_disk
printf 'Making the environment in .venv with %s (Python %s). This takes some minutes, once.\n' "$python" "$number"
rm -rf .venv
"$python" -m venv .venv >/dev/null || stop "$python -m venv .venv failed (message above)."
install torch
install -e '.[book,course,dev]'
.venv/bin/python -c 'import torch' 2>>.venv/install.log || stop "pip ran, but torch cannot be imported from .venv." \
    "Does 'pip config list' name a target, a prefix or a root? More is in .venv/install.log."
fingerprint >.venv/ready
