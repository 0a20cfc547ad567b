"""What the Slack app needs of the rest of the house: the desk where decisions are taken and cards are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from actions.proposal import Check
from bot.cards.letters import Disputed
from bot.cards.overview import Digest, Look, Overview
from bot.deciding.disputes import Settled
from bot.review import Card, Decision, Place, Publishing, Reviewer, Verdict, Version
from bot.rules.checks import Problem
from bot.rules.team_rules import TeamRules
from bot.shelf import Kept
from knowledge.results import Hit


class Desk(Protocol):
    """Answers from the record. Slack only shows and asks; nothing is decided in this package."""

    async def decide(self, decision: Decision) -> Verdict:
        """Take a decision if it may be taken. The same `delivery_id` decides once."""

    async def card(self, turn_id: int) -> Card | None:
        """The turn as it stands now, or None where there is no such turn."""

    async def check(self, turn_id: int, text: str, reviewer: Reviewer) -> tuple[int, int, tuple[Check, ...]]:
        """Length of a typed body as it would be sent, the channel's limit, and the checks of it."""

    async def versions(self, turn_id: int) -> tuple[Version, ...]:
        """The drafted versions as they would be sent, each with its checks as of now."""

    async def handed_to(self, turn_id: int, person: Reviewer) -> bool:
        """Whether this turn was handed over to this person or to a group of theirs, and is still with them."""

    async def groups(self) -> tuple[str, ...]:
        """The names of the groups to whom something can be handed over."""

    async def place(self, turn_id: int, room: str) -> Place | None:
        """Where the card of a turn stands in the room of this name."""

    async def dispute(self, number: int) -> Disputed:
        """A doubt about an entry, as it is told to whoever looks after it. Raises UnknownDispute."""

    async def settle_dispute(self, number: int, how: str, person: Reviewer) -> Settled:
        """End a dispute, if this person may and nobody was faster. Raises UnknownDispute."""

    def may_override(self, reviewer: Reviewer) -> bool:
        """Whether this person is a lead, who may let a reply pass that a check blocks."""

    async def search(self, text: str, limit: int) -> tuple[Hit, ...]:
        """The best entries for some words."""

    async def notice(self, text: str, until: datetime, reviewer: Reviewer, when: str) -> str:
        """Keep a known issue until a moment, `when` in the person's words. Returns the sentence for the person."""

    async def hear(self, url: str, reviewer: Reviewer) -> str:
        """Draft a reply to the post at an address. Returns the sentence for the person. Raises ChannelRefused."""

    async def keep(self, kept: Kept, reviewer: Reviewer) -> Kept:
        """Keep an answer as a draft entry; returned masked, as it is kept."""

    async def settle(self, key: str, reviewer: Reviewer, *, live: bool) -> tuple[bool, str]:
        """Let a kept answer be used, or discard it. Returns whether that was done, and the sentence for the person."""

    async def publishing(self) -> Publishing:
        """Whether approved replies go out, and who said so."""

    async def pause(self, reviewer: Reviewer) -> str:
        """Pause publishing: anyone on the team may. Returns the sentence for the person."""

    async def resume(self, reviewer: Reviewer) -> str:
        """Resume publishing: only a lead may say so. Returns the sentence for the person."""

    async def overview(self, person: Reviewer, look: Look) -> Overview:
        """The queue as one person sees it in Home: rows, never all the cards."""

    async def show_again(self) -> None:
        """Look after the cards of all waiting turns: the review channel is back."""

    async def digest(self, place: Place) -> Digest | None:
        """The daily digest whose message stands there, as its posts stand now."""

    async def team_rules(self, lead: Reviewer) -> TeamRules:
        """All the rules that hold, for a lead to change. Raises GoodwordError where this person is none."""

    async def change_rules(self, said: Mapping[str, Any], lead: Reviewer) -> tuple[Problem, ...]:
        """Let a lead change some of the rules, by key as in a file; what is wrong with them, and then nothing changes.
        Raises GoodwordError where this person is no lead."""

    async def queue(self, limit: int) -> tuple[Card, ...]:
        """The first cards that wait for a person, in the order in which they should be looked at."""

    async def out_of_reach(self) -> Mapping[str, int]:
        """How many wait for a person in each channel that is not connected: they cannot be shown."""
