"""A library of 100,000 entries, half of it removed; and the snapshot that makes its next start quick."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge import library as library_module
from knowledge import store
from knowledge.entries import Entry, EntryKind
from knowledge.library import Library
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.results import Query
from knowledge.searching import search
from tests.integration.knowledge.conftest import WordEncoder

SHELF = Entry("shelf", EntryKind.USAGE, "Put up a shelf", "Drill holes, push plugs in, screw the shelf on.")
ASK = Query(text="How do I fix a shelf?", limit=20)

Open = Callable[[], Library]


def test_100_000_entries_added_and_half_removed() -> None:
    """Vectors are made up, nothing is encoded: what is tried is the bookkeeping."""
    count, chance = 100_000, np.random.default_rng(3)
    numbers = chance.normal(size=(count, 16)).astype(np.float32)
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    pools = Pools(16)
    for first in range(0, count, 250):
        pools.put([_made(n, numbers[n]) for n in range(first, first + 250)])
    assert len(pools) == count
    pools.drop(f"e{n}" for n in range(0, count, 2))
    assert len(pools) == count // 2
    for wanted in (1, 77_777, 99_999):
        found = search(pools, replace(ASK, text=f"topic{wanted}"), numbers[wanted])
        assert found.usage[0].entry.id == f"e{wanted}"
        assert all(int(hit.entry.id[1:]) % 2 for hit in found.usage)
    for gone in (0, 77_776):
        found = search(pools, replace(ASK, text=f"topic{gone}"), numbers[gone])
        assert all(int(hit.entry.id[1:]) % 2 for hit in found.usage)
        assert found.usage[0].cosine < 0.999
        assert pools.usage.bm25.idf(f"topic{gone}") > pools.usage.bm25.idf(f"topic{gone + 1}")
    pools.put([_made(0, numbers[0])])
    assert search(pools, replace(ASK, text="topic0"), numbers[0]).usage[0].entry.id == "e0"


def _made(n: int, numbers: np.ndarray[tuple[int], np.dtype[np.float32]]) -> tuple[Entry, list[Vector]]:
    entry = Entry(f"e{n}", EntryKind.USAGE, f"topic{n}", f"say{n % 97} more{n % 1013}")
    return entry, [Vector(PassageKind.PASSAGE, entry.title, entry.text, numbers)]


@pytest.fixture
def start(
    engine: AsyncEngine, encoder: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Library]:
    """Libraries with snapshots already of few entries, as processes that start one after the other."""
    monkeypatch.setattr(library_module, "KEEP_AFTER", 20)
    executor = ThreadPoolExecutor(2)
    return lambda: Library(engine.connect, encoder, executor, snapshots=tmp_path / "index")


async def _fill(engine: AsyncEngine, encoder: WordEncoder, count: int, first: int = 0) -> None:
    async with engine.begin() as connection:
        some = [replace(SHELF, id=f"s{n}", text=f"Shelf number {n}: screw it on.") for n in range(first, first + count)]
        await store.save(connection, some, encoder=encoder)


async def _found(library: Library) -> list[tuple[str, float]]:
    result = await library.search(ASK)
    return [(hit.entry.id, round(hit.score, 5)) for hit in (*result.usage, *result.answers)]


async def test_a_start_loads_the_snapshot_and_the_tail_since(
    engine: AsyncEngine, encoder: WordEncoder, start: Open, tmp_path: Path
) -> None:
    await _fill(engine, encoder, 30)
    first = start()
    assert await first.refresh() == 30
    await first.settle()
    (file,) = (tmp_path / "index").iterdir()
    assert file.suffix == ".npz"
    await _fill(engine, encoder, 3, first=100)
    async with engine.begin() as connection:
        await store.retire(connection, ["s1"])
    second = start()
    assert await second.refresh() == 4, "only what came since the snapshot was loaded"
    assert (len(second), await _found(second)) == (32, await _found(first))
    await second.settle()
    assert second.version == first.version


@pytest.mark.parametrize("torn", [b"", b"PK\x03\x04 nothing of ours", None])
async def test_a_torn_snapshot_is_made_anew(
    engine: AsyncEngine, encoder: WordEncoder, start: Open, tmp_path: Path, torn: bytes | None
) -> None:
    await _fill(engine, encoder, 30)
    first = start()
    expected = await _found(first)
    await first.settle()
    (file,) = (tmp_path / "index").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if torn is None else torn)
    second = start()
    assert await second.refresh() == 30
    assert await _found(second) == expected
    await second.settle()
    assert await start().refresh() == 0, "the snapshot was not written anew"


async def test_a_snapshot_of_another_library_or_an_earlier_state_is_not_used(
    engine: AsyncEngine, encoder: WordEncoder, start: Open, tmp_path: Path
) -> None:
    await _fill(engine, encoder, 30)
    first = start()
    await first.refresh()
    await first.settle()
    async with engine.begin() as connection:
        before = await store.library_id(connection)
        await connection.exec_driver_sql("TRUNCATE library_identity, entries, vectors, encoders CASCADE")
    async with engine.connect() as connection:
        assert await store.library_id(connection) != before
    await _fill(engine, encoder, 5)
    other = start()
    assert (await other.refresh(), len(other)) == (5, 5)


async def test_a_folder_that_cannot_be_written_costs_nothing_but_time(
    engine: AsyncEngine, encoder: WordEncoder, start: Open, tmp_path: Path
) -> None:
    (tmp_path / "index").write_text("a file is in the way")
    await _fill(engine, encoder, 30)
    library = start()
    assert await library.refresh() == 30
    await library.settle()
    assert await _found(library)
