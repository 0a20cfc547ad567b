from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from knowledge import history, store
from knowledge.entries import Entry, EntryKind
from knowledge.library import Library, LibraryUnavailable
from knowledge.results import Query, SearchResult
from tests.integration.knowledge.conftest import WordEncoder

OpenLibrary = Callable[[], Library]

SHELF = Entry(
    "shelf", EntryKind.USAGE, "Put up a shelf", "Drill holes into the wall, push plugs in, screw the shelf on."
)
DECK = Entry("deck", EntryKind.USAGE, "Oil a deck", "Sand the boards, brush the oil along the grain, let it dry.")
PAST = Entry(
    "past",
    EntryKind.ANSWER,
    "Shelf fell down",
    "Longer plugs did it for me.",
    question="My shelf fell off the wall, what now?",
    cites=("shelf",),
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)
ASK = Query(text="How do I fix a shelf to the wall so that it does not fall?")


async def save(engine: AsyncEngine, encoder: WordEncoder, *found: Entry) -> None:
    async with engine.begin() as connection:
        await store.save(connection, found, encoder=encoder)


def ids(result: SearchResult) -> tuple[list[str], list[str]]:
    return [hit.entry.id for hit in result.usage], [hit.entry.id for hit in result.answers]


async def test_an_empty_library_finds_nothing(open_library: OpenLibrary) -> None:
    result = await open_library().search(ASK)
    assert (result.usage, result.answers, result.confidence, result.top) == ((), (), 0.0, None)


async def test_both_pools_are_found_with_votes_and_quote(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    await save(engine, encoder, SHELF, DECK, PAST)
    result = await open_library().search(ASK)
    assert ids(result) == (["shelf", "deck"], ["past"])
    assert result.usage[0].votes == ("past",)
    assert result.usage[0].quote == "Drill holes into the wall, push plugs in, screw the shelf on."
    assert result.answers[0].question_similarity == pytest.approx(result.answers[0].question_similarity)
    assert 0 < result.confidence < 1


async def test_what_one_process_learns_the_other_finds_at_once(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    here, there = open_library(), open_library()
    await save(engine, encoder, SHELF)
    assert ids(await here.search(ASK)) == ids(await there.search(ASK)) == (["shelf"], [])
    await save(engine, encoder, PAST)
    assert ids(await here.search(ASK)) == ids(await there.search(ASK)) == (["shelf"], ["past"])
    assert here.version == there.version


async def test_what_is_disputed_is_out_of_every_search_until_it_is_found_right(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    here, there = open_library(), open_library()
    await save(engine, encoder, SHELF, DECK)
    assert ids(await here.search(ASK)) == ids(await there.search(ASK)) == (["shelf", "deck"], [])
    async with engine.begin() as connection:
        assert await store.dispute(connection, ["shelf", "unknown"], by="Anna") == 1
        assert await store.dispute(connection, ["shelf"], by="Tom") == 0
        assert await store.approve(connection, ["shelf"], by="Tom") == 0
    assert ids(await here.search(ASK)) == ids(await there.search(ASK)) == (["deck"], [])
    async with engine.begin() as connection:
        assert await store.reinstate(connection, ["shelf"], by="Olga") == 1
        done = [(version.what, version.by) for version in await history.versions(connection, "shelf")]
    assert done[:2] == [("found right", "Olga"), ("disputed", "Anna")]
    assert ids(await here.search(ASK)) == ids(await there.search(ASK)) == (["shelf", "deck"], [])


async def test_what_is_retired_is_gone_from_the_next_search(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    here, there = open_library(), open_library()
    await save(engine, encoder, SHELF, DECK, PAST)
    await here.search(ASK)
    await there.search(ASK)
    async with engine.begin() as connection:
        await store.retire(connection, ["shelf", "past"])
    for library in (here, there):
        result = await library.search(ASK)
        assert ids(result) == (["deck"], [])
        assert result.usage[0].votes == ()
        assert len(library) == 1


async def test_an_update_replaces_and_is_never_found_twice(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    library = open_library()
    await save(engine, encoder, SHELF, PAST)
    await library.search(ASK)
    await save(engine, encoder, replace(SHELF, text="Ask a friend about walls."), replace(PAST, question="shelf wall?"))
    result = await library.search(ASK)
    assert ids(result) == (["shelf"], ["past"])
    assert result.usage[0].entry.text == "Ask a friend about walls."


async def test_a_refresh_without_news_loads_nothing(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    library = open_library()
    await save(engine, encoder, SHELF, PAST)
    assert await library.refresh() == 2
    assert await library.refresh() == 0


async def test_more_entries_than_one_batch(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    library = open_library()
    await save(engine, encoder, *(replace(SHELF, id=f"shelf-{n}") for n in range(600)))
    assert await library.refresh() == 600
    assert len(library) == 600
    async with engine.begin() as connection:
        await store.retire(connection, [f"shelf-{n}" for n in range(0, 600, 2)])
    await library.refresh()
    assert len(library) == 300
    found = {hit.entry.id for hit in (await library.search(replace(ASK, limit=600))).usage}
    assert found
    assert all(int(key.removeprefix("shelf-")) % 2 for key in found)


async def test_excluded_entries_are_neither_found_nor_do_they_vote(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    await save(engine, encoder, SHELF, DECK, PAST)
    result = await open_library().search(replace(ASK, exclude=frozenset({"past", "deck", "unknown"})))
    assert ids(result) == (["shelf"], [])
    assert result.usage[0].votes == ()


async def test_as_of_an_earlier_day_later_answers_do_not_count(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    library = open_library()
    await save(engine, encoder, SHELF, PAST)
    before = await library.search(replace(ASK, as_of=datetime(2026, 2, 1, tzinfo=UTC)))
    assert ids(before) == (["shelf"], [])
    assert before.usage[0].votes == ()
    assert ids(await library.search(replace(ASK, as_of=datetime(2026, 4, 1, tzinfo=UTC)))) == (["shelf"], ["past"])


async def test_filters_let_through_what_names_nothing(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    library = open_library()
    saw = replace(SHELF, id="saw", product="Saw")
    drill = replace(SHELF, id="drill", product="Drill", platform="iOS")
    await save(engine, encoder, SHELF, saw, drill)

    async def found(query: Query) -> list[str]:
        return sorted(ids(await library.search(query))[0])

    assert await found(replace(ASK, product="drill")) == ["drill", "shelf"]
    assert await found(replace(ASK, product="Drill", platform="Android")) == ["shelf"]
    assert await found(replace(ASK, product="Never heard of")) == ["shelf"]


async def test_vectors_of_another_encoder_are_not_searched(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    await save(engine, WordEncoder("words-2"), SHELF)
    assert ids(await open_library().search(ASK)) == ([], [])


@pytest.mark.parametrize("text", ["", "  \n", "!!! ??? …", "🙂🙂", "\u200f\u200e", "the of and"])
async def test_a_post_without_words_finds_nothing(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary, text: str
) -> None:
    await save(engine, encoder, SHELF, PAST)
    result = await open_library().search(Query(text=text))
    assert (result.top, result.confidence) == (None, 0.0)


async def test_right_to_left_and_mixed_scripts(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    hebrew = Entry("he", EntryKind.USAGE, "תליית מדף", "קודחים חור בקיר. מכניסים דיבל ומבריגים את המדף.")
    arabic = Entry("ar", EntryKind.USAGE, "تعليق رف", "اثقب الجدار ثم ثبت الرف بالبراغي. استخدم مثقاب Holloway.")
    await save(engine, encoder, hebrew, arabic, DECK)
    library = open_library()
    result = await library.search(Query(text="איך לתלות מדף על קיר? מדף"))
    assert ids(result)[0][0] == "he"
    assert "המדף" in result.usage[0].quote
    assert ids(await library.search(Query(text="كيف أثبت الرف Holloway")))[0][0] == "ar"


async def test_an_entry_of_200_000_characters(
    engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary
) -> None:
    long = replace(SHELF, id="long", text="Nothing of use stands here at all. " * 5_714 + "Badgers need a licence.")
    await save(engine, encoder, long, DECK)
    result = await open_library().search(Query(text="Do badgers need a licence?"))
    assert ids(result)[0][0] == "long"
    assert result.usage[0].quote == "Badgers need a licence."
    enormous = await open_library().search(Query(text="shelf " * 100_000))
    assert enormous.usage


async def test_hostile_posts_do_no_harm(engine: AsyncEngine, encoder: WordEncoder, open_library: OpenLibrary) -> None:
    await save(engine, encoder, SHELF, PAST)
    library = open_library()
    for text in ("'; DROP TABLE entries; --", "shelf\x00wall", "\ud800 shelf", "%s %d {0} shelf", "a" * 300_000):
        await library.search(Query(text=text, product="\x00'\"", platform="%"))


async def test_without_a_database_the_search_says_so(encoder: WordEncoder) -> None:
    engine = create_async_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    with ThreadPoolExecutor(1) as executor:
        library = Library(engine.connect, encoder, executor)
        with pytest.raises(LibraryUnavailable, match="cannot be read"):
            await library.search(ASK)
    await engine.dispose()
