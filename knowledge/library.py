"""The library of one process: a replica of what the database holds, brought up to date before every search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import snapshot
from knowledge.encoder import Encoder, EncoderUnavailable
from knowledge.errors import GoodwordError
from knowledge.index import VectorIndex
from knowledge.large_index import LIMIT, LargeIndex
from knowledge.model_file import ModelFile
from knowledge.passages import opening
from knowledge.pools import MakeIndex, Pools, in_memory
from knowledge.replica import Replica
from knowledge.results import Query, SearchResult
from knowledge.searching import has_words, nothing, post_text
from knowledge.store import library_id, newest_version
from knowledge.vector_table import Connect as Straight
from knowledge.vector_table import VectorTable, table_name
from knowledge.vectors import ready_encoder

#: A snapshot is written after this many changes, or a tenth of the library if that is more.
KEEP_AFTER = 1_000

T = TypeVar("T")
#: Id and name of the encoder that every passage has a vector of.
Ready = tuple[str, str] | None
Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class LibraryUnavailable(GoodwordError):
    """The database cannot be reached, so it cannot be known what was retired: no search then. Try again later."""

    code = "library_unavailable"


class Library:
    """A Searcher on a database. What any process committed is found, and what it retired is gone, from the next
    search on: each search first asks for the newest version (an index look-up) and loads what came since.

    While vectors of a new encoder are being made (`vectors.encode_anew`), it searches with the old one; then it changes
    over, without a search waiting for it.
    """

    def __init__(
        self,
        connect: Connect,
        encoder: Encoder,
        executor: Executor,
        *,
        open_encoder: Callable[[str], Encoder] | None = None,
        snapshots: Path | None = None,
        learned: ModelFile | None = None,
        straight: Straight | None = None,
        limit: int = LIMIT,
    ) -> None:
        """`connect` gives a connection for the time of a `with`. Encoding and searching run in `executor`, a bounded
        thread pool, never in the event loop. `open_encoder` makes an earlier encoder from its name. `snapshots`: a
        folder where large replicas are kept, so that the next start is quick. `learned`: the ranking that was learned
        here, read again when it changes; without it the ranking is the one that ships. `straight` gives a connection of
        psycopg's own to the same database: with it an index of more than `limit` vectors moves there."""
        self._connect = connect
        self._encoder = encoder
        self._executor = executor
        self._open_encoder = open_encoder or Encoder
        self._snapshots = snapshots
        self._learned = learned
        self._straight = straight
        self._limit = limit
        self._replica: Replica | None = None
        self._refreshing = asyncio.Lock()
        self._changing_over: asyncio.Task[None] | None = None
        self._unusable: set[str] = set()  # ids of encoders that cannot be loaded here
        self._library_id = ""
        self._keeping: asyncio.Task[None] | None = None
        self._unkept = 0  # changes since the snapshot

    @property
    def version(self) -> int:
        """The newest version that was loaded."""
        return self._replica.version if self._replica else 0

    def __len__(self) -> int:
        """How many entries can be found."""
        return len(self._replica.pools) if self._replica else 0

    async def refresh(self) -> int:
        """Load what changed since the last time (at first: everything); how many changes there were.

        Raises:
            LibraryUnavailable: the database cannot be reached.
        """
        async with self._refreshing:
            try:
                async with self._connect() as connection:
                    ready = await ready_encoder(connection)
                    if self._replica is None:
                        self._replica = await self._begin(connection, ready)
                    elif await self._outdated(self._replica, ready) and _idle(self._changing_over):
                        self._changing_over = asyncio.create_task(self._change_over(ready))
                    newest = await newest_version(connection)
                    if newest <= self._replica.version:
                        return 0
                    changes = await self._replica.advance(connection, newest, self._in_thread)
                    self._keep_if_worthwhile(self._replica, changes)
                    return changes
            except (SQLAlchemyError, psycopg.Error, OSError) as error:
                raise _unavailable(error) from error

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
        assert self._replica is not None
        try:
            return await self._in_thread(partial(self._replica.search, query, opening(post_text(query)), self._learned))
        except psycopg.Error as error:
            raise _unavailable(error) from error

    async def replica(self) -> Replica | None:
        """What is searched, up to date, to learn from it; None of an empty library. Whoever changes or reads it at
        length beside searches holds its `guard`.

        Raises:
            LibraryUnavailable: the database cannot be reached.
        """
        await self.refresh()
        return self._replica if len(self) else None

    async def settle(self) -> None:
        """Wait for what goes on beside the searches: a change of encoder, a snapshot that is being written."""
        if self._changing_over is not None:
            await asyncio.wait([self._changing_over])
        if self._keeping is not None:
            await asyncio.wait([self._keeping])

    async def _begin(self, connection: AsyncConnection, ready: Ready) -> Replica:
        """A replica to search with: from its snapshot where there is one, else empty."""
        encoder, complete = await self._chosen(ready)
        encoder_id, dimension = await self._in_thread(lambda: (encoder.id, encoder.dimension))  # may load the model
        make_index = self._indexes(encoder_id)
        if self._snapshots is not None:
            self._library_id = self._library_id or await library_id(connection)
            wanted = snapshot.Name(self._library_id, encoder_id, dimension)
            newest = await newest_version(connection)
            found = await asyncio.to_thread(snapshot.load, self._snapshots, wanted, newest, make_index)
            if found is not None:
                return Replica(encoder, found.pools, found.version, complete=complete)
        return Replica(encoder, Pools(dimension, make_index), complete=complete)

    def _indexes(self, encoder_id: str) -> MakeIndex:
        """What makes the indexes of vectors of an encoder."""
        if (straight := self._straight) is None:
            return in_memory

        def make(kind: str, dimension: int) -> VectorIndex:
            table = VectorTable(straight, table_name(kind, encoder_id), dimension)
            return LargeIndex(dimension, table, self._limit)

        return make

    async def _chosen(self, ready: Ready) -> tuple[Encoder, bool]:
        """The encoder to search with, and whether every passage has a vector of it."""
        wanted = await self._in_thread(lambda: self._encoder.id)
        if ready is None or ready[0] == wanted:
            return self._encoder, True
        if ready[0] not in self._unusable:
            try:
                former = self._open_encoder(ready[1])
                if await self._in_thread(lambda: former.id) == ready[0]:
                    return former, True
            except EncoderUnavailable:
                pass
            self._unusable.add(ready[0])
        return self._encoder, False  # the best there is: what has been made of its vectors so far

    async def _outdated(self, replica: Replica, ready: Ready) -> bool:
        if ready is None:
            return False
        if await self._in_thread(lambda: replica.encoder.id) == ready[0]:
            return not replica.complete
        return ready[0] not in self._unusable

    async def _change_over(self, ready: Ready) -> None:
        """Build another replica beside the one that is searched, then put it in its place."""
        try:
            async with self._connect() as connection:
                replica = await self._begin(connection, ready)
                await replica.advance(connection, await newest_version(connection), self._in_thread)
        except (SQLAlchemyError, psycopg.Error, OSError, EncoderUnavailable):
            return  # the next search tries again
        async with self._refreshing:
            self._replica = replica
            self._keep_if_worthwhile(replica, len(replica.pools))

    def _keep_if_worthwhile(self, replica: Replica, changes: int) -> None:
        """Write a snapshot once so much changed since the last one that loading it anew takes seconds."""
        self._unkept += changes
        enough = max(KEEP_AFTER, len(replica.pools) // 10)
        if (
            self._snapshots is not None
            and self._library_id
            and replica.complete
            and self._unkept >= enough
            and _idle(self._keeping)
        ):
            self._unkept = 0
            name = partial(snapshot.Name, self._library_id)
            self._keeping = asyncio.create_task(asyncio.to_thread(_keep, self._snapshots, name, replica))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _unavailable(error: Exception) -> LibraryUnavailable:
    return LibraryUnavailable(
        f"the knowledge cannot be read: {error.__class__.__name__}",
        hint="check that the database runs; the search works again as soon as it does",
    )


def _idle(task: asyncio.Task[None] | None) -> bool:
    return task is None or task.done()


def _keep(folder: Path, name: Callable[[str, int], snapshot.Name], replica: Replica) -> None:
    with suppress(OSError, psycopg.Error):  # a full disk costs a slower start, nothing else
        with replica.guard:  # a moment: numbers are copied, texts are not
            version, state = replica.version, replica.pools.export()
        snapshot.save(folder, name(replica.encoder.id, replica.encoder.dimension), version, state)
