"""Fingerprints of code, by which a store knows what drew its cells."""

import ast
import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

import advlib

Place = tuple[str, str]
"""A module, and a name at its top level."""

CORE = Path(advlib.__file__).parent
COMMAND_LINE = {"main.py", "__main__.py"}


def fingerprint(experiment: Callable[..., Any]) -> str | None:
    """Return the first digits of a hash of the code that an experiment rests on; None where its source is not there.

    The code is the experiment, whatever of its own package it names, as far as `from ... import ...` leads, and the
    core of this package as a whole. What is imported otherwise does not count, nor do docstrings, comments, layout,
    grids that only the catalogue names, and other libraries, whose versions the provenance keeps.

    Examples
    --------
    >>> from advlib.experiments import collapse, flips
    >>> fingerprint(flips) == fingerprint(flips), fingerprint(flips) == fingerprint(collapse), fingerprint(len)
    (True, False, None)
    """
    start = experiment.__module__, experiment.__qualname__.partition(".")[0]
    try:
        rests_on = [_core(), dict(_reached(start))]
    except (KeyError, OSError, SyntaxError, TypeError):
        return None
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()[:12]


@cache
def _core() -> list[Any]:
    files = sorted(path for path in CORE.glob("*.py") if path.name not in COMMAND_LINE)
    return [_plain(ast.parse(path.read_text(encoding="utf-8"))) for path in files]


def _reached(start: Place) -> Iterator[tuple[str, Any]]:
    """Every definition that one rests on, itself included, each once and outside the core."""
    definitions = cache(_definitions)
    seen, todo = {start}, [start]
    if start[1] not in definitions(start[0]):
        raise KeyError(start[1])
    while todo:
        module, name = todo.pop()
        node = definitions(module).get(name)
        if node is None:
            continue
        if isinstance(node, ast.ImportFrom):
            next_ones = _imported(module, name, node)
        else:
            yield f"{module}.{name}", _plain(node)
            next_ones = [(module, inner.id) for inner in ast.walk(node) if isinstance(inner, ast.Name)]
        todo += [place for place in next_ones if place not in seen]
        seen.update(next_ones)


def _definitions(module: str) -> dict[str, ast.stmt]:
    """The statements at a module's top level, by the names they bind."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        found |= dict.fromkeys(_bound(node), node)
    return found


def _bound(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.ImportFrom():
            return [alias.asname or alias.name for alias in node.names]
        case _:
            names = (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
            return [name.id for name in names if isinstance(name.ctx, ast.Store)]


def _imported(module: str, name: str, node: ast.ImportFrom) -> list[Place]:
    """Where a name comes from: a place in the same package, every place of a module of it, or none that counts."""
    original = next(alias.name for alias in node.names if name == (alias.asname or alias.name))
    package = sys.modules[module].__package__ or ""
    source = resolve_name("." * node.level + (node.module or ""), package)
    whole = f"{source}.{original}"
    if whole in sys.modules:
        return [(whole, inner) for inner in _definitions(whole)] if _counts(whole, module) else []
    return [(source, original)] if _counts(source, module) else []


def _counts(module: str, beside: str) -> bool:
    file = getattr(sys.modules.get(module), "__file__", None)
    same_package = module.partition(".")[0] == beside.partition(".")[0]
    return same_package and file is not None and Path(file).parent != CORE


def _plain(node: Any) -> Any:
    """A syntax tree as JSON, the same for every Python: without docstrings, line numbers and what is empty."""
    if isinstance(node, list):
        return [_plain(part) for part in node if not _is_text(part)]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: _plain(value) for name, value in ast.iter_fields(node) if value not in (None, [])}
    return [type(node).__name__, fields]


def _is_text(node: Any) -> bool:
    """Whether it is a statement that is only text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
