"""The team's voice on the way of a post: the greeting around every reply, and long answers as numbered parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.voice import Address, Voice
from bot.channels.memory import MemoryChannel
from bot.review import Reviewer, Verb
from bot.states import State
from tests.integration.journey.world import World, due_now

ANNA = Reviewer("anna", "Anna")
ASK = "How do I hang a shelf on plasterboard?"
LONG = "\n".join(f"{n}. Do the thing that comes as number {n}, with all the care it needs." for n in range(1, 16))


def speaking(world: World, voice: Voice) -> World:
    journey = replace(world.journey, rules=replace(world.journey.rules, voice=voice))
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def test_every_reply_greets_and_what_is_learned_does_not(world: World) -> None:
    world = speaking(world, Voice(greeting="Hi {name}!", address=Address.FIRST_NAME))
    world.channel.say("ben_okafor", ASK)
    await world.settle()
    card = await world.card()
    assert card.reply is not None
    assert card.reply.parts == (f"@ben_okafor Hi Ben! {card.body}\n- the Holloway team",)
    assert world.assistant.asked[0].reserved == len("@ben_okafor Hi Ben! \n- the Holloway team")
    assert world.assistant.asked[0].voice is not None
    await world.click(Verb.APPROVE)
    await world.work()
    assert "Hi Ben" in world.channel.published[0].text
    assert "Ben" not in world.memory.learned[0].text


async def test_a_reviewers_text_is_held_against_the_voice_and_not_kept_back_by_it(world: World) -> None:
    world = speaking(world, Voice(avoid=("unfortunately",)))
    world.channel.say("ben", ASK)
    await world.settle()
    measured = await world.journey.check(1, "Unfortunately not.", ANNA)
    [voice] = [check for check in measured.checks if check.name == "voice"]
    assert (voice.ok, voice.blocking) == (False, False)
    assert (await world.click(Verb.EDIT, text="Unfortunately not.")).accepted
    assert (await world.click(Verb.APPROVE)).accepted


async def test_without_leave_a_long_text_stays_one_part_and_is_refused(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    measured = await world.journey.check(1, LONG, ANNA)
    assert measured.length > measured.limit == 500
    assert [check.name for check in measured.checks if not check.ok and check.blocking] == ["length"]


async def test_where_allowed_it_goes_out_as_numbered_parts_each_once(world: World) -> None:
    world = speaking(world, Voice(greeting="Hi!", parts=3))
    asked = world.channel.say("ben", ASK)
    await world.settle()
    measured = await world.journey.check(1, LONG, ANNA)
    assert measured.length <= measured.limit
    assert (await world.click(Verb.EDIT, text=LONG)).accepted
    card = await world.card()
    assert card.reply is not None
    first, *_, last = card.reply.parts
    assert len(card.reply.parts) == 3
    assert first.startswith("@ben Hi!\n1/3 1. Do the thing")
    assert last.startswith("@ben 3/3 ")
    assert last.endswith("\n- the Holloway team")
    assert card.body == LONG  # as one text for the next edit
    assert card.length == max(map(len, card.reply.parts)) <= 500
    assert not [check for check in card.checks if check.blocking and not check.ok]

    assert (await world.click(Verb.APPROVE)).accepted
    world.channel.faults.lost_answers = 1  # the first part goes out, and nobody is told
    await world.work()
    await due_now(world)  # the second try
    assert (await world.card()).state is State.LEARNED
    published = world.channel.published
    assert [post.text for post in published] == list(card.reply.parts)
    assert [post.parent for post in published] == [asked.native_id, *(post.native_id for post in published[:-1])]
    assert len((await world.card()).published) == 3
    assert world.memory.learned[0].text == LONG


@pytest.mark.parametrize("limit", [300, 500])
async def test_parts_follow_the_channels_own_limit(limit: int, world: World) -> None:
    channel = MemoryChannel(limit=limit)
    journey = replace(
        world.journey, channels={"memory": channel}, rules=replace(world.journey.rules, voice=Voice(parts=5))
    )
    world.journey.queue.bind(journey)
    world = replace(world, journey=journey, channel=channel)
    channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.EDIT, text=LONG)
    card = await world.card()
    assert card.reply is not None
    assert all(len(part) <= limit for part in card.reply.parts)
