"""An approval that does not reach the channel is a failure that somebody sees."""

from __future__ import annotations

from sqlalchemy import text

from bot.cards import undelivered
from bot.health import Remark
from bot.review import Verb
from bot.states import State
from tests.integration.journey.world import World, due_now, execute

ASK = "How do I hang a shelf on plasterboard?"


async def later(world: World) -> None:
    """Eleven minutes pass, and what waits to try again does so."""
    change = "goes_out_at = goes_out_at - interval '11 minutes', updated_at = updated_at - interval '11 minutes'"
    await execute(world, f"UPDATE turns SET {change}")
    await due_now(world)


async def away(world: World) -> World:
    world.channel.say("ben", ASK)
    await world.settle()
    world.channel.faults.down = True
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    return world


async def test_a_short_outage_is_nobodys_business(world: World) -> None:
    await away(world)
    assert (await world.card()).trouble == ""
    assert await undelivered.trouble(world.journey.engine) is None


async def test_a_long_one_stands_on_the_card_and_on_readyz_and_ends_with_it(world: World) -> None:
    await away(world)
    await later(world)
    card = world.room.shown["1"]
    assert card.state is State.APPROVED
    assert card.trouble.startswith("This was approved and is not out yet.")
    assert "memory cannot be reached" in card.trouble
    steps = len(card.steps)
    await later(world)
    assert len((await world.card()).steps) == steps  # said once
    told = await undelivered.trouble(world.journey.engine)
    assert told == "what was decided has not reached the channel: turn 1"
    assert not isinstance(told, Remark)
    world.channel.faults.down = False
    await later(world)
    assert len(world.channel.published) == 1
    assert (world.room.shown["1"].trouble, world.room.shown["1"].state) == ("", State.LEARNED)
    assert await undelivered.trouble(world.journey.engine) is None


async def test_a_pause_is_no_failure(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    async with world.journey.engine.begin() as connection:
        await connection.execute(text('UPDATE switches SET "on" = false'))
    await world.click(Verb.APPROVE)
    await later(world)
    assert (await world.card()).trouble == ""


async def test_a_deletion_that_does_not_reach_the_channel_is_said_too(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.work()
    world.channel.faults.down = True
    await world.click(Verb.WITHDRAW, note="Wrong.")
    await later(world)
    assert "still stands where it was published" in world.room.shown["1"].trouble


async def test_what_was_held_back_is_a_remark(world: World) -> None:
    post = world.channel.say("ben", ASK)
    await world.settle()
    world.channel.erase(post.native_id)
    await world.click(Verb.APPROVE)
    await world.work()
    told = await undelivered.trouble(world.journey.engine)
    assert isinstance(told, Remark)
    assert "1 held back" in told
