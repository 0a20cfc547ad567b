"""A check that blocks is enforced on the record, and a lead's override counts for exactly one version."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from bot.record import replies
from bot.review import Verb
from tests.integration.journey.world import World

ASK = "How do I hang a heavy shelf on plasterboard?"
LEAKS = "Write to ada@mail.example, she knows."


def with_leads(world: World, *leads: str) -> World:
    """The same world with these leads; ids are names in lower case."""
    journey = replace(world.journey, rules=replace(world.journey.rules, leads=frozenset(leads)))
    world.journey.queue.bind(journey)
    return replace(world, journey=journey)


async def asked(world: World, *leads: str, typed: str = LEAKS) -> World:
    """A reply that a reviewer typed and that a check blocks waits for its decision."""
    world = with_leads(world, *leads)
    world.channel.say("ben", ASK)
    await world.settle()
    assert (await world.click(Verb.EDIT, text=typed)).accepted
    return world


async def test_what_a_check_blocks_cannot_be_approved_whoever_clicks(world: World) -> None:
    world = await asked(world, "mia")
    for who in ("Anna", "Mia"):  # a lead has to override first, and say why
        refused = await world.click(Verb.APPROVE, who=who)
        assert not refused.accepted
        assert "private detail" in refused.sentence
    await world.work()
    assert world.channel.published == ()


async def test_a_reviewer_who_is_no_lead_cannot_override(world: World) -> None:
    world = await asked(world, "mia")
    refused = await world.click(Verb.OVERRIDE, who="Anna", note="I say so")
    assert (refused.accepted, refused.sentence.startswith("Only a lead")) == (False, True)
    assert not (await world.click(Verb.APPROVE)).accepted
    assert (await world.card()).override is None


async def test_with_no_lead_named_nobody_can(world: World) -> None:
    world = await asked(world)
    refused = await world.click(Verb.OVERRIDE, note="I say so")
    assert not refused.accepted
    assert "GOODWORD_LEADS" in refused.sentence
    assert not (await world.card()).overridable


async def test_a_lead_overrides_with_a_reason_that_is_kept(world: World) -> None:
    world = await asked(world, "mia")
    assert (await world.card()).overridable
    silent = await world.click(Verb.OVERRIDE, who="Mia", note="  ", delivery="silent")
    assert (silent.accepted, "reason" in silent.sentence) == (False, True)
    assert (await world.click(Verb.OVERRIDE, who="Mia", note="Her public press address.")).accepted
    card = await world.card()
    assert card.override is not None
    assert (card.override.by, card.override.reason) == ("Mia", "Her public press address.")
    assert card.blocked_by == ()
    assert card.steps[-1].who == "Mia"
    assert card.steps[-1].what == "let version 2 pass “no private details”. “Her public press address.”"
    await world.work()
    assert world.channel.published == ()  # it still takes an approval
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    assert [post.text for post in world.channel.published] == [f"@ben {LEAKS}\n- the Holloway team"]
    async with world.journey.engine.connect() as connection:
        kept = (await connection.execute(text("SELECT verb, version, note FROM decisions ORDER BY id"))).all()
    assert [tuple(row) for row in kept] == [
        ("edit", 1, ""), ("override", 2, "Her public press address."), ("approve", 2, "")
    ]  # fmt: skip


async def test_an_override_counts_for_exactly_that_version(world: World) -> None:
    world = await asked(world, "mia")
    assert (await world.click(Verb.OVERRIDE, who="Mia", note="A press address.")).accepted
    assert (await world.click(Verb.EDIT, text="Write to eve@mail.example, she knows.")).accepted
    assert (await world.card()).override is None
    assert not (await world.click(Verb.APPROVE)).accepted
    stale = await world.click(Verb.OVERRIDE, who="Mia", note="A press address.", version=2, delivery="stale")
    assert (stale.accepted, "changed since" in stale.sentence) == (False, True)


async def test_the_same_words_again_are_another_version(world: World) -> None:
    world = await asked(world, "mia")
    assert (await world.click(Verb.OVERRIDE, who="Mia", note="A press address.")).accepted
    assert (await world.click(Verb.EDIT, text=LEAKS)).accepted
    assert not (await world.click(Verb.APPROVE)).accepted


async def test_the_length_and_the_channels_no_cannot_be_overridden(world: World) -> None:
    world = await asked(world, "mia", typed="x" * 600)
    refused = await world.click(Verb.OVERRIDE, who="Mia", note="It is worth reading.")
    assert (refused.accepted, "channel would refuse" in refused.sentence) == (False, True)
    assert not (await world.card()).overridable

    assert (await world.click(Verb.EDIT, text=LEAKS)).accepted
    assert (await world.click(Verb.OVERRIDE, who="Mia", note="A press address.")).accepted
    world.channel.faults.refuse = "no addresses here"
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    again = await world.click(Verb.APPROVE, delivery="again")  # the override does not reach what came later
    assert (again.accepted, "no addresses here" in again.sentence) == (False, True)


async def test_there_has_to_be_something_to_override(world: World) -> None:
    world = await asked(world, "mia", typed="Use a plug.")
    refused = await world.click(Verb.OVERRIDE, who="Mia", note="To be sure.")
    assert (refused.accepted, "No check stands in the way" in refused.sentence) == (False, True)


async def test_a_promise_blocks_unless_a_source_makes_it(world: World) -> None:
    world = await asked(world, "mia", typed="We will send you a new one tomorrow.")
    assert [check.name for check in (await world.card()).blocked_by] == ["no_unbacked_promise"]


async def test_whose_each_sentence_is_stays_on_record(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    drafted = (await world.card()).body
    assert (await world.click(Verb.EDIT, text=f"{drafted}\nWait for a dry day.")).accepted
    assert (await world.click(Verb.EDIT, who="Tom", text=f"{drafted}\nWait for a dry day.\nWear goggles.")).accepted
    async with world.journey.engine.connect() as connection:
        stored = await replies.reply_of(connection, 1, 3)
    assert stored is not None
    assert [(one.text, one.sources, one.by) for one in stored.sentences] == [
        (drafted, ("plugs",), ""), ("Wait for a dry day.", (), "Anna"), ("Wear goggles.", (), "Tom")
    ]  # fmt: skip
    [sourced] = [check for check in (await world.card()).checks if check.name == "sourced"]
    assert sourced.note == "1 of 3 in Anna’s words, 1 of 3 in Tom’s words"
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    assert world.memory.learned[0].drawn_from == ("plugs",)  # a sentence of the draft went out


async def test_an_entry_that_only_the_draft_rested_on_is_not_drawn_from(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    assert (await world.click(Verb.EDIT, text="Use a hollow-wall anchor.")).accepted
    world.memory.retired = {"plugs"}  # and its end keeps nothing back
    assert (await world.click(Verb.APPROVE)).accepted
    await world.work()
    assert world.memory.learned[0].drawn_from == ()
