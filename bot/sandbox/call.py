"""One call of the Web API: its arguments as slack_sdk sends them (form or JSON), and the parts that methods work on."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.handles import Triggers
from bot.sandbox.limits import MessageRate
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import Json, Workspace

Item = TypeVar("Item")


@dataclass(frozen=True)
class Call:
    """The arguments of one call and what it may touch. `base` is the sandbox's own address, with a trailing slash."""

    workspace: Workspace
    triggers: Triggers
    rate: MessageRate
    base: str
    arguments: Json

    def text(self, name: str) -> str:
        """An argument as text; empty where it is absent."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """An argument that must be there. Refused: invalid_arguments."""
        value = self.text(name)
        if not value:
            raise Refused(Word.INVALID_ARGUMENTS, [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """A yes or no; the SDK sends `1`, `true` or a JSON boolean."""
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def structure(self, name: str, otherwise: Word) -> Any:
        """A structured argument: JSON already, or JSON in a form field. None where absent. Refused: `otherwise`."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise Refused(otherwise) from None

    def limit(self, default: int, most: int) -> int:
        """How many items a page holds. Refused: invalid_limit."""
        value = self.text("limit")
        if not value:
            return default
        if not value.isdigit() or not 1 <= int(value) <= most:
            raise Refused(Word.INVALID_LIMIT)
        return int(value)

    def page(self, items: Sequence[Item], default: int, most: int) -> tuple[list[Item], str]:
        """One page of the items, from the cursor on, and the cursor of the next page (empty at the end)."""
        start, limit = 0, self.limit(default, most)
        if cursor := self.text("cursor"):
            try:
                start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
            except (binascii.Error, ValueError):
                raise Refused(Word.INVALID_CURSOR) from None
        rest = len(items) > start + limit
        following = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
        return list(items[start : start + limit]), following
