"""Disputes: who rejects a draft as wrong or outdated names the source at fault, and it is out of use at once, in every
process, until its owner, an editor or a lead has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record import disputes, replies
from bot.record.disputes import Dispute
from bot.record.replies import StoredReply
from bot.review import Decision, RejectReason, Reviewer
from bot.rules import owners
from bot.rules.rules import Rules
from knowledge import store
from knowledge.entries import Entry
from knowledge.errors import GoodwordError

if TYPE_CHECKING:
    from bot.deciding.taking import Taking
    from bot.journey import Journey

#: With these reasons a source may be at fault.
AT_FAULT = frozenset({RejectReason.WRONG, RejectReason.OUTDATED})
#: How a dispute ends.
RIGHT, RETIRED = "right", "retired"


class UnknownDispute(GoodwordError):
    """Nobody disputes that."""

    code = "unknown_dispute"


@dataclass(frozen=True)
class Settled:
    """What became of an attempt to settle a dispute, with a sentence for the person who tried."""

    accepted: bool
    sentence: str
    dispute: Dispute


async def against(connection: AsyncConnection, decision: Decision, stored: StoredReply | None) -> str:
    """Why this source cannot be at fault, as a sentence; empty where none is named or it can."""
    if not decision.source:
        return ""
    if decision.reason not in AT_FAULT:
        return "A source is at fault only where something is wrong or outdated."
    proposal = await replies.last_proposal(connection, decision.turn_id)
    known = {source.entry_id for source in proposal.sources} if proposal else set()
    known |= {source for sentence in stored.sentences for source in sentence.sources} if stored else set()
    return "" if decision.source in known else "This reply does not rest on that source."


async def begin(taking: Taking) -> None:
    """Take the source at fault out of use, and ask whoever looks after it. One that is not in use is left alone."""
    connection, decision = taking.connection, taking.decision
    if not decision.source or decision.reason is None:
        return
    library, who = taking.journey.library, decision.reviewer.name
    if not await library.dispute(connection, decision.source, by=who):
        return
    number = await disputes.add(
        connection,
        entry_id=decision.source,
        turn_id=taking.turn.id,
        reason=decision.reason.value,
        note=decision.note,
        who=who,
    )
    entry = await store.get(connection, decision.source)
    await taking.note(f"named the source at fault: {entry.title if entry and entry.title else decision.source}")
    for to in recipients(entry, taking.rules):
        await taking.journey.queue.tell(connection, taking.turn.id, "disputed", number, to)


def recipients(entry: Entry | None, rules: Rules) -> tuple[str, ...]:
    """Who is asked about an entry, by Slack id or channel: its owner where the rules say who that is, else the leads,
    else (an empty id) the review channel."""
    if entry is not None and (told := owners.told(entry.owner, rules)):
        return told
    leads = {owners.slack_id(lead, rules) for lead in rules.leads} - {""}
    return tuple(sorted(leads)) or ("",)


def may_settle(person: Reviewer, entry: Entry | None, rules: Rules) -> bool:
    """Whether this person's word on an entry counts: its owner's, an editor's or a lead's. Where the rules name
    neither, that of whoever may decide on replies."""
    theirs = entry is not None and owners.is_theirs(entry.owner, person.id, rules)
    return theirs or rules.may_settle(person)


async def settle(journey: Journey, number: int, how: str, person: Reviewer, *, checked: bool = False) -> Settled:
    """End a dispute, and all others about the same entry: the entry is `right` and in use again, or `retired`.

    `checked`: it was seen elsewhere that this person may. Of two people in the same instant one is first; the other is
    told who.

    Raises:
        UnknownDispute: there is none of this number.
    """
    async with journey.engine.begin() as connection:
        dispute = await disputes.get(connection, number, lock=True)
        if dispute is None:
            raise UnknownDispute(f"there is no dispute {number}", hint="`goodword knowledge disputes` lists them")
        entry = await store.get(connection, dispute.entry_id)
        if not checked and not may_settle(person, entry, await journey.stand(connection)):
            whose = "Its owner, an editor or a lead" if entry and entry.owner else "An editor or a lead"
            return Settled(False, f"{whose} has to say so. What you think is worth a word to them.", dispute)
        if dispute.settled is not None:
            return Settled(
                False, f"{dispute.settled_by} has settled this already: {SETTLED[dispute.settled]}.", dispute
            )
        await disputes.settle(connection, [dispute.entry_id], how, person.name)
        await journey.library.settle(connection, dispute.entry_id, right=how == RIGHT, by=person.name)
        now = await disputes.get(connection, number)
        assert now is not None
    return Settled(True, f"Thank you: {SETTLED[how]}.", now)


SETTLED = {RIGHT: "it is right, and in use again", RETIRED: "it is retired"}
