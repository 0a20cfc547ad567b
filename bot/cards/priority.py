"""Where a turn stands in the queue: a sum of named points that a reviewer can check.

What is at stake counts most. Who the author is, or whether they are a customer, is not asked. Waiting counts the same
for everybody, so it never changes the order of two turns: one number, `urgency`, orders the queue at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from actions.proposal import Proposal
from actions.propose import SURE_OF_INTENT
from actions.reasons import Lane, Reason
from actions.understanding import Intent
from bot.review import Priority

#: In the order in which they are shown.
PARTS = ("need", "reach", "answerability", "wait")

#: Points for each hour of waiting. Steps of need are twenty points apart, so ten hours, about a working day, lift a
#: plain question beside a fresh broken tool; nobody is passed for ever.
WAIT_PER_HOUR = 2.0
#: A certain draft counts as much as one step of need: it helps somebody at once, at the cost of a glance.
ANSWERABLE = 20
#: Others who write in the same thread read the answer too. Three are as many as a step of need, nearly: a crowd around
#: a broken tool never passes somebody in danger.
REACH_EACH, REACH_MOST = 5, 15
#: More than fifty years of waiting: what is urgent stands before all else, however long that has waited.
_URGENT_FIRST = 1_000_000.0

_URGENT = frozenset({Reason.SAFETY, Reason.THREAT, Reason.LEGAL, Reason.COMPLAINT, Reason.KNOWN_ISSUE})
_NEED: dict[str, int] = {
    Reason.SAFETY: 100,
    Reason.THREAT: 80,
    Reason.LEGAL: 80,  # to speak of legal steps is to threaten with them
    Reason.COMPLAINT: 60,
    Reason.KNOWN_ISSUE: 60,  # a complaint that we have a notice about
    Reason.DID_NOT_WORK: 40,
    Reason.TRIED_ANOTHER: 40,
    Reason.ACCOUNT_MATTER: 40,
    Reason.ASKS_FOR_PERSON: 40,
    Reason.SENSITIVE: 40,
    Reason.PRAISE: 5,
    Reason.THANKS: 5,
    Reason.WORKED: 5,
    Reason.NOBODY_SAID: 5,
    Reason.SPAM: 0,
    Reason.NOT_FOR_US: 0,
    Reason.SMALL_TALK: 0,
    Reason.NOT_A_NEED: 0,
}
_NEED_BY_INTENT: dict[str, int] = {Intent.COMPLAIN: 60, Intent.FIX_A_PROBLEM: 40, Intent.IT_DID_NOT_WORK: 40}
_PLAIN_QUESTION = 20


def lane(proposal: Proposal) -> Lane:
    """The lane of a turn with this proposal. A complaint is urgent also where the knowledge answers it."""
    urgent = proposal.reason in _URGENT or _intent(proposal) == Intent.COMPLAIN
    return Lane.URGENT if urgent else proposal.lane


def points(proposal: Proposal, others: int) -> dict[str, int]:
    """The parts that do not change while it waits. `others` is how many people besides the author wrote in the thread;
    a channel tells us nothing else about who reads along."""
    need = _NEED.get(proposal.reason)
    if need is None:
        need = _NEED_BY_INTENT.get(_intent(proposal), _PLAIN_QUESTION)
    answerable = round(ANSWERABLE * proposal.confidence) if proposal.text else 0
    return {"need": need, "reach": min(REACH_MOST, REACH_EACH * others), "answerability": answerable}


def urgency(points: Mapping[str, int], lane: Lane, heard_at: datetime) -> float:
    """What the queue is ordered by, highest first: points, less what those heard earlier have gained by waiting."""
    first = _URGENT_FIRST if lane is Lane.URGENT else 0.0
    return first + sum(points.values()) - WAIT_PER_HOUR * heard_at.timestamp() / 3600


def as_of(points: Mapping[str, int], heard_at: datetime, now: datetime) -> Priority:
    """The sum as it is shown at a moment, `wait` included."""
    waited = max(0, int(WAIT_PER_HOUR * (now - heard_at).total_seconds() / 3600))
    parts = {**points, "wait": waited}
    return Priority(tuple((name, parts[name]) for name in PARTS if name in parts))


def _intent(proposal: Proposal) -> str:
    """What was understood, where it is more than a guess."""
    understanding = proposal.understanding
    return understanding.intent if understanding.intent_confidence >= SURE_OF_INTENT else Intent.FALLBACK
