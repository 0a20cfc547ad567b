"""Rows of the table of entries, as entries and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.passages import CUTTING
from knowledge.tables import entries

FIELDS = tuple(item.name for item in fields(Entry))
_TUPLES = ("features", "cites", "drawn_from")


@dataclass(frozen=True)
class Stored:
    """An entry with what the library knows about it. `content_hash` is of the entry as it was imported, `edited_by` who
    changed it here since."""

    entry: Entry
    version: int
    content_hash: str
    edited_by: str | None
    imported_at: datetime
    updated_at: datetime


def entry_of(row: Row[Any]) -> Entry:
    """An entry from a row that holds the columns of `entries`."""
    values = {name: getattr(row, name) for name in FIELDS}
    values |= {name: tuple(values[name]) for name in _TUPLES}
    return Entry(**{**values, "kind": EntryKind(values["kind"]), "status": EntryStatus(values["status"])})


def row_of(entry: Entry, hashed: str, edited_by: str | None) -> dict[str, Any]:
    """An entry as a row; `hashed` is of its content as it was imported."""
    row = {name: getattr(entry, name) for name in FIELDS}
    row |= {name: list(row[name]) for name in _TUPLES}
    state = {"kind": entry.kind.value, "status": entry.status.value}
    return {**row, **state, "content_hash": hashed, "edited_by": edited_by}


def content_hash(entry: Entry) -> str:
    """SHA-256 (hex) over all fields of an entry, which decides whether an import changed it; and behind a `/` how it is
    cut into passages, which decides whether it is cut anew."""
    content = {name: getattr(entry, name) for name in FIELDS if name != "audience" or entry.audience}
    hashed = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    return f"{hashed}/{CUTTING}"


def same_content(one: str, other: str) -> bool:
    """Whether two content hashes are of the same content, however it was cut."""
    return one.partition("/")[0] == other.partition("/")[0]


async def read(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, Stored]:
    """Entries by id; unknown ids are left out."""
    rows = await connection.execute(select(entries).where(entries.c.id.in_(ids)))
    return {
        row.id: Stored(entry_of(row), row.version, row.content_hash, row.edited_by, row.imported_at, row.updated_at)
        for row in rows
    }


async def hashes(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, str]:
    """Content hashes, as imported, by id."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 5_000):
        query = select(entries.c.id, entries.c.content_hash).where(entries.c.id.in_(ids[start : start + 5_000]))
        found |= {row.id: row.content_hash for row in await connection.execute(query)}
    return found
