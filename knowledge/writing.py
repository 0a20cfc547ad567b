"""How entries, their passages and vectors are written: the long part first, then what needs the version lock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import history, vectors
from knowledge.encoder import Encoder
from knowledge.entries import Entry
from knowledge.passages import Passage, cut
from knowledge.stored import Stored
from knowledge.tables import entries, passages


@dataclass(frozen=True)
class Prepared:
    """What is ready to be written: passages by entry, and vectors by text that the database may not have yet."""

    cuts: dict[str, list[Passage]]
    vectors: dict[str, bytes]
    encoder_id: str


async def prepare(
    connection: AsyncConnection,
    changed: Sequence[Entry],
    encoder: Encoder,
    progress: Callable[[float], None] | None = None,
) -> Prepared:
    """Cut, and encode what the database has no vector of: the long part, before anything is locked."""
    encoder_id = await asyncio.to_thread(lambda: encoder.id)  # may load the model
    cuts = await asyncio.to_thread(lambda: {entry.id: cut(entry) for entry in changed})
    texts = {passage.hash: passage.embedded for found in cuts.values() for passage in found}
    for key in await vectors.known(connection, encoder_id, list(texts)):
        del texts[key]
    done = 0

    def hear(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done / len(texts))

    return Prepared(cuts, await vectors.encode(encoder, texts, hear), encoder_id)


async def keep_vectors(connection: AsyncConnection, encoder: Encoder, prepared: Prepared) -> None:
    """Write the vectors, and know the encoder."""
    await vectors.note_encoder(connection, prepared.encoder_id, encoder.name)
    await vectors.keep(connection, prepared.encoder_id, prepared.vectors)


async def write(
    connection: AsyncConnection, chunk: list[Entry], rows: list[dict[str, Any]], cuts: dict[str, list[Passage]]
) -> None:
    """Put rows of entries, and their passages, in the place of those that were there."""
    upsert = insert(entries)
    replaced = {name: upsert.excluded[name] for name in (*rows[0], "version") if name != "id"}
    upsert = upsert.on_conflict_do_update(index_elements=["id"], set_={**replaced, "updated_at": func.now()})
    await connection.execute(upsert, rows)
    await connection.execute(delete(passages).where(passages.c.entry_id.in_([entry.id for entry in chunk])))
    await connection.execute(
        insert(passages), [_passage_row(entry.id, item) for entry in chunk for item in cuts[entry.id]]
    )


async def note(connection: AsyncConnection, chunk: list[Entry], before: dict[str, Stored], by: str, what: str) -> None:
    """Keep in the history what was just written; `before` is what stood there until then."""
    new = select(entries.c.id, entries.c.version).where(entries.c.id.in_([entry.id for entry in chunk]))
    version = {row.id: row.version for row in await connection.execute(new)}
    notes = []
    for entry in chunk:
        old = before.get(entry.id)
        changed = history.difference(old.entry, entry) if old else {}
        notes.append(history.note(entry.id, version[entry.id], by, what if old else "added", changed))
    await history.keep(connection, notes)


def _passage_row(entry_id: str, passage: Passage) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "n": passage.n,
        "kind": passage.kind.value,
        "path": passage.path,
        "text": passage.text,
        "text_hash": passage.hash,
    }
