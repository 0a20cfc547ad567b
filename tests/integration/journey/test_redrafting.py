"""Drafting anew as a reviewer wishes: the wish reaches the assistant, and what stood is never lost."""

from __future__ import annotations

from dataclasses import replace

from actions.proposal import Candidate, Proposal, ProposalKind, Sentence, TurnContext, Wish
from bot.review import Verb
from bot.states import State
from tests.integration.journey.world import ScriptedAssistant, World


class Wishful(ScriptedAssistant):
    """Grants a shorter draft, a question and any draft; has one source only."""

    async def propose(self, context: TurnContext) -> Proposal:
        proposal = await super().propose(context)
        said = {Wish.SHORTER: "Use a wall plug.", Wish.ASK: "Which wall is it?", Wish.ANY: "Glad you like it."}
        if context.wish is None:
            return proposal
        if context.wish not in said:
            nothing = {"kind": ProposalKind.HAND_OFF, "text": "", "candidates": (), "reason": "nothing_fits"}
            return proposal.model_copy(update=nothing)
        text = said[context.wish]
        draft = Candidate(label="best", text=text, sentences=(Sentence(text=text, sources=("plugs",)),))
        kind = ProposalKind.CLARIFY if context.wish is Wish.ASK else ProposalKind.ADVISE
        return proposal.model_copy(update={"kind": kind, "text": text, "candidates": (draft,), "reason": "wished"})


def wishful(world: World) -> World:
    assistant = Wishful()
    journey = replace(world.journey, assistant=assistant)
    world.journey.queue.bind(journey)
    return replace(world, journey=journey, assistant=assistant)


async def test_a_wish_makes_a_new_version_that_needs_an_approval_of_its_own(world: World) -> None:
    world = wishful(world)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    before = await world.card()
    verdict = await world.click(Verb.REDRAFT, wish=Wish.SHORTER)
    assert (verdict.accepted, verdict.sentence) == (True, "It is being drafted anew.")
    await world.work()
    card = await world.card()
    assert (card.state, card.version, card.body) == (State.ASKED, before.version + 1, "Use a wall plug.")
    asked = world.assistant.asked[-1]
    assert (asked.wish, asked.instead_of, asked.exclude) == (Wish.SHORTER, before.body, ())
    assert any(step.what == "asked for a shorter draft" for step in card.steps)
    stale = await world.click(Verb.APPROVE, version=before.version, who="Tom")
    assert not stale.accepted

    # the wish was for one draft only
    world.channel.say("jo", "It is brick, by the way.", reply_to=world.channel.posts[0].native_id)
    await world.settle()
    assert world.assistant.asked[-1].wish is None


async def test_a_wish_that_cannot_be_granted_brings_back_what_stood(world: World) -> None:
    world = wishful(world)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    before = await world.card()
    await world.click(Verb.REDRAFT, wish=Wish.OTHER_SOURCE)
    await world.work()
    card = await world.card()
    assert (card.version, card.body, card.reply) == (before.version + 1, before.body, before.reply)
    assert (card.kind, card.sources) == (before.kind, before.sources)
    assert world.assistant.asked[-1].exclude == ("plugs",)
    assert "found no other source that fits: the draft stands as it was" in [step.what for step in card.steps]
    assert (await world.click(Verb.APPROVE)).accepted


async def test_a_wish_that_makes_no_sense_is_refused_with_a_sentence(world: World) -> None:
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    assert "No language model is connected" in (await world.click(Verb.REDRAFT, wish=Wish.WORDS, note="x")).sentence
    assert "choose how" in (await world.click(Verb.REDRAFT, delivery="2")).sentence
    with_model = replace(world.journey, rules=replace(world.journey.rules, calls_per_hour=5))
    world = replace(world, journey=with_model)
    assert "in a few words" in (await world.click(Verb.REDRAFT, wish=Wish.WORDS, delivery="3")).sentence
    assert (await world.card()).has_model


async def test_one_click_drafts_where_silence_was_proposed(world: World) -> None:
    world = wishful(world)
    world.assistant.kinds = {"Nice saw": ProposalKind.NO_REPLY}
    world.channel.say("jo", "Nice saw")
    await world.settle()
    assert (await world.card()).state is State.SILENT
    refused = await world.click(Verb.APPROVE)
    assert not refused.accepted
    assert (await world.click(Verb.DRAFT)).accepted
    await world.work()
    card = await world.card()
    assert (card.state, card.body) == (State.ASKED, "Glad you like it.")
