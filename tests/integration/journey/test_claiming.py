"""A claim keeps others from deciding, for as long as the lease, and every click that does not count says why."""

from __future__ import annotations

import asyncio

import pytest

from bot.review import RejectReason, Verb
from tests.integration.journey.world import World, due_now, execute, next_look, with_rules

ASK = "How do I hang a heavy shelf on plasterboard?"


@pytest.fixture
async def asked(world: World) -> World:
    world = with_rules(world, leads=frozenset({"mia"}))
    world.channel.say("ben", ASK)
    await world.settle()
    return world


async def lapse(world: World) -> None:
    """The lease is over, as if the time had passed."""
    await execute(world, "UPDATE turns SET claimed_until = now() - interval '1 minute'")


async def test_who_takes_it_on_has_it_to_themselves(asked: World) -> None:
    assert (await asked.click(Verb.CLAIM)).accepted
    claim = (await asked.card()).claim
    assert claim is not None
    assert claim.by.name == "Anna"
    others = {
        Verb.APPROVE: {},
        Verb.EDIT: {"text": "Use a plug."},
        Verb.REJECT: {"reason": RejectReason.TONE},
        Verb.HAND_OVER: {"to": "U0TOM", "note": "please"},
        Verb.CLAIM: {},
    }
    for verb, more in others.items():
        refused = await asked.click(verb, who="Tom", **more)
        said = f"Anna is on it until {claim.until:%H:%M} UTC (you can take it over after that)."
        assert (refused.accepted, refused.sentence) == (False, said), verb
    assert (await asked.click(Verb.APPROVE)).accepted
    assert (await asked.card()).claim is None  # it moved: nobody works on it any more
    await asked.work()
    assert len(asked.channel.published) == 1


async def test_claiming_once_more_prolongs_it(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    first = (await asked.card()).claim
    assert (await asked.click(Verb.CLAIM, delivery="again")).accepted
    second = (await asked.card()).claim
    assert first is not None
    assert second is not None
    assert second.until > first.until


async def test_a_click_under_a_claim_that_has_lapsed_is_refused_once(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    await lapse(asked)
    assert (await asked.card()).claim is None  # the card does not say so any more
    refused = await asked.click(Verb.APPROVE)
    assert not refused.accepted
    assert refused.sentence.startswith("Your time on this one ran out at ")
    assert (await asked.click(Verb.APPROVE, delivery="next")).accepted


async def test_after_it_has_lapsed_another_may_take_it_over(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    await lapse(asked)
    assert (await asked.click(Verb.CLAIM, who="Tom")).accepted
    refused = await asked.click(Verb.APPROVE)
    assert refused.sentence.startswith("Tom is on it until ")


async def test_a_lapsed_claim_of_another_is_in_nobodys_way(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    await lapse(asked)
    assert (await asked.click(Verb.APPROVE, who="Tom")).accepted
    assert (await asked.click(Verb.APPROVE)).sentence == "Tom has approved this already; it is about to go out."


async def test_only_they_or_a_lead_can_give_it_back(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    refused = await asked.click(Verb.RELEASE, who="Tom")
    assert not refused.accepted
    assert refused.sentence.endswith("only they or a lead can give it back.")
    assert (await asked.click(Verb.RELEASE, who="Mia")).accepted
    assert (await asked.card()).steps[-1].what == "ended Anna's claim"
    assert (await asked.click(Verb.RELEASE, delivery="late")).sentence == "Nobody is on this one."
    assert (await asked.click(Verb.CLAIM, delivery="once more")).accepted
    assert (await asked.click(Verb.RELEASE, delivery="mine")).accepted
    assert (await asked.click(Verb.APPROVE, who="Tom")).accepted


async def test_two_in_the_same_instant_one_is_first(asked: World) -> None:
    both = await asyncio.gather(*(asked.click(Verb.CLAIM, who=who) for who in ("Anna", "Tom")))
    assert sorted(verdict.accepted for verdict in both) == [False, True]
    (first,) = {verdict.card.claim.by.name for verdict in both if verdict.card.claim}
    (late,) = [verdict.sentence for verdict in both if not verdict.accepted]
    assert late.startswith(f"{first} is on it until ")


async def test_a_delivery_that_comes_twice_claims_once(asked: World) -> None:
    await asked.click(Verb.CLAIM, delivery="same")
    before = await asked.card()
    assert (await asked.click(Verb.CLAIM, delivery="same")).sentence == "Already recorded."
    after = await asked.card()
    assert (after.claim, len(after.steps)) == (before.claim, len(before.steps))


@pytest.mark.parametrize("verb", [Verb.CLAIM, Verb.RELEASE, Verb.SNOOZE, Verb.WAKE, Verb.HAND_OVER, Verb.GIVE_BACK])
async def test_who_may_not_decide_is_told_so(world: World, verb: Verb) -> None:
    world = with_rules(world, reviewers=frozenset({"anna"}))
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.HAND_OVER, to="U0ROB", note="please")
    refused = await world.click(verb, who="Tom", to="U0TOM", note="x")
    assert (refused.accepted, "deciding is for the reviewers" in refused.sentence) == (False, True)


@pytest.mark.parametrize("verb", [Verb.CLAIM, Verb.RELEASE, Verb.SNOOZE, Verb.WAKE, Verb.HAND_OVER])
async def test_a_click_on_an_old_version_does_not_count(asked: World, verb: Verb) -> None:
    await asked.click(Verb.EDIT, text="Use a plug.")
    refused = await asked.click(verb, version=1, to="U0TOM", note="x")
    assert (refused.accepted, "changed since" in refused.sentence) == (False, True)
    assert refused.card.version == 2


async def test_the_card_is_drawn_anew_when_it_lapses(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    await asked.work()
    assert [card.claim is not None for card in asked.room.shown.values()] == [True]
    claim = (await asked.card()).claim
    assert claim is not None
    assert await next_look(asked) == claim.until
    await lapse(asked)
    await due_now(asked)
    assert [card.claim for card in asked.room.shown.values()] == [None]
    assert (await asked.click(Verb.APPROVE)).sentence.startswith("Your time on this one ran out")


async def test_a_new_message_of_the_customer_leaves_the_claim(asked: World) -> None:
    await asked.click(Verb.CLAIM)
    asked.channel.say("ben", "And it is 25 kg.", reply_to=asked.channel.posts[0].native_id)
    await asked.settle()
    card = await asked.card()
    assert (card.version, card.claim and card.claim.by.name) == (2, "Anna")
