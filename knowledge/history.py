"""The versions of an entry: who made each, when, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.entries import Entry
from knowledge.tables import entry_versions

_FIELDS = tuple(item.name for item in fields(Entry))


@dataclass(frozen=True)
class Version:
    """One version of an entry. `what` is `added`, `changed` (by an import), `edited`, `approved` or `retired`; `before`
    holds what each changed field was, as JSON: dates are ISO 8601."""

    version: int
    at: datetime
    by: str
    what: str
    before: dict[str, Any]


def difference(old: Entry, new: Entry) -> dict[str, Any]:
    """The fields that differ, with their old values as JSON takes them."""
    changed = (name for name in _FIELDS if getattr(old, name) != getattr(new, name))
    return {name: _plain(getattr(old, name)) for name in changed}


def note(entry_id: str, version: int, by: str, what: str, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """A row of `entry_versions`."""
    return {"entry_id": entry_id, "version": version, "by": by, "what": what, "before": before or {}}


async def keep(connection: AsyncConnection, notes: Iterable[dict[str, Any]]) -> None:
    """Write rows made by `note`, in the transaction that made the versions."""
    if rows := list(notes):
        await connection.execute(insert(entry_versions), rows)


async def versions(connection: AsyncConnection, entry_id: str) -> list[Version]:
    """The versions of an entry, newest first; none for an unknown id."""
    columns = (getattr(entry_versions.c, item.name) for item in fields(Version))
    mine = select(*columns).where(entry_versions.c.entry_id == entry_id)
    rows = await connection.execute(mine.order_by(entry_versions.c.version.desc()))
    return [Version(*row) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
