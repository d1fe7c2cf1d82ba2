"""Which tables of book/results/ a page reads, and the outputs that a changed table makes stale."""

import hashlib
import json
import re
from pathlib import Path

from jupyter_cache import get_cache

READS = re.compile(r"""\b(?:tables\.\w+\(\s*["']|results(?:/|\s*/\s*["']))([\w-]+)""")
"""How a page's text reads a table: tables.table("NAME"), tables.provenance("NAME"), or a path results/NAME.csv."""


def read_by(text: str) -> set[str]:
    """Return the names of the tables that a text reads."""
    return set(READS.findall(text))


def files(root: Path, name: str) -> list[Path]:
    """Return a table's file and that of its provenance."""
    return sorted((root / "book" / "results").glob(f"{name}.*"))


def digests(root: Path) -> dict[str, str]:
    """Hash every file of a table, by the table's name."""
    found = {}
    for path in sorted((root / "book" / "results").glob("*.csv")):
        content = b"\0".join(file.read_bytes() for file in files(root, path.stem))
        found[path.stem] = hashlib.sha256(content).hexdigest()
    return found


def drop_stale_outputs(root: Path) -> None:
    """Forget the outputs of code that reads a table which is not what it was at the last build."""
    stamp = root / "_build" / "tables.json"
    now = digests(root)
    before = json.loads(stamp.read_text()) if stamp.exists() else {}
    changed = {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}
    cache = get_cache(root / "_build" / ".jupyter_cache")
    for record in cache.list_cache_records():
        cells = cache.get_cache_bundle(record.pk).nb.cells
        if changed & read_by("\n".join(cell.source for cell in cells)):
            cache.remove_cache(record.pk)
    for name in changed:
        for file in files(root, name):
            file.touch()  # Sphinx asks for times alone
    stamp.write_text(json.dumps(now))
