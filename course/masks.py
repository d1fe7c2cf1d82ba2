"""A copy of ``advlib`` without what a set asks its students to write."""

import ast
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from course.assignment import CourseError

Function = ast.FunctionDef | ast.AsyncFunctionDef


def library() -> Path | None:
    """The folder of ``advlib``, or None where there is none."""
    spec = importlib.util.find_spec("advlib")
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


def installed() -> list[Path]:
    """Copies of ``advlib`` in the environment, which a masked one must hide."""
    return sorted(Path(sys.prefix).resolve().glob("lib*/python3*/site-packages/advlib"))


def masked(source: Path, target: Path, withheld: tuple[str, ...]) -> Path:
    """Copy a package; functions and methods that are withheld say so when they are called.

    Parameters
    ----------
    source, target
        Folders, of the package and of its copy.
    withheld
        Names: ``name`` or ``Class.name``, wherever it is, or with the module before it, ``module.name``.

    Raises
    ------
    CourseError
        A name is nowhere in the package.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    missing = set(withheld)
    for path in sorted(target.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        module = path.relative_to(target).with_suffix("").parts
        named = [(set(spellings(module, name)), node) for name, node in functions(ast.parse(text))]
        found = [(name, node) for names, node in named for name in withheld if name in names]
        if found:
            path.write_text(without(text, found), encoding="utf-8")
            missing -= {name for name, _ in found}
    if missing:
        raise CourseError(f"withhold names what {source.name} does not have: {', '.join(sorted(missing))}")
    return target


def functions(module: ast.Module) -> list[tuple[str, Function]]:
    """Functions of a module, and methods as ``Class.method``."""
    found: list[tuple[str, Function]] = [(node.name, node) for node in module.body if isinstance(node, Function)]
    for owner in module.body:
        if isinstance(owner, ast.ClassDef):
            found += [(f"{owner.name}.{node.name}", node) for node in owner.body if isinstance(node, Function)]
    return found


def spellings(module: tuple[str, ...], name: str) -> Iterator[str]:
    """The names of a function, with more and more of its module's."""
    yield name
    yield from (".".join([*module[place:], name]) for place in range(len(module)))


def without(text: str, found: list[tuple[str, Function]]) -> str:
    """The text of a module with other bodies for some functions."""
    lines = text.split("\n")
    for name, node in sorted(found, key=lambda pair: -pair[1].lineno):
        refusal = f"raise NotImplementedError({f'{name} is what this set asks you to write'!r})"
        first = node.body[0]
        lines[first.lineno - 1 : node.end_lineno] = [" " * first.col_offset + refusal]
    return "\n".join(lines)
