"""What nothing answered, as editors see it."""

from __future__ import annotations

from actions.proposal import ProposalKind
from bot.record.gaps import Gap, open_gaps
from bot.review import Verb
from bot.states import State
from knowledge import store
from knowledge.entries import Entry, EntryKind
from tests.integration.journey.world import World
from tests.integration.knowledge.conftest import WordEncoder


async def gaps(world: World, limit: int = 10) -> list[Gap]:
    async with world.journey.engine.connect() as connection:
        return await open_gaps(connection, limit)


async def test_what_nothing_answers_is_listed_until_an_answer_is_learned(world: World) -> None:
    world.assistant.kinds = {"bend": ProposalKind.HAND_OFF}
    for who, words in (("ben", "How do I bend oak? Mail ben@x.org"), ("cleo", "How do I hang a shelf?")):
        world.channel.say(who, words)
    world.channel.say("dora", "Can I bend glass?")
    await world.settle()
    found = await gaps(world)
    assert [(gap.text, gap.state) for gap in found] == [
        ("Can I bend glass?", State.ASKED),
        ("How do I bend oak? Mail [email]", State.ASKED),
    ]
    assert all(gap.url for gap in found)
    assert len(await gaps(world, limit=1)) == 1

    oak = found[1].turn_id
    await world.click(Verb.WRITE, oak, text="Steam it for an hour, then bend it.")
    await world.click(Verb.APPROVE, oak)
    await world.work()
    assert (await world.card(oak)).state is State.LEARNED
    assert [gap.turn_id for gap in await gaps(world)] == [found[0].turn_id, oak]  # the memory here only remembers
    async with world.journey.engine.begin() as connection:
        answer = Entry(world.memory.learned[0].id, EntryKind.ANSWER, "Bend oak", "Steam it.", question="How?")
        await store.save(connection, [answer], encoder=WordEncoder())
    assert [gap.turn_id for gap in await gaps(world)] == [found[0].turn_id]
