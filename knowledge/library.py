"""The library of one process: a replica of what the database holds, brought up to date before every search."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.encoder import Encoder
from knowledge.errors import GoodwordError
from knowledge.passages import PassageKind, opening
from knowledge.pools import Pools, Vector
from knowledge.results import Query, SearchResult
from knowledge.searching import has_words, nothing, post_text, search
from knowledge.store import entry_of, newest_version
from knowledge.tables import entries, passages

#: Entries read and taken over in one go: small enough that a search never waits long for the lock.
BATCH = 250

T = TypeVar("T")
Changes = Sequence[Row[Any]]
Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class LibraryUnavailable(GoodwordError):
    """The database cannot be reached, so it cannot be known what was retired: no search then. Try again later."""

    code = "library_unavailable"


class Library:
    """A Searcher on a database. What any process committed is found, and what it retired is gone, from the next
    search on: each search first asks for the newest version (an index look-up) and loads what came since."""

    def __init__(self, connect: Connect, encoder: Encoder, executor: Executor) -> None:
        """`connect` gives a connection for the time of a `with`. Encoding and searching run in `executor`, a bounded
        thread pool, never in the event loop."""
        self._connect = connect
        self._encoder = encoder
        self._executor = executor
        self._pools: Pools | None = None
        self._version = 0
        self._refreshing = asyncio.Lock()
        self._guard = threading.Lock()  # between a search and a change of the pools

    @property
    def version(self) -> int:
        """The newest version that was loaded."""
        return self._version

    def __len__(self) -> int:
        """How many entries can be found."""
        return len(self._pools) if self._pools is not None else 0

    async def refresh(self) -> int:
        """Load what changed since the last time (at first: everything); how many changes there were.

        Raises:
            LibraryUnavailable: the database cannot be reached.
        """
        async with self._refreshing:
            await self._prepare()
            try:
                async with self._connect() as connection:
                    newest = await newest_version(connection)
                    if newest <= self._version:
                        return 0
                    changes = 0
                    async for batch, vectors in _changes(connection, self._version, newest, self._encoder.id):
                        await self._in_thread(partial(self._take_over, batch, vectors))
                        changes += len(batch)
                        self._version = batch[-1].version
                    self._version = newest
                    return changes
            except (SQLAlchemyError, OSError) as error:
                raise LibraryUnavailable(
                    f"the knowledge cannot be read: {error.__class__.__name__}",
                    hint="check that the database runs; the search works again as soon as it does",
                ) from error

    async def search(self, query: Query) -> SearchResult:
        """The best of both pools for a post. An empty library gives empty pools and confidence 0.

        Raises:
            LibraryUnavailable: the database cannot be reached.
        """
        await self.refresh()
        if not len(self):
            return nothing("the library is empty")
        if not has_words(query):
            return nothing("the post holds no words to search for")
        return await self._in_thread(partial(self._search, query))

    async def _prepare(self) -> None:
        if self._pools is None:
            # Loading the model takes a second: in the thread, and before the first row is read.
            self._pools = Pools(await self._in_thread(lambda: self._encoder.dimension))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _search(self, query: Query) -> SearchResult:
        vector = self._encoder.encode([opening(post_text(query))])[0]
        with self._guard:
            assert self._pools is not None
            return search(self._pools, query, vector)

    def _take_over(self, batch: Changes, vectors: dict[str, list[Vector]]) -> None:
        found = [entry_of(row) for row in batch]
        with self._guard:
            assert self._pools is not None
            self._pools.put([(entry, vectors.get(entry.id, ())) for entry in found])


async def _changes(
    connection: AsyncConnection, since: int, until: int, encoder_id: str
) -> AsyncIterator[tuple[Changes, dict[str, list[Vector]]]]:
    """Batches of changed entries in rising version, with their vectors of this encoder.

    An entry that changes once more between the two statements comes without vectors and is loaded with its newer
    version at the next refresh.
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
            select(passages.c.entry_id, passages.c.kind, passages.c.path, passages.c.text, passages.c.vector)
            .join(entries, entries.c.id == passages.c.entry_id)
            .where(entries.c.version > since, entries.c.version <= last, passages.c.encoder_id == encoder_id)
            .order_by(passages.c.entry_id, passages.c.n)
        )
        vectors: dict[str, list[Vector]] = {}
        for key, kind, path, text, numbers in await connection.execute(wanted):
            vector = Vector(PassageKind(kind), path, text, np.frombuffer(numbers, dtype="<f4"))
            vectors.setdefault(key, []).append(vector)
        yield batch, vectors
        since = last
