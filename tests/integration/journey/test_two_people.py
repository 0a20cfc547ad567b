"""For what the team has chosen nothing goes out on one person's word, whatever is tried."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text, update

from bot import publishing
from bot.record import replies, turns
from bot.record.tables import decisions
from bot.review import Decision, Reviewer, Verb
from bot.states import State
from tests.integration.journey.test_rules import apply
from tests.integration.journey.world import World


async def asked(world: World, **more: object) -> None:
    """A card that two people have to approve."""
    await apply(world, two_people=["answered"], **more)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()


async def test_the_second_person_sends_what_the_first_approved(world: World) -> None:
    await asked(world)
    first = await world.click(Verb.APPROVE, who="Anna")
    assert first.accepted
    assert first.sentence == "Approved. A second person has to approve it too before it goes out."
    assert (first.card.state, first.card.approved_by) == (State.ASKED, ("Anna",))
    await world.settle()
    assert world.channel.published == ()
    assert world.room.shown["1"].approved_by == ("Anna",)  # the card says who is still missing
    assert first.card.steps[-1].what == "approved the reply; a second person has to approve it too"

    again = await world.click(Verb.APPROVE, who="Anna", delivery="again")
    assert not again.accepted
    assert "cannot be you" in again.sentence

    second = await world.click(Verb.APPROVE, who="Ben")
    assert (second.accepted, second.card.state) == (True, State.APPROVED)
    await world.settle()
    assert len(world.channel.published) == 1


async def test_one_person_under_two_ids_is_one(world: World) -> None:
    await asked(world, people={"anna": {"also": ["cli:anna"]}, "ben": {}})
    await world.click(Verb.APPROVE, who="Anna")
    no = await world.journey.decide(Decision(1, 1, Verb.APPROVE, Reviewer("cli:anna", "anna"), "other id"))
    assert not no.accepted
    assert (await world.card()).approved_by == ("Anna",)


async def test_an_edit_needs_both_anew(world: World) -> None:
    await asked(world)
    await world.click(Verb.APPROVE, who="Anna")
    await world.click(Verb.EDIT, who="Ben", text="Use a wall plug of 8 mm.")
    assert (await world.card()).approved_by == ()
    assert (await world.click(Verb.APPROVE, who="Ben")).card.state is State.ASKED
    assert (await world.click(Verb.APPROVE, who="Anna")).card.state is State.APPROVED


async def test_a_newer_post_needs_both_anew(world: World) -> None:
    await asked(world)
    await world.click(Verb.APPROVE, who="Anna")
    world.channel.say("jo", "It is plasterboard.", world.channel.posts[0].native_id)
    await world.settle()
    assert (await world.click(Verb.APPROVE, who="Ben")).card.state is State.ASKED
    assert world.channel.published == ()


async def test_two_in_the_same_instant_are_two_and_a_double_click_is_one(world: World) -> None:
    await asked(world)
    clicks = [world.click(Verb.APPROVE, who="Anna", delivery=f"click {n}") for n in range(4)]
    found = await asyncio.gather(*clicks)
    assert [one.accepted for one in found].count(True) == 1
    assert (await world.card()).state is State.ASKED
    both = await asyncio.gather(*(world.click(Verb.APPROVE, who=who) for who in ("Ben", "Carla")))
    assert sorted(one.accepted for one in both) == [False, True]
    await world.settle()
    assert len(world.channel.published) == 1


async def test_who_may_no_longer_approve_does_not_count(world: World) -> None:
    await asked(world, people={"anna": {}, "ben": {}, "carla": {}})
    await world.click(Verb.APPROVE, who="Anna")
    await apply(world, two_people=["answered"], people={"anna": {"may": ["edit"]}, "ben": {}, "carla": {}})
    assert (await world.click(Verb.APPROVE, who="Ben")).card.state is State.ASKED
    assert (await world.click(Verb.APPROVE, who="Carla")).card.state is State.APPROVED


async def test_the_rules_of_the_moment_count(world: World) -> None:
    await asked(world)
    await world.click(Verb.APPROVE, who="Anna")
    await apply(world)  # nothing needs two people any more: one more approval is enough, and it may be Anna's
    assert (await world.click(Verb.APPROVE, who="Anna", delivery="again")).card.state is State.APPROVED
    await apply(world, two_people=["answered"])  # after the decision: it was enough when it was made
    await world.settle()
    assert len(world.channel.published) == 1


@pytest.mark.parametrize("what", ["lane", "kind", "reason"])
async def test_lanes_kinds_and_reasons_can_need_two(world: World, what: str) -> None:
    word = {"lane": "deep", "kind": "advise", "reason": "answered"}[what]
    await apply(world, two_people=[word])
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    assert (await world.click(Verb.APPROVE)).card.state is State.ASKED


async def test_the_last_look_finds_what_was_forged(world: World) -> None:
    """Had somebody moved the turn or rewritten the first approval, nothing would go out."""
    await asked(world)
    await world.click(Verb.APPROVE, who="Anna")
    engine, memory, rules = world.journey.engine, world.memory, world.journey.rules
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET state = 'approved'"))
        turn = await turns.get(connection, 1)
        assert "second person" in await publishing.still_true(connection, turn, memory, rules)
        with pytest.raises(LookupError):
            await publishing.begin(connection, turn)
        await connection.execute(text("UPDATE turns SET state = 'asked'"))
    await world.click(Verb.APPROVE, who="Ben")
    async with engine.begin() as connection:
        assert await publishing.still_true(connection, turn, memory, rules) == ""
        await connection.execute(update(decisions).values(reviewer_id="anna"))
        assert "second person" in await publishing.still_true(connection, turn, memory, rules)
        await connection.execute(update(decisions).where(decisions.c.id == 1).values(reply_hash="x", reviewer_id="z"))
        assert "another reply" in await publishing.still_true(connection, turn, memory, rules)


async def test_an_undo_takes_both_back(world: World) -> None:
    await asked(world)
    await world.click(Verb.APPROVE, who="Anna")
    await world.click(Verb.APPROVE, who="Ben")
    async with world.journey.engine.begin() as connection:  # as an undo is written down
        undo = Decision(1, 1, Verb.UNDO, Reviewer("ben", "Ben"), "undo")
        await replies.add_decision(connection, undo, None)
        await connection.execute(text("UPDATE turns SET state = 'asked'"))
    assert (await world.click(Verb.APPROVE, who="Carla")).card.state is State.ASKED
    assert (await world.click(Verb.APPROVE, who="Anna", delivery="anew")).card.state is State.APPROVED
