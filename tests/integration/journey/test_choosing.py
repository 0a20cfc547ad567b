"""Another drafted version is taken: a new version of the reply in our words, checked anew, and still to be approved."""

from __future__ import annotations

import pytest

from actions.proposal import Candidate, Proposal, Sentence, TurnContext
from bot.record import replies
from bot.review import Card, Verb
from bot.review_desk import JourneyDesk
from bot.states import State
from tests.integration.journey.world import World

ASK = "How do I hang a heavy shelf on plasterboard?"
SHORT = "Hang a shelf with plugs."
LEAKS = "Hang a shelf: write to ada@mail.example about plugs."


@pytest.fixture
async def drafted(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A post with three drafted versions waits for its decision."""
    propose = world.assistant.propose

    async def with_versions(context: TurnContext) -> Proposal:
        proposal = await propose(context)
        others = tuple(
            Candidate(label=label, text=text, sentences=(Sentence(text=text, sources=("plugs",)),))
            for label, text in (("shorter", SHORT), ("other source", LEAKS))
        )
        return proposal.model_copy(update={"candidates": (*proposal.candidates, *others)})

    monkeypatch.setattr(world.assistant, "propose", with_versions)
    world.channel.say("ben", ASK)
    await world.settle()
    return world


async def shown(world: World) -> Card:
    await world.work()
    return world.room.shown["1"]


async def test_every_version_is_shown_as_it_would_be_sent_with_its_checks_of_now(drafted: World) -> None:
    desk = JourneyDesk()
    desk.journey = drafted.journey
    first, short, leaks = await desk.versions(1)
    assert (first.stands, short.stands, leaks.stands) == (True, False, False)
    assert short.reply.parts == (f"@ben {SHORT}\n- the Holloway team",)
    assert short.length == len(short.reply.parts[0])
    assert short.limit == 500
    assert [check.name for check in leaks.checks if check.blocking and not check.ok] == ["no_private_detail"]
    assert "sourced" in {check.name for check in short.checks}


async def test_the_chosen_version_stands_and_is_approved_on_its_own(drafted: World) -> None:
    verdict = await drafted.click(Verb.CHOOSE, candidate=1)
    assert (verdict.accepted, verdict.sentence) == (True, "Taken. Approve it when it is right.")
    card = await shown(drafted)
    assert (card.version, card.body, card.state, card.written_by) == (2, SHORT, State.ASKED, "")
    assert {candidate.label for candidate in card.other_versions} == {"best", "other source"}
    assert card.steps[-1].what == "chose another version"
    async with drafted.journey.engine.connect() as connection:
        stored = await replies.reply_of(connection, 1, 2)
    assert stored is not None
    assert stored.author_id == replies.ASSISTANT
    assert stored.sentences[0].sources == ("plugs",)
    assert not (await drafted.click(Verb.APPROVE, version=1, delivery="old")).accepted
    assert (await drafted.click(Verb.APPROVE)).accepted
    await drafted.work()
    (published,) = drafted.channel.published
    assert SHORT in published.text


async def test_what_a_check_blocks_can_be_chosen_but_not_approved(drafted: World) -> None:
    assert (await drafted.click(Verb.CHOOSE, candidate=2)).accepted
    refused = await drafted.click(Verb.APPROVE)
    assert not refused.accepted
    assert "private detail" in refused.sentence


@pytest.mark.parametrize(("number", "why"), [(0, "stands there already"), (3, "no such version"), (-1, "no such")])
async def test_what_is_not_there_or_stands_already_is_refused(drafted: World, number: int, why: str) -> None:
    refused = await drafted.click(Verb.CHOOSE, candidate=number)
    assert (refused.accepted, refused.card.version) == (False, 1)
    assert why in refused.sentence


async def test_after_an_edit_the_draft_can_be_taken_back(drafted: World) -> None:
    draft = (await drafted.card()).body
    assert (await drafted.click(Verb.EDIT, text="Mine.")).accepted
    assert (await drafted.click(Verb.CHOOSE, candidate=0)).accepted
    card = await drafted.card()
    assert (card.version, card.body, card.written_by) == (3, draft, "")
