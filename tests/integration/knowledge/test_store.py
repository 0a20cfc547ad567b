from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge import history, store
from knowledge.encoder import Progress, Vectors
from knowledge.entries import Entry, EntryKind, EntryStatus
from knowledge.tables import entries, passages
from tests.integration.knowledge.conftest import WordEncoder

SHELF = Entry(
    id="shelf",
    kind=EntryKind.USAGE,
    title="Put up a shelf",
    text="# Brick\n\nDrill a hole of 6 mm.\n\n# Plasterboard\n\nTake a hollow wall anchor.",
    url="https://example.org/shelf",
    product="Drill 18",
    platform="Android",
    features=("clutch", "hammer"),
    owner="Iain",
    created_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    review_at=datetime(2027, 1, 1, tzinfo=UTC),
    source="entries",
    meta={"format": "markdown"},
)
ANSWER = Entry(
    id="answer-1",
    kind=EntryKind.ANSWER,
    title="My wall crumbles",
    text="Use a chemical anchor.",
    question="My wall crumbles\nWhat now?",
    cites=("shelf",),
    written_by="assistant",
    drawn_from=("shelf",),
)


async def test_an_entry_comes_back_as_it_was_saved(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        assert await store.save(connection, [SHELF, ANSWER], encoder=encoder) == store.Saved(2, 0, 0)
    async with engine.connect() as connection:
        assert await store.get(connection, "shelf") == SHELF
        assert await store.get(connection, "answer-1") == ANSWER
        assert await store.get(connection, "nobody") is None


async def test_saving_twice_changes_and_encodes_nothing(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF, ANSWER], encoder=encoder)
        before = await store.newest_version(connection)
        encoder.encoded.clear()
        assert await store.save(connection, [SHELF, ANSWER], encoder=encoder) == store.Saved(0, 0, 2)
        assert await store.newest_version(connection) == before
    assert encoder.encoded == []


async def test_of_a_changed_entry_only_what_changed_is_encoded(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        encoder.encoded.clear()
        changed = replace(SHELF, text=SHELF.text.replace("6 mm", "8 mm"))
        assert await store.save(connection, [changed], encoder=encoder) == store.Saved(0, 1, 0)
        beginning = f"{changed.title}\n{changed.text}"
        assert sorted(encoder.encoded) == sorted(["Put up a shelf > Brick\nDrill a hole of 8 mm.", beginning])
        encoder.encoded.clear()
        await store.save(connection, [replace(changed, owner="Mo")], encoder=encoder)
        assert encoder.encoded == []
        texts = set(await connection.scalars(select(passages.c.text)))
    assert texts == {"Drill a hole of 8 mm.", "Take a hollow wall anchor.", changed.title, beginning}


async def test_the_same_id_twice_in_one_call_is_one_entry(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        last = replace(SHELF, title="Hang a shelf")
        assert await store.save(connection, [SHELF, last], encoder=encoder) == store.Saved(1, 0, 0)
        assert await store.find(connection, ids=["shelf"]) == [last]


async def test_nothing_is_committed_for_the_caller(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.connect() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        await connection.rollback()
        assert await store.get(connection, "shelf") is None


async def test_importing_a_retired_entry_again_revives_it_only_when_it_was_changed(
    engine: AsyncEngine, encoder: WordEncoder
) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        before = await store.newest_version(connection)
        assert await store.retire(connection, ["shelf", "nobody"]) == 1
        assert await store.retire(connection, ["shelf"]) == 0
        assert await store.newest_version(connection) > before
        for coder in (encoder, WordEncoder("words-2")):
            assert await store.save(connection, [SHELF], encoder=coder) == store.Saved(0, 0, 1)
        assert [e.status for e in await store.find(connection)] == [EntryStatus.RETIRED]
        await store.save(connection, [replace(SHELF, text="Mended.")], encoder=encoder)
        assert [e.status for e in await store.find(connection)] == [EntryStatus.LIVE]


async def test_find_narrows_by_kind_status_and_words(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF, ANSWER], encoder=encoder)
        assert [e.id for e in await store.find(connection, kind=EntryKind.ANSWER)] == ["answer-1"]
        assert [e.id for e in await store.find(connection, contains="CHEMICAL")] == ["answer-1"]
        assert await store.find(connection, contains="100%_\x00") == []
        assert await store.find(connection, status=EntryStatus.RETIRED) == []


async def test_lookups_name_what_live_entries_use(engine: AsyncEngine, encoder: WordEncoder) -> None:
    gone = replace(SHELF, id="gone", product="Saw 12", features=("bevel",))
    async with engine.begin() as connection:
        await store.save(connection, [SHELF, ANSWER, gone], encoder=encoder)
        await store.retire(connection, ["gone"])
        assert await store.lookups(connection) == store.Lookups(("Drill 18",), ("Android",), ("clutch", "hammer"))
        stats = await store.stats(connection)
    assert stats.kinds == {"usage": 1, "answer": 1}
    assert stats.statuses == {"live": 2, "retired": 1}
    assert stats.encoders == {"words-1": 6}  # two entries of the same text share their vectors


async def test_versions_become_visible_in_rising_order(engine: AsyncEngine, encoder: WordEncoder) -> None:
    """A reader that has seen version n must never miss a lower one that commits later."""
    async with engine.connect() as slow, engine.connect() as quick, engine.connect() as reader:
        await store.save(slow, [SHELF], encoder=encoder)  # has its version, is not committed
        waiting = asyncio.create_task(store.save(quick, [ANSWER], encoder=encoder))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done, "a second writer took a higher version while a lower one was not committed"
        assert await store.newest_version(reader) == 0
        await slow.commit()
        await waiting
        await quick.commit()
        await reader.rollback()
        rows = (await reader.execute(select(entries.c.id).order_by(entries.c.version))).scalars().all()
    assert rows == ["shelf", "answer-1"]


async def test_retiring_waits_for_its_turn_too(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [ANSWER], encoder=encoder)
    async with engine.connect() as slow, engine.connect() as quick:
        await store.save(slow, [SHELF], encoder=encoder)
        waiting = asyncio.create_task(store.retire(quick, ["answer-1"]))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
        await slow.rollback()  # a writer that gives up lets the next one go on as well
        assert await waiting == 1
        await quick.commit()


async def test_readers_never_wait_for_writers(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.connect() as writer, engine.connect() as reader:
        await store.save(writer, [SHELF], encoder=encoder)
        await reader.execute(text("SET lock_timeout = 500"))
        assert await store.newest_version(reader) == 0


async def test_the_history_tells_who_changed_what_and_when(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [replace(SHELF, status=EntryStatus.DRAFT)], encoder=encoder, by="import")
        assert await store.approve(connection, ["shelf", "nobody"], by="Anna") == 1
        assert await store.approve(connection, ["shelf"], by="Anna") == 0
        found = await store.stored(connection, "shelf")
        assert found is not None
        assert (found.entry.status, found.edited_by) == (EntryStatus.LIVE, None)
        edited = replace(found.entry, title="Hang a shelf", review_at=None)
        number = await store.edit(connection, edited, based_on=found.version, encoder=encoder, by="Ben")
        await store.retire(connection, ["shelf"], by="Cleo")
        told = await history.versions(connection, "shelf")
    assert [(one.what, one.by) for one in told] == [
        ("retired", "Cleo"),
        ("edited", "Ben"),
        ("approved", "Anna"),
        ("added", "import"),
    ]
    assert told[1].before == {"title": "Put up a shelf", "review_at": "2027-01-01T00:00:00+00:00"}
    assert (told[1].version, told[0].before) == (number, {"status": "live"})
    assert [one.version for one in told] == sorted((one.version for one in told), reverse=True)


async def test_an_edit_stays_until_the_source_changes(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        before = await store.newest_version(connection)
        await store.edit(connection, replace(SHELF, text="Mended."), based_on=before, encoder=encoder, by="Ben")
        assert await store.save(connection, [SHELF], encoder=encoder) == store.Saved(0, 0, 1)
        assert [entry.text for entry in await store.find(connection)] == ["Mended."]
        newer = replace(SHELF, text="Mended by the source.")
        assert await store.save(connection, [newer], encoder=encoder) == store.Saved(0, 1, 0, ("shelf",))
        assert (await history.versions(connection, "shelf"))[0].before == {"text": "Mended."}


async def test_an_edit_on_what_somebody_else_changed_is_refused(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        before = await store.newest_version(connection)
        await store.edit(connection, replace(SHELF, text="First."), based_on=before, encoder=encoder, by="Ben")
        with pytest.raises(store.EntryChanged):
            await store.edit(connection, replace(SHELF, text="Second."), based_on=before, encoder=encoder, by="Cleo")
        with pytest.raises(store.UnknownEntry):
            await store.edit(connection, replace(SHELF, id="nobody"), based_on=before, encoder=encoder, by="Cleo")
        assert [entry.text for entry in await store.find(connection)] == ["First."]


async def test_what_a_sync_took_away_comes_back_with_its_source(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        await store.retire(connection, ["shelf"], may_return=True)
        assert await store.save(connection, [SHELF], encoder=encoder) == store.Saved(0, 1, 0)
        assert [entry.status for entry in await store.find(connection)] == [EntryStatus.LIVE]


async def test_progress_tells_which_part_of_the_encoding_is_done(engine: AsyncEngine, encoder: WordEncoder) -> None:
    class OneByOne(WordEncoder):
        def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            return np.concatenate([super(OneByOne, self).encode([text], progress) for text in texts])

    heard: list[float] = []
    async with engine.begin() as connection:
        await store.save(connection, [SHELF, ANSWER], encoder=OneByOne(), progress=heard.append)
        texts = len(heard)
        assert texts >= 4
        assert heard == pytest.approx([(n + 1) / texts for n in range(texts)])
        await store.save(connection, [SHELF, ANSWER], encoder=OneByOne(), progress=heard.append)
    assert len(heard) == texts


async def test_entries_that_are_cut_otherwise_by_now_are_cut_anew_as_they_stand(
    engine: AsyncEngine, encoder: WordEncoder
) -> None:
    gone = replace(SHELF, id="gone", title="Take down a shelf")
    async with engine.begin() as connection:
        await store.save(connection, [SHELF, gone, ANSWER], encoder=encoder)
        before = await store.newest_version(connection)
        edited = replace(SHELF, title="Hang a shelf")
        await store.edit(connection, edited, based_on=before - 2, encoder=encoder, by="Ben")
        await store.retire(connection, ["gone"])
        # as an earlier version left them: another cutting in the hash, and no title or opening
        await connection.execute(text("UPDATE entries SET content_hash = split_part(content_hash, '/', 1)"))
        await connection.execute(text("DELETE FROM passages WHERE kind IN ('title', 'opening')"))
        before = await store.newest_version(connection)
        assert await store.save(connection, [SHELF, gone, ANSWER], encoder=encoder) == store.Saved(0, 0, 3)
        titles = select(passages.c.text).where(passages.c.kind == "title").order_by(passages.c.text)
        assert list(await connection.scalars(titles)) == ["Hang a shelf", "Take down a shelf"]
        found = {entry.id: entry for entry in await store.find(connection)}
        assert found["shelf"] == edited
        assert found["gone"].status is EntryStatus.RETIRED
        stored = await store.stored(connection, "shelf")
        assert stored is not None
        assert (stored.edited_by, stored.version > before) == ("Ben", True)
        assert [one.what for one in await history.versions(connection, "shelf")] == ["edited", "added"]
        newest = await store.newest_version(connection)
        await store.save(connection, [SHELF, gone, ANSWER], encoder=encoder)
        assert await store.newest_version(connection) == newest


async def test_no_import_brings_back_what_is_disputed(engine: AsyncEngine, encoder: WordEncoder) -> None:
    async with engine.begin() as connection:
        await store.save(connection, [SHELF], encoder=encoder)
        await store.dispute(connection, ["shelf"], by="Anna")
        for words in (SHELF.text, "Find the studs."):
            await store.save(connection, [replace(SHELF, text=words)], encoder=encoder)
            found = await store.get(connection, "shelf")
            assert found is not None
            assert (found.status, found.text) == (EntryStatus.DISPUTED, words)
        await store.retire(connection, ["shelf"])
        assert await store.reinstate(connection, ["shelf"]) == 0
