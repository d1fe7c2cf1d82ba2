"""Build the book into _build/html, or check its links: ``python -m tools.book [linkcheck]``."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from jupyter_book.cli.main import main as jupyter_book

from tools import kernels, tables

OUTPUT_DEPENDS_ON = (
    "_config.yml",
    "requirements.lock",
    "advlib/**/*",
    "book/_ext/**/*",
    "book/_static/**/*",
    "book/_templates/*",
)


def key(root: Path) -> str:
    """Hash everything that every chapter's outputs depend on; a table counts for the chapters that read it."""
    files = {path for pattern in OUTPUT_DEPENDS_ON for path in root.glob(pattern)}
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def drop_stale_outputs(root: Path) -> None:
    """Remove the built book where it was made with another library, lock or configuration; then see to its tables."""
    stamp = root / "_build" / "key"
    if not stamp.exists() or stamp.read_text() != key(root):
        shutil.rmtree(root / "_build", ignore_errors=True)
        stamp.parent.mkdir()
        stamp.write_text(key(root))
    tables.drop_stale_outputs(root)


def prepare(root: Path) -> None:
    """Set up what the chapters run with; paths in the configuration hold in the project's folder."""
    kernels.set_up()
    os.chdir(root)
    drop_stale_outputs(root)
    kernels.draw_svg(root / "_build" / "ipython")


def build(root: Path, output: Path, *options: str) -> None:
    """Run Jupyter Book; where it fails, make the next run read every page again, so that it fails too."""
    arguments = ["build", str(root), "--keep-going", "--path-output", str(output), *options]
    try:
        jupyter_book(arguments, standalone_mode=False)
    except (Exception, SystemExit):
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
        sys.exit("The book was not built: the warnings and errors above say why.")


def main(builder: str = "html") -> None:
    """Build the project this file belongs to and say where to open it."""
    root = Path(__file__).resolve().parents[1]
    prepare(root)
    build(root, root if builder == "html" else root / "_build" / builder, "-W", "--builder", builder)
    if builder == "html":
        index = root / "_build" / "html" / "index.html"
        print(f"\nThe book is in {index}\nOpen {index.as_uri()} or run `make serve`.")


if __name__ == "__main__":
    main(*sys.argv[1:])
