"""The lines of a turn's history, as a person reads them: each goes on where a name stands before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from actions.check_names import check_name
from actions.proposal import Check, Proposal, ProposalKind
from bot.review import Decision, RejectReason, Verb, Wish
from bot.states import State

POSTED = "posted"
WROTE_MORE = "wrote more"
BROUGHT_IN = "brought this in by its link"
IN_HOME = "put this into the queue in Home"
SENDING = "is sending the reply"
APPROVED_FIRST = "approved the reply; a second person has to approve it too"
PUBLISHED = "published the reply"
ASKED_AGAIN = "heard the same person ask for the same again: this did not help"
ASKS_AFTERWARDS = "proposed to ask whether it worked"
REMINDED = "reminded of this one: nobody has decided yet"
EXPIRED = "says: nobody decided in time. It can still be decided"
LEARNED = "kept the answer as knowledge"
DELETED = "deleted the reply where it was published"
NOTHING_LEARNED = "closed this: there is nothing to learn from a reply of this kind"

_DRAFTED = {
    ProposalKind.ADVISE: "drafted a reply",
    ProposalKind.CLARIFY: "drafted a question back",
    ProposalKind.ACKNOWLEDGE: "drafted an acknowledgement",
    ProposalKind.HAND_OFF: "left this to a person",
    ProposalKind.NO_REPLY: "proposes no reply",
}
_DECIDED = {
    Verb.APPROVE: "approved the reply",
    Verb.EDIT: "edited the reply",
    Verb.WRITE: "wrote a reply",
    Verb.SIGN: "put their name to the reply",
    Verb.REJECT: "rejected it",
    Verb.HAND_OVER: "handed it over",
    Verb.OVERRIDE: "let it pass a check that blocks",
    Verb.UNDO: "took the approval back",
    Verb.CHOOSE: "chose another version",
    Verb.REDRAFT: "asked for another draft",
    Verb.DRAFT: "asked for a draft all the same",
    Verb.SNOOZE: "put it off",
    Verb.WAKE: "took it up again",
    Verb.CLAIM: "took this one on",
    Verb.RELEASE: "gave this one back",
    Verb.GIVE_BACK: "gave it back to the reviewers",
    Verb.WITHDRAW: "took the published reply back",
    Verb.CORRECT: "wrote a correction",
}
_REJECTED = {
    RejectReason.WRONG: "it is wrong",
    RejectReason.OUTDATED: "it is outdated",
    RejectReason.INCOMPLETE: "something is missing",
    RejectReason.TONE: "the tone is off",
    RejectReason.NOT_OURS: "it is not ours to answer",
    RejectReason.OTHER: "for another reason",
}
_WISHED = {
    Wish.SHORTER: "asked for a shorter draft",
    Wish.OTHER_SOURCE: "asked for a draft from another source",
    Wish.ASK: "asked for a question in place of advice",
    Wish.WORDS: "asked for another draft",
    Wish.ANY: "asked for a draft",
}
_NOT_GRANTED = {
    Wish.SHORTER: "found no shorter way to say it: the draft stands as it was",
    Wish.OTHER_SOURCE: "found no other source that fits: the draft stands as it was",
    Wish.ASK: "found no question to ask: the draft stands as it was",
    Wish.WORDS: "came to nothing better: the draft stands as it was",
    Wish.ANY: "found nothing to draft from",
}
_CLOSED = {
    "attained": "closed this: it worked",
    "not_attained": "closed this: it did not help",
    "unknown": "closed this: nobody said whether it worked",
}


def standing(state: State) -> str:
    """A state in a word or two."""
    return state.value.replace("_", " ")


def drafted(proposal: Proposal) -> str:
    """What was proposed, and why."""
    return f"{_DRAFTED[proposal.kind]}. {proposal.reason_text}".strip()


def asked(rooms: Iterable[str]) -> str:
    """Where the reviewers were asked; with no room the command line is."""
    where = " and ".join(room.capitalize() for room in rooms)
    return f"asked the reviewers in {where}" if where else "waits for a decision: goodword review"


def decided(decision: Decision) -> str:
    """What a reviewer did, with the reason and the words they gave."""
    said = _DECIDED[decision.verb]
    if decision.to:
        said += f" to {decision.to_whom}"
    if decision.until is not None:
        said += f" until {decision.until.astimezone(UTC):%-d %b, %H:%M} UTC"
    if decision.reason is not None:
        said += f": {_REJECTED[decision.reason]}"
    return f"{said}. “{decision.note.strip()}”" if decision.note.strip() else said


def wished(decision: Decision) -> str:
    """What a reviewer wants of the next draft."""
    said = _WISHED[decision.wish] if decision.wish else _DECIDED[decision.verb]
    return f"{said}. “{decision.note.strip()}”" if decision.note.strip() else said


def not_granted(wish: str) -> str:
    """A wish that could not be fulfilled."""
    return _NOT_GRANTED[Wish(wish)]


def escalated(to: str) -> str:
    """Nobody decided, so others are asked."""
    return f"handed this over to {to}: nobody had decided"


def overridden(decision: Decision, checks: Iterable[Check]) -> str:
    """Which checks a lead let this version pass, and why."""
    names = ", ".join(check_name(check.name) for check in checks)
    return f"let version {decision.version} pass “{names}”. “{decision.note.strip()}”"


def held_back(why: str) -> str:
    """A last look spoke against publishing."""
    return f"held the reply back. {why}"


def refused(why: str, *, some_out: bool) -> str:
    """The channel took nothing of the reply, or (`some_out`) only its first parts."""
    return f"could send only a part of the reply. {why}" if some_out else f"could not send the reply. {why}"


def not_deleted(why: str) -> str:
    """The channel let nothing be deleted: the reply still stands there."""
    return f"could not delete the reply: it still stands there. {why}"


def undelivered(state: State, why: str) -> str:
    """What was decided is under way to the channel for too long."""
    if state is State.WITHDRAWING:
        return f"The reply still stands where it was published: it could not be deleted so far. {why}"
    return f"This was approved and is not out yet. It is tried again until it is. {why}"


def stuck(why: str) -> str:
    """A step failed for a reason that waiting does not mend."""
    return f"got stuck. {why}"


def closed(attained: str) -> str:
    """The follow-up is over: `attained`, `not_attained` or `unknown`."""
    return _CLOSED[attained]
