"""What was published can be taken back: deleted on the channel, part by part, and known no more."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from bot.channels.memory import MemoryChannel
from bot.record import posts
from bot.review import Verb
from bot.states import State
from tests.integration.journey.world import World, due_now

ASK = "How do I hang a shelf on plasterboard?"


async def published(world: World) -> World:
    world.channel.say("ben", ASK)
    await world.settle()
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    assert len(world.channel.published) == 1
    return world


async def test_it_is_deleted_and_known_no_more(world: World) -> None:
    await published(world)
    verdict = await world.click(Verb.WITHDRAW, note="The torque is wrong.")
    assert verdict.accepted
    assert world.memory.retired == {"answer-1"}  # with the decision, not with the deletion
    await world.work()
    card = world.room.shown["1"]
    assert card.state is State.WITHDRAWN
    assert world.channel.published == ()
    assert [step.what for step in card.steps[-2:]] == [
        "took the published reply back. “The torque is wrong.”", "deleted the reply where it was published"
    ]  # fmt: skip
    async with world.journey.engine.connect() as connection:
        [row] = (await connection.execute(text("SELECT withdrawn_at, finished_at FROM publications"))).all()
        thread = await posts.of_thread(connection, "memory", "1")
    assert row.withdrawn_at > row.finished_at
    assert [post.text for post in thread] == [ASK]  # whoever drafts next is not told that we said it


async def test_before_it_was_learned_it_is_not_learned(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.journey.advance(1)
    await world.journey.advance(1)
    assert (await world.card()).state is State.PUBLISHED
    assert (await world.click(Verb.WITHDRAW, note="Wrong.")).accepted
    await world.work()
    assert world.memory.learned == []
    assert (await world.card()).state is State.WITHDRAWN


async def test_a_reason_is_required(world: World) -> None:
    await published(world)
    refused = await world.click(Verb.WITHDRAW, note="  ")
    assert (refused.accepted, "Say why" in refused.sentence) == (False, True)
    assert len(world.channel.published) == 1


async def test_only_what_is_out_can_be_withdrawn_and_only_once(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    assert not (await world.click(Verb.WITHDRAW, note="Wrong.", delivery="early")).accepted
    await world.click(Verb.APPROVE)
    await world.work()
    assert (await world.click(Verb.WITHDRAW, note="Wrong.", delivery="a")).accepted
    again = await world.click(Verb.WITHDRAW, who="Tom", note="Wrong.", delivery="b")
    assert again.sentence == "Anna is taking this back: it is being deleted."
    await world.work()
    after = await world.click(Verb.WITHDRAW, who="Tom", note="Wrong.", delivery="c")
    assert after.sentence == "Anna has taken this back: it is deleted."


async def test_every_part_goes_the_last_first_and_a_lost_answer_does_no_harm(world: World) -> None:
    await published(world)
    first = world.channel.published[0]
    second = await world.channel.publish("2/2", parent=first.native_id, visibility=first.visibility, key="two")
    async with world.journey.engine.begin() as connection:
        insert = "INSERT INTO publication_parts (publication_id, n, intent_at, native_id) VALUES (1, 1, now(), :id)"
        await connection.execute(text(insert), {"id": second.native_id})
    world.channel.faults.lost_answers = 1
    await world.click(Verb.WITHDRAW, note="Wrong.")
    await world.work()
    assert [post.native_id for post in world.channel.published] == [first.native_id]
    assert (await world.card()).state is State.WITHDRAWING
    await due_now(world)
    assert world.channel.published == ()
    assert (await world.card()).state is State.WITHDRAWN


async def test_what_somebody_deleted_by_hand_counts_as_deleted(world: World) -> None:
    await published(world)
    world.channel.erase(world.channel.published[0].native_id)
    await world.click(Verb.WITHDRAW, note="Wrong.")
    await world.work()
    assert (await world.card()).state is State.WITHDRAWN


async def test_where_the_channel_refuses_it_still_stands_and_the_card_says_so(world: World) -> None:
    await published(world)
    world.channel.faults.refuse = "not today"
    await world.click(Verb.WITHDRAW, note="Wrong.", delivery="a")
    await world.work()
    card = world.room.shown["1"]
    assert (card.state, "not today" in card.trouble) == (State.CLOSED, True)
    assert len(world.channel.published) == 1
    world.channel.faults.refuse = ""
    assert (await world.click(Verb.WITHDRAW, note="Wrong.", delivery="b")).accepted
    await world.work()
    assert world.channel.published == ()


async def test_a_channel_that_deletes_nothing_is_told_before(world: World) -> None:
    channel = MemoryChannel(can_delete=False)
    world = replace(world, channel=channel, journey=replace(world.journey, channels={"memory": channel}))
    world.journey.queue.bind(world.journey)
    await published(world)
    assert not (await world.card()).deletable
    refused = await world.click(Verb.WITHDRAW, note="Wrong.")
    assert (refused.accepted, "does not let us delete" in refused.sentence) == (False, True)
    assert (await world.card()).state is State.LEARNED


async def test_withdrawing_goes_on_while_publishing_is_paused(world: World) -> None:
    await published(world)
    async with world.journey.engine.begin() as connection:
        await connection.execute(text('UPDATE switches SET "on" = false'))
    await world.click(Verb.WITHDRAW, note="Wrong.")
    await world.work()
    assert world.channel.published == ()


async def test_the_next_message_is_answered_as_if_we_had_not_said_it(world: World) -> None:
    await published(world)
    await world.click(Verb.WITHDRAW, note="Wrong.")
    await world.work()
    world.channel.say("ben", "And on brick?", reply_to="1")
    await world.settle()
    assert [post.by for post in world.assistant.asked[-1].thread] == ["asker"]
    assert (await world.card(2)).state is State.ASKED
