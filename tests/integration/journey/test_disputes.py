"""A source at fault is named with the rejection, out of use at once, and settled by those who may, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.cards.letters import Disputed
from bot.deciding import disputes
from bot.learning import StoredKnowledge
from bot.record import disputes as record
from bot.review import RejectReason, Reviewer, Verb, Verdict
from bot.rules.rules import Group
from bot.states import State
from knowledge import store
from knowledge.entries import Entry, EntryKind, EntryStatus
from tests.integration.journey.world import World, with_rules
from tests.integration.knowledge.conftest import WordEncoder

ASK = "How do I hang a heavy shelf on plasterboard?"
ANNA, MIA, OWNER = Reviewer("anna", "Anna"), Reviewer("U0MIA001", "Mia"), Reviewer("U0OWNER1", "Olga")


@pytest.fixture
async def asked(world: World) -> World:
    journey = replace(world.journey, library=StoredKnowledge(WordEncoder()))
    world.journey.queue.bind(journey)
    world = with_rules(replace(world, journey=journey), leads=frozenset({MIA.id}))
    await keep(world)
    world.channel.say("ben", ASK)
    await world.settle()
    return world


async def keep(world: World, owner: str | None = OWNER.id, text: str = "Use a grey plug.") -> None:
    entry = Entry("plugs", EntryKind.USAGE, "Wall plugs", text, owner=owner, source="handbook")
    async with world.journey.engine.begin() as connection:
        await store.save(connection, [entry], encoder=WordEncoder())


async def status(world: World) -> EntryStatus:
    async with world.journey.engine.connect() as connection:
        entry = await store.get(connection, "plugs")
    assert entry is not None
    return entry.status


async def reject(
    world: World, reason: RejectReason = RejectReason.WRONG, source: str = "plugs", **more: str
) -> Verdict:
    return await world.click(Verb.REJECT, reason=reason, source=source, note="Grey ones spin.", **more)


async def test_it_is_out_of_use_with_the_rejection_and_its_owner_is_asked(asked: World) -> None:
    rejected = await reject(asked)
    assert (rejected.accepted, rejected.card.state) == (True, State.REJECTED)
    assert rejected.card.steps[-1].what == "named the source at fault: Wall plugs"
    assert await status(asked) is EntryStatus.DISPUTED
    await asked.work()
    ((to, letter),) = asked.room.letters
    assert to == OWNER.id
    assert isinstance(letter, Disputed)
    assert (letter.dispute.who, letter.dispute.note, letter.dispute.reason) == ("Anna", "Grey ones spin.", "wrong")
    assert letter.entry is not None
    assert letter.entry.text == "Use a grey plug."


@pytest.mark.parametrize(
    ("owner", "leads", "told"),
    [
        (None, {MIA.id, "U0LEAD02"}, ["U0LEAD02", MIA.id]),
        ("olga@holloway.example", {MIA.id, "cli:kim"}, [MIA.id]),
        (None, {"cli:kim"}, [""]),
        ("Olga", set(), [""]),
        ("Ben", {MIA.id}, [MIA.id]),
    ],
)
async def test_without_an_owner_in_slack_the_leads_are_asked_else_the_review_channel(
    asked: World, owner: str | None, leads: set[str], told: list[str]
) -> None:
    world = with_rules(asked, leads=frozenset(leads))
    await keep(world, owner)
    await reject(world)
    await world.work()
    assert sorted(to for to, _ in world.room.letters) == told


@pytest.mark.parametrize("owner", ["Olga", "Olga Strand", "olga@holloway.example", "cli:olga"])
async def test_an_owner_written_by_name_or_address_is_told_in_slack_and_may_settle(asked: World, owner: str) -> None:
    also = dict.fromkeys(("olga@holloway.example", "cli:olga"), OWNER.id)
    world = with_rules(asked, leads=frozenset({MIA.id}), names={OWNER.id: "Olga Strand"}, same=also)
    await keep(world, owner)
    await reject(world)
    await world.work()
    ((to, letter),) = world.room.letters
    assert isinstance(letter, Disputed)
    assert (to, letter.unreached) == (OWNER.id, None)
    assert (await disputes.settle(world.journey, 1, "right", replace(OWNER, id="cli:olga"))).accepted


async def test_a_group_is_asked_in_its_channel_and_each_of_its_people_may_settle(asked: World) -> None:
    workshop = Group("workshop", frozenset({OWNER.id}), "#workshop")
    world = with_rules(asked, leads=frozenset({MIA.id}), groups=(workshop,))
    await keep(world, "Workshop")
    await reject(world)
    await world.work()
    ((to, letter),) = world.room.letters
    assert isinstance(letter, Disputed)
    assert (to, letter.unreached) == ("#workshop", None)
    assert not (await disputes.settle(world.journey, 1, "right", Reviewer("U0OTHER01", "Otto"))).accepted
    assert (await disputes.settle(world.journey, 1, "right", OWNER)).accepted


@pytest.mark.parametrize(("owner", "unreached"), [("Olga", "Olga"), (None, ""), ("  ", "")])
async def test_a_letter_to_somebody_else_says_why_it_comes_to_them(
    asked: World, owner: str | None, unreached: str
) -> None:
    await keep(asked, owner)
    await reject(asked)
    await asked.work()
    ((to, letter),) = asked.room.letters
    assert isinstance(letter, Disputed)
    assert (to, letter.unreached) == (MIA.id, unreached)


@pytest.mark.parametrize(("who", "how", "then"), [(OWNER, "right", "live"), (MIA, "retired", "retired")])
async def test_its_owner_or_a_lead_settles_it(asked: World, who: Reviewer, how: str, then: str) -> None:
    await reject(asked)
    done = await disputes.settle(asked.journey, 1, how, who)
    assert (done.accepted, done.dispute.settled, done.dispute.settled_by) == (True, how, who.name)
    assert done.dispute.settled_at is not None
    assert await status(asked) == then
    async with asked.journey.engine.connect() as connection:
        assert await record.open_ones(connection) == ()


async def test_another_reviewer_cannot_settle_it(asked: World) -> None:
    await reject(asked)
    no = await disputes.settle(asked.journey, 1, "right", ANNA)
    assert (no.accepted, no.sentence.startswith("Its owner, an editor or a lead has to say so.")) == (False, True)
    assert await status(asked) is EntryStatus.DISPUTED


async def test_two_in_the_same_instant_one_is_first(asked: World) -> None:
    await reject(asked)
    both = await asyncio.gather(
        disputes.settle(asked.journey, 1, "right", OWNER), disputes.settle(asked.journey, 1, "retired", MIA)
    )
    (late,) = [it.sentence for it in both if not it.accepted]
    (first,) = [it.dispute.settled_by for it in both if it.accepted]
    assert late.startswith(f"{first} has settled this already: ")


async def test_once_settled_all_doubts_about_the_entry_are(asked: World) -> None:
    await reject(asked)
    asked.channel.say("eve", ASK)
    await asked.settle()
    assert (await asked.click(Verb.REJECT, 2, who="Tom", reason=RejectReason.OUTDATED, source="plugs")).accepted
    await disputes.settle(asked.journey, 2, "right", OWNER)
    late = await disputes.settle(asked.journey, 1, "retired", MIA)
    assert late.sentence == "Olga has settled this already: it is right, and in use again."


async def test_an_import_does_not_bring_it_back(asked: World) -> None:
    await reject(asked)
    await keep(asked)
    assert await status(asked) is EntryStatus.DISPUTED
    await keep(asked, text="Use a red plug.")
    assert await status(asked) is EntryStatus.DISPUTED
    await disputes.settle(asked.journey, 1, "right", OWNER)
    async with asked.journey.engine.connect() as connection:
        entry = await store.get(connection, "plugs")
    assert entry is not None
    assert (entry.status, entry.text) == (EntryStatus.LIVE, "Use a red plug.")


async def test_a_reply_that_rests_on_it_does_not_go_out(asked: World) -> None:
    asked.channel.say("eve", ASK)
    await asked.settle()
    assert (await asked.click(Verb.APPROVE, 2)).accepted
    await reject(asked)
    await asked.work()
    assert asked.channel.published == ()
    assert "not in use any more: plugs" in (await asked.card(2)).trouble


@pytest.mark.parametrize(
    ("reason", "source", "said"),
    [
        (RejectReason.TONE, "plugs", "A source is at fault only where something is wrong or outdated."),
        (RejectReason.WRONG, "drills", "This reply does not rest on that source."),
    ],
)
async def test_what_cannot_be_at_fault_is_refused(asked: World, reason: RejectReason, source: str, said: str) -> None:
    refused = await reject(asked, reason, source)
    assert (refused.accepted, refused.sentence, refused.card.state) == (False, said, State.ASKED)
    assert await status(asked) is EntryStatus.LIVE


async def test_wrong_without_a_source_at_fault_leaves_the_knowledge_alone(asked: World) -> None:
    assert (await reject(asked, source="")).accepted
    assert await status(asked) is EntryStatus.LIVE


async def test_a_delivery_that_comes_twice_disputes_once(asked: World) -> None:
    for _ in range(2):
        await reject(asked, delivery="same")
    await asked.work()
    assert len(asked.room.letters) == 1


async def test_a_dispute_that_is_none_says_so(asked: World) -> None:
    with pytest.raises(disputes.UnknownDispute):
        await disputes.settle(asked.journey, 7, "right", MIA)
