"""Where in a TOML text each value stands: the standard library reads the values and tells no places.

The text is known to be valid: `tomllib` has read it. So little of the grammar is needed here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

Path = tuple[int | str, ...]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*)|(?P<line>\n)
      |(?P<text>\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
      |(?P<mark>[\[\]{}=,.])
      |(?P<bare>[^\s\[\]{}=,."'\#]+)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Spot:
    """A line and a column, counted from 1."""

    line: int
    column: int


def places(text: str) -> dict[Path, Spot]:
    """The place of every key, table and array item, by its path: `("people", "U1", "may", 0)`."""
    return _Scan(text).found


class _Scan:
    def __init__(self, text: str) -> None:
        self.found: dict[Path, Spot] = {}
        self._tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._line = 0
        self._at = 0
        self._tables: dict[Path, int] = {}
        table: Path = ()
        while self._at < len(self._tokens):
            if self._mark() == "[":
                table = self._header()
            elif self._kind() == "line":
                self._at += 1
            else:
                self._pair(table)

    def _kind(self) -> str:
        return self._tokens[self._at].lastgroup or "" if self._at < len(self._tokens) else ""

    def _mark(self) -> str:
        return self._tokens[self._at][0] if self._kind() == "mark" else ""

    def _next(self) -> re.Match[str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _spot(self) -> Spot:
        offset = self._tokens[self._at].start()
        while self._line + 1 < len(self._starts) and self._starts[self._line + 1] <= offset:
            self._line += 1
        return Spot(self._line + 1, offset - self._starts[self._line] + 1)

    def _header(self) -> Path:
        self._next()
        if several := self._mark() == "[":
            self._next()
        spot, path = self._spot(), self._within(self._keys("]"))
        self._next()
        if several:
            self._next()
            self._tables[path] = n = self._tables.get(path, -1) + 1
            self.found.setdefault(path, spot)
            path = (*path, n)
        self._mark_all(path, spot)
        return path

    def _within(self, keys: list[str]) -> Path:
        """The path of a header: a part that is an array of tables means its last one."""
        path: Path = ()
        for n, key in enumerate(keys, start=1):
            path = (*path, key)
            if n < len(keys) and path in self._tables:
                path = (*path, self._tables[path])
        return path

    def _keys(self, end: str) -> list[str]:
        keys: list[str] = []
        while self._mark() != end:
            if self._mark() == ".":
                self._next()
                continue
            token = self._next()
            if token.lastgroup == "bare":
                keys.append(token[0])
            else:
                keys.append(str(tomllib.loads(f"key = {token[0]}")["key"]))
        return keys

    def _pair(self, table: Path) -> None:
        spot = self._spot()
        path = (*table, *self._keys("="))
        self._next()
        self._mark_all(path, spot)
        self._value(path)

    def _mark_all(self, path: Path, spot: Spot) -> None:
        """A dotted key makes the tables on the way, unless they are there."""
        for n in range(1, len(path) + 1):
            self.found.setdefault(path[:n], spot)

    def _value(self, path: Path) -> None:
        if self._mark() == "[":
            self._items(path)
        elif self._mark() == "{":
            self._inline(path)
        else:  # a number, date or word may hold points
            while self._kind() in ("bare", "text") or self._mark() == ".":
                self._next()

    def _items(self, path: Path) -> None:
        self._next()
        n = 0
        while self._mark() != "]":
            if self._kind() == "line":
                self._next()
            elif self._mark() == ",":
                self._next()
                n += 1
            else:
                self.found[*path, n] = self._spot()
                self._value((*path, n))
        self._next()

    def _inline(self, path: Path) -> None:
        self._next()
        while self._mark() != "}":
            if self._mark() == "," or self._kind() == "line":
                self._next()
            else:
                self._pair(path)
        self._next()
