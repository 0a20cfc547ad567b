"""What the desk calls things: the record's own names are for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from actions.proposal import ProposalKind
from bot.review import RejectReason
from bot.states import State
from knowledge.entries import EntryKind

KINDS = {
    ProposalKind.ADVISE: "Advice",
    ProposalKind.CLARIFY: "A question back",
    ProposalKind.ACKNOWLEDGE: "An acknowledgement",
    ProposalKind.HAND_OFF: "Needs a person",
    ProposalKind.NO_REPLY: "No reply",
}

#: What a turn is doing, and the tone it is shown in: calm, good or look.
STATES = {
    State.HEARD: ("being drafted", "calm"),
    State.PROPOSED: ("on its way to the reviewers", "calm"),
    State.ASKED: ("waiting for a decision", "calm"),
    State.SILENT: ("no reply proposed", "calm"),
    State.APPROVED: ("approved, about to go out", "calm"),
    State.PUBLISHING: ("going out", "calm"),
    State.UNCLEAR: ("unclear whether it went out", "look"),
    State.WITHHELD: ("held back", "look"),
    State.PUBLISHED: ("published", "good"),
    State.LEARNED: ("published and learned", "good"),
    State.REJECTED: ("rejected", "calm"),
    State.HANDED_OVER: ("handed over", "calm"),
    State.EXPIRED: ("nobody decided in time", "look"),
    State.WITHDRAWING: ("being deleted", "calm"),
    State.WITHDRAWN: ("taken back", "calm"),
    State.CLOSED: ("done", "good"),
}

#: Tiles above the queue: each sums up the states a person would count together. The first two always stand there.
TILES = (
    ("waiting for a decision", (State.PROPOSED, State.ASKED)),
    ("published", (State.PUBLISHED, State.LEARNED, State.CLOSED)),
    ("being drafted", (State.HEARD,)),
    ("going out", (State.APPROVED, State.PUBLISHING)),
    ("held back", (State.WITHHELD,)),
    ("unclear", (State.UNCLEAR,)),
    ("rejected", (State.REJECTED,)),
    ("handed over", (State.HANDED_OVER,)),
    ("nobody decided in time", (State.EXPIRED,)),
    ("taken back", (State.WITHDRAWING, State.WITHDRAWN)),
    ("without a reply", (State.SILENT,)),
)

#: One and many.
ENTRIES = {
    EntryKind.USAGE: ("how-to", "how-tos"),
    EntryKind.ANSWER: ("past answer", "past answers"),
    EntryKind.NOTICE: ("known issue", "known issues"),
    EntryKind.CAPABILITY: ("capability", "capabilities"),
    EntryKind.REFERENCE: ("customer’s own words", "customers’ own words"),
}

#: What somebody thinks of an entry who doubts it.
DOUBTS = {RejectReason.WRONG: "wrong", RejectReason.OUTDATED: "outdated"}

PARTS = {
    "database": "Database",
    "replies": "Approved replies on their way",
    "rasa": "Language understanding (Rasa)",
    "slack": "Slack: cards",
    "slack socket": "Slack: clicks",
    "worker": "Worker",
}


def tiles(counted: Mapping[State, int]) -> list[tuple[int, str]]:
    """How many turns there are of each sort; sorts without any are left out, but for the two that matter most."""
    summed = [(sum(counted.get(state, 0) for state in states), name) for name, states in TILES]
    return [(count, name) for place, (count, name) in enumerate(summed) if count or place < 2]


def entry(kind: str, count: int = 1) -> str:
    """What a kind of entry is called, for one or for many."""
    one, many = ENTRIES[EntryKind(kind)]
    return one if count == 1 else many


def part(name: str) -> str:
    """A part of the service as the health page names it; a channel by its own name."""
    return PARTS.get(name, name.capitalize())


def ago(moment: datetime) -> str:
    """How long ago, in words: `just now`, `5 min ago`, `3 h ago`, `2 days ago`."""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def web(url: str | None) -> str:
    """The address if it is one a browser may be sent to, else nothing: an imported entry may name any scheme."""
    return url if url and url.startswith(("https://", "http://")) else ""
