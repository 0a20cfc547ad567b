"""A reply signed with a first name goes out exactly as the person of that name saw and approved it."""

from __future__ import annotations

import pytest

from actions.proposal import ProposalKind
from bot.record import replies, turns
from bot.review import Decision, Reviewer, Verb
from bot.states import State
from tests.integration.journey.test_rules import apply
from tests.integration.journey.world import World


async def asked(world: World, **more: object) -> None:
    await apply(world, signed=True, **more)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()


def ending(card_reply: object) -> str:
    return str(card_reply.parts[-1]).rpartition("\n")[2]  # type: ignore[attr-defined]


async def test_the_name_is_seen_before_it_is_approved(world: World) -> None:
    await asked(world, people={"anna": {"name": "Anna Berg"}, "ben": {}})
    drafted = await world.card()
    first = await world.click(Verb.APPROVE, who="anna b.")
    assert not first.accepted  # another id: not named in the rules
    looked = await world.click(Verb.APPROVE, who="Anna")
    assert looked.accepted
    assert looked.sentence == "It ends with your name now: look once more, then approve it."
    assert (looked.card.state, looked.card.version) == (State.ASKED, drafted.version + 1)
    assert ending(looked.card.reply) == "– Anna"
    assert (looked.card.body, looked.card.written_by) == (drafted.body, "")  # the words are whose they were
    await world.settle()
    assert world.channel.published == ()

    assert (await world.click(Verb.APPROVE, who="Anna")).card.state is State.APPROVED
    await world.settle()
    (post,) = world.channel.published
    assert post.text.endswith("\n– Anna")
    async with world.journey.engine.connect() as connection:
        decision = await replies.last_decision(connection, 1)
        stored = await replies.reply_of(connection, 1, looked.card.version)
    assert decision
    assert stored
    assert (decision.verb, decision.reply_hash, stored.reply.parts[0]) == (Verb.APPROVE, stored.hash, post.text)


async def test_nobody_approves_under_the_name_of_another(world: World) -> None:
    await asked(world)
    await world.click(Verb.APPROVE, who="Anna")
    ben = await world.click(Verb.APPROVE, who="Ben")
    assert ending(ben.card.reply) == "– Ben"
    assert ben.card.state is State.ASKED
    assert not (await world.click(Verb.APPROVE, who="Anna", version=2, delivery="late")).accepted  # hers is gone


async def test_who_edits_has_signed_already(world: World) -> None:
    await asked(world)
    edited = await world.click(Verb.EDIT, who="Anna", text="Use a wall plug.")
    assert ending(edited.card.reply) == "– Anna"
    assert (await world.click(Verb.APPROVE, who="Anna")).card.state is State.APPROVED


async def test_two_people_approve_one_reply_with_the_name_of_the_first(world: World) -> None:
    await asked(world, two_people=["answered"])
    await world.click(Verb.APPROVE, who="Anna")
    first = await world.click(Verb.APPROVE, who="Anna", delivery="again")
    assert first.card.approved_by == ("Anna",)
    second = await world.click(Verb.APPROVE, who="Ben")
    assert (second.card.state, ending(second.card.reply)) == (State.APPROVED, "– Anna")


@pytest.mark.parametrize("name", ["U012AB3CD", "https://x.example", "", "anna.reyes"])
async def test_what_is_no_name_signs_nothing(world: World, name: str) -> None:
    await asked(world)
    click = Decision(1, 1, Verb.APPROVE, Reviewer("anna", name), "click")
    no = await world.journey.decide(click)
    assert not no.accepted
    assert "yours is not known" in no.sentence
    await apply(world, signed=True, people={"anna": {"name": "Anna"}})
    assert (await world.journey.decide(click)).card.version == 2


async def test_where_the_team_does_not_sign_so_one_click_is_enough(world: World) -> None:
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    approved = await world.click(Verb.APPROVE, who="Anna")
    assert (approved.card.state, ending(approved.card.reply)) == (State.APPROVED, "- the Holloway team")


async def test_what_has_expired_can_be_signed(world: World) -> None:
    await asked(world, people={"anna": {"name": "Anna Berg"}})
    async with world.journey.engine.begin() as connection:
        turn = await turns.get(connection, 1, lock=True)
        await turns.change(connection, turn, State.EXPIRED, who="Goodword", what="says: nobody decided in time")
    assert (await world.click(Verb.APPROVE, who="Anna")).card.state is State.ASKED
    assert (await world.click(Verb.APPROVE, who="Anna")).card.state is State.APPROVED


async def test_what_has_no_reply_cannot_be_signed(world: World) -> None:
    world.assistant.kinds["zeppelin"] = ProposalKind.HAND_OFF
    await apply(world, signed=True)
    world.channel.say("jo", "Where is my zeppelin?")
    await world.settle()
    no = await world.click(Verb.SIGN)
    assert (no.accepted, no.sentence) == (False, "There is no reply yet: write one first.")
