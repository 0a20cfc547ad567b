"""The quiet start, pausing and resuming: nothing goes out unless somebody who may has said so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import switching
from bot.cards.dealing import deal
from bot.record import places
from bot.record.migrations import versions
from bot.review import Reviewer, Verb
from bot.review_desk import JourneyDesk
from bot.states import State
from tests.integration.journey.world import World

ASK = "How do I hang a shelf on plasterboard?"
ANNA, MIA = Reviewer("anna", "Anna"), Reviewer("mia", "Mia")


@pytest.fixture
async def new(world: World) -> World:
    """A new installation, with a lead."""
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("DELETE FROM switches"))
    journey = replace(world.journey, rules=replace(world.journey.rules, leads=frozenset({"mia"})))
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


def desk(world: World) -> JourneyDesk:
    made = JourneyDesk()
    made.journey = world.journey
    return made


async def test_a_new_installation_drafts_and_shows_home_and_posts_and_publishes_nothing(new: World) -> None:
    new.channel.say("ben", ASK)
    await new.settle()
    [waiting] = await desk(new).queue(10)
    assert waiting.reply is not None
    assert (await desk(new).publishing()).quiet
    assert (await new.click(Verb.APPROVE)).accepted  # in Home
    await new.work()
    card = await new.card()
    assert (card.state, card.waits) == (State.APPROVED, "publishing is not switched on yet")
    assert new.channel.published == ()
    assert await deal(new.journey) == 0


async def test_only_a_lead_switches_it_on_and_then_cards_and_replies_go_on(new: World) -> None:
    new.channel.say("ben", ASK)
    new.channel.say("ada", ASK)
    await new.settle()
    assert (await new.click(Verb.APPROVE, 1)).accepted
    await new.work()
    assert await desk(new).resume(ANNA) == switching.NOT_A_LEAD_YET
    assert (await desk(new).publishing()).quiet
    assert await desk(new).resume(MIA) == switching.SWITCHED_ON
    await new.work()
    assert await deal(new.journey) == 1
    now = await desk(new).publishing()
    assert (now.on, now.by, now.quiet, now.since is not None) == (True, "Mia", False, True)
    assert len(new.channel.published) == 1
    assert [card.turn_id for card in new.room.posted] == [2]


async def test_to_pause_a_quiet_installation_does_not_end_the_quiet(new: World) -> None:
    assert await desk(new).pause(ANNA) == switching.QUIET
    new.channel.say("ben", ASK)
    await new.settle()
    assert new.room.posted == []
    assert (await desk(new).publishing()).quiet


async def test_with_nobody_named_the_refusal_says_how_to_name_one(world: World) -> None:
    await desk(world).pause(ANNA)
    said = await desk(world).resume(Reviewer("U1", "Anna"))
    assert "GOODWORD_LEADS" in said
    assert "U1" in said
    assert not (await desk(world).publishing()).on


async def test_anyone_pauses_and_only_a_lead_resumes(new: World) -> None:
    await switching.switch_on(new.journey, "Lea")
    new.channel.say("ben", ASK)
    await new.settle()
    assert await desk(new).pause(ANNA) == switching.PAUSED
    assert await desk(new).pause(MIA) == switching.PAUSED_ALREADY.format(by="Anna")
    assert (await new.click(Verb.APPROVE)).accepted
    await new.work()
    assert new.channel.published == ()
    assert new.room.shown["1"].waits == "publishing is paused by Anna"
    assert await desk(new).resume(ANNA) == switching.NOT_A_LEAD
    assert await desk(new).resume(MIA) == switching.RESUMED
    assert await desk(new).resume(MIA) == switching.ON_ALREADY
    await new.work()
    assert len(new.channel.published) == 1


async def test_a_reply_whose_sending_failed_is_not_sent_again_while_paused(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    world.channel.faults.refuse = ""
    await world.click(Verb.APPROVE)
    async with world.journey.engine.connect() as connection:
        assert await places.is_on(connection, places.PUBLISHING)
    await world.journey.advance(1)  # the intent is written
    assert (await world.card()).state is State.PUBLISHING
    await desk(world).pause(ANNA)
    await world.work()
    assert world.channel.published == ()
    await switching.switch_on(world.journey, "Lea")
    await world.work()
    assert len(world.channel.published) == 1


async def test_an_installation_that_publishes_already_goes_on_after_the_update(world: World) -> None:
    source = (Path(next(iter(versions.__path__))) / "0006_review.py").read_text()
    statement = source.split('op.execute(\n        """')[1].split('"""')[0]
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("DELETE FROM switches"))
        await connection.execute(text(statement))
        assert not await places.is_on(connection, places.PUBLISHING)  # nothing was ever published
    await switching.switch_on(world.journey, "Lea")
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.work()
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("DELETE FROM switches"))
        await connection.execute(text(statement))
        assert await places.is_on(connection, places.PUBLISHING)
