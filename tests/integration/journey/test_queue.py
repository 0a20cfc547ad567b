"""The order in which posts are looked at, and how many cards an hour are posted."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.cards import dealing
from bot.channels.memory import MemoryChannel
from bot.review import Verb
from bot.states import State
from tests.integration.journey.world import World, execute, without_rooms


def with_cards(world: World, per_hour: int) -> World:
    journey = replace(world.journey, rules=replace(world.journey.rules, cards_per_hour=per_hour))
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def an_hour_later(world: World) -> None:
    for table, column in (("cards", "intent_at"), ("turns", "heard_at")):
        await execute(world, f"UPDATE {table} SET {column} = {column} - interval '61 minutes'")


def asked(world: World) -> list[str]:
    return [card.posts[-1].author_handle for card in world.room.posted]


async def in_order(world: World) -> list[str]:
    return [card.posts[-1].author_handle for card in await world.journey.waiting()]


@pytest.fixture
def queue(world: World) -> World:
    """Words decide what a post is."""
    world.assistant.intents |= {"broken": "fix_a_problem", "cross": "complain"}
    return world


async def test_what_is_at_stake_comes_first_and_the_sum_is_shown(queue: World) -> None:
    for who, words in (("ann", "how do I hang it"), ("bob", "my drill is broken"), ("cem", "I am cross with you")):
        queue.channel.say(who, words)
    await queue.settle()
    assert await in_order(queue) == ["cem", "bob", "ann"]
    assert await in_order(without_rooms(queue)) == ["cem", "bob", "ann"]
    card = (await queue.journey.waiting())[1]
    assert card.lane == "deep"
    assert card.priority is not None
    assert dict(card.priority.parts) == {"need": 40, "reach": 0, "answerability": 16, "wait": 0}
    assert (await queue.journey.waiting())[0].lane == "urgent"


async def test_waiting_lifts_a_question_past_a_newer_trouble(queue: World) -> None:
    queue.channel.say("ann", "how do I hang it")
    await queue.listen()
    await execute(queue, "UPDATE turns SET heard_at = heard_at - interval '11 hours'")
    await queue.work()
    queue.channel.say("bob", "my drill is broken")
    await queue.settle()
    assert await in_order(queue) == ["ann", "bob"]
    priority = (await queue.journey.waiting())[0].priority
    assert priority is not None
    assert dict(priority.parts)["wait"] == 22


async def test_others_in_the_thread_count_and_ours_do_not(queue: World) -> None:
    first = queue.channel.say("ann", "how do I hang it")
    for who in ("bob", "cem", "bob", "holloway"):
        queue.channel.say(who, "the same here", reply_to=first.native_id)
    await queue.listen()
    await queue.work()
    (card,) = [card for card in await queue.journey.waiting() if card.posts[-1].author_handle == "ann"]
    assert card.priority is not None
    assert dict(card.priority.parts)["reach"] == 15  # bob, cem, and one who only shares our name here


async def test_past_the_hours_cards_the_rest_waits_in_home(queue: World) -> None:
    queue = with_cards(queue, 2)
    for who in ("ann", "bob", "cem", "dan"):
        queue.channel.say(who, "how do I hang it")
        await queue.settle()
    assert asked(queue) == ["ann", "bob"]
    states = {card.state for card in await queue.journey.waiting()}
    assert states == {State.ASKED}
    assert (await queue.card(3)).steps[-1].what == "put this into the queue in Home"
    assert await dealing.deal(queue.journey) == 0

    await an_hour_later(queue)
    assert await dealing.deal(queue.journey) == 2
    assert asked(queue) == ["ann", "bob", "cem", "dan"]
    assert await dealing.deal(queue.journey) == 0


async def test_urgent_ones_are_never_held_back_and_take_nobodys_place(queue: World) -> None:
    queue = with_cards(queue, 1)
    for number in range(3):
        queue.channel.say(f"cross{number}", "I am cross with you")
        await queue.settle()
    for who in ("ann", "bob"):  # one after the other: which of two at once gets the card, nobody promises
        queue.channel.say(who, "how do I hang it")
        await queue.settle()
    queue.channel.say("last", "I am so cross")
    await queue.settle()
    assert asked(queue) == ["cross0", "cross1", "cross2", "ann", "last"]


async def test_as_room_comes_the_most_urgent_gets_its_card_first(queue: World) -> None:
    queue = with_cards(queue, 0)
    for who, words in (("ann", "how do I hang it"), ("bob", "my drill is broken"), ("cem", "it is broken, too")):
        queue.channel.say(who, words)
        await queue.settle()
    assert asked(queue) == []
    queue = with_cards(queue, 2)
    queue.channel.say("dan", "how do I paint it")  # is not served before those who wait
    await queue.settle()
    assert asked(queue) == []
    assert await dealing.deal(queue.journey) == 2
    assert asked(queue) == ["bob", "cem"]


async def test_two_workers_at_once_post_no_more_than_the_hour_allows(queue: World) -> None:
    queue = with_cards(queue, 3)
    for number in range(12):
        queue.channel.say(f"p{number}", "how do I hang it")
    await queue.listen()
    other = with_cards(replace(queue), 3)
    await asyncio.gather(queue.work(), other.work())
    await asyncio.gather(*(dealing.deal(journey) for journey in (queue.journey, other.journey)))
    assert len(asked(queue)) == 3
    assert len(await in_order(queue)) == 12


async def test_what_is_put_off_or_in_somebodys_hands_gets_no_card(queue: World) -> None:
    queue = with_cards(queue, 0)
    for who in ("ann", "bob", "cem", "dan"):
        queue.channel.say(who, "how do I hang it")
        await queue.settle()
    await execute(queue, "UPDATE turns SET snoozed_until = now() + interval '1 hour' WHERE id = 1")
    await execute(queue, "UPDATE turns SET claimed_until = now() + interval '1 hour' WHERE id = 2")
    await execute(queue, "UPDATE turns SET shown_with = 2 WHERE id = 3")
    queue = with_cards(queue, 20)
    await dealing.deal(queue.journey)
    assert asked(queue) == ["dan"]
    assert await in_order(queue) == ["bob", "cem", "dan"]  # the snoozed one waits for its hour
    await execute(queue, "UPDATE turns SET snoozed_until = now(), claimed_until = now()")
    await dealing.deal(queue.journey)
    assert asked(queue) == ["dan", "ann", "bob"]


async def test_what_was_stopped_before_it_went_out_gets_its_card_whatever_the_hour(queue: World) -> None:
    queue = with_cards(queue, 0)
    post = queue.channel.say("ann", "how do I hang it")
    await queue.settle()
    assert asked(queue) == []
    await queue.click(Verb.APPROVE)
    queue.channel.erase(post.native_id)
    await execute(queue, "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await queue.work()
    assert (await queue.card()).state is State.WITHHELD
    await dealing.deal(queue.journey)
    assert asked(queue) == ["ann"]


async def test_a_room_that_is_away_is_gone_to_later_and_nothing_is_posted_twice(queue: World) -> None:
    queue = with_cards(queue, 0)
    for who in ("ann", "bob"):
        queue.channel.say(who, "how do I hang it")
        await queue.settle()
    queue = with_cards(queue, 20)
    queue.room.lose_next = True
    assert await dealing.deal(queue.journey) == 0
    assert asked(queue) == ["ann"]  # it stands there, but nobody told us
    for down in (True, False):
        await execute(queue, "UPDATE cards SET intent_at = intent_at - interval '2 minutes'")
        queue.room.down = down
        await dealing.deal(queue.journey)
    assert asked(queue) == ["ann", "bob"]
    async with queue.journey.engine.connect() as connection:
        stand = await connection.execute(text("SELECT count(*) FROM cards WHERE message IS NOT NULL"))
        assert stand.scalar_one() == 2


async def test_a_card_that_was_never_posted_is_not_posted_to_be_rebuilt(queue: World) -> None:
    queue = with_cards(queue, 1)
    for who in ("ann", "bob"):
        queue.channel.say(who, "how do I hang it")
        await queue.settle()
    queue.room.shown.clear()
    assert await queue.journey.show_again() == 1
    await queue.work()
    assert asked(queue) == ["ann", "ann"]


async def test_what_cannot_be_shown_hides_nothing_and_is_counted(queue: World) -> None:
    """The most urgent one waits on a channel that is not connected any more."""
    queue.channel.say("ann", "how do I hang it")
    other = MemoryChannel(name="elsewhere")
    both = replace(queue.journey, channels={**queue.journey.channels, "elsewhere": other})
    queue.journey.queue.bind(both)
    other.say("bob", "I am cross with you")
    await replace(queue, journey=both, channel=other).settle()
    await queue.settle()
    queue.journey.queue.bind(queue.journey)
    (shown,) = await queue.journey.waiting(1)
    assert shown.posts[-1].author_handle == "ann"
    assert await queue.journey.out_of_reach() == {"elsewhere": 1}
    assert await both.out_of_reach() == {}
