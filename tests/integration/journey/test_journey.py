"""The life of a post on a real database: what must happen, and what must never happen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from actions.proposal import ProposalKind
from bot.record import places, turns
from bot.review import RejectReason, Verb
from bot.states import State
from tests.integration.journey.world import World, due_now, without_rooms

ASK = "How do I hang a shelf on plasterboard?"


async def test_a_post_becomes_an_approved_published_learned_answer(world: World) -> None:
    asked = world.channel.say("ben", ASK)
    await world.settle()
    assert [card.turn_id for card in world.room.posted] == [1]
    card = await world.card()
    assert card.state is State.ASKED
    assert card.reply is not None
    assert card.reply.parts[0] == f"@ben {card.body}\n- the Holloway team"
    assert card.length == len(card.reply.parts[0])

    verdict = await world.click(Verb.APPROVE)
    assert verdict.accepted
    await world.work()

    [published] = world.channel.published
    assert published.text == card.reply.parts[0]
    assert published.parent == asked.native_id
    done = await world.card()
    assert done.state is State.LEARNED
    assert done.published == (published.url,)
    assert done.decided_by == "Anna"
    assert world.room.shown["1"].state is State.LEARNED  # the card says so too
    [entry] = world.memory.learned
    assert (entry.question, entry.text, entry.url) == (ASK, card.body, published.url)
    assert (entry.written_by, entry.drawn_from) == ("assistant", ("plugs",))


async def test_the_same_way_with_the_command_line_only(world: World) -> None:
    alone = without_rooms(world)
    alone.channel.say("ben", ASK)
    await alone.settle()
    [card] = await alone.journey.waiting()
    assert card.state is State.ASKED
    await alone.click(Verb.APPROVE)
    await alone.work()
    assert len(alone.channel.published) == 1


async def test_nothing_goes_out_without_a_decision(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.settle()
    assert world.channel.published == ()


async def test_listening_twice_hears_once(world: World) -> None:
    world.channel.say("ben", ASK)
    assert await world.listen() == 1
    heard = await world.channel.listen(None)
    assert await world.journey.hear("memory", heard, heard.cursor) == 0  # delivered once more
    assert await world.journey.hear("memory", heard, None) == 0  # another process was faster
    await world.work()
    assert len(world.room.posted) == 1


async def test_an_edited_reply_needs_its_own_approval_and_is_what_goes_out(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    assert (await world.click(Verb.EDIT, text="Use a hollow-wall anchor.")).accepted
    await world.work()
    assert world.channel.published == ()
    assert world.room.shown["1"].body == "Use a hollow-wall anchor."
    stale = await world.click(Verb.APPROVE, version=1)
    assert not stale.accepted
    assert "changed since" in stale.sentence
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    assert world.channel.published[0].text == "@ben Use a hollow-wall anchor.\n- the Holloway team"
    assert world.memory.learned[0].written_by == "human"


async def test_what_nobody_knows_is_held_back_and_written_by_a_person(world: World) -> None:
    world.assistant.kinds["zeppelin"] = ProposalKind.HAND_OFF
    world.channel.say("ben", "How do I drill into a zeppelin?")
    await world.settle()
    card = await world.card()
    assert card.reply is None
    assert card.reason == "no_source"
    refused = await world.click(Verb.APPROVE)
    assert not refused.accepted
    assert "write one first" in refused.sentence
    assert (await world.click(Verb.WRITE, text="Please do not: ask the crew for a mounting point.")).accepted
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    [entry] = world.memory.learned
    assert (entry.written_by, entry.drawn_from) == ("human", ())


async def test_a_double_click_and_two_reviewers_decide_once(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    verdicts = await asyncio.gather(
        world.click(Verb.APPROVE, delivery="click-1"),
        world.click(Verb.APPROVE, delivery="click-1"),
        world.click(Verb.APPROVE, who="Tom", delivery="click-2"),
        world.click(Verb.REJECT, who="Mia", delivery="click-3", reason=RejectReason.TONE),
    )
    await world.work()
    assert len(world.channel.published) == (0 if (await world.card()).state is State.REJECTED else 1)
    sentences = [verdict.sentence for verdict in verdicts if not verdict.accepted]
    assert sentences
    assert all("already" in words or "published" in words for words in sentences)
    async with world.journey.engine.connect() as connection:
        count = (await connection.execute(text("SELECT count(*) FROM decisions"))).scalar_one()
    assert count == 1


async def test_a_newer_message_makes_the_decision_stale(world: World) -> None:
    first = world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    world.channel.say("ben", "It is a bathroom wall, by the way.", reply_to=first.native_id)
    await world.settle()
    assert world.channel.published == ()
    card = await world.card()
    assert (card.state, card.version) == (State.ASKED, 2)
    assert len(card.posts) == 2
    assert len(world.room.posted) == 1  # the same card shows it
    await world.click(Verb.APPROVE)
    await world.work()
    [published] = world.channel.published
    assert published.parent == card.reply.parent  # type: ignore[union-attr]


async def test_a_message_while_drafting_is_not_lost(world: World) -> None:
    world.assistant.pause = asyncio.Event()
    first = world.channel.say("ben", ASK)
    await world.listen()
    working = asyncio.ensure_future(world.work())
    while not world.assistant.asked:
        await asyncio.sleep(0.01)
    world.channel.say("ben", "In the bathroom.", reply_to=first.native_id)
    await world.listen()
    world.assistant.pause.set()
    await working
    await world.work()
    card = await world.card()
    assert (card.state, card.version, len(card.posts)) == (State.ASKED, 2, 2)
    assert "In the bathroom." in world.assistant.asked[-1].text


async def test_after_publication_the_next_message_is_a_turn_of_its_own(world: World) -> None:
    first = world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.work()
    world.channel.say("ben", "And on brick?", reply_to=first.native_id)
    await world.settle()
    context = world.assistant.asked[-1]
    assert [post.by for post in context.thread] == ["asker", "ours"]
    assert context.thread[1].text == world.channel.published[0].text
    assert (await world.card(2)).state is State.ASKED


async def test_no_reply_asks_nobody(world: World) -> None:
    world.assistant.kinds["followers"] = ProposalKind.NO_REPLY
    world.channel.say("spam", "Buy followers now")
    await world.settle()
    assert world.room.posted == []
    async with world.journey.engine.connect() as connection:
        assert (await turns.get(connection, 1)).state is State.SILENT


async def test_private_messages_are_counted_and_never_kept(world: World) -> None:
    link = world.channel.whisper("ben", "my card number is 4111 1111 1111 1111")
    await world.settle()
    async with world.journey.engine.connect() as connection:
        assert await places.not_public(connection) == (("memory", 1, (link,)),)
        assert (await connection.execute(text("SELECT count(*) FROM posts"))).scalar_one() == 0


async def test_private_details_stay_in_the_one_table(world: World) -> None:
    world.channel.say("ben", ASK + " Mail me at ben.private@example.org")
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.work()
    secret = "ben.private@example.org"
    assert secret not in world.assistant.asked[0].text
    assert all(secret not in post.text for card in world.room.posted for post in card.posts)
    assert secret not in world.memory.learned[0].question
    async with world.journey.engine.connect() as connection:
        for table in ("turns", "engagements", "proposals", "replies", "decisions", "steps", "procrastinate_jobs"):
            rows = (await connection.execute(text(f"SELECT * FROM {table}"))).all()  # our own names
            assert secret not in str(rows), table


async def test_the_stop_switch_holds_an_approved_reply(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    async with world.journey.engine.begin() as connection:
        await places.switch(connection, "publishing", False, "Tom")
    await world.click(Verb.APPROVE)
    await world.work()
    assert world.channel.published == ()
    async with world.journey.engine.begin() as connection:
        await places.switch(connection, "publishing", True, "Tom")
        await world.journey.queue.advance(connection, 1, "x")  # what the waiting task does when it is due
    await world.work()
    assert len(world.channel.published) == 1


async def test_a_deleted_post_a_colleagues_answer_and_a_retired_source_are_seen_before_publishing(world: World) -> None:
    posts = [world.channel.say(name, ASK) for name in ("ben", "ada", "cem")]
    await world.settle()
    world.channel.erase(posts[0].native_id)
    await world.channel.publish(
        "I did it by hand", parent=posts[1].native_id, visibility=posts[1].visibility, key="other"
    )
    await world.click(Verb.APPROVE, 1)
    await world.click(Verb.APPROVE, 2)
    await world.work()
    world.memory.retired.add("plugs")
    await world.click(Verb.APPROVE, 3)
    await world.work()
    states = [await world.card(turn_id) for turn_id in (1, 2, 3)]
    assert [card.state for card in states] == [State.WITHHELD] * 3
    assert "gone" in states[0].trouble
    assert "answered already" in states[1].trouble
    assert "not in use any more" in states[2].trouble
    assert [post.text for post in world.channel.published] == ["I did it by hand"]


async def test_an_answer_whose_confirmation_was_lost_goes_out_once(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    world.channel.faults.lost_answers = 1
    await world.work()
    assert (await world.card()).state is State.PUBLISHING
    await due_now(world)
    assert (await world.card()).state is State.LEARNED
    assert len(world.channel.published) == 1


async def test_a_card_whose_confirmation_was_lost_is_not_asked_twice(world: World) -> None:
    world.channel.say("ben", ASK)
    world.room.lose_next = True
    await world.settle()
    await due_now(world)
    assert (await world.card()).state is State.ASKED
    assert len(world.room.posted) == 1


async def test_parts_that_are_away_are_waited_for_and_nothing_is_lost(world: World) -> None:
    world.assistant.down = True
    world.channel.say("ben", ASK)
    await world.settle()
    async with world.journey.engine.connect() as connection:
        assert (await turns.get(connection, 1)).state is State.HEARD
    world.assistant.down, world.room.down = False, True
    await due_now(world)
    assert (await world.card()).state is State.PROPOSED
    assert world.room.posted == []
    world.room.down = False
    await due_now(world)
    assert (await world.card()).state is State.ASKED
    world.channel.faults.down = True
    await world.click(Verb.APPROVE)
    await world.work()
    assert (await world.card()).state is State.APPROVED
    world.channel.faults.down = False
    await due_now(world)
    assert (await world.card()).state is State.LEARNED
    assert len(world.channel.published) == 1
    assert len(world.room.posted) == 1


async def test_a_refused_reply_comes_back_to_a_person(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.EDIT, text="far too long " * 60)
    refused = await world.click(Verb.APPROVE)
    assert not refused.accepted  # the length check blocks it before the network would
    assert world.channel.published == ()


async def test_a_follow_up_due_in_a_week_does_not_delay_the_next_message(world: World) -> None:
    first = world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.work()
    async with world.journey.engine.connect() as connection:
        turn = await turns.get(connection, 1)
        waiting = (
            await connection.execute(text("SELECT lock, scheduled_at FROM procrastinate_jobs WHERE status = 'todo'"))
        ).all()
    assert turn.follow_up_at is not None
    assert turn.follow_up_at > datetime.now(UTC) + timedelta(days=13)
    assert [row.lock for row in waiting] == [None]  # it waits without the conversation's lock
    world.channel.say("ben", "And on brick?", reply_to=first.native_id)
    await world.settle()
    assert (await world.card(2)).state is State.ASKED


async def test_an_outcome_nobody_told_is_unknown(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.work()
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET follow_up_at = now() - interval '1 second'"))
        await world.journey.queue.advance(connection, 1, "x")
    await world.work()
    async with world.journey.engine.connect() as connection:
        turn = await turns.get(connection, 1)
    assert (turn.state, turn.attained) == (State.CLOSED, "unknown")


async def test_a_reply_that_the_channel_refuses_must_be_edited_before_it_is_approved_again(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    world.channel.faults.refuse = "no links to strangers"
    await world.click(Verb.APPROVE)
    await world.work()
    card = await world.card()
    assert card.state is State.WITHHELD
    assert "no links to strangers" in card.trouble
    again = await world.click(Verb.APPROVE, delivery="again")
    assert not again.accepted
    assert "no links to strangers" in again.sentence
    world.channel.faults.refuse = ""
    assert (await world.click(Verb.EDIT, text="Use a plug.")).accepted
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    assert [post.text for post in world.channel.published] == ["@ben Use a plug.\n- the Holloway team"]
