"""Cards that were deleted come back while somebody is needed, and the thread below each tells every step once."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.cards.room_keeper import RoomKeeper
from bot.review import Verb
from bot.slack.workspace import CardRefused
from bot.states import State
from tests.integration.journey.world import World

ASK = "How do I hang a heavy shelf on plasterboard?"


@pytest.fixture
async def asked(world: World) -> World:
    world.channel.say("ben", ASK)
    await world.settle()
    return world


def told(world: World, place: str = "1") -> list[list[str]]:
    return [[f"{step.who} {step.what}" for step in message] for message in world.room.threads.get(place, [])]


async def test_the_first_steps_are_told_in_one_message_as_soon_as_the_card_stands(asked: World) -> None:
    (first,) = told(asked)
    assert [line.split(" ", 1)[0] for line in first] == ["Ben", "Goodword", "Goodword"]
    assert first[0].endswith("posted")
    assert first[-1].startswith("Goodword asked the reviewers")


async def test_every_step_is_told_once_and_several_in_one_message(asked: World) -> None:
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    await asked.work()
    first, *rest = told(asked)
    assert first[0].endswith("posted")
    assert rest == [["Anna edited the reply"]]
    assert (await asked.click(Verb.APPROVE)).accepted
    await asked.settle()
    steps = [f"{step.who} {step.what}" for step in (await asked.card()).steps]
    assert [line for message in told(asked) for line in message] == steps
    assert len(told(asked)) < len(steps)
    await asked.journey.show(1)
    assert [line for message in told(asked) for line in message] == steps


async def test_what_was_told_before_a_crash_is_not_told_again(asked: World) -> None:
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    asked.room.lose_next = True  # it stands in the thread, but nobody told us
    await asked.work()
    assert len(told(asked)) == 2
    await asked.journey.show(1)
    assert len(told(asked)) == 2
    assert (await asked.click(Verb.REJECT)).accepted
    await asked.journey.show(1)
    assert [len(message) for message in told(asked)][1:] == [1, 1]


async def test_what_was_not_told_before_a_crash_is_told_then(asked: World) -> None:
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    asked.room.down = True
    await asked.work()
    asked.room.down = False
    await asked.journey.show(1)
    assert told(asked)[-1] == ["Anna edited the reply"]


async def test_a_deleted_card_is_posted_anew_with_its_whole_thread(asked: World) -> None:
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    await asked.work()
    asked.room.shown.clear()
    await asked.journey.show(1)
    assert [card.turn_id for card in asked.room.posted] == [1, 1]
    assert asked.room.shown["2"].body == "Use a plug."
    assert told(asked, "2") == [[line for message in told(asked, "1") for line in message]]
    assert (await asked.click(Verb.APPROVE)).accepted
    await asked.settle()
    assert asked.room.shown["2"].state is State.LEARNED


async def test_a_deleted_card_that_needs_nobody_stays_away(asked: World) -> None:
    asked.room.shown.clear()
    assert (await asked.click(Verb.REJECT)).accepted
    await asked.work()
    assert len(asked.room.posted) == 1
    await asked.journey.show(1)
    assert len(asked.room.posted) == 1


async def test_a_new_draft_of_a_turn_whose_card_was_deleted_gets_a_card(asked: World) -> None:
    asked.room.shown.clear()
    asked.channel.say("ben", "It is 20 kg, by the way.", reply_to=asked.channel.posts[0].native_id)
    await asked.settle()
    assert asked.room.shown["2"].version == 2


async def test_when_the_room_comes_back_its_lost_cards_are_posted_anew(asked: World) -> None:
    keeper = RoomKeeper(asked.journey, asked.room)
    assert await keeper.look()  # the first look after a start
    assert not await keeper.look()
    await asked.work()
    asked.room.shown.clear()
    asked.room.down = True
    assert not await keeper.look()
    asked.room.down = False
    assert await keeper.look()
    await asked.work()
    assert [card.turn_id for card in asked.room.posted] == [1, 1]


async def test_a_card_that_was_deleted_is_missed_at_the_next_look(asked: World) -> None:
    keeper = RoomKeeper(asked.journey, asked.room)
    await keeper.look()
    await asked.work()
    assert not await keeper.look()
    await asked.work()
    assert len(asked.room.posted) == 1
    asked.room.shown.clear()
    assert not await keeper.look()
    await asked.work()
    assert [card.turn_id for card in asked.room.posted] == [1, 1]
    assert (await asked.click(Verb.REJECT)).accepted
    await asked.work()
    asked.room.shown.clear()
    await keeper.look()
    await asked.work()
    assert len(asked.room.posted) == 2  # nobody is needed any more


async def test_a_long_history_is_told_in_messages_that_a_room_can_hold(asked: World) -> None:
    asked.room.down = True
    for n in range(40):
        assert (await asked.click(Verb.EDIT, text=f"Use plug {n}.", delivery=str(n))).accepted
    asked.room.down = False
    await asked.journey.show(1)
    steps = [f"{step.who} {step.what}" for step in (await asked.card()).steps]
    assert [line for message in told(asked) for line in message] == steps
    assert max(len(message) for message in told(asked)) <= 15


async def test_what_the_room_will_never_take_is_tried_again_only_when_something_happens(asked: World) -> None:
    async def never(*_: object) -> None:
        raise CardRefused("msg_too_long")

    asked.room.tell = never  # type: ignore[method-assign]
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    with capture_logs() as logged:
        await asyncio.wait_for(asked.work(), 30)
    assert "msg_too_long" in (await asked.card()).trouble
    assert len([line for line in logged if line["event"] == "failed"]) == 2  # once to say so on the card
