"""Posts about the same thing share one card, and each is decided on its own."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.cards import dealing
from bot.review import Card, Verb
from bot.states import State
from tests.integration.journey.world import World

SAME = "how do I hang a heavy shelf on plasterboard"


async def execute(world: World, statement: str) -> None:
    async with world.journey.engine.begin() as connection:
        await connection.execute(text(statement))


async def say(world: World, *said: tuple[str, str]) -> None:
    for who, words in said:
        world.channel.say(who, words)
        await world.settle()


def shown(world: World) -> dict[int, Card]:
    return {card.turn_id: card for card in world.room.shown.values()}


@pytest.fixture(autouse=True)
def reading(world: World) -> None:
    world.memory.reads = True


@pytest.fixture
async def group(world: World) -> World:
    """Three about the same thing, and one about another."""
    await say(world, ("ann", SAME), ("bob", SAME + " please"), ("cem", "please " + SAME), ("dan", "which saw for oak"))
    return world


async def test_they_share_the_first_ones_card_with_a_count(group: World) -> None:
    assert {turn: card.shares for turn, card in shown(group).items()} == {1: (2, 3), 4: ()}
    assert [card.turn_id for card in await group.journey.waiting()] == [1, 2, 3, 4]
    assert (await group.card(2)).state is State.ASKED


async def test_another_source_kind_lane_or_hour_is_another_card(world: World) -> None:
    world.assistant.intents["cross"] = "complain"
    await say(world, ("ann", SAME), ("bob", SAME + " cross"))
    await execute(world, "UPDATE turns SET heard_at = heard_at - interval '61 minutes'")
    await say(world, ("cem", SAME))
    await execute(world, "UPDATE proposals SET body = jsonb_set(body, '{sources,0,entry_id}', '\"other\"')")
    await say(world, ("dan", SAME))
    assert sorted(shown(world)) == [1, 2, 3, 4]


async def test_deciding_on_the_card_decides_only_the_first_and_the_next_gets_a_card(group: World) -> None:
    assert (await group.click(Verb.REJECT, 1)).accepted
    await group.work()
    assert [(await group.card(turn)).state for turn in (1, 2, 3)] == [State.REJECTED, State.ASKED, State.ASKED]
    assert shown(group)[1].shares == ()
    assert shown(group)[2].shares == (3,)
    assert 3 not in shown(group)


async def test_one_behind_is_decided_by_itself_and_the_count_falls(group: World) -> None:
    assert (await group.click(Verb.APPROVE, 3)).accepted
    await group.work()
    assert shown(group)[1].shares == (2,)
    assert (await group.card(1)).state is State.ASKED


async def test_a_new_version_or_a_newer_message_comes_out_of_the_group(group: World) -> None:
    await group.click(Verb.EDIT, 2, text="Find the studs first.")
    assert (await group.card(1)).shares == (3,)
    post = next(post for post in group.channel.posts if post.author_id == "cem")
    group.channel.say("cem", "and it is heavy", reply_to=post.native_id)
    await group.settle()
    await dealing.deal(group.journey)
    await group.work()
    assert {turn: card.shares for turn, card in shown(group).items()} == {1: (), 2: (), 3: (), 4: ()}


async def test_behind_one_that_is_put_off_nobody_waits(group: World) -> None:
    await execute(group, "UPDATE turns SET snoozed_until = now() + interval '1 day' WHERE id = 1")
    await dealing.deal(group.journey)
    await group.work()
    assert shown(group)[2].shares == (3,)


async def test_two_who_decide_at_once_about_the_first_and_one_behind(group: World) -> None:
    verdicts = await asyncio.gather(group.click(Verb.APPROVE, 1), group.click(Verb.APPROVE, 2, who="Tom"))
    assert [verdict.accepted for verdict in verdicts] == [True, True]
    await group.work()
    await dealing.deal(group.journey)
    assert shown(group)[3].shares == ()
