"""Cards that were deleted come back while somebody is needed, and the thread below each tells every step once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import text
from structlog.testing import capture_logs

from bot import queue as queue_module
from bot.cards import showing
from bot.cards.room_keeper import RoomKeeper
from bot.review import Card, Place, Verb
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


async def test_what_the_room_will_never_take_is_tried_again_only_when_something_happens(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        raise CardRefused("msg_too_long")

    asked.room.tell = never  # type: ignore[method-assign]
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    # A logger that was used before keeps the way it was set up then, and is not captured.
    monkeypatch.setattr(queue_module, "log", structlog.get_logger("goodword.queue"))
    with capture_logs() as logged:
        await asyncio.wait_for(asked.work(), 30)
    assert "msg_too_long" in (await asked.card()).trouble
    assert len([line for line in logged if line["event"] == "failed"]) == 2  # once to say so on the card


async def an_hour_later(world: World) -> None:
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE cards SET intent_at = intent_at - interval '61 minutes'"))


async def test_two_processes_miss_the_same_card_and_it_is_posted_once(asked: World) -> None:
    keepers = [RoomKeeper(replace(asked.journey), asked.room) for _ in range(2)]
    for keeper in keepers:
        await keeper.look()
    await asked.work()
    asked.room.shown.clear()
    await asyncio.gather(*(keeper.look() for keeper in keepers))
    await asyncio.gather(asked.work(), asked.work())
    await asyncio.gather(*(keeper.look() for keeper in keepers))
    await asked.work()
    assert [card.turn_id for card in asked.room.posted] == [1, 1]


@pytest.mark.parametrize("verb", [None, Verb.HAND_OVER])
async def test_a_card_that_is_posted_anew_and_whose_answer_is_lost_is_found(asked: World, verb: Verb | None) -> None:
    if verb is not None:
        assert (await asked.click(verb, to="tom", note="Please look.")).accepted
        await asked.work()
    asked.room.shown.clear()
    asked.room.lose_next = True
    await showing.show_lost(asked.journey, asked.room)
    await asked.work()
    await asked.journey.queue.hurry()
    await asked.work()
    await an_hour_later(asked)
    await asked.journey.deal()
    await asked.work()
    assert len(asked.room.posted) == 2  # not a third
    assert (await asked.click(Verb.EDIT, text="Use a plug.")).accepted
    await asked.work()
    assert asked.room.shown["2"].body == "Use a plug."  # and it is looked after


async def test_a_card_that_is_deleted_again_while_it_is_posted_anew(asked: World) -> None:
    keeper, post = RoomKeeper(asked.journey, asked.room), asked.room.post
    await keeper.look()
    await asked.work()

    async def deleted_at_once(card: Card) -> Place:
        place = await post(card)
        del asked.room.shown[place.message]
        return place

    asked.room.shown.clear()
    asked.room.post = deleted_at_once  # type: ignore[method-assign]
    await keeper.look()
    await asked.work()
    asked.room.post = post  # type: ignore[method-assign]
    assert asked.room.shown.keys() <= {"3"}
    await keeper.look()
    await asked.work()
    await keeper.look()
    await asked.work()
    assert [card.turn_id for card in asked.room.shown.values()] == [1]


async def test_what_was_on_its_way_when_the_room_went_is_dealt_when_it_is_back(asked: World) -> None:
    keeper = RoomKeeper(asked.journey, asked.room)
    await keeper.look()
    await asked.work()
    asked.room.shown.clear()
    asked.room.lose_next = True
    await showing.show_lost(asked.journey, asked.room)
    await asked.work()
    asked.room.down = True
    await keeper.look()
    await an_hour_later(asked)
    asked.room.down = False
    assert await keeper.look()
    await asked.work()
    async with asked.journey.engine.connect() as connection:
        assert (await connection.execute(text("SELECT message FROM cards"))).scalar_one() == "2"
    assert len(asked.room.posted) == 2
