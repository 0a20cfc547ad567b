"""May this decision be taken? And the sentence that the person who clicked is given."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.check_names import check_name
from actions.proposal import Check
from bot.channels.base import Channel
from bot.deciding import (
    choosing,
    claiming,
    correcting,
    disputes,
    handing_over,
    redrafting,
    signing,
    snoozing,
    two_people,
    withdrawing,
)
from bot.record import replies
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.review import LASTING, Card, Decision, Verb, in_the_way
from bot.rules.rules import Rules
from bot.states import DECIDABLE, OUT, State

_MEANWHILE = {
    State.HEARD: "There is a newer message: a new draft is on its way.",
    State.PROPOSED: "This is waiting for a decision.",
    State.ASKED: "This is waiting for a decision.",
    State.WITHHELD: "This was held back and is waiting for a decision.",
    State.SILENT: "This one needs no reply and is closed.",
    State.APPROVED: "{who} has approved this already; it is about to go out.",
    State.PUBLISHING: "{who} has approved this already; it is going out now.",
    State.UNCLEAR: "This may have gone out already: somebody has to look at the channel first.",
    State.PUBLISHED: "{who} approved this, and it is published.",
    State.LEARNED: "{who} approved this, and it is published.",
    State.REJECTED: "{who} has rejected this already.",
    State.HANDED_OVER: "{who} has handed this over.",
    State.EXPIRED: "This is waiting for a decision.",
    State.WITHDRAWING: "{who} is taking this back: it is being deleted.",
    State.WITHDRAWN: "{who} has taken this back: it is deleted.",
    State.CLOSED: "This is done and closed.",
}


#: What asks us for words.
_DRAFTS = frozenset({Verb.REDRAFT, Verb.CHOOSE, Verb.DRAFT})

_TOO_LATE = {
    State.PUBLISHING: "Too late to undo: it is going out now.",
    State.UNCLEAR: "Too late to undo: it may have gone out already. Somebody has to look at the channel.",
    **dict.fromkeys(OUT, "Too late to undo: it is published. More… offers to withdraw or to correct it."),
}

#: In which states a decision of a kind can be taken; all others in those that wait for one.
_IN: dict[Verb, frozenset[State]] = {
    Verb.UNDO: frozenset({State.APPROVED}),
    Verb.DRAFT: frozenset({State.SILENT}),
    Verb.GIVE_BACK: frozenset({State.HANDED_OVER}),
    Verb.WITHDRAW: OUT | {State.UNCLEAR},
    Verb.CORRECT: OUT,
}


def possible(verb: Verb, state: State) -> bool:
    """Whether a decision of this kind can be taken while a turn is in this state."""
    return state in _IN.get(verb, DECIDABLE)


async def refusal(
    connection: AsyncConnection,
    decision: Decision,
    turn: Turn,
    stored: StoredReply | None,
    rules: Rules,
    channel: Channel,
) -> str:
    """Why the decision may not be taken, as one kind sentence; empty where it may.

    The turn's row is locked: of two reviewers in the same instant one is first, and the other is told who.
    """
    in_their_hands = decision.verb in handing_over.THEIRS and handing_over.theirs(turn, decision.reviewer, rules)
    if decision.verb is not Verb.OVERRIDE and not (rules.may(decision.reviewer, decision.verb) or in_their_hands):
        return not_yours(decision.verb, rules.may_decide(decision.reviewer))
    if decision.verb is Verb.UNDO and not possible(decision.verb, turn.state):
        return _TOO_LATE.get(turn.state, "There is no approval to take back any more.")
    if not possible(decision.verb, turn.state):
        last = await replies.last_decision(connection, turn.id)
        return _MEANWHILE[turn.state].format(who=last.reviewer_name if last else "Somebody")
    if decision.version != turn.version:
        return "This has changed since you looked at it: please look at the newest version first."
    if claimed := await claiming.against(connection, decision, turn, rules):
        return claimed
    if decision.verb in (Verb.SNOOZE, Verb.WAKE):
        return snoozing.against(decision, turn)
    if decision.verb is Verb.HAND_OVER:
        return handing_over.against(decision, rules)
    if decision.verb is Verb.REJECT:
        return await disputes.against(connection, decision, stored)
    if decision.verb in (Verb.APPROVE, Verb.SIGN) and stored is None:
        return "There is no reply yet: write one first."
    if decision.verb is Verb.APPROVE and stored is not None:
        overridden = await replies.override_of(connection, turn.id, stored)
        if failed := in_the_way(stored.checks, overridden=overridden is not None):
            return f"This cannot go out as it is: {_notes(failed)}. Edit it first."
        if nameless := signing.against(decision.reviewer, rules):
            return nameless
        return await two_people.against(connection, decision.reviewer, turn, stored, rules)
    if decision.verb is Verb.WITHDRAW:
        return await withdrawing.against(connection, decision, turn, channel)
    if decision.verb is Verb.CORRECT:
        return await correcting.against(connection, decision, turn)
    if decision.verb in _DRAFTS and turn.corrects is not None:
        return "A correction is in a person's own words: edit it."
    if decision.verb is Verb.REDRAFT:
        return redrafting.against(decision, stored, rules)
    if decision.verb is Verb.OVERRIDE:
        return await _no_override(connection, decision, turn, stored, rules)
    if decision.verb is Verb.CHOOSE:
        return await choosing.against(connection, decision, stored)
    if decision.verb in (Verb.EDIT, Verb.WRITE) and not decision.text.strip():
        return "The reply is empty: write something first."
    return ""


def not_yours(verb: Verb, decides: bool) -> str:
    """What somebody is told whose right does not reach as far; `decides` tells whether they have any."""
    if not decides:
        return "You can see this, but deciding is for the reviewers. Ask a lead to add you."
    if verb in (Verb.APPROVE, Verb.WITHDRAW):
        return "You may edit here; approving is for others. It waits for one of them."
    return "You may approve here; writing is for others. Hand it over, or reject it and say what is missing."


async def _no_override(
    connection: AsyncConnection, decision: Decision, turn: Turn, stored: StoredReply | None, rules: Rules
) -> str:
    if not rules.may_override(decision.reviewer):
        return "Only a lead can override a check. " + (
            "Ask one, or edit the reply." if rules.leads else "Nobody is named as one (GOODWORD_LEADS): edit the reply."
        )
    if stored is None:
        return "There is no reply yet: write one first."
    if earlier := await replies.override_of(connection, turn.id, stored):
        return f"{earlier.reviewer_name} has overridden this already: approve it when it is right."
    failed = in_the_way(stored.checks)
    if not failed:
        return "No check stands in the way: approve it when it is right."
    if lasting := [check for check in failed if check.name in LASTING]:
        return f"Nobody can override this, the channel would refuse it: {_notes(lasting)}. Edit it."
    return "" if decision.note.strip() else "Say why: the reason is kept with the reply."


def _notes(failed: Iterable[Check]) -> str:
    return "; ".join(check.note or check_name(check.name) for check in failed)


def sentence(decision: Decision, card: Card | None = None) -> str:
    """What the person who decided is told, with the card as it stands after that."""
    if decision.verb is Verb.APPROVE and card is not None and card.approved_by:
        return "Approved. A second person has to approve it too before it goes out."
    return _SAID[decision.verb]


_SAID = {
    Verb.APPROVE: "Approved. It goes out in a moment.",
    Verb.EDIT: "Saved. Approve it when it is right.",
    Verb.WRITE: "Saved. Approve it when it is right.",
    Verb.SIGN: "It ends with your name now: look once more, then approve it.",
    Verb.REJECT: "Rejected. Nothing goes out.",
    Verb.HAND_OVER: "Handed over. Nothing goes out until somebody approves it.",
    Verb.OVERRIDE: "Overridden. Approve it when it is right.",
    Verb.UNDO: "Taken back: nothing goes out until it is approved again.",
    Verb.CHOOSE: "Taken. Approve it when it is right.",
    Verb.REDRAFT: "It is being drafted anew.",
    Verb.DRAFT: "A reply is being drafted.",
    Verb.SNOOZE: "Put off.",
    Verb.WAKE: "Back in the queue.",
    Verb.CLAIM: "It is yours for a while.",
    Verb.RELEASE: "Given back.",
    Verb.GIVE_BACK: "Given back to the reviewers.",
    Verb.WITHDRAW: "It is being deleted where it was published.",
    Verb.CORRECT: "Saved. The correction goes out once it is approved.",
}
