"""Vectors in the database, by encoder and by the text they were made from; and which encoder is searched with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

import numpy as np
from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.encoder import Encoder
from knowledge.entries import EntryStatus
from knowledge.passages import embedded
from knowledge.tables import VERSION_LOCK, encoders, entries, passages, vectors
from knowledge.vector_table import foreign_tables

#: Rows read or written in one statement, and texts encoded between two commits.
_CHUNK, _COMMIT_AFTER = 5_000, 512
#: Session lock: of several processes one makes the vectors, the others wait. Any constant that nothing else uses.
_MAKING = VERSION_LOCK + 1

Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


async def lock_versions(connection: AsyncConnection) -> None:
    """Until the end of the transaction nobody else makes versions (see `tables.version_sequence`)."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": VERSION_LOCK})


async def ready_encoder(connection: AsyncConnection) -> tuple[str, str] | None:
    """Id and name of the encoder that every passage has a vector of; None before the first entry."""
    row = (
        await connection.execute(select(encoders.c.id, encoders.c.name).where(encoders.c.ready_at.is_not(None)))
    ).first()
    return (row.id, row.name) if row else None


async def note_encoder(connection: AsyncConnection, encoder_id: str, name: str) -> None:
    """Know an encoder from now on. The first one is ready at once: nothing lacks its vectors."""
    first = (await ready_encoder(connection)) is None
    row = {"id": encoder_id, "name": name, "ready_at": func.now() if first else None}
    await connection.execute(insert(encoders).values(row).on_conflict_do_nothing())


async def known(connection: AsyncConnection, encoder_id: str, hashes: Sequence[str]) -> set[str]:
    """Which of these texts have a vector of this encoder."""
    found: set[str] = set()
    for start in range(0, len(hashes), _CHUNK):
        here = vectors.c.text_hash.in_(hashes[start : start + _CHUNK])
        found |= set(
            await connection.scalars(select(vectors.c.text_hash).where(vectors.c.encoder_id == encoder_id, here))
        )
    return found


async def keep(connection: AsyncConnection, encoder_id: str, made: Mapping[str, bytes]) -> None:
    """Write vectors; one that is there stays. In rising order: so no two writers wait for each other for ever."""
    rows = [{"encoder_id": encoder_id, "text_hash": key, "vector": made[key]} for key in sorted(made)]
    for start in range(0, len(rows), _CHUNK):
        await connection.execute(insert(vectors).on_conflict_do_nothing(), rows[start : start + _CHUNK])


async def encode(
    encoder: Encoder, texts: Mapping[str, str], progress: Callable[[int], None] | None = None
) -> dict[str, bytes]:
    """Texts by hash to stored vectors by hash, in a thread."""
    if not texts:
        return {}
    rows = await asyncio.to_thread(encoder.encode, list(texts.values()), progress)
    return {key: row.tobytes() for key, row in zip(texts, rows.astype(np.dtype("<f4")), strict=True)}


async def encode_anew(begin: Begin, encoder: Encoder, progress: Callable[[int, int], None] | None = None) -> int:
    """Make what vectors of this encoder are lacking, then let every process search with it; how many were made.

    Where it is searched with already, only what was saved with another one meanwhile is lacking.

    Takes as long as encoding takes, in commits of their own: what was made is kept when this is stopped. Searches go on
    with the encoder that is ready, which stays known, with its vectors, until another change; older ones are forgotten.
    `progress` hears how many are made, and of how many.
    """
    encoder_id = await asyncio.to_thread(lambda: encoder.id)
    async with begin() as holding:
        await holding.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
        async with begin() as connection:
            ready = await ready_encoder(connection)
            if ready is None:
                return 0
            await note_encoder(connection, encoder_id, encoder.name)
            lacking = select(func.count(passages.c.text_hash.distinct())).where(_lacks(encoder_id))
            total = await connection.scalar(lacking) or 0
        made, last = 0, ""
        while True:
            async with begin() as connection:
                texts = await _texts(connection, encoder_id, last)
            if not texts:
                break
            found = await encode(encoder, texts)
            async with begin() as connection:
                await keep(connection, encoder_id, found)
            made, last = made + len(found), max(texts)
            if progress:
                progress(made, max(total, made))
        async with begin() as connection:
            await lock_versions(connection)  # nothing is saved meanwhile, so after these few nothing is lacking
            while texts := await _texts(connection, encoder_id, ""):
                await keep(connection, encoder_id, await encode(encoder, texts))
                made += len(texts)
            if ready[0] != encoder_id:
                await _switch(connection, encoder_id)
        return made


def _lacks(encoder_id: str) -> ColumnElement[bool]:
    """Passages of entries in use that have no vector of this encoder."""
    here = (vectors.c.encoder_id == encoder_id) & (vectors.c.text_hash == passages.c.text_hash)
    used = (entries.c.id == passages.c.entry_id) & (entries.c.status != EntryStatus.RETIRED.value)
    return ~select(vectors.c.text_hash).where(here).exists() & select(entries.c.id).where(used).exists()


async def _texts(connection: AsyncConnection, encoder_id: str, after: str) -> dict[str, str]:
    """The next texts that lack a vector, by hash in rising order."""
    wanted = (
        select(passages.c.text_hash, passages.c.path, passages.c.text)
        .ext(distinct_on(passages.c.text_hash))
        .where(passages.c.text_hash > after, _lacks(encoder_id))
        .order_by(passages.c.text_hash)
        .limit(_COMMIT_AFTER)
    )
    return {key: embedded(path, words) for key, path, words in await connection.execute(wanted)}


async def _switch(connection: AsyncConnection, encoder_id: str) -> None:
    former = await ready_encoder(connection)
    stay = [encoder_id, *((former[0],) if former else ())]
    await connection.execute(update(encoders).values(ready_at=None))
    await connection.execute(update(encoders).where(encoders.c.id == encoder_id).values(ready_at=func.now()))
    await connection.execute(delete(vectors).where(vectors.c.encoder_id.not_in(stay)))
    await connection.execute(delete(encoders).where(encoders.c.id.not_in(stay)))
    here = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    for name in foreign_tables([*await connection.scalars(text(here))], stay):
        await connection.execute(text(f'DROP TABLE "{name}"'))
