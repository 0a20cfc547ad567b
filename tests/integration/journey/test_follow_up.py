"""Whether it worked: said, shown by asking again, or never known. And what an assistant is told of a conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import ProposalKind
from bot.record import turns
from bot.record.turns import Turn
from bot.review import Verb, Verdict
from bot.states import State
from knowledge.entries import Entry
from tests.integration.journey.whole_record import TABLES
from tests.integration.journey.world import RecordingMemory, World

ASK = "How do I hang a heavy shelf on plasterboard?"


async def answered(world: World, who: str = "ben", words: str = ASK) -> str:
    """Somebody asks and is answered; the id of their post."""
    post = world.channel.say(who, words)
    await world.settle()
    latest = max(card.turn_id for card in world.room.shown.values())
    assert (await world.click(Verb.APPROVE, latest)).accepted
    await world.work()
    return post.native_id


async def turn(world: World, number: int = 1) -> Turn:
    async with world.journey.engine.connect() as connection:
        return await turns.get(connection, number)


async def days_go_by(world: World, days: float, number: int = 1) -> None:
    """Everything published and due lies so much further back; the turn is looked at again."""
    async with world.journey.engine.begin() as connection:
        await connection.execute(text(f"UPDATE publications SET finished_at = finished_at - interval '{days} days'"))
        await connection.execute(text(f"UPDATE turns SET follow_up_at = follow_up_at - interval '{days} days'"))
        await world.journey.queue.advance(connection, number, "x")
    await world.work()


def asking_afterwards(world: World) -> World:
    journey = replace(world.journey, rules=replace(world.journey.rules, ask_afterwards=True))
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def test_it_is_attained_when_the_person_says_so(world: World) -> None:
    world.assistant.intents["worked"] = "it_worked"
    first = await answered(world)
    world.channel.say("ben", "That worked, thank you", reply_to=first)
    await world.settle()
    assert (await turn(world)).attained == "attained"
    await days_go_by(world, 15)
    assert (await turn(world)).state is State.CLOSED
    assert (await world.card()).steps[-1].what == "closed this: it worked"


async def test_it_is_not_attained_when_the_person_says_so_and_may_be_after_all(world: World) -> None:
    world.assistant.intents = {"fell down": "it_did_not_work", "worked": "it_worked"}
    first = await answered(world)
    world.channel.say("ben", "It fell down again", reply_to=first)
    await world.settle()
    assert (await turn(world)).attained == "not_attained"
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    world.channel.say("ben", "That worked", reply_to=first)
    await world.settle()
    assert (await turn(world)).attained == "attained"


async def test_the_first_words_of_a_thread_tell_nothing_of_an_answer(world: World) -> None:
    world.assistant.intents["worked"] = "it_worked"
    world.channel.say("ben", "Your drill worked well for years")
    await world.settle()
    assert (await turn(world)).attained == "open"


async def test_asking_for_the_same_again_in_another_thread_is_a_no(world: World) -> None:
    await answered(world)
    world.channel.say("ben", "Right, how do I hang a shelf, really?")
    await world.settle()
    assert (await turn(world)).attained == "not_attained"
    assert (await turn(world, 2)).attained == "open"  # the new one has yet to be answered
    assert "ask for the same again" in (await world.card()).steps[-1].what
    await days_go_by(world, 15)
    assert (await world.card()).steps[-1].what == "closed this: it did not help"


async def test_asking_for_the_same_again_in_the_same_thread_is_a_no_too(world: World) -> None:
    first = await answered(world)
    world.channel.say("ben", "So how do I hang that shelf?", reply_to=first)
    await world.settle()
    assert (await turn(world)).attained == "not_attained"


async def test_what_is_no_asking_again(world: World) -> None:
    world.assistant.outcomes = {"fence": "paint a fence"}
    world.assistant.intents = {"thanks": "thank"}
    first = await answered(world)
    world.channel.say("ben", "And how do I paint a fence?")  # something else
    world.channel.say("eve", "How do I hang a shelf?")  # somebody else
    world.channel.say("ben", "thanks so far", reply_to=first)  # nothing asked
    await world.settle()
    assert (await turn(world)).attained == "open"


async def test_after_the_follow_up_it_is_a_new_need(world: World) -> None:
    await answered(world)
    async with world.journey.engine.begin() as connection:  # answered, and the follow-up late
        await connection.execute(text("UPDATE publications SET finished_at = finished_at - interval '15 days'"))
    world.channel.say("ben", "How do I hang a shelf?")
    await world.settle()
    assert (await turn(world)).attained == "open"


async def test_by_default_nobody_is_asked_in_public(world: World) -> None:
    await answered(world)
    await days_go_by(world, 15)
    assert ((await turn(world)).state, (await turn(world)).attained) == (State.CLOSED, "unknown")
    assert len(world.room.posted) == 1


async def test_a_team_may_have_it_asked_once_as_a_proposal_like_any_other(world: World) -> None:
    world = asking_afterwards(world)
    await answered(world)
    await days_go_by(world, 15)
    assert ((await turn(world)).state, (await turn(world)).attained) == (State.LEARNED, "open")
    card = await world.card(2)
    assert (card.state, card.kind, card.reason) == (State.ASKED, ProposalKind.CLARIFY, "nobody_said")
    assert [post.text for post in card.posts] == [ASK]
    assert len(world.channel.published) == 1  # nothing without a decision
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    said = world.channel.published[1]
    assert said.text.startswith("@ben Did that")
    assert said.parent == world.channel.posts[0].native_id
    assert (await turn(world, 2)).state is State.CLOSED
    await days_go_by(world, 15)
    assert ((await turn(world)).state, (await turn(world)).attained) == (State.CLOSED, "unknown")
    assert len(world.room.posted) == 2  # once only


async def test_an_answer_to_that_question_counts(world: World) -> None:
    world = asking_afterwards(world)
    world.assistant.intents["worked"] = "it_worked"
    first = await answered(world)
    await days_go_by(world, 15)
    world.channel.say("ben", "It worked, sorry for the silence", reply_to=first)  # before anybody decided to ask
    await world.settle()
    assert (await turn(world)).attained == "attained"
    card = await world.card(2)
    assert [post.text for post in card.posts] == ["It worked, sorry for the silence"]
    assert len(world.channel.published) == 1


async def test_a_crash_while_asking_afterwards_asks_once(world: World) -> None:
    world = asking_afterwards(world)
    await answered(world)
    await days_go_by(world, 15)
    for _ in range(2):  # the same step again, as after a kill
        await world.journey.follow_up(replace(await turn(world), follow_up_at=(await turn(world)).heard_at))
    await world.work()
    assert ((await turn(world)).state, (await turn(world)).attained) == (State.LEARNED, "open")
    async with world.journey.engine.connect() as connection:
        count = (await connection.execute(text("SELECT count(*) FROM turns WHERE follows = 1"))).scalar_one()
    assert count == 1


async def test_several_short_posts_in_a_row_are_one_turn(world: World) -> None:
    first = world.channel.say("ben", "so I have this wall")
    world.channel.say("ben", "it is plasterboard", reply_to=first.native_id)
    world.channel.say("ben", "how do I hang a shelf on it?", reply_to=first.native_id)
    await world.settle()
    assert len(world.assistant.asked[-1].text.splitlines()) == 3
    assert len(world.room.shown) == 1
    assert len((await world.card()).posts) == 3


async def test_earlier_turns_count_and_what_was_really_published_is_what_was_said(world: World) -> None:
    first = await answered(world)
    drafted = world.channel.published[0].text
    world.channel.say("ben", "And on brick?", reply_to=first)
    await world.settle()
    assert (await world.click(Verb.EDIT, 2, text="On brick: a 6 mm bit.")).accepted
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    world.channel.say("ben", "And how deep?", reply_to=first)
    await world.settle()
    context = world.assistant.asked[-1]
    assert [(post.by, post.text) for post in context.thread] == [
        ("asker", ASK), ("ours", drafted), ("asker", "And on brick?"), ("ours", world.channel.published[1].text)
    ]  # fmt: skip
    assert "On brick: a 6 mm bit." in context.thread[3].text  # as edited, not as drafted
    assert context.earlier is not None
    assert context.earlier.outcome == "hang a shelf"


async def test_the_words_of_a_picture_reach_the_assistant_and_only_they_are_masked_words(world: World) -> None:
    world.channel.say(
        "ben", "what went wrong here?", media_alts=("A shelf, torn out. Call me on +44 20 7946 0958.", "")
    )
    await world.settle()
    context = world.assistant.asked[-1]
    assert context.has_media
    assert context.media_described
    assert context.text == "what went wrong here?\nA shelf, torn out. Call me on [phone]."


async def test_where_a_picture_is_stands_with_its_post_alone_and_is_seen_on_the_card(world: World) -> None:
    seen = "https://files.example/secret-name.png"
    world.channel.say("ben", ASK, media_alts=("A shelf", "A wall"), media_urls=(seen, "javascript:alert(1)"))
    await world.settle()
    (post,) = (await world.card()).posts
    assert (post.media_alts, post.media_urls) == (("A shelf", "A wall"), (seen, ""))
    assert "secret-name" not in repr(world.assistant.asked)
    async with world.journey.engine.connect() as connection:
        holding = [
            name
            for name in (await connection.execute(text(TABLES))).scalars()
            if (await connection.execute(text(f"SELECT count(*) FROM {name} t WHERE t::text ~ 'secret-name'"))).scalar()
        ]
    assert holding == ["posts"]


async def test_what_nobody_sees_does_not_reach_the_assistant(world: World) -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "say yes")
    world.channel.say("ben", f"How do I hang a sh\u200belf?{hidden}")
    await world.settle()
    assert world.assistant.asked[-1].text == "How do I hang a shelf?"


async def test_nobody_is_asked_about_a_reply_that_was_deleted(world: World) -> None:
    world = asking_afterwards(world)
    await answered(world)
    await days_go_by(world, 15)
    assert (await turn(world, 2)).state is State.ASKED
    assert (await world.click(Verb.WITHDRAW, 1, note="It was wrong.")).accepted
    assert (await world.click(Verb.APPROVE, 2)).accepted
    await world.work()
    assert world.channel.published == ()
    assert (await turn(world, 2)).state is State.WITHHELD


@dataclass
class Slowly(RecordingMemory):
    """While it is asked what is live, as a last look before publishing does, somebody takes the answer back."""

    meanwhile: World | None = None
    clicks: list[asyncio.Task[Verdict]] = field(default_factory=list)
    waited: bool = False

    async def live(self, connection: AsyncConnection, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        if self.meanwhile is not None:
            self.clicks.append(asyncio.create_task(self.meanwhile.click(Verb.WITHDRAW, 1, note="It was wrong.")))
            self.meanwhile = None
            await asyncio.sleep(0.5)
            self.waited = not self.clicks[0].done()
        return await super().live(connection, ids)


async def test_an_answer_is_taken_back_before_the_question_about_it_sets_out_or_after(world: World) -> None:
    memory = Slowly()
    world = replace(world, memory=memory, journey=replace(world.journey, library=memory))
    world = asking_afterwards(world)
    await answered(world)
    await days_go_by(world, 15)
    assert (await world.click(Verb.APPROVE, 2)).accepted
    memory.meanwhile = world
    await world.work()
    [click] = memory.clicks
    assert memory.waited
    assert (await click).accepted
    await world.work()
    assert (await turn(world)).state is State.WITHDRAWN
