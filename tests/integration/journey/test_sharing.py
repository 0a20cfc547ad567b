"""Posts about the same thing share one card, and each is decided on its own."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.cards import dealing, history
from bot.cards.room_keeper import RoomKeeper
from bot.review import Card, Place, Verb
from bot.states import State
from tests.integration.journey.world import World, execute


class Died(BaseException):
    """The process was killed here."""


SAME = "how do I hang a heavy shelf on plasterboard"


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


async def waiting_jobs(world: World) -> int:
    async with world.journey.engine.connect() as connection:
        due = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'deal'"
        return int((await connection.execute(text(due))).scalar_one())


async def said(world: World, turn: int, what: str) -> int:
    return [step.what for step in (await world.card(turn)).steps].count(what)


ASKED = history.asked(["room"])


async def test_what_stood_behind_is_dealt_once_by_however_many_workers(group: World) -> None:
    clicks = (group.click(Verb.REJECT, 1), group.click(Verb.REJECT, 2, who="Tom"))
    assert all(verdict.accepted for verdict in await asyncio.gather(*clicks))
    assert await waiting_jobs(group) == 1
    await asyncio.gather(group.work(), group.work(), dealing.deal(group.journey))
    await dealing.deal(group.journey)
    await group.work()
    assert [card.turn_id for card in group.room.posted] == [1, 4, 3]
    assert await said(group, 3, ASKED) == 1


async def test_a_decision_that_is_taken_back_by_a_crash_deals_nothing(
    group: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*arguments: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as crash:
        crash.setattr("bot.journey.carry_out", dies)
        with pytest.raises(RuntimeError, match="killed here"):
            await group.click(Verb.REJECT, 1)
    assert await waiting_jobs(group) == 0
    assert (await group.card(1)).shares == (2, 3)


async def test_one_who_dies_before_or_after_posting_what_stood_behind(
    group: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The intent stands: the next look finds the card, or posts it."""
    post = group.room.post

    async def before(card: Card) -> Place:
        raise Died

    async def after(card: Card) -> Place:
        await post(card)
        raise Died

    for turn, dying in ((1, before), (2, after)):
        assert (await group.click(Verb.REJECT, turn)).accepted
        with monkeypatch.context() as killed:
            killed.setattr(group.room, "post", dying)
            with pytest.raises(Died):
                await dealing.deal(group.journey)
        await group.work()  # the queue's own try finds the intent and leaves it to whoever wrote it
        await execute(group, "UPDATE cards SET intent_at = intent_at - interval '2 minutes'")
        await dealing.deal(group.journey)
        await group.work()
    assert [card.turn_id for card in group.room.posted] == [1, 4, 2, 3]
    assert (await said(group, 2, ASKED), await said(group, 3, ASKED)) == (1, 1)


async def test_a_room_that_is_away_gets_what_stood_behind_when_it_is_back(group: World) -> None:
    group.room.down = True
    assert (await group.click(Verb.REJECT, 1)).accepted
    await group.work()
    assert len(group.room.posted) == 2
    await execute(group, "UPDATE cards SET intent_at = intent_at - interval '2 minutes'")
    group.room.down = False
    keeper = RoomKeeper(group.journey, group.room)
    assert await keeper.look()  # it need not wait for the minute's look
    await group.work()
    assert [card.turn_id for card in group.room.posted] == [1, 4, 2]
    assert shown(group)[2].shares == (3,)
    await dealing.deal(group.journey)
    await group.work()
    assert len(group.room.posted) == 3
    assert await said(group, 2, ASKED) == 1
