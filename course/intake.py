"""From whatever was handed in to cells. It only reads: it follows no link, executes nothing, writes nothing to disk."""

import io
import json
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from course.assignment import Cell

LARGEST = 300 << 20
CELLS, SOURCES = 2000, 8 << 20  # how many cells, and how much text in all of them


class Unreadable(Exception):
    """A submission from which no cells can be had; its text says why."""


def read(path: Path) -> bytes:
    """The bytes of a regular file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        reason = "a symbolic link, not a file" if path.is_symlink() else f"cannot be opened ({error.strerror})"
        raise Unreadable(reason) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Unreadable("a folder, not a notebook" if stat.S_ISDIR(status.st_mode) else "not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > LARGEST:
            raise Unreadable(f"{status.st_size >> 20} MiB, more than the {LARGEST >> 20} allowed")
        return file.read(LARGEST + 1)


def unzip(data: bytes, name: str) -> tuple[bytes, list[str]]:
    """The one notebook in an archive, and what was refused; of several the one of the assignment's name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if is_notebook(info)]
            good = [info for info in members if is_safe(info)]
            named = [info for info in good if PurePosixPath(info.filename).name == f"{name}.ipynb"]
            chosen = named if len(good) > 1 else good
            if len(chosen) != 1:
                raise Unreadable(f"the archive holds {len(good)} notebooks, {len(members) - len(good)} more refused")
            with archive.open(chosen[0]) as member:
                content = member.read(LARGEST + 1)
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises many kinds: bad archives, passwords, methods it lacks
        raise Unreadable(f"an archive that cannot be read ({error})") from None
    if len(content) > LARGEST:
        raise Unreadable(f"an archive whose notebook is larger than {LARGEST >> 20} MiB")
    refused = len(members) - len(good)
    return content, [f"{refused} notebooks in the archive refused"] if refused else []


def is_notebook(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a notebook that the student may have meant."""
    path = PurePosixPath(info.filename)
    hidden = any(part.startswith((".ipynb_checkpoints", "__MACOSX", "._")) for part in path.parts)
    return path.suffix == ".ipynb" and not hidden


def is_safe(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a regular file of bearable size, under a name that stays in its folder."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts
    return not outside and not stat.S_ISLNK(info.external_attr >> 16) and info.file_size <= LARGEST


def decode(data: bytes) -> tuple[str, list[str]]:
    """Text of a file: UTF-8 with or without its mark, UTF-16, else Windows text; a note where it is not UTF-8."""
    try:
        encoding = json.detect_encoding(data)
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), ["not UTF-8: read as Windows text"]
    return text, [] if encoding.startswith("utf-8") else [f"not UTF-8: read as {encoding.upper()}"]


def slim(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a notebook without outputs and attachments, of which nothing is used."""
    return {key: value for key, value in pairs if key not in ("outputs", "attachments")}


def parse(text: str) -> dict[str, Any]:
    """The notebook in a text.

    Raises
    ------
    Unreadable
        It is no JSON, or no notebook.
    """
    if not text.strip("\0 \t\r\n"):
        raise Unreadable("an empty file")
    try:
        notebook = json.loads(text, object_pairs_hook=slim)
    except RecursionError:
        raise Unreadable("not a notebook: nested too deep") from None
    except ValueError as error:
        short = "" if text.rstrip().endswith("}") else " (cut short?)"
        raise Unreadable(f"not a notebook: {str(error)[:80]}{short}") from None
    except MemoryError:
        raise Unreadable("too large to be read") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable("not a notebook: it has no list of cells")
    if len(notebook["cells"]) > CELLS:
        raise Unreadable(f"{len(notebook['cells'])} cells, more than the {CELLS} allowed")
    return notebook


def cell(raw: Any) -> Cell | None:
    """One cell of a notebook, or None where it is none; of its metadata only the name is kept."""
    if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = raw.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    text = text.replace("\0", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return Cell(str(raw["cell_type"]), text, {"grade_id": name} if isinstance(name, str) else {})


def language(notebook: dict[str, Any]) -> str:
    """The language that a notebook says it is written in."""
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    return str(kernel.get("language", "python"))[:40] if isinstance(kernel, dict) else "python"


def cells(data: bytes, name: str) -> tuple[list[Cell], list[str]]:
    """The cells of a submission to the assignment ``name``, a notebook or a zip archive with one, and what was odd.

    Raises
    ------
    Unreadable
        No cells can be had of it.
    """
    notes: list[str] = []
    if data[:2] == b"PK":
        data, notes = unzip(data, name)
    text, more = decode(data)
    notebook = parse(text)
    found = [cell(raw) for raw in notebook["cells"]]
    notes += more
    if sum(len(one.source) for one in found if one) > SOURCES:
        raise Unreadable(f"more than {SOURCES >> 20} MiB of text in its cells")
    if None in found:
        notes.append(f"{found.count(None)} cells cannot be read")
    if language(notebook).lower() not in ("python", "python3"):
        notes.append(f"its kernel is for {language(notebook)}: run as Python")
    return [one for one in found if one], notes
