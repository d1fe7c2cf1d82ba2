"""Build the book into _build/html, or check its links: ``python -m tools.book [linkcheck]``."""

import hashlib
import shutil
import sys
from pathlib import Path

from jupyter_book.cli.main import main as jupyter_book

OUTPUT_DEPENDS_ON = ("_config.yml", "requirements.lock", "advlib/**/*", "book/_ext/**/*", "book/_static/**/*")


def key(root: Path) -> str:
    """Hash everything that a chapter's outputs depend on, apart from the chapter itself."""
    files = {path for pattern in OUTPUT_DEPENDS_ON for path in root.glob(pattern)}
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def drop_stale_outputs(root: Path) -> bool:
    """Remove the built book where it was made with another library, lock or configuration."""
    stamp = root / "_build" / "key"
    fresh = stamp.exists() and stamp.read_text() == key(root)
    if not fresh:
        shutil.rmtree(root / "_build", ignore_errors=True)
        stamp.parent.mkdir()
        stamp.write_text(key(root))
    return not fresh


def build(root: Path, builder: str) -> None:
    """Run Jupyter Book; where it fails, make the next run read every page again, so that it fails too."""
    output = root if builder == "html" else root / "_build" / builder
    try:
        jupyter_book(
            ["build", str(root), "-W", "--keep-going", "--builder", builder, "--path-output", str(output)],
            standalone_mode=False,
        )
    except (Exception, SystemExit):
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
        sys.exit("The book was not built: the warnings and errors above say why.")


def main(builder: str = "html") -> None:
    """Build the project this file belongs to and say where to open it."""
    root = Path(__file__).parents[1]
    drop_stale_outputs(root)
    build(root, builder)
    if builder == "html":
        index = root / "_build" / "html" / "index.html"
        print(f"\nThe book is in {index}\nOpen {index.as_uri()} or run `make serve`.")


if __name__ == "__main__":
    main(*sys.argv[1:])
