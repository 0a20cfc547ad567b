"""What is put off can still be decided, comes back on time, and at once when the customer writes more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.review import Verb, Verdict
from bot.states import State
from tests.integration.journey.world import World, due_now, execute, next_look

ASK = "How do I hang a heavy shelf on plasterboard?"


@pytest.fixture
async def asked(world: World) -> World:
    world.channel.say("ben", ASK)
    await world.settle()
    return world


async def snooze(world: World, ahead: timedelta = timedelta(hours=2), **more: object) -> Verdict:
    return await world.click(Verb.SNOOZE, until=datetime.now(UTC) + ahead, **more)  # type: ignore[arg-type]


async def time_is_over(world: World) -> None:
    """The time it was put off for is over."""
    await execute(world, "UPDATE turns SET snoozed_until = now() WHERE snoozed_until IS NOT NULL")
    await due_now(world)


async def test_the_card_says_until_when_and_by_whom_and_can_be_decided_all_the_same(asked: World) -> None:
    assert (await snooze(asked)).accepted
    card = await asked.card()
    assert card.snoozed_until is not None
    assert (card.state, card.snoozed_by) == (State.ASKED, "Anna")
    assert card.steps[-1].what.startswith("put it off until ")
    assert (await asked.click(Verb.APPROVE, who="Tom")).accepted
    assert (await asked.card()).snoozed_until is None


async def test_it_comes_back_on_time_and_whoever_put_it_off_is_called(asked: World) -> None:
    assert (await snooze(asked)).accepted
    await asked.work()
    assert [card.snoozed_until is not None for card in asked.room.shown.values()] == [True]
    assert asked.room.remarks == []
    assert await next_look(asked) == (await asked.card()).snoozed_until
    await time_is_over(asked)
    assert [card.snoozed_until for card in asked.room.shown.values()] == [None]
    assert asked.room.remarks == [("this one is back: the time you put it off for is over.", ("anna",))]
    assert (await asked.card()).steps[-1].what == "took it up again: the time it was put off for is over"


async def test_put_off_for_longer_it_comes_back_once_and_later(asked: World) -> None:
    await snooze(asked, timedelta(minutes=1))
    await snooze(asked, timedelta(hours=1), delivery="longer")
    await due_now(asked)  # the minute is over
    assert asked.room.remarks == []
    assert (await asked.card()).snoozed_until is not None
    await time_is_over(asked)
    assert len(asked.room.remarks) == 1


async def test_woken_early_nobody_is_called_later(asked: World) -> None:
    await snooze(asked)
    assert (await asked.click(Verb.WAKE, who="Tom")).accepted
    assert (await asked.card()).snoozed_until is None
    await time_is_over(asked)
    assert asked.room.remarks == []
    again = await asked.click(Verb.WAKE, delivery="again")
    assert (again.accepted, again.sentence) == (False, "This one is not put off.")


async def test_a_new_message_of_the_customer_ends_it(asked: World) -> None:
    await snooze(asked)
    asked.channel.say("ben", "And it is 25 kg.", reply_to=asked.channel.posts[0].native_id)
    await asked.settle()
    card = await asked.card()
    assert (card.version, card.snoozed_until) == (2, None)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, "Say until when."),
        (datetime(2020, 1, 1, tzinfo=UTC), "That moment has passed: choose a later one."),
        (datetime(2206, 1, 1, tzinfo=UTC), "That is too far away: at most 90 days."),
    ],
)
async def test_a_moment_that_makes_no_sense_is_refused(asked: World, until: datetime | None, said: str) -> None:
    refused = await asked.click(Verb.SNOOZE, until=until)
    assert (refused.accepted, refused.sentence) == (False, said)
    assert (await asked.card()).snoozed_until is None


async def test_whoever_puts_it_off_gives_their_claim_up(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    await snooze(asked)
    assert (await asked.card()).claim is None
    assert (await asked.click(Verb.APPROVE, who="Tom")).accepted


async def test_an_edit_wakes_it_and_a_claim_does_not(asked: World) -> None:
    await snooze(asked)
    await asked.click(Verb.CLAIM)
    assert (await asked.card()).snoozed_until is not None
    await asked.click(Verb.EDIT, text="Use a plug.")
    assert (await asked.card()).snoozed_until is None


async def test_what_went_out_meanwhile_does_not_come_back(asked: World) -> None:
    await snooze(asked)
    await asked.click(Verb.APPROVE)
    await time_is_over(asked)
    assert asked.room.remarks == []
    assert len(asked.channel.published) == 1


async def test_two_in_the_same_instant_and_a_delivery_that_comes_twice(asked: World) -> None:
    both = await asyncio.gather(snooze(asked, who="Anna", delivery="a"), snooze(asked, who="Anna", delivery="a"))
    assert sorted(verdict.sentence for verdict in both) == ["Already recorded.", "Put off."]
    one, other = await asyncio.gather(asked.click(Verb.WAKE, who="Tom"), asked.click(Verb.WAKE, who="Mia"))
    assert {one.sentence, other.sentence} == {"Back in the queue.", "This one is not put off."}
