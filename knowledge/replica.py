"""What the database holds, as one process keeps it for searching: the pools, the version they are at, the encoder."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.encoder import Encoder
from knowledge.entries import Entry, EntryStatus
from knowledge.model_file import ModelFile
from knowledge.passages import PassageKind, embedded
from knowledge.pools import Pools, Vector
from knowledge.results import Query, SearchResult
from knowledge.searching import search
from knowledge.stored import entry_of
from knowledge.tables import entries, passages, vectors

#: Entries read and taken over in one go: small enough that a search never waits long for the lock.
BATCH = 250

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], Awaitable[T]]


class _Row(NamedTuple):
    """A passage with its vector; None where it has none of the encoder."""

    entry_id: str
    n: int
    kind: str
    path: str
    text: str
    vector: bytes | None


class Replica:
    """Pools of vectors of one encoder, brought forward version by version. Searches and changes take turns."""

    def __init__(self, encoder: Encoder, pools: Pools, version: int = 0, *, complete: bool = True) -> None:
        """`complete`: every passage is known to have a vector of this encoder, or gets one here."""
        self.encoder = encoder
        self.pools = pools
        self.version = version
        self.complete = complete
        self.guard = threading.Lock()  # between a search and a change of the pools

    async def advance(self, connection: AsyncConnection, newest: int, in_thread: InThread[Any]) -> int:
        """Take over what changed up to version `newest`; how many changes there were."""
        changes = 0
        encoder_id = await in_thread(lambda: self.encoder.id)
        async for batch, rows in _changes(connection, self.version, newest, encoder_id):
            await in_thread(partial(self._take_over, batch, rows))
            changes += len(batch)
            self.version = batch[-1].version
        self.version = newest
        return changes

    def search(self, query: Query, post: str, learned: ModelFile | None = None) -> SearchResult:
        """Encode a post's opening and search with it, ranking by what was learned. Blocking."""
        vector = self.encoder.encode([post])[0]
        model = learned.read(self.encoder.id) if learned else None
        with self.guard:
            return search(self.pools, query, vector, model)

    def _take_over(self, batch: Sequence[Row[Any]], rows: Sequence[_Row]) -> None:
        found = [entry_of(row) for row in batch]
        made = self._vectors(found, rows)
        with self.guard:
            self.pools.put([(entry, made.get(entry.id, ())) for entry in found])

    def _vectors(self, found: Sequence[Entry], rows: Sequence[_Row]) -> dict[str, list[Vector]]:
        """Vectors by entry. What was saved with another encoder than ours is encoded here, so that it is found too."""
        live = {entry.id for entry in found if entry.status is EntryStatus.LIVE}
        lacking = [row for row in rows if row.vector is None and row.entry_id in live] if self.complete else []
        encoded = dict(zip(((row.entry_id, row.n) for row in lacking), self._encode(lacking), strict=True))
        made: dict[str, list[Vector]] = {}
        for row in rows:
            stored = row.vector
            numbers = encoded.get((row.entry_id, row.n)) if stored is None else np.frombuffer(stored, dtype="<f4")
            if numbers is not None:
                made.setdefault(row.entry_id, []).append(Vector(PassageKind(row.kind), row.path, row.text, numbers))
        return made

    def _encode(self, lacking: Sequence[_Row]) -> Sequence[np.ndarray[Any, np.dtype[np.float32]]]:
        return list(self.encoder.encode([embedded(row.path, row.text) for row in lacking])) if lacking else []


async def _changes(
    connection: AsyncConnection, since: int, until: int, encoder_id: str
) -> AsyncIterator[tuple[Sequence[Row[Any]], Sequence[_Row]]]:
    """Batches of changed entries in rising version, with their passages and the vectors of this encoder.

    An entry that changes once more between the statements comes without passages and is loaded with its newer version
    at the next refresh. Rows are asked for by name, in three statements: a join of the three tables was planned as a
    reading of all vectors for each batch, where PostgreSQL had not yet counted what an import had just brought.
    """
    while since < until:
        changed = entries.c.version > since, entries.c.version <= until
        batch = (
            await connection.execute(select(entries).where(*changed).order_by(entries.c.version).limit(BATCH))
        ).all()
        if not batch:
            return
        last = batch[-1].version
        wanted = (
            select(passages)
            .join(entries, entries.c.id == passages.c.entry_id)
            .where(entries.c.id.in_([row.id for row in batch]), entries.c.version <= last)
            .order_by(passages.c.entry_id, passages.c.n)
        )
        rows = (await connection.execute(wanted)).all()
        hashes = {row.text_hash for row in rows}
        ours = vectors.c.encoder_id == encoder_id, vectors.c.text_hash.in_(hashes)
        found = await connection.execute(select(vectors.c.text_hash, vectors.c.vector).where(*ours))
        vector = {row.text_hash: row.vector for row in found}
        yield (
            batch,
            [_Row(row.entry_id, row.n, row.kind, row.path, row.text, vector.get(row.text_hash)) for row in rows],
        )
        since = last
