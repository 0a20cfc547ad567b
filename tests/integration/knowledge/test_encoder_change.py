"""Another embedding model: everything is encoded anew beside the searches, which use the old one until that is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge import store, vectors
from knowledge.encoder import EncoderUnavailable, Progress, Vectors
from knowledge.entries import Entry, EntryKind
from knowledge.library import Library
from knowledge.results import Query
from knowledge.tables import encoders
from knowledge.tables import vectors as vector_table
from tests.integration.knowledge.conftest import WordEncoder

SHELF = Entry("shelf", EntryKind.USAGE, "Put up a shelf", "Drill holes, push plugs in, screw the shelf on.")
DECK = Entry("deck", EntryKind.USAGE, "Oil a deck", "Sand the boards, brush the oil along the grain.")
ASK = Query(text="How do I fix a shelf?")
OLD, NEW = "words-1", "words-2"


class SlowEncoder(WordEncoder):
    """Waits in its first batch until it is told to go on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.go_on = threading.Event()
        self.begun = threading.Event()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.begun.set()
        assert self.go_on.wait(20)
        return super().encode(texts, progress)


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


async def save(engine: AsyncEngine, encoder: WordEncoder, *found: Entry) -> None:
    async with engine.begin() as connection:
        await store.save(connection, found, encoder=encoder)


async def ids(library: Library, query: Query = ASK) -> list[str]:
    return [hit.entry.id for hit in (await library.search(query)).usage]


async def by_encoder(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        return (await store.stats(connection)).encoders


async def test_the_old_one_is_searched_until_the_new_one_is_ready(
    engine: AsyncEngine, executor: ThreadPoolExecutor
) -> None:
    old, new = WordEncoder(OLD), SlowEncoder(NEW)
    await save(engine, old, SHELF, DECK)
    library = Library(engine.connect, new, executor, open_encoder=WordEncoder)
    changing = asyncio.create_task(vectors.encode_anew(engine.begin, new))
    await asyncio.to_thread(new.begun.wait, 20)
    assert await ids(library) == ["shelf", "deck"]
    late = replace(SHELF, id="late", text="A shelf that came while everything was being encoded anew.")
    await save(engine, old, late)
    assert "late" in await ids(library)
    async with engine.begin() as connection:
        await store.retire(connection, ["deck"])
    assert "deck" not in await ids(library)
    assert not new.encoded
    new.go_on.set()
    assert await changing == 5  # three texts and two titles
    new.encoded.clear()
    assert set(await ids(library)) == {"shelf", "late"}  # the old one once more; beside it the new one is put together
    await library.settle()
    assert set(await ids(library)) == {"shelf", "late"}
    assert ASK.text in new.encoded, "the post was not encoded by the new one"
    assert len(new.encoded) == 1, "something was encoded that has a vector already"


async def test_what_is_saved_with_the_new_one_is_found_with_the_old_one_meanwhile(
    engine: AsyncEngine, executor: ThreadPoolExecutor
) -> None:
    old, new = WordEncoder(OLD), WordEncoder(NEW)
    await save(engine, old, DECK)
    library = Library(engine.connect, new, executor, open_encoder=WordEncoder)
    assert await ids(library) == ["deck"]
    await save(engine, new, SHELF)
    assert await ids(library) == ["shelf", "deck"]


async def test_what_was_made_is_kept_when_it_is_stopped(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_COMMIT_AFTER", 10)
    await save(engine, WordEncoder(OLD), *(replace(SHELF, id=f"e{n}", text=f"Text {n}") for n in range(35)))
    new = WordEncoder(NEW)

    def stop(made: int, total: int) -> None:
        assert total == 36  # and their one title
        if made == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await vectors.encode_anew(engine.begin, new, stop)
    assert await by_encoder(engine) == {OLD: 36, NEW: 20}
    new.encoded.clear()
    heard: list[tuple[int, int]] = []
    assert await vectors.encode_anew(engine.begin, new, lambda made, total: heard.append((made, total))) == 16
    assert (len(new.encoded), heard) == (16, [(10, 16), (16, 16)])
    assert await vectors.encode_anew(engine.begin, new) == 0


async def test_the_way_back_is_short_and_older_ones_are_forgotten(engine: AsyncEngine) -> None:
    first, second, third = (WordEncoder(f"words-{n}") for n in (1, 2, 3))
    await save(engine, first, SHELF, DECK)
    assert await vectors.encode_anew(engine.begin, second) == 4  # texts and titles
    await save(engine, second, replace(SHELF, id="more", text="One more shelf."))
    assert await vectors.encode_anew(engine.begin, first) == 1  # only what came meanwhile
    assert await vectors.encode_anew(engine.begin, third) == 5
    assert await by_encoder(engine) == {"words-1": 5, "words-3": 5}
    async with engine.connect() as connection:
        ready = select(encoders.c.id).where(encoders.c.ready_at.is_not(None))
        assert (await connection.scalars(ready)).all() == ["words-3"]


async def test_two_at_once_encode_everything_once(engine: AsyncEngine) -> None:
    await save(engine, WordEncoder(OLD), *(replace(SHELF, id=f"e{n}", text=f"Text {n}") for n in range(30)))
    here, there = WordEncoder(NEW), WordEncoder(NEW)
    made = await asyncio.gather(*(vectors.encode_anew(engine.begin, one) for one in (here, there)))
    assert sorted(made) == [0, 31]
    assert sorted([len(here.encoded), len(there.encoded)]) == [0, 31]


async def test_what_is_saved_during_the_last_step_has_its_vectors(
    engine: AsyncEngine, executor: ThreadPoolExecutor
) -> None:
    """While passages are encoded somebody with the old model goes on saving; afterwards nothing lacks a vector."""
    old, new = WordEncoder(OLD), WordEncoder(NEW)
    await save(engine, old, *(replace(SHELF, id=f"e{n}", text=f"Text {n}") for n in range(5)))

    async def go_on_saving() -> None:
        for n in range(20):
            await save(engine, old, replace(DECK, id=f"late{n}", text=f"Oil number {n}"))

    await asyncio.gather(vectors.encode_anew(engine.begin, new), go_on_saving())
    library = Library(engine.connect, new, executor, open_encoder=WordEncoder)
    assert len(await ids(library, replace(ASK, limit=100))) == 25
    async with engine.connect() as connection:
        assert await vectors.ready_encoder(connection) == (NEW, NEW)
    await vectors.encode_anew(engine.begin, new)
    assert (await by_encoder(engine))[NEW] == 27  # and two titles


async def test_where_the_old_one_is_gone_the_new_one_finds_what_it_has(
    engine: AsyncEngine, executor: ThreadPoolExecutor
) -> None:
    def gone(name: str) -> WordEncoder:
        raise EncoderUnavailable(f"{name} cannot be loaded")

    await save(engine, WordEncoder(OLD), SHELF)
    new = WordEncoder(NEW)
    library = Library(engine.connect, new, executor, open_encoder=gone)
    assert await ids(library) == []
    await save(engine, new, replace(SHELF, id="late"))
    assert await ids(library) == ["late"]
    await vectors.encode_anew(engine.begin, new)
    await ids(library)
    await library.settle()
    assert set(await ids(library)) == {"late", "shelf"}


async def test_a_database_of_vectors_keeps_one_of_a_text(engine: AsyncEngine, tmp_path: Path) -> None:
    encoder = WordEncoder(OLD)
    await save(engine, encoder, SHELF, replace(SHELF, id="copy"))
    async with engine.connect() as connection:
        assert len((await connection.execute(select(vector_table.c.text_hash))).all()) == 2  # text and title
    assert len(encoder.encoded) == 2
