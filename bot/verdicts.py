"""May this decision be taken? And the sentence that the person who clicked is given."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record import replies
from bot.record.replies import StoredReply
from bot.record.turns import Turn
from bot.review import Decision, Verb
from bot.rules import Rules
from bot.states import DECIDABLE, State

_MEANWHILE = {
    State.HEARD: "There is a newer message: a new draft is on its way.",
    State.SILENT: "This one needs no reply and is closed.",
    State.APPROVED: "{who} has approved this already; it is about to go out.",
    State.PUBLISHING: "{who} has approved this already; it is going out now.",
    State.UNCLEAR: "This may have gone out already: somebody has to look at the channel first.",
    State.PUBLISHED: "{who} approved this, and it is published.",
    State.LEARNED: "{who} approved this, and it is published.",
    State.REJECTED: "{who} has rejected this already.",
    State.HANDED_OVER: "{who} has handed this over already.",
    State.CLOSED: "This is done and closed.",
}


async def refusal(
    connection: AsyncConnection, decision: Decision, turn: Turn, stored: StoredReply | None, rules: Rules
) -> str:
    """Why the decision may not be taken, as one kind sentence; empty where it may.

    The turn's row is locked: of two reviewers in the same instant one is first, and the other is told who.
    """
    if not rules.may_decide(decision.reviewer):
        return "You can see this, but deciding is for the reviewers. Ask a lead to add you."
    if turn.state not in DECIDABLE:
        last = await replies.last_decision(connection, turn.id)
        return _MEANWHILE[turn.state].format(who=last.reviewer_name if last else "Somebody")
    if decision.version != turn.version:
        return "This has changed since you looked at it: please look at the newest version first."
    if decision.verb is Verb.APPROVE:
        if stored is None:
            return "There is no reply yet: write one first."
        failed = [check for check in stored.checks if check.blocking and not check.ok]
        if failed:
            notes = "; ".join(check.note or check.name.replace("_", " ") for check in failed)
            return f"This cannot go out as it is: {notes}. Edit it first."
    if decision.verb in (Verb.EDIT, Verb.WRITE) and not decision.text.strip():
        return "The reply is empty: write something first."
    return ""


def sentence(decision: Decision) -> str:
    """What the person who decided is told."""
    return {
        Verb.APPROVE: "Approved. It goes out now.",
        Verb.EDIT: "Saved. Approve it when it is right.",
        Verb.WRITE: "Saved. Approve it when it is right.",
        Verb.REJECT: "Rejected. Nothing goes out.",
        Verb.HAND_OVER: "Handed over. Nothing goes out.",
    }[decision.verb]
