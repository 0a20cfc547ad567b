"""What no reply was proposed for: once a day, whoever works, and one click drafts one all the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from actions.proposal import ProposalKind
from bot.cards import digest
from bot.cards.overview import DIGEST_SHOWN
from bot.review import Place, Verb
from bot.states import State
from tests.integration.journey.world import World

#: Half past nine in Berlin, when it is half past eight in the zone that counts nothing.
BERLIN = datetime(2026, 3, 14, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def silent(world: World) -> World:
    world.assistant.kinds["spam"] = ProposalKind.NO_REPLY
    for who, words in (("ann", "buy spam"), ("bob", "how do I hang it"), ("cem", "more spam")):
        world.channel.say(who, words)
    await world.settle()
    return world


def told(world: World) -> list[list[int]]:
    return [[row.turn_id for row in one.rows] for one in world.room.digests]


async def test_it_comes_at_its_hour_and_once(silent: World) -> None:
    early = BERLIN.replace(hour=8, minute=59)
    assert await digest.send(silent.journey, early) == 0  # in UTC, as no zone is set
    assert await digest.send(silent.journey, early + timedelta(minutes=1)) == 2
    assert await digest.send(silent.journey, early + timedelta(hours=3)) == 0
    assert told(silent) == [[1, 3]]
    row = silent.room.digests[0].rows[0]
    assert (row.author_name, row.words, row.reason) == ("Ann", "buy spam", "Nothing we know answers it.")

    silent.channel.say("dan", "spam again")
    await silent.settle()
    assert await digest.send(silent.journey, BERLIN + DAY + timedelta(hours=1)) == 1
    assert told(silent) == [[1, 3], [4]]


async def test_the_hour_is_the_teams(silent: World) -> None:
    rules = silent.journey.rules
    there = replace(rules, hours=replace(rules.hours, zone="Europe/Berlin"))
    journey = replace(silent.journey, rules=there)
    assert await digest.send(journey, BERLIN - timedelta(minutes=31)) == 0
    assert await digest.send(journey, BERLIN) == 2


async def test_many_workers_send_one(silent: World) -> None:
    now = BERLIN + timedelta(hours=1)
    await asyncio.gather(*(digest.send(silent.journey, now) for _ in range(6)))
    assert told(silent) == [[1, 3]]


async def test_with_nothing_to_tell_nothing_is_sent(world: World) -> None:
    assert await digest.send(world.journey, BERLIN + timedelta(hours=1)) == 0
    assert await digest.send(world.journey, BERLIN + timedelta(hours=2)) == 0
    assert told(world) == []


async def test_a_digest_whose_confirmation_was_lost_is_not_sent_twice(silent: World) -> None:
    now = BERLIN + timedelta(hours=1)
    silent.room.down = True
    assert await digest.send(silent.journey, now) == 0
    silent.room.down, silent.room.lose_next = False, True
    assert await digest.send(silent.journey, now) == 0
    assert await digest.send(silent.journey, now) == 2
    assert await digest.send(silent.journey, now) == 0
    assert told(silent) == [[1, 3]]


async def test_more_than_fit_are_counted(world: World) -> None:
    world.assistant.kinds["spam"] = ProposalKind.NO_REPLY
    for number in range(DIGEST_SHOWN + 4):
        world.channel.say(f"p{number}", "spam")
    await world.settle()
    assert await digest.send(world.journey, BERLIN + timedelta(hours=1)) == DIGEST_SHOWN + 4
    (one,) = world.room.digests
    assert (len(one.rows), one.in_all) == (DIGEST_SHOWN, DIGEST_SHOWN + 4)


async def test_silence_of_long_ago_is_no_news(silent: World) -> None:
    async with silent.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET heard_at = now() - interval '8 days' WHERE id = 1"))
    await digest.send(silent.journey, BERLIN + timedelta(hours=1))
    assert told(silent) == [[3]]


async def test_draft_one_puts_it_into_the_queue_and_the_digest_shows_so(silent: World) -> None:
    await digest.send(silent.journey, BERLIN + timedelta(hours=1))
    silent.assistant.kinds.clear()
    assert (await silent.click(Verb.DRAFT, 3)).accepted
    await silent.work()
    assert (await silent.card(3)).state is State.ASKED
    found = await digest.standing_at(silent.journey, Place("C1", "digest 2026-03-14"))
    assert found is not None
    assert {row.turn_id: row.state for row in found.rows} == {1: State.SILENT, 3: State.ASKED}
    assert await digest.standing_at(silent.journey, Place("C1", "elsewhere")) is None
