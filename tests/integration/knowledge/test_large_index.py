"""An index that has moved into PostgreSQL finds what one in memory finds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge import store, vectors
from knowledge.entries import Entry, EntryKind
from knowledge.index import Floats, Ids, VectorIndex
from knowledge.large_index import LargeIndex
from knowledge.library import Library
from knowledge.results import Query
from knowledge.vector_table import VectorTable, keys_of
from tests.integration.knowledge.conftest import WordEncoder

SIDE = 64
Straight = Callable[[], psycopg.Connection[Any]]


@pytest.fixture
def straight(server: str) -> Straight:
    address = server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'nearest%'").fetchall()
        for (name,) in names:
            connection.execute(f'DROP TABLE "{name}"')  # type: ignore[call-overload]
    return partial(psycopg.connect, address)


def made_up(count: int, seed: int = 0) -> Floats:
    found = np.random.default_rng(seed).normal(size=(count, SIDE)).astype(np.float32)
    unit: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def numbers(first: int, last: int) -> Ids:
    return np.arange(first, last, dtype=np.int64)


@pytest.fixture(autouse=True)
def _by_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.large_index.FEW", 0)


@pytest.fixture
def large(straight: Straight) -> LargeIndex:
    """600 vectors of which 550 have moved, with a few more that came since."""
    index = LargeIndex(SIDE, VectorTable(straight, "nearest_test", SIDE), limit=500, recent=100)
    rows = made_up(600)
    index.add(numbers(0, 550), rows[:550])
    index.settle()
    index.add(numbers(550, 600), rows[550:])
    assert len(index._keys) == 550
    return index


def flat() -> VectorIndex:
    index = VectorIndex(SIDE)
    index.add(numbers(0, 600), made_up(600))
    return index


def same(index: VectorIndex, other: VectorIndex, **how: Any) -> None:
    for post in made_up(10, seed=5):
        (ids, scores), (wanted, right) = index.search(post, 20, **how), other.search(post, 20, **how)
        assert ids.tolist() == wanted.tolist()
        np.testing.assert_allclose(scores, right, atol=1e-5)


def test_both_find_the_same(large: LargeIndex) -> None:
    assert len(large) == 600
    assert 3 in large
    assert 599 in large
    same(large, flat())


@pytest.mark.parametrize("few", [0, 5_000], ids=["by the index", "by comparing all that is allowed"])
def test_both_find_the_same_of_what_is_allowed(large: LargeIndex, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("knowledge.large_index.FEW", few)
    same(large, flat(), allowed=np.arange(600) % 7 == 0)
    assert large.search(made_up(1)[0], 20, np.zeros(600, dtype=bool))[0].tolist() == []


def test_what_is_removed_is_gone_at_once_and_what_is_replaced_is_the_new_one(large: LargeIndex) -> None:
    other = flat()
    for index in (large, other):
        index.remove(np.array([1, 2, 560, 999], dtype=np.int64))
        index.add(np.array([3, 570], dtype=np.int64), made_up(2, seed=9))
    assert len(large) == 597
    assert 1 not in large
    same(large, other)


def test_it_gives_back_the_vectors_as_they_were(large: LargeIndex) -> None:
    wanted = np.array([7, 599, 0, 7], dtype=np.int64)
    np.testing.assert_array_equal(large.vectors(wanted), made_up(600)[wanted])


def test_what_is_asked_for_often_is_read_once(large: LargeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.large_index.MANY", 100)
    reads: list[int] = []
    read = large._table.read
    monkeypatch.setattr(large._table, "read", lambda keys: (reads.append(len(keys)), read(keys))[1])
    for _ in range(2):
        np.testing.assert_array_equal(large.vectors(numbers(0, 200)), made_up(600)[:200])
    large.add(np.array([5], dtype=np.int64), made_up(1, seed=9))
    np.testing.assert_array_equal(large.vectors(np.array([5, 6], dtype=np.int64))[0], made_up(1, seed=9)[0])
    assert reads[:2] == [200, 0]


def test_equal_vectors_share_a_row_and_are_found_both(straight: Straight) -> None:
    index = LargeIndex(SIDE, VectorTable(straight, "nearest_test", SIDE), limit=5)
    rows = made_up(6)[[0, 1, 2, 3, 4, 0]]
    index.add(numbers(0, 6), rows)
    index.settle()
    assert len(index._keys) == 6
    assert set(index.search(rows[0], 2)[0].tolist()) == {0, 5}
    index.remove(np.array([0], dtype=np.int64))
    assert index.search(rows[0], 1)[0].tolist() == [5]


def test_what_changes_while_it_moves_is_right_after(straight: Straight) -> None:
    index, other = LargeIndex(SIDE, VectorTable(straight, "nearest_test", SIDE), limit=500), flat()
    index.add(numbers(0, 600), made_up(600))
    for one in (index, other):
        one.remove(np.array([1, 2], dtype=np.int64))
        one.add(np.array([3], dtype=np.int64), made_up(1, seed=9))
    index.settle()
    assert len(index) == 598
    assert 1 not in index
    same(index, other)


def test_two_processes_share_the_rows(straight: Straight) -> None:
    rows = made_up(600)
    for _ in range(2):
        index = LargeIndex(SIDE, VectorTable(straight, "nearest_test", SIDE), limit=500)
        index.add(numbers(0, 600), rows)
        index.settle()
        same(index, flat())
    with straight() as connection:
        assert connection.execute("SELECT count(*) FROM nearest_test").fetchone() == (600,)


def test_a_search_reads_the_index_not_the_table(large: LargeIndex, straight: Straight) -> None:
    with large._table._open() as connection:
        query = "EXPLAIN SELECT key FROM nearest_test ORDER BY (embedding::halfvec(64)) <#> %s::halfvec(64)"
        plan = "\n".join(line for (line,) in connection.execute(query, (str(made_up(1)[0].tolist()),)))
    assert "Index Scan using nearest_test_hnsw" in plan


def test_without_a_database_that_can_all_stays_in_memory_and_is_said(caplog: pytest.LogCaptureFixture) -> None:
    def nobody() -> psycopg.Connection[Any]:
        raise psycopg.OperationalError("nobody is there")

    index = LargeIndex(SIDE, VectorTable(nobody, "nearest_test", SIDE), limit=500)
    with caplog.at_level(logging.WARNING):
        index.add(numbers(0, 600), made_up(600))
        index.settle()
    same(index, flat())
    assert "stays in memory" in caplog.text
    assert index._moving is None, "it tries again at every search"


def test_names_tell_vectors_apart_and_are_the_same_everywhere() -> None:
    rows = made_up(500)
    assert len(np.unique(keys_of(rows))) == 500
    assert keys_of(np.ones((1, 2), dtype=np.float32)).tolist() == [-2314824636055827851]


# A whole library that is too large for memory


def entry(number: int) -> Entry:
    words = ("shelf", "deck", "door", "tile", "paint")[number % 5]
    asked = f"My {words} number{number} is loose"
    return Entry(f"a{number}", EntryKind.ANSWER, asked, f"Mind the {words} {number}.", question=asked)


@pytest.fixture
def executor() -> Any:
    with ThreadPoolExecutor(2) as made:
        yield made


async def save(engine: AsyncEngine, *entries: Entry) -> None:
    async with engine.begin() as connection:
        await store.save(connection, entries, encoder=WordEncoder())


async def found(library: Library, text: str) -> list[tuple[str, float]]:
    result = await library.search(Query(text=text, limit=5))
    return [(hit.entry.id, round(hit.score, 5)) for hit in result.answers]


async def moved(library: Library) -> int:
    replica = await library.replica()
    assert replica is not None
    means = replica.pools.answers.means
    assert isinstance(means, LargeIndex)
    means.settle()
    return len(means._keys)


async def test_a_library_finds_the_same_on_both_sides_of_the_limit(
    engine: AsyncEngine, executor: ThreadPoolExecutor, straight: Straight
) -> None:
    def opened(limit: int) -> Library:
        return Library(engine.connect, WordEncoder(), executor, straight=straight, limit=limit)

    await save(engine, *(entry(number) for number in range(60)))
    small, first, second = opened(1_000), opened(50), opened(50)
    ask = "My deck number21 is loose"
    assert await found(first, ask) == await found(small, ask)
    assert (await moved(small), await moved(first)) == (0, 60)
    assert await found(first, ask) == await found(small, ask)
    # another process: what is saved, and what is retired, elsewhere
    assert await found(second, ask) == await found(first, ask)
    assert await moved(second) == 60
    await save(engine, replace(entry(21), id="late"))
    async with engine.begin() as connection:
        await store.retire(connection, [f"a{number}" for number in range(30)])
    here = await found(small, ask)
    assert "late" in dict(here)
    assert "a21" not in dict(here)
    assert await found(first, ask) == await found(second, ask) == here
    # below the limit: at once by what is left, and in memory from the next start on
    assert len((await first.replica()).pools.answers.means) == 31  # type: ignore[union-attr]
    again = opened(50)
    assert await found(again, ask) == here
    assert await moved(again) == 0


async def test_a_change_of_encoder_takes_the_tables_of_older_ones_away(
    engine: AsyncEngine, executor: ThreadPoolExecutor, straight: Straight
) -> None:
    await save(engine, *(entry(number) for number in range(10)))
    library = Library(engine.connect, WordEncoder(), executor, straight=straight, limit=5)
    await library.refresh()
    assert await moved(library) == 10

    def tables() -> int:
        with straight() as connection:
            rows = connection.execute("SELECT 1 FROM pg_tables WHERE tablename LIKE 'nearest_mean%'").fetchall()
        return len(rows)

    assert tables() == 1
    await vectors.encode_anew(engine.begin, WordEncoder("words-2"))
    assert tables() == 1, "the way back is short"
    await vectors.encode_anew(engine.begin, WordEncoder("words-3"))
    assert tables() == 0
