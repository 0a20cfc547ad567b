"""An approval can be taken back until the reply goes out; then nobody can."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.channels.base import HeardPost
from bot.record import turns
from bot.review import Verb
from bot.states import State
from tests.integration.journey.world import World, due_now, execute

ASK = "How do I hang a shelf on plasterboard?"


def with_window(world: World, seconds: float) -> World:
    """The same world with this much time to undo."""
    journey = replace(world.journey, rules=replace(world.journey.rules, undo=timedelta(seconds=seconds)))
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def approved(world: World, seconds: float) -> World:
    world = with_window(world, seconds)
    world.channel.say("ben", ASK)
    await world.settle()
    assert (await world.click(Verb.APPROVE, delivery="first")).accepted
    await world.work()
    return world


async def wait_over(world: World) -> None:
    """The window is over, and whatever waited for that is due."""
    await execute(world, "UPDATE turns SET goes_out_at = now() - interval '1 second'")
    await due_now(world)


async def test_an_approved_reply_waits_and_the_card_says_until_when(world: World) -> None:
    world = await approved(world, 60)
    card = world.room.shown["1"]
    assert card.state is State.APPROVED
    assert card.goes_out_at is not None
    assert timedelta(seconds=50) < card.goes_out_at - datetime.now(UTC) < timedelta(seconds=61)
    assert world.channel.published == ()
    await wait_over(world)
    assert len(world.channel.published) == 1
    assert world.room.shown["1"].goes_out_at is None


async def test_it_goes_out_by_itself_when_the_time_is_over(world: World) -> None:
    world = await approved(world, 60)
    assert world.channel.published == ()
    await execute(world, "UPDATE turns SET goes_out_at = now()")  # a minute goes by
    await due_now(world)
    assert len(world.channel.published) == 1


async def test_what_waits_does_not_hold_up_the_conversation(world: World) -> None:
    world = await approved(world, 60)
    async with world.journey.engine.connect() as connection:
        locks = await connection.execute(text("SELECT lock FROM procrastinate_jobs WHERE status = 'todo'"))
        assert locks.scalars().all() == [None]


async def test_what_was_undone_does_not_go_out_and_may_be_approved_again(world: World) -> None:
    world = await approved(world, 60)
    undone = await world.click(Verb.UNDO, who="Tom")
    assert undone.accepted
    assert (undone.card.state, undone.card.version) == (State.ASKED, 1)
    await wait_over(world)
    assert world.channel.published == ()
    assert (await world.card()).steps[-1].what == "took the approval back"
    assert (await world.click(Verb.APPROVE, delivery="second")).accepted
    await world.work()
    assert world.channel.published == ()  # a new approval, a new window
    await wait_over(world)
    assert len(world.channel.published) == 1


async def test_an_approval_that_was_taken_back_counts_no_more_even_if_the_state_is_forged(world: World) -> None:
    world = await approved(world, 60)
    assert (await world.click(Verb.UNDO)).accepted
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET state = 'approved', goes_out_at = NULL"))
        await world.journey.queue.advance(connection, 1, "memory:1")
    await world.work()
    assert world.channel.published == ()
    assert (await world.card()).state is State.WITHHELD


async def test_undone_and_approved_anew_during_the_last_look_has_its_own_window(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await approved(world, 60)
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET goes_out_at = now() - interval '1 second'"))
        turn = await turns.get(connection, 1)
    looking, decided, look = asyncio.Event(), asyncio.Event(), world.channel.thread

    async def slow(native_id: str) -> tuple[HeardPost, ...]:
        looking.set()
        await decided.wait()
        return await look(native_id)

    monkeypatch.setattr(world.channel, "thread", slow)
    publishing = asyncio.ensure_future(world.journey.publish(turn))
    await looking.wait()
    assert (await world.click(Verb.UNDO)).accepted
    assert (await world.click(Verb.APPROVE, who="Tom", delivery="second")).accepted
    decided.set()
    await publishing
    await world.work()
    assert world.channel.published == ()


async def test_too_late_is_said_kindly(world: World) -> None:
    world = await approved(world, 0)
    late = await world.click(Verb.UNDO)
    assert not late.accepted
    assert late.sentence.startswith("Too late to undo: it is published.")
    assert len(world.channel.published) == 1


async def test_undo_twice_takes_back_once(world: World) -> None:
    world = await approved(world, 60)
    assert (await world.click(Verb.UNDO, delivery="a")).accepted
    again = await world.click(Verb.UNDO, delivery="b")
    assert (again.accepted, again.sentence) == (False, "There is no approval to take back any more.")
    assert (await world.click(Verb.UNDO, delivery="a")).sentence == "Already recorded."


async def test_a_message_within_the_window_makes_the_approval_stale(world: World) -> None:
    world = await approved(world, 60)
    world.channel.say("ben", "It is a bathroom.", reply_to="1")
    await world.settle()
    await wait_over(world)
    assert world.channel.published == ()
    assert (await world.card()).state is State.ASKED
    assert (await world.card()).version == 2
