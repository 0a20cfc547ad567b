"""The house rules that a machine can check: small modules, telling names, nothing of one machine or one index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SLOWEST

ROOT = Path(__file__).resolve().parents[2]
CODE = ("bot", "actions", "knowledge", "tests", "tools")
FOLDERS = (*CODE, "data", "docs", "bench", ".ci")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".lock",
    ".in",
    ".yml",
    ".yaml",
    ".json",
    ".jsonl",
    ".html",
    ".css",
    ".js",
    ".sh",
    "",
}

#: A person's own settings, never committed.
UNTRACKED = {"goodword.toml"}

MOST_LINES = 400
EMPTY_NAMES = {"utils", "util", "manager", "managers", "helper", "helpers", "misc", "common"}

#: Where packages come from is each machine's own setting. Put together here, so that this file passes too.
INDEXES = re.compile(
    "|".join(["py" + "pi", "python" + "hosted", "npm" + r"js\.", "registry" + r"\.npm", "anaconda" + r"\.org"]), re.I
)
#: Folders that exist on one machine only; a home, where a text has to name one, is written `~`.
MACHINE = re.compile(
    r"(?<![\w.~>}/-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "home/" + r"\w+", "Us" + r"ers/\w+"]) + ")/"
)


def files() -> Iterator[Path]:
    """Every text file of ours, from the folders and the top level, tracked already or not."""
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name not in UNTRACKED)


def texts() -> list[Path]:
    """Those that hold text."""
    return sorted(path for path in files() if path.suffix in TEXT and "node_modules" not in path.parts)


def found(pattern: re.Pattern[str], path: Path) -> list[str]:
    """Where a pattern stands in a file, as `path:line: what`."""
    lines = path.read_text(errors="replace").splitlines()
    where = path.relative_to(ROOT)
    return [f"{where}:{number}: {hit[0]}" for number, line in enumerate(lines, 1) if (hit := pattern.search(line))]


def test_modules_stay_small() -> None:
    modules = [path for path in files() if path.suffix == ".py"]
    assert modules
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules}
    assert {path: length for path, length in lengths.items() if length >= MOST_LINES} == {}


def test_names_say_what_is_in_a_module() -> None:
    assert [str(path) for path in files() if path.suffix == ".py" and path.stem in EMPTY_NAMES] == []


@pytest.mark.parametrize("pattern", [INDEXES, MACHINE], ids=["package indexes", "paths of one machine"])
def test_nothing_is_bound_to_one_place(pattern: re.Pattern[str]) -> None:
    assert [hit for path in texts() for hit in found(pattern, path)] == []


def test_the_patterns_catch_what_they_are_for() -> None:
    assert INDEXES.search("https://" + "py" + "pi.org/simple")
    assert MACHINE.search("see /" + "work/main/x")
    assert MACHINE.search("open('/" + "root/.cache/x')")
    for innocent in ("/var/lib/goodword/x", "docs/work/plan", "~/.pyenv", "https://example.org/work/1", "/api/work"):
        assert not MACHINE.search(innocent), innocent


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"])
def test_what_a_visitor_looks_for_is_there(name: str) -> None:
    assert len((ROOT / name).read_text()) > 300


def test_decisions_are_numbered_without_gaps() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        headings = re.findall(r"^## (\w+)", path.read_text(), re.M)
        assert headings == ["Context", "Decision", "Consequences"], path.name


def test_the_files_that_are_begun_first_are_there() -> None:
    assert [name for name in SLOWEST if not (ROOT / "tests" / name).is_file()] == []
