"""Entries in PostgreSQL. Nothing here commits: the caller owns the connection and its transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import history, writing
from knowledge import stored as stored_rows
from knowledge.encoder import Encoder
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.errors import GoodwordError
from knowledge.stored import Stored, content_hash, entry_of, row_of, same_content
from knowledge.tables import entries, library_identity, version_sequence
from knowledge.tables import vectors as vector_table
from knowledge.vectors import lock_versions

_CHUNK = 500


@dataclass(frozen=True)
class Saved:
    """What a save did, in entries. `unchanged` cost no encoding and no new version, except where entries are cut into
    passages otherwise than when they were saved; `edits_replaced` are the ids of updated entries that had been edited
    here (their history keeps it)."""

    added: int
    updated: int
    unchanged: int
    edits_replaced: tuple[str, ...] = ()


class UnknownEntry(GoodwordError):
    """No entry has this id."""

    code = "unknown_entry"


class EntryChanged(GoodwordError):
    """An entry is not any more as it was when somebody began to edit it."""

    code = "entry_changed"


@dataclass(frozen=True)
class Lookups:
    """The names that live entries use, sorted: what language understanding should recognise in a post."""

    products: tuple[str, ...]
    platforms: tuple[str, ...]
    features: tuple[str, ...]


@dataclass(frozen=True)
class Stats:
    """How much there is: live entries by kind and by source, all by status, live ones whose review date has passed,
    vectors by encoder, the newest version."""

    kinds: dict[str, int]
    statuses: dict[str, int]
    sources: dict[str, int]
    review_due: int
    encoders: dict[str, int]
    version: int
    updated_at: datetime | None


async def save(
    connection: AsyncConnection,
    found: Iterable[Entry],
    *,
    encoder: Encoder,
    progress: Callable[[float], None] | None = None,
    by: str = "import",
) -> Saved:
    """Add or update entries by id; the same id twice in one call counts once, the last wins.

    An entry whose content is as it was last saved is left alone, also if it was retired, approved or edited since:
    importing the same wrong answer again does not bring it back, a corrected one does, and replaces what was edited
    here. One that is disputed stays so. Where entries are cut otherwise by now, it is cut anew as it stands here. Of a
    changed entry only passages that changed are encoded. Encoding runs in a thread, before anything is locked; then the
    version lock is held to the end of the caller's transaction, so large imports commit every thousand entries or so.
    `progress` hears which part of the encoding is done, 0 to 1; `by` is who the history names.
    """
    wanted = {entry.id: entry for entry in found}
    hashes = {key: content_hash(entry) for key, entry in wanted.items()}
    known = await stored_rows.hashes(connection, list(wanted))
    changed = [entry for key, entry in wanted.items() if not same_content(known.get(key, ""), hashes[key])]
    outdated = {key: hashed for key, hashed in hashes.items() if known.get(key, hashed) != hashed}
    for entry in changed:
        outdated.pop(entry.id, None)
    edited: list[str] = []
    if changed:
        prepared = await writing.prepare(connection, changed, encoder, progress)
        await lock_versions(connection)
        await writing.keep_vectors(connection, encoder, prepared)
        for start in range(0, len(changed), _CHUNK):
            chunk = changed[start : start + _CHUNK]
            before = await stored_rows.read(connection, [entry.id for entry in chunk])
            edited += [stored.entry.id for stored in before.values() if stored.edited_by]
            chunk = [_still_disputed(entry, before.get(entry.id)) for entry in chunk]
            rows = [row_of(entry, hashes[entry.id], None) for entry in chunk]
            await writing.write(connection, chunk, rows, prepared.cuts)
            await writing.note(connection, chunk, before, by, "changed")
    if outdated:
        await _cut_anew(connection, outdated, encoder, progress)
    added = sum(entry.id not in known for entry in changed)
    return Saved(added, len(changed) - added, len(wanted) - len(changed), tuple(edited))


def _still_disputed(entry: Entry, before: Stored | None) -> Entry:
    """An entry as it is saved: one that is disputed stays so until somebody has looked, whatever its source says."""
    disputed = before is not None and before.entry.status is EntryStatus.DISPUTED
    return replace(entry, status=EntryStatus.DISPUTED) if disputed and entry.status is EntryStatus.LIVE else entry


async def _cut_anew(
    connection: AsyncConnection, hashes: dict[str, str], encoder: Encoder, progress: Callable[[float], None] | None
) -> None:
    """Cut entries as they are cut by now; what they say, who edited them and whether they are live stays as it is.

    `hashes`: what each one's content hash becomes. The history is not told: there is nothing to see.
    """
    standing = await stored_rows.read(connection, list(hashes))
    prepared = await writing.prepare(connection, [stored.entry for stored in standing.values()], encoder, progress)
    await lock_versions(connection)
    await writing.keep_vectors(connection, encoder, prepared)
    now = await stored_rows.read(connection, list(hashes))
    same = [stored for key, stored in now.items() if stored.entry == standing[key].entry]
    for start in range(0, len(same), _CHUNK):
        chunk = same[start : start + _CHUNK]
        rows = [row_of(stored.entry, hashes[stored.entry.id], stored.edited_by) for stored in chunk]
        await writing.write(connection, [stored.entry for stored in chunk], rows, prepared.cuts)


async def edit(connection: AsyncConnection, entry: Entry, *, based_on: int, encoder: Encoder, by: str) -> int:
    """Replace an entry by an edited one; the new version's number. Importing the old content again leaves it alone.

    Raises:
        UnknownEntry: there is none of this id.
        EntryChanged: it is not at version `based_on` any more: somebody else changed it meanwhile.
    """
    prepared = await writing.prepare(connection, [entry], encoder)
    await lock_versions(connection)
    before = await stored_rows.read(connection, [entry.id])
    if entry.id not in before:
        raise UnknownEntry(f"there is no entry {entry.id!r}", hint="`goodword knowledge search` shows ids with --json")
    stored = before[entry.id]
    if stored.version != based_on:
        raise EntryChanged(f"{entry.id} was changed by somebody else meanwhile", hint="look at it again, then edit it")
    await writing.keep_vectors(connection, encoder, prepared)
    await writing.write(connection, [entry], [row_of(entry, stored.content_hash, by)], prepared.cuts)
    await writing.note(connection, [entry], before, by, "edited")
    return await newest_version(connection)


async def retire(connection: AsyncConnection, ids: Iterable[str], *, by: str = "", may_return: bool = False) -> int:
    """Take entries out of every search from the commit on; how many were not retired yet. Unknown ids are ignored.

    With `may_return` an import brings them back also where their content is the same as before.
    """
    live = [status for status in EntryStatus if status is not EntryStatus.RETIRED]
    more = {"content_hash": ""} if may_return else {}
    return await _turn(connection, ids, live, EntryStatus.RETIRED, by, "retired", more)


async def approve(connection: AsyncConnection, ids: Iterable[str], *, by: str = "") -> int:
    """Let drafts be found, from the commit on; how many there were. What is no draft is left alone."""
    return await _turn(connection, ids, [EntryStatus.DRAFT], EntryStatus.LIVE, by, "approved", {})


async def dispute(connection: AsyncConnection, ids: Iterable[str], *, by: str = "") -> int:
    """Take live entries out of every search from the commit on, until `reinstate` or `retire`; how many there were.

    No import brings them back before: what comes changed from its source stays disputed.
    """
    return await _turn(connection, ids, [EntryStatus.LIVE], EntryStatus.DISPUTED, by, "disputed", {})


async def reinstate(connection: AsyncConnection, ids: Iterable[str], *, by: str = "") -> int:
    """Let disputed entries be found again, from the commit on; how many there were."""
    return await _turn(connection, ids, [EntryStatus.DISPUTED], EntryStatus.LIVE, by, "found right", {})


async def _turn(
    connection: AsyncConnection,
    ids: Iterable[str],
    from_: Sequence[EntryStatus],
    to: EntryStatus,
    by: str,
    what: str,
    more: dict[str, Any],
) -> int:
    """Entries from one status into another, each with a new version."""
    wanted = sorted(set(ids))
    if not wanted:
        return 0
    await lock_versions(connection)
    here = entries.c.id.in_(wanted) & entries.c.status.in_([status.value for status in from_])
    old = {row.id: row.status for row in await connection.execute(select(entries.c.id, entries.c.status).where(here))}
    done = await connection.execute(
        update(entries)
        .where(entries.c.id.in_(list(old)))
        .values(status=to.value, version=version_sequence.next_value(), updated_at=func.now(), **more)
        .returning(entries.c.id, entries.c.version)
    )
    await history.keep(
        connection, [history.note(key, version, by, what, {"status": old[key]}) for key, version in done]
    )
    return len(old)


async def stored(connection: AsyncConnection, key: str) -> Stored | None:
    """The entry of this id with what the library knows about it, or None."""
    return (await stored_rows.read(connection, [key])).get(key)


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
    review_due: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[Entry]:
    """Entries, newest change first. `contains` is looked for in title, question and text, letter case ignored;
    `review_due`: only live ones whose review date has passed, the longest ago first."""
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
    if review_due:
        due = (entries.c.status == EntryStatus.LIVE.value) & (entries.c.review_at <= func.now())
        query = query.where(due).order_by(entries.c.review_at)
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
        sources=await counts(select(entries.c.source, func.count()).where(live).group_by(entries.c.source)),
        review_due=await connection.scalar(
            select(func.count()).select_from(entries).where(live, entries.c.review_at <= func.now())
        )
        or 0,
        encoders=await counts(select(vector_table.c.encoder_id, func.count()).group_by(vector_table.c.encoder_id)),
        version=newest[0] or 0,
        updated_at=newest[1],
    )


async def newest_version(connection: AsyncConnection) -> int:
    """The highest version there is, 0 for none: one look at an index."""
    return (await connection.scalar(select(func.max(entries.c.version)))) or 0


async def library_id(connection: AsyncConnection) -> str:
    """Which library this is, whatever its database is called: a random name, given once."""
    found = await connection.scalar(select(func.min(library_identity.c.id)))
    if found is None:
        await connection.execute(insert(library_identity).values(id=secrets.token_hex(16)))
        await connection.commit()
        found = await connection.scalar(select(func.min(library_identity.c.id)))
    return str(found)
