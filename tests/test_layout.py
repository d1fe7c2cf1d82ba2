"""The layout: who may import whom, how large things may grow, and what is shipped."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "advlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAIN = {"main", "__main__"}
CORE = [path for path in sorted(PACKAGE.glob("*.py")) if path.stem not in MAIN]
BELOW = {
    "core": {"core"},
    "theory": {"core", "theory"},
    "sweep": {"core", "sweep"},
    "experiments": {"core", "theory", "sweep", "experiments"},
    "pages": {"core", "theory", "sweep", "experiments", "pages"},
    "main": {"core", "theory", "sweep", "experiments", "pages", "main"},
}
"""Each wing, and those that it may import."""

LONGEST_FUNCTION = 30
LONGEST_MODULE = 250
CORE_MODULES = 22
CORE_LINES = 3650


OTHERS = [path for folder in ("benchmarks", "book/_ext", "tools") for path in sorted((ROOT / folder).glob("*.py"))]


def named(path):
    return path.relative_to(ROOT).as_posix()


def wing(module):
    """The wing that a module of the package lies in, by its dotted name."""
    parts = module.split(".")[1:]
    if parts and parts[0] in MAIN:
        return "main"
    return parts[0] if parts and (PACKAGE / parts[0]).is_dir() else "core"


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path):
    """The modules of the package that a file imports, at its top or anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "advlib")
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)} imports relatively in line {node.lineno}"
            if node.module == "advlib":
                yield from (f"advlib.{alias.name}" for alias in node.names)
            elif node.module.startswith("advlib."):
                yield node.module


def code_lines(node, lines):
    """How many lines a function has from its `def` on, without text, comments and blank ones."""
    texts = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant) and isinstance(inner.value.value, str):
            texts |= {*range(inner.lineno, inner.end_lineno + 1)}
    own = {*range(node.lineno, node.end_lineno + 1)} - texts
    return sum(bool(lines[line - 1].strip()) and not lines[line - 1].strip().startswith("#") for line in own)


def functions(path):
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, code_lines(node, text.splitlines())


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_one_way(path):
    """The core imports no wing; theory and sweeps the core; experiments those; pages and the command line any."""
    own = wing(dotted(path))
    upwards = sorted(module for module in imports(path) if wing(module) not in BELOW[own])
    assert not upwards, f"{named(path)} is in {own} and must not import {', '.join(upwards)}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_modules_and_functions_stay_short(path):
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_MODULE, f"{named(path)} has {length} lines"
    long = {name: count for name, count in functions(path) if count > LONGEST_FUNCTION}
    assert not long, f"functions of {named(path)} with more than {LONGEST_FUNCTION} lines of code: {long}"


def several_at_once(tree):
    """Statements that are a tuple of calls, and assignments that pack two calls or more into one."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.Expr)) and isinstance(node.value, ast.Tuple):
            calls = [part for part in node.value.elts if any(isinstance(inner, ast.Call) for inner in ast.walk(part))]
            if len(calls) > 1 and not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
                yield node


@pytest.mark.slow
@pytest.mark.parametrize("path", [*MODULES, *OTHERS], ids=named)
def test_a_statement_computes_one_thing(path):
    found = [ast.unparse(node) for node in several_at_once(ast.parse(path.read_text(encoding="utf-8")))]
    assert not found, f"{named(path)} computes several things at once in {found}"


OPENING = re.compile(r"^(\s+)(?!if|for|while|switch|return)\S.*\(.*\{$")
"""A line of a script that opens a function, or another block, which ends where its indentation comes back."""


def blocks(lines):
    """The lines that open a block, and how many it has."""
    for i, line in enumerate(lines):
        if found := OPENING.match(line):
            end = next(j for j in range(i + 1, len(lines)) if lines[j].startswith(f"{found[1]}}}"))
            yield line.strip(), end - i + 1


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.js")), ids=named)
def test_scripts_and_their_functions_stay_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE, f"{named(path)} has {len(lines)} lines"
    long = {line: count for line, count in blocks(lines) if count > LONGEST_FUNCTION}
    assert not long, f"functions of {named(path)} with more than {LONGEST_FUNCTION} lines: {long}"


def test_the_core_can_be_seen_whole():
    assert len(CORE) <= CORE_MODULES
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in CORE) <= CORE_LINES


def test_explorers_lie_in_files_of_the_names_that_chapters_call():
    chapters = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md"))
    called = {*re.findall(r"\bexplorers\.([a-z_]+)\(", chapters)}
    assert called
    for name in called:
        file = PACKAGE / "pages" / "explorers" / f"{name}.py"
        assert file.exists(), f"a chapter calls explorers.{name}, and there is no {named(file)}"
        assert name in {found for found, _ in functions(file)}


def test_every_package_is_shipped():
    """Those that hold code lie in the package; a package of data lies in a folder of its own, which is named."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    elsewhere = setuptools["package-dir"]
    assert {*setuptools["packages"]} == {dotted(path) for path in PACKAGE.rglob("__init__.py")} | {*elsewhere}
    assert {*elsewhere} <= setuptools["package-data"].keys()
    for package, patterns in setuptools["package-data"].items():
        folder = ROOT / elsewhere.get(package, package.replace(".", "/"))
        for pattern in patterns:
            assert [*folder.glob(pattern)], f"{package} would be shipped without {pattern}: {folder} holds no such file"


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("a, b = f(x), g(x)", True),
        ("f(x), g(x)", True),
        ("a, b = x, 2 * y", False),
        ("a, b = f(x), 0", False),
        ("a = f(x), g(x)", False),
        ("a, b = f(x)", False),
    ],
)
def test_what_computes_several_things_at_once(text, several):
    assert any(several_at_once(ast.parse(text))) == several


def test_lines_of_code_are_counted_without_text():
    text = 'def f(x):\n    """Say.\n\n    More."""\n\n    # why\n    return x\n'
    assert code_lines(ast.parse(text).body[0], text.splitlines()) == 2


@pytest.mark.parametrize(
    ("module", "place"),
    [
        ("advlib", "core"),
        ("advlib.network", "core"),
        ("advlib.sphere", "core"),
        ("advlib.sweep", "sweep"),
        ("advlib.pages.explorers.ray", "pages"),
        ("advlib.main", "main"),
    ],
)
def test_wings_are_told_by_names(module, place):
    assert wing(module) == place
