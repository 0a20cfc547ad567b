"""The two-person rule: for what the team has chosen, a second, different person approves the same reply too.

The first approval is a decision like any other, marked as awaiting a second one; the turn stays where it is. The
second one, on the same version and hash, names the first: with it the reply is approved. An undo clears both, a new
version has none. Whether two are needed is judged when each of them is made, by the rules of that moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import Proposal
from bot.cards import history
from bot.record import replies
from bot.record.replies import StoredDecision, StoredReply
from bot.record.turns import Turn
from bot.review import Reviewer, Verb
from bot.rules.rules import Right, Rules
from bot.rules.team_rules import CORRECTION

if TYPE_CHECKING:
    from bot.deciding.taking import Taking

#: What is kept with the first approval, and with the second one (the first one's number).
_AWAITS, _FIRST = "awaits", "first"
AGAIN = "You have approved this already. A second person has to approve it too: it cannot be you."


def needed(turn: Turn, proposal: Proposal | None, rules: Rules) -> bool:
    """Whether two people have to approve the reply of this turn."""
    words = {turn.lane, *((proposal.kind.value, proposal.reason, proposal.lane.value) if proposal else ())}
    if turn.corrects is not None:
        words.add(CORRECTION)
    return bool(words & rules.two_people)


async def standing(
    connection: AsyncConnection,
    turn: Turn,
    stored: StoredReply | None,
    rules: Rules,
    *,
    before: StoredDecision | None = None,
) -> tuple[StoredDecision, ...]:
    """The approvals of exactly this version that wait for a second person's (`before` this one was made); those of
    people who may still approve."""
    if stored is None or not needed(turn, await replies.last_proposal(connection, turn.id), rules):
        return ()
    found: list[StoredDecision] = []
    for decision in await replies.decisions_on(connection, turn.id, stored.version, (Verb.APPROVE, Verb.UNDO)):
        if before is not None and decision.id >= before.id:
            break
        if decision.verb is Verb.UNDO or _AWAITS not in decision.more:  # taken back, or used: a new round begins
            found.clear()
        elif decision.reply_hash == stored.hash and Right.APPROVE in rules.rights(decision.reviewer_id):
            found.append(decision)
    return tuple(found)


async def against(
    connection: AsyncConnection, reviewer: Reviewer, turn: Turn, stored: StoredReply, rules: Rules
) -> str:
    """Why this person's approval adds nothing: the first one is theirs, under whatever id. Empty where it does."""
    first = await standing(connection, turn, stored, rules)
    return AGAIN if any(_same(one, reviewer, rules) for one in first) else ""


def _same(decision: StoredDecision, reviewer: Reviewer, rules: Rules) -> bool:
    return rules.person(decision.reviewer_id) == rules.person(reviewer.id)


async def enough(taking: Taking) -> bool:
    """Write down with an approval that was just made whether it is a first or a second one; False where another
    person's is still needed."""
    connection, turn, rules = taking.connection, taking.turn, taking.rules
    if not needed(turn, await replies.last_proposal(connection, turn.id), rules):
        return True
    last = await replies.last_decision(connection, turn.id)
    assert last is not None  # it was just made
    first = await standing(connection, turn, taking.stored, rules, before=last)
    if first:
        await replies.mark(connection, last.id, {_FIRST: first[0].id})
        return True
    await replies.mark(connection, last.id, {_AWAITS: "second"})
    await taking.note(history.APPROVED_FIRST)
    return False


async def broken(connection: AsyncConnection, turn: Turn, stored: StoredReply, decision: StoredDecision) -> str:
    """Why this approval is not enough for publishing, judged by the record alone; empty where it is."""
    if _AWAITS in decision.more:
        return "A second person has not approved this reply yet."
    if _FIRST not in decision.more:
        return ""
    both = await replies.decisions_on(connection, turn.id, stored.version, (Verb.APPROVE, Verb.UNDO))
    first = next((one for one in both if one.id == decision.more[_FIRST]), None)
    since = [one for one in both if first and first.id < one.id < decision.id]
    if first is None or first.verb is not Verb.APPROVE or first.reply_hash != stored.hash:
        return "The first approval was of another reply."
    if first.reviewer_id == decision.reviewer_id or any(one.verb is Verb.UNDO for one in since):
        return "A second person has not approved this reply."
    return ""
