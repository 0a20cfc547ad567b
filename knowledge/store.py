"""Entries in PostgreSQL. Nothing here commits: the caller owns the connection and its transaction."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.encoder import Encoder
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.passages import Passage, cut
from knowledge.tables import VERSION_LOCK, entries, passages, version_sequence

_FIELDS = tuple(item.name for item in fields(Entry))
_TUPLES = ("features", "cites", "drawn_from")
_CHUNK = 500


@dataclass(frozen=True)
class Saved:
    """What a save did, in entries. `unchanged` cost no encoding and no new version."""

    added: int
    updated: int
    unchanged: int


@dataclass(frozen=True)
class Lookups:
    """The names that live entries use, sorted: what language understanding should recognise in a post."""

    products: tuple[str, ...]
    platforms: tuple[str, ...]
    features: tuple[str, ...]


@dataclass(frozen=True)
class Stats:
    """How much there is: entries by kind and status, passages by encoder, the newest version."""

    kinds: dict[str, int]
    statuses: dict[str, int]
    encoders: dict[str, int]
    version: int
    updated_at: datetime | None


async def save(
    connection: AsyncConnection,
    found: Iterable[Entry],
    *,
    encoder: Encoder,
    progress: Callable[[int], None] | None = None,
) -> Saved:
    """Add or update entries by id; the same id twice in one call counts once, the last wins.

    An entry whose content is as it was last saved is left alone, also if it was retired since: importing the same
    wrong answer again does not bring it back, a corrected one does. Of a changed entry only passages that changed are
    encoded. Encoding runs in a thread, before anything is locked; then the version lock is held to the end of the
    caller's transaction, so large imports commit every thousand entries or so. `progress` hears of encoded passages.
    """
    wanted = {entry.id: entry for entry in found}
    hashes = {key: content_hash(entry) for key, entry in wanted.items()}
    encoder_id = await asyncio.to_thread(lambda: encoder.id)  # may load the model
    known = await _known(connection, list(wanted), encoder_id)
    changed = [entry for key, entry in wanted.items() if known.get(key) != hashes[key]]
    cuts = await asyncio.to_thread(lambda: {entry.id: cut(entry) for entry in changed})
    vectors = await _vectors(connection, cuts, encoder, encoder_id, progress)
    if changed:
        await _lock_versions(connection)
    for start in range(0, len(changed), _CHUNK):
        await _write(connection, changed[start : start + _CHUNK], hashes, cuts, vectors, encoder_id)
    added = sum(entry.id not in known for entry in changed)
    return Saved(added=added, updated=len(changed) - added, unchanged=len(wanted) - len(changed))


async def retire(connection: AsyncConnection, ids: Iterable[str]) -> int:
    """Take entries out of every search from the commit on; how many were not retired yet. Unknown ids are ignored."""
    wanted = sorted(set(ids))
    if not wanted:
        return 0
    await _lock_versions(connection)
    done = await connection.execute(
        update(entries)
        .where(entries.c.id.in_(wanted), entries.c.status != EntryStatus.RETIRED.value)
        .values(status=EntryStatus.RETIRED.value, version=version_sequence.next_value(), updated_at=func.now())
    )
    return done.rowcount


async def get(connection: AsyncConnection, key: str) -> Entry | None:
    """The entry of this id, whatever its status, or None."""
    row = (await connection.execute(select(entries).where(entries.c.id == key))).one_or_none()
    return entry_of(row) if row else None


async def find(
    connection: AsyncConnection,
    *,
    ids: Sequence[str] | None = None,
    kind: EntryKind | None = None,
    status: EntryStatus | None = None,
    contains: str = "",
    limit: int = 100,
    offset: int = 0,
) -> list[Entry]:
    """Entries, newest change first. `contains` is looked for in title, question and text, letter case ignored."""
    query = select(entries)
    if ids is not None:
        query = query.where(entries.c.id.in_(list(ids)))
    if kind is not None:
        query = query.where(entries.c.kind == kind.value)
    if status is not None:
        query = query.where(entries.c.status == status.value)
    if contains:
        anywhere = entries.c.title + "\n" + entries.c.question + "\n" + entries.c.text
        query = query.where(anywhere.icontains(contains.replace("\x00", ""), autoescape=True))
    rows = await connection.execute(query.order_by(entries.c.version.desc()).limit(limit).offset(offset))
    return [entry_of(row) for row in rows]


async def lookups(connection: AsyncConnection) -> Lookups:
    """The products, platforms and features that live entries name."""

    async def names(query: Select[Any]) -> tuple[str, ...]:
        return tuple(sorted(name for name in (await connection.scalars(query)) if name))

    live = entries.c.status == EntryStatus.LIVE.value
    return Lookups(
        products=await names(select(entries.c.product).where(live).distinct()),
        platforms=await names(select(entries.c.platform).where(live).distinct()),
        features=await names(select(func.unnest(entries.c.features)).where(live).distinct()),
    )


async def stats(connection: AsyncConnection) -> Stats:
    """Counts for a person to look at. `kinds` counts live entries only, `statuses` all."""
    live = entries.c.status == EntryStatus.LIVE.value

    async def counts(query: Select[Any]) -> dict[str, int]:
        return {row[0]: row[1] for row in await connection.execute(query)}

    newest = (await connection.execute(select(func.max(entries.c.version), func.max(entries.c.updated_at)))).one()
    return Stats(
        kinds=await counts(select(entries.c.kind, func.count()).where(live).group_by(entries.c.kind)),
        statuses=await counts(select(entries.c.status, func.count()).group_by(entries.c.status)),
        encoders=await counts(select(passages.c.encoder_id, func.count()).group_by(passages.c.encoder_id)),
        version=newest[0] or 0,
        updated_at=newest[1],
    )


async def newest_version(connection: AsyncConnection) -> int:
    """The highest version there is, 0 for none: one look at an index."""
    return (await connection.scalar(select(func.max(entries.c.version)))) or 0


def content_hash(entry: Entry) -> str:
    """SHA-256 (hex) over all fields of an entry: what decides whether an import changed it."""
    content = {name: getattr(entry, name) for name in _FIELDS}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def entry_of(row: Row[Any]) -> Entry:
    """An entry from a row that holds the columns of `entries`."""
    values = {name: getattr(row, name) for name in _FIELDS}
    values |= {name: tuple(values[name]) for name in _TUPLES}
    return Entry(**{**values, "kind": EntryKind(values["kind"]), "status": EntryStatus(values["status"])})


async def _lock_versions(connection: AsyncConnection) -> None:
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": VERSION_LOCK})


async def _known(connection: AsyncConnection, ids: list[str], encoder_id: str) -> dict[str, str]:
    """Content hashes by id; empty where vectors are of another encoder, so that the entry is encoded anew."""
    other = (
        select(passages.c.n).where(passages.c.entry_id == entries.c.id, passages.c.encoder_id != encoder_id).exists()
    )
    live = entries.c.status != EntryStatus.RETIRED.value
    found: dict[str, str] = {}
    for start in range(0, len(ids), 5_000):
        query = select(entries.c.id, entries.c.content_hash, other & live)
        rows = await connection.execute(query.where(entries.c.id.in_(ids[start : start + 5_000])))
        found |= {key: "" if stale else known for key, known, stale in rows}
    return found


async def _vectors(
    connection: AsyncConnection,
    cuts: dict[str, list[Passage]],
    encoder: Encoder,
    encoder_id: str,
    progress: Callable[[int], None] | None,
) -> dict[str, bytes]:
    """Vectors by text hash: those that the database has already, the others encoded."""
    texts = {passage.hash: passage.embedded for found in cuts.values() for passage in found}
    known: dict[str, bytes] = {}
    ids = list(cuts)
    for start in range(0, len(ids), 5_000):
        here = passages.c.entry_id.in_(ids[start : start + 5_000]) & (passages.c.encoder_id == encoder_id)
        known |= {key: bytes(vector) for key, vector in await connection.execute(_text_vectors.where(here))}
    missing = [key for key in texts if key not in known]
    if missing:
        encoded = await asyncio.to_thread(encoder.encode, [texts[key] for key in missing], progress)
        rows = encoded.astype(np.dtype("<f4"))
        known |= {key: row.tobytes() for key, row in zip(missing, rows, strict=True)}
    return known


_text_vectors = select(passages.c.text_hash, passages.c.vector)


async def _write(
    connection: AsyncConnection,
    chunk: list[Entry],
    hashes: dict[str, str],
    cuts: dict[str, list[Passage]],
    vectors: dict[str, bytes],
    encoder_id: str,
) -> None:
    upsert = insert(entries)
    replaced = {name: upsert.excluded[name] for name in (*_FIELDS, "content_hash", "version") if name != "id"}
    upsert = upsert.on_conflict_do_update(index_elements=["id"], set_={**replaced, "updated_at": func.now()})
    await connection.execute(upsert, [_entry_row(entry, hashes[entry.id]) for entry in chunk])
    await connection.execute(delete(passages).where(passages.c.entry_id.in_([entry.id for entry in chunk])))
    rows = [_passage_row(entry.id, item, vectors, encoder_id) for entry in chunk for item in cuts[entry.id]]
    await connection.execute(insert(passages), rows)


def _entry_row(entry: Entry, hashed: str) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in _FIELDS}
    row |= {name: list(row[name]) for name in _TUPLES}
    return {**row, "kind": entry.kind.value, "status": entry.status.value, "content_hash": hashed}


def _passage_row(entry_id: str, passage: Passage, vectors: dict[str, bytes], encoder_id: str) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "n": passage.n,
        "kind": passage.kind.value,
        "path": passage.path,
        "text": passage.text,
        "vector": vectors[passage.hash],
        "encoder_id": encoder_id,
        "text_hash": passage.hash,
    }
