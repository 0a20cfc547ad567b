"""The team's rules as a TOML file: read with errors that name the line, and written so that reading gives the same."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.rules.checks import Problem, read
from bot.rules.team_rules import TeamRules
from bot.rules.toml_places import Spot, places
from knowledge.errors import GoodwordError

_HEAD = """\
# The team's rules. A key that is left out has the value that the settings hold.
# docs/rules.md explains every key; `goodword rules apply FILE` puts the file into force.

"""
_HINT = "docs/rules.md explains every key; nothing was changed"


class RulesError(GoodwordError):
    """A rules file cannot be used. The message has a line for each thing that is wrong."""

    code = "rules"


def read_rules(path: Path) -> TeamRules:
    """The rules in a TOML file.

    Raises:
        RulesError: there is no such file, it is no TOML, or something in it is unknown or wrong; all of it is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise RulesError(f"{path} cannot be read: {why}", hint="name a file such as data/rules.example.toml") from None
    return rules_in(text, str(path))


def rules_in(text: str, name: str) -> TeamRules:
    """The rules in a text. `name` is what messages call it. Raises RulesError as `read_rules` does."""
    text = text.replace("\r\n", "\n")
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{name}{_where(str(error))}", hint=_HINT) from None
    found, problems = read(body)
    if found is None:
        known = places(text)
        lines = [(_spot(known, problem), _told(problem)) for problem in problems]
        lines.sort(key=lambda line: (line[0].line, line[0].column))
        said = [f"{name}, line {spot.line}, column {spot.column}: {words}" for spot, words in lines]
        raise RulesError("\n".join(said), hint=_HINT)
    return found


def _where(said: str) -> str:
    """tomllib's sentence, with the place first as in ours."""
    if match := re.fullmatch(r"(.*) \(at (line \d+, column \d+)\)", said, re.DOTALL):
        return f", {match[2]}: this is not TOML: {match[1].lower()}"
    return f": this is not TOML: {said}"


def _spot(known: dict[tuple[int | str, ...], Spot], problem: Problem) -> Spot:
    """The place of the innermost part that the file has: of a key that is missing that is its table."""
    where = problem.where
    while where and where not in known:
        where = where[:-1]
    return known.get(where, Spot(1, 1))


def _told(problem: Problem) -> str:
    name = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in problem.where).lstrip(".")
    return f"{name}: {problem.said}" if name else problem.said


def rules_text(rules: TeamRules, *, head: bool = True) -> str:
    """The rules as the text of a TOML file; with `head` it begins with what it is."""
    return (_HEAD if head else "") + "\n".join(_table((), rules.body())).strip() + "\n"


def _table(path: tuple[str, ...], table: dict[str, Any]) -> Iterator[str]:
    """The lines of a table. What stands below a head belongs to it, so plain values come first."""
    for key, value in table.items():
        if not isinstance(value, dict) and not _tables(value):
            yield f"{_key(key)} = {_plain(value)}"
    for key, value in table.items():
        head = ".".join(map(_key, (*path, key)))
        if isinstance(value, dict):
            own = not value or any(not isinstance(one, dict) for one in value.values())
            yield from ("", f"[{head}]") if own else ()
            yield from _table((*path, key), value)
        elif _tables(value):
            for one in value:
                yield from ("", f"[[{head}]]")
                yield from _table((*path, key), one)


def _tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _plain(key)


def _plain(value: Any) -> str:
    """A string, number, truth value or list of those: JSON writes them as TOML does, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
