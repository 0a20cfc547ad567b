"""The documentation is tested: what it names exists, and what exists is in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app
from bot.settings import NOT_SETTINGS, PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMANDS = ROOT / "docs" / "commands.md"
SETTINGS = ROOT / "docs" / "settings.md"


def commands(group: Any, path: tuple[str, ...] = ("goodword",)) -> Iterator[tuple[str, Any]]:
    """Every command with its full name, `goodword knowledge import`. Typer's copy of click has no public types."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


#: As the command line is parsed.
ALL = dict(commands(typer.main.get_command(app)))


def options(command: Any) -> list[str]:
    """The long names of a command's options."""
    found = [name for parameter in command.params if parameter.param_type_name == "option" for name in parameter.opts]
    return [name for name in found if name.startswith("--") and name != "--help"]


def typed(page: Path) -> list[list[str]]:
    """What a reader is told to type: the lines of shell blocks, and `make …` and `goodword …` in running text."""
    text = page.read_text()
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()]
    lines += re.findall(r"`((?:make|goodword|\.venv/bin/goodword) [^`]+)`", text)
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def targets() -> set[str]:
    """The Makefile's targets."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_reader_is_told_to_type_exists(page: Path) -> None:
    for program, *words in typed(page):
        line = " ".join((program, *words))
        if program == "make":
            assert words[0] in targets(), line
        elif Path(program).name == "goodword":
            name = next((name for name in ALL if f"{line} ".split("goodword ", 1)[1].startswith(f"{name[9:]} ")), None)
            assert name, f"{page.name} names a command that is not there: {line}"
            used = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert used <= {*options(ALL[name]), "--help"}, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_tells_the_three_ways_in() -> None:
    lines = [" ".join(words) for words in typed(ROOT / "README.md")]
    assert {"make demo", "make demo ARGS=--once", "make test"} <= set(lines)
    checked = (ROOT / ".ci" / "run").read_text()
    assert "make demo ARGS=--once" in checked
    assert "make test" in checked


def test_the_readme_installs_in_at_most_ten_steps() -> None:
    section = (ROOT / "README.md").read_text().split("## Use it\n", 1)[1].split("\n## ", 1)[0]
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", section, re.M)]
    assert steps == list(range(1, len(steps) + 1))
    assert 3 <= len(steps) <= 10
    for needed in ("Socket Mode", "signed HTTP", "bot/slack/manifest.yaml", "goodword connect slack", "goodword run"):
        assert needed in section


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_is_documented(name: str) -> None:
    section = re.search(rf"^## `{re.escape(name)}`\n(.*?)(?=^## |\Z)", COMMANDS.read_text(), re.M | re.S)
    assert section, f"docs/commands.md has no section `{name}`"
    assert [option for option in options(ALL[name]) if f"`{option}" not in section[1]] == []


@pytest.mark.parametrize("name", ALL)
def test_every_command_explains_itself_with_an_example_that_parses(name: str) -> None:
    help_text = ALL[name].help or ""
    example = re.search(r"Example: (goodword .+)", help_text)
    assert example, f"`{name} --help` has no example"
    words = shlex.split(example[1])[len(name.split()) :]
    ALL[name].make_context(name, words)  # raises where the command would refuse them


def test_no_section_is_about_a_command_that_is_gone() -> None:
    assert set(re.findall(r"^## `(goodword [^`]+)`", COMMANDS.read_text(), re.M)) == set(ALL)


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(rf"^\| `({PREFIX}\w+)` \|(.*)\|$", SETTINGS.read_text(), re.M))
    for name, field in Settings.model_fields.items():
        assert PREFIX + name.upper() in rows, f"docs/settings.md does not tell of {PREFIX}{name.upper()}"
        if field.default not in (None, "", ()):
            shown = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            assert f"`{shown}`" in rows[PREFIX + name.upper()], f"{name}: its default is {shown}"


def test_no_setting_is_documented_that_is_gone() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | set(NOT_SETTINGS)
    named = {name for page in PAGES for name in re.findall(rf"\b{PREFIX}[A-Z0-9_]+\b", page.read_text())}
    assert named <= known
