"""Imports run one way: bot -> actions -> knowledge. Each may be read, and used, without what stands above it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: What each package may import of ours.
ALLOWED = {"knowledge": {"knowledge"}, "actions": {"actions", "knowledge"}, "bot": {"bot", "actions", "knowledge"}}

#: Runs in Rasa's environment, where nothing of ours is installed; beside itself it may import only these.
RASA_SIDE = ROOT / "bot" / "nlu" / "rasa_side"

#: Libraries that belong to one part: `knowledge` would be useful without them.
NOT_IN_KNOWLEDGE = {"slack_bolt", "slack_sdk", "rasa_sdk", "mastodon", "procrastinate", "fastapi", "uvicorn"}
NOT_IN_ACTIONS = {"slack_bolt", "slack_sdk", "mastodon", "procrastinate", "sqlalchemy", "psycopg"}


def modules(package: str) -> list[Path]:
    """Every module of a package, Rasa's side excepted."""
    return [path for path in sorted((ROOT / package).rglob("*.py")) if RASA_SIDE not in path.parents]


def imported(source: str) -> Iterator[str]:
    """The full name of every module that a source imports, also within functions and under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
            yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


@cache
def tops(path: Path) -> frozenset[str]:
    """The top-level names that a module imports; a relative import counts as its own package."""
    return frozenset(name.split(".")[0] or path.relative_to(ROOT).parts[0] for name in imported(path.read_text()))


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_run_one_way(package: str) -> None:
    assert modules(package)
    wrong = {str(path.relative_to(ROOT)): tops(path) & (set(ALLOWED) - ALLOWED[package]) for path in modules(package)}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize(("package", "foreign"), [("knowledge", NOT_IN_KNOWLEDGE), ("actions", NOT_IN_ACTIONS)])
def test_a_library_stays_in_its_part(package: str, foreign: set[str]) -> None:
    wrong = {str(path.relative_to(ROOT)): tops(path) & foreign for path in modules(package)}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_rasas_side_needs_nothing_of_ours() -> None:
    sources = sorted(RASA_SIDE.rglob("*.py"))
    assert sources
    # One dot is a neighbour on Rasa's side, two or more lead out of it.
    ours = re.compile(rf"({'|'.join(ALLOWED)})(\..*)?|\.\..*")
    wrong = {str(path.relative_to(ROOT)): [*filter(ours.fullmatch, imported(path.read_text()))] for path in sources}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_no_package_imports_tests() -> None:
    assert [str(path) for package in ALLOWED for path in modules(package) if "tests" in tops(path)] == []


def test_the_reader_sees_every_kind_of_import() -> None:
    source = "import a.b as x\nfrom c import d\ndef f():\n    from e.f import g\n    importlib.import_module('h.i')\n"
    assert set(imported(source)) == {"a.b", "c", "e.f", "h.i"}
