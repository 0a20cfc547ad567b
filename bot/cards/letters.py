"""What people are told directly, outside of the review channel: what it says, whatever the room makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.record.disputes import Dispute
from bot.review import Card
from knowledge.entries import Entry


@dataclass(frozen=True)
class HandedOver:
    """A turn was handed to you: `card.handed` says by whom and why."""

    card: Card


@dataclass(frozen=True)
class Disputed:
    """A reviewer doubts an entry that you look after. `entry` is None where it is gone. `unreached` is
    its owner as the entry has it, where the rules do not know them in Slack and you are asked in their place; empty
    where it has none; None where you are its owner."""

    dispute: Dispute
    entry: Entry | None
    card: Card | None
    unreached: str | None = None


Letter = HandedOver | Disputed
