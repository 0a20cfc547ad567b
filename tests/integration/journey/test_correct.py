"""A published reply is corrected in public, under the wrong one, by a decision of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import HeardPost
from bot.record import turns
from bot.review import Verb, Verdict
from bot.states import State
from knowledge.entries import Entry
from tests.integration.journey.world import RecordingMemory, World

ASK = "How do I hang a shelf on plasterboard?"
RIGHT = "Sorry, the plug we named is too small: take one of 10 mm."


async def corrected(world: World) -> tuple[World, HeardPost]:
    """A wrong reply is out, and its correction waits for an approval."""
    world.channel.say("ben", ASK)
    await world.settle()
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    [wrong] = world.channel.published
    assert (await world.click(Verb.CORRECT, text=RIGHT)).accepted
    assert world.memory.retired == {"answer-1"}
    await world.work()
    return world, wrong


async def test_a_correction_is_asked_for_published_under_the_wrong_reply_and_linked(world: World) -> None:
    world, wrong = await corrected(world)
    card = await world.card(2)
    assert (card.state, card.corrects, card.body, card.written_by) == (State.ASKED, 1, RIGHT, "Anna")
    assert [post.text for post in card.posts] == [ASK]
    assert [post.text for post in card.corrected] == [wrong.text]
    assert [one.turn_id for one in world.room.posted] == [1, 2]
    assert len(world.channel.published) == 1  # nothing without an approval
    assert (await world.card()).state is State.CLOSED

    assert (await world.click(Verb.APPROVE, 2, who="Tom")).accepted
    await world.work()
    first, second = world.channel.published
    assert first == wrong  # nothing is rewritten
    assert second.text == f"@ben {RIGHT}\n- the Holloway team"
    assert second.parent == wrong.native_id
    async with world.journey.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT id, turn_id, corrects FROM publications ORDER BY id"))).all()
    assert [tuple(row) for row in rows] == [(1, 1, None), (2, 2, 1)]
    assert (await world.card(1)).correction == ((await world.card(2)).published)


async def test_what_was_learned_is_the_correction(world: World) -> None:
    world, _ = await corrected(world)
    await world.click(Verb.APPROVE, 2)
    await world.work()
    entry = world.memory.learned[-1]
    assert (entry.id, entry.question, entry.text, entry.written_by) == ("answer-2", ASK, RIGHT, "human")
    assert (await world.card(2)).state is State.LEARNED


async def test_before_the_wrong_answer_was_learned_it_is_not(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.APPROVE)
    await world.journey.advance(1)
    await world.journey.advance(1)
    assert (await world.card()).state is State.PUBLISHED
    assert (await world.click(Verb.CORRECT, text=RIGHT)).accepted
    await world.work()
    assert world.memory.learned == []


async def test_an_edited_correction_still_stands_under_the_wrong_reply(world: World) -> None:
    world, wrong = await corrected(world)
    assert (await world.click(Verb.EDIT, 2, text="Take one of 12 mm.")).accepted
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    assert (world.channel.published[1].parent, "12 mm" in world.channel.published[1].text) == (wrong.native_id, True)


async def test_there_is_one_correction_at_a_time(world: World) -> None:
    world, _ = await corrected(world)
    again = await world.click(Verb.CORRECT, text="Another", delivery="again")
    assert (again.accepted, "waiting for its approval" in again.sentence) == (False, True)
    assert (await world.click(Verb.REJECT, 2)).accepted
    assert (await world.click(Verb.CORRECT, text="Another", delivery="now")).accepted
    await world.work()
    assert (await world.click(Verb.APPROVE, 3)).accepted
    await world.work()
    done = await world.click(Verb.CORRECT, text="Yet another", delivery="later")
    assert (done.accepted, "correct the correction" in done.sentence) == (False, True)


async def test_a_correction_can_be_corrected_and_withdrawn(world: World) -> None:
    world, _ = await corrected(world)
    await world.click(Verb.APPROVE, 2)
    await world.work()
    second = world.channel.published[1]
    assert (await world.click(Verb.CORRECT, 2, text="No: 12 mm.")).accepted
    await world.work()
    assert (await world.click(Verb.APPROVE, 3)).accepted
    await world.work()
    assert world.channel.published[2].parent == second.native_id
    assert [post.text for post in (await world.card(3)).posts] == [ASK]
    assert world.memory.learned[-1].question == ASK
    assert (await world.click(Verb.WITHDRAW, 3, note="Enough.")).accepted
    await world.work()
    assert len(world.channel.published) == 2
    assert world.memory.retired == {"answer-1", "answer-2", "answer-3"}


async def test_a_correction_of_what_is_being_deleted_does_not_go_out(world: World) -> None:
    world, _ = await corrected(world)
    assert (await world.click(Verb.WITHDRAW, 1, note="Wrong.")).accepted
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    assert world.channel.published == ()
    assert (await world.card(2)).state is State.WITHHELD


async def test_the_person_writes_meanwhile(world: World) -> None:
    world, wrong = await corrected(world)
    assert (await world.click(Verb.APPROVE, 2, delivery="first")).accepted
    world.channel.say("ben", "I broke the wall.", reply_to=wrong.native_id)
    await world.settle()
    assert len(world.channel.published) == 1
    card = await world.card(2)
    assert (card.state, card.version, card.body) == (State.ASKED, 2, RIGHT)
    assert [post.text for post in (await world.card(3)).posts] == ["I broke the wall."]  # a turn of its own
    stale = await world.click(Verb.APPROVE, 2, version=1, delivery="stale")
    assert (stale.accepted, "changed since" in stale.sentence) == (False, True)
    assert (await world.click(Verb.APPROVE, 2, delivery="second")).accepted
    await world.work()
    assert world.channel.published[1].parent == wrong.native_id


async def test_a_colleagues_own_correction_is_seen(world: World) -> None:
    world, wrong = await corrected(world)
    await world.channel.publish("Oops: 10 mm.", parent=wrong.native_id, visibility=wrong.visibility, key="by hand")
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    card = await world.card(2)
    assert (card.state, "answered already" in card.trouble) == (State.WITHHELD, True)


async def test_it_has_to_say_something_and_is_not_drafted(world: World) -> None:
    world, _ = await corrected(world)
    assert not (await world.click(Verb.CORRECT, text=" ", delivery="empty")).accepted
    no = await world.click(Verb.REDRAFT, 2, wish="shorter")
    assert (no.accepted, "own words" in no.sentence) == (False, True)


async def test_nobody_is_asked_whether_the_wrong_reply_helped(world: World) -> None:
    world, _ = await corrected(world)
    async with world.journey.engine.connect() as connection:
        assert (await turns.get(connection, 1)).follow_up_at is None


async def test_a_person_who_writes_while_a_correction_has_expired_is_heard(world: World) -> None:
    world, _ = await corrected(world)
    async with world.journey.engine.begin() as connection:
        turn = await turns.get(connection, 2, lock=True)
        await turns.change(connection, turn, State.EXPIRED, who="Goodword", what="says: nobody decided in time")
    world.channel.say("ben", "And on brick?", reply_to="1")
    assert await world.listen() == 1
    card = await world.card(2)
    assert (card.state, card.version) == (State.ASKED, 2)


async def test_what_a_correction_stands_under_is_withdrawn_after_it(world: World) -> None:
    """Nobody reads a correction of a reply that is gone."""
    world, wrong = await corrected(world)
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.journey.advance(2)
    assert (await world.card(2)).state is State.PUBLISHING
    now = await world.click(Verb.WITHDRAW, 1, note="Wrong.", delivery="a")
    assert (now.accepted, "is going out now" in now.sentence) == (False, True)
    await world.work()
    out = await world.click(Verb.WITHDRAW, 1, note="Wrong.", delivery="b")
    assert (out.accepted, "Withdraw that one first" in out.sentence) == (False, True)
    assert len(world.channel.published) == 2

    assert (await world.click(Verb.WITHDRAW, 2, note="Wrong, too.", delivery="c")).accepted
    early = await world.click(Verb.WITHDRAW, 1, note="Wrong.", delivery="d")
    assert (early.accepted, "once that one is gone" in early.sentence) == (False, True)
    await world.work()
    assert world.channel.published == (wrong,)
    assert (await world.click(Verb.WITHDRAW, 1, note="Wrong.", delivery="e")).accepted
    await world.work()
    assert world.channel.published == ()


async def test_what_may_be_out_counts_as_standing_there(world: World) -> None:
    world, _ = await corrected(world)
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET state = 'unclear' WHERE id = 2"))
    no = await world.click(Verb.WITHDRAW, 1, note="Wrong.")
    assert (no.accepted, "may be out already" in no.sentence) == (False, True)


@dataclass
class Slowly(RecordingMemory):
    """While it is asked what is live, as a last look before publishing does, somebody clicks."""

    meanwhile: World | None = None
    clicks: list[asyncio.Task[Verdict]] = field(default_factory=list)

    async def live(self, connection: AsyncConnection, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        if self.meanwhile is not None:
            click = self.meanwhile.click(Verb.WITHDRAW, 1, note="Wrong.", delivery="meanwhile")
            self.meanwhile = None
            self.clicks.append(asyncio.create_task(click))
            await asyncio.sleep(0.3)
        return await super().live(connection, ids)


async def test_withdrawing_in_the_very_moment_in_which_the_correction_sets_out(world: World) -> None:
    memory = Slowly()
    world = replace(world, memory=memory, journey=replace(world.journey, library=memory))
    world.journey.queue.bind(world.journey)
    world, _ = await corrected(world)
    assert (await world.click(Verb.APPROVE, 2)).accepted
    memory.meanwhile = world
    await world.work()
    [click] = memory.clicks
    assert not (await click).accepted
    assert len(world.channel.published) == 2
