"""What a team asks of the knowledge from Slack, on a real database: a post by its link, kept answers, known issues."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import ProposalKind, Wish
from bot import shelf
from bot.channels.base import ChannelRefused
from bot.learning import StoredKnowledge
from bot.review import Reviewer
from bot.shelf import Kept
from bot.states import State
from knowledge import store
from knowledge.entries import Entry, EntryStatus
from tests.integration.journey.world import World
from tests.integration.knowledge.conftest import WordEncoder

ANNA, TOM = Reviewer("anna", "Anna"), Reviewer("tom", "Tom")
KEPT = Kept(
    "slack-C1-1.2", "What holds in a crumbling wall?", "Resin anchors. Ask jo@mail.example.", "https://s.example/p1"
)


def stored(world: World, *, reviewers: frozenset[str] = frozenset()) -> World:
    """The same world with real knowledge."""
    rules = replace(world.journey.rules, reviewers=reviewers)
    journey = replace(world.journey, library=StoredKnowledge(WordEncoder()), rules=rules)
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def entry(world: World, key: str) -> Entry:
    async with world.journey.engine.connect() as connection:
        found = await store.get(connection, key)
    assert found is not None
    return found


async def test_a_post_that_nobody_mentioned_us_in_is_drafted_whatever_it_is(world: World) -> None:
    world.assistant.kinds = {"Nice saw": ProposalKind.NO_REPLY}
    post = world.channel.say("jo", "Has anybody hung a shelf on brick?")
    quiet = world.channel.say("ben", "Nice saw")
    assert post.url
    assert quiet.url
    assert "being drafted" in await shelf.hear(world.journey, post.url, ANNA)
    assert "here already" in await shelf.hear(world.journey, post.url, TOM)
    await world.work()
    card = await world.card()
    assert card.state is State.ASKED
    assert ("Anna", "brought this in by its link") in [(step.who, step.what) for step in card.steps]
    assert world.assistant.asked[-1].wish is Wish.ANY
    await world.settle()  # the channel gives it too: it is one turn
    assert len(world.room.posted) == 1

    # what was proposed to leave alone is drafted when somebody asks for it
    assert (await world.card(2)).state is State.SILENT
    assert "being drafted" in await shelf.hear(world.journey, quiet.url, ANNA)


async def test_a_link_that_leads_to_no_public_post_of_others_is_refused(world: World) -> None:
    whispered = world.channel.whisper("jo", "psst")
    with pytest.raises(ChannelRefused, match="not public"):
        await shelf.hear(world.journey, whispered, ANNA)
    with pytest.raises(ChannelRefused, match=r"No post was found there\. Connected: Memory"):
        await shelf.hear(world.journey, "https://elsewhere.example/1", ANNA)


async def test_a_kept_answer_is_masked_and_a_draft_until_an_editor_says_so(world: World) -> None:
    world = stored(world, reviewers=frozenset({"tom"}))
    kept = await shelf.keep(world.journey, KEPT, ANNA)
    assert "jo@mail.example" not in kept.text
    draft = await entry(world, kept.key)
    assert (draft.status, draft.text, draft.url) == (EntryStatus.DRAFT, kept.text, None)
    assert draft.meta == {"link": KEPT.link, "added_by": "Anna"}
    assert await shelf.settle(world.journey, kept.key, ANNA, live=True) == (
        False,
        "Only editors decide what is used. Ask one to look at it.",
    )
    done, _ = await shelf.settle(world.journey, kept.key, TOM, live=True)
    assert done
    assert (await entry(world, kept.key)).status is EntryStatus.LIVE
    assert await shelf.settle(world.journey, kept.key, TOM, live=False) == (
        False,
        "Tom has settled this already: it is live.",
    )


async def test_a_discarded_answer_is_gone(world: World) -> None:
    world = stored(world)
    kept = await shelf.keep(world.journey, KEPT, ANNA)
    assert (await shelf.settle(world.journey, kept.key, TOM, live=False))[0]
    assert (await entry(world, kept.key)).status is EntryStatus.RETIRED


async def test_of_two_editors_in_the_same_instant_one_decides_and_the_other_is_told_who(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = stored(world)
    look = store.get

    async def slow(connection: AsyncConnection, key: str) -> Entry | None:
        found = await look(connection, key)
        await asyncio.sleep(0.2)  # the other looks meanwhile
        return found

    kept = await shelf.keep(world.journey, KEPT, ANNA)
    monkeypatch.setattr(store, "get", slow)
    clicks = ((ANNA, True), (TOM, False))
    said = await asyncio.gather(*(shelf.settle(world.journey, kept.key, who, live=live) for who, live in clicks))
    [(first, live)] = [click for click, (done, _) in zip(clicks, said, strict=True) if done]
    [sentence] = [sentence for done, sentence in said if not done]
    assert sentence.startswith(f"{first.name} has settled this already: ")
    assert (await entry(world, kept.key)).status is (EntryStatus.LIVE if live else EntryStatus.RETIRED)


async def test_a_known_issue_ends_by_itself(world: World) -> None:
    world = stored(world)
    now = datetime.now(UTC)
    for text, until in (("Over.", now - timedelta(seconds=1)), ("Holds.", now + timedelta(hours=1))):
        assert "Noted until then" in await shelf.announce(world.journey, text, until, ANNA, "then")
    assert await shelf.end_notices(world.journey.engine) == 1
    assert await shelf.end_notices(world.journey.engine) == 0
    async with world.journey.engine.connect() as connection:
        assert [one.text for one in await store.find(connection, status=EntryStatus.LIVE)] == ["Holds."]


async def test_who_is_no_editor_announces_nothing(world: World) -> None:
    world = stored(world, reviewers=frozenset({"tom"}))
    assert "Only editors" in await shelf.announce(world.journey, "Late.", datetime.now(UTC), ANNA, "then")


async def test_a_post_by_its_link_holds_only_what_can_be_stored(world: World) -> None:
    post = world.channel.say("jo", "Has anybody\x00 hung a \ud800 shelf?")
    assert post.url
    assert "being drafted" in await shelf.hear(world.journey, post.url, ANNA)
    await world.work()
    assert (await world.card()).state is State.ASKED


async def test_what_is_live_is_not_replaced_by_keeping_the_message_again(world: World) -> None:
    world = stored(world)
    first = await shelf.keep(world.journey, KEPT, ANNA)
    other = await shelf.keep(world.journey, replace(KEPT, text="Glue."), TOM)  # shown on a card of its own
    assert (await shelf.settle(world.journey, first.key, ANNA, live=True))[0]
    assert (await entry(world, first.key)).text.startswith("Resin anchors.")  # what was shown is what is live
    assert (await entry(world, other.key)).status is EntryStatus.DRAFT
    again = await shelf.keep(world.journey, KEPT, TOM)
    assert again.key == first.key
    assert (await entry(world, first.key)).status is EntryStatus.LIVE
