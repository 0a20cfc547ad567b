"""The desk that Slack asks: every answer from the journey's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from actions.proposal import Check
from bot import shelf, switching
from bot.cards import digest, telling
from bot.cards.letters import Disputed
from bot.cards.overview import Digest, Look, Overview
from bot.deciding import choosing, disputes, handing_over
from bot.deciding.disputes import Settled
from bot.journey import Journey
from bot.record import overview, places, turns
from bot.review import Card, Decision, Place, Publishing, Reviewer, Team, Verdict, Version
from bot.rules import ruling
from bot.rules.checks import Problem
from bot.rules.rules import LEADS, Group
from bot.rules.team_rules import TeamRules
from bot.shelf import Kept
from knowledge.results import Hit, Searcher


class JourneyDesk:
    """Implements `bot.slack.desk.Desk`. The journey is set once it is complete: it needs the rooms, those need this."""

    journey: Journey
    library: Searcher

    async def decide(self, decision: Decision) -> Verdict:
        """Take a decision if it may be taken."""
        return await self.journey.decide(decision)

    async def card(self, turn_id: int) -> Card | None:
        """The turn as it stands now; None where there is none."""
        try:
            return await self.journey.card(turn_id)
        except turns.UnknownTurn:
            return None

    async def check(self, turn_id: int, text: str, reviewer: Reviewer) -> tuple[int, int, tuple[Check, ...]]:
        """Measure a text that is being typed. The version is judged when it is decided on."""
        found = await self.journey.check(turn_id, text, reviewer)
        return found.length, found.limit, found.checks

    async def versions(self, turn_id: int) -> tuple[Version, ...]:
        """The drafted versions as they would be sent, each with its checks as of now."""
        journey = self.journey
        async with journey.engine.connect() as connection:
            turn = await turns.get(connection, turn_id)
            channel = journey.channel_of(turn)
            return await choosing.versions(
                connection, turn, channel=channel, rules=journey.rules, library=journey.library
            )

    async def handed_to(self, turn_id: int, person: Reviewer) -> bool:
        """Whether this turn was handed over to this person or to a group of theirs, and is still with them."""
        async with self.journey.engine.connect() as connection:
            turn = await turns.get(connection, turn_id)
            return handing_over.theirs(turn, person, await self.journey.stand(connection))

    async def groups(self) -> tuple[str, ...]:
        """The names of the groups to whom something can be handed over."""
        async with self.journey.engine.connect() as connection:
            rules = await self.journey.stand(connection)
        return tuple(group.name for group in rules.groups)

    async def place(self, turn_id: int, room: str) -> Place | None:
        """Where the card of a turn stands in the room of this name."""
        async with self.journey.engine.connect() as connection:
            return await places.place_of(connection, turn_id, room)

    async def dispute(self, number: int) -> Disputed:
        """A doubt about an entry, as it is told to whoever looks after it."""
        return await telling.dispute(self.journey, number)

    async def settle_dispute(self, number: int, how: str, person: Reviewer) -> Settled:
        """End a dispute, if this person may and nobody was faster."""
        return await disputes.settle(self.journey, number, how, person)

    async def team(self) -> Team:
        """Who the team's rules name at this moment, and where their cards may stand."""
        async with self.journey.engine.connect() as connection:
            rules = await self.journey.stand(connection)
        return Team(rules.insiders, tuple(dict.fromkeys(route.channel for route in rules.routes)))

    async def team_rules(self, lead: Reviewer) -> TeamRules:
        """All the rules that hold, for a lead to change. Raises NotALead."""
        async with self.journey.engine.connect() as connection:
            rules = await self.journey.stand(connection)
        if not rules.may_override(lead):
            raise ruling.NotALead("Only a lead changes the rules.", hint="Ask one: what you need is quickly done.")
        return TeamRules.of(rules)

    async def change_rules(self, said: Mapping[str, Any], lead: Reviewer) -> tuple[Problem, ...]:
        """Let a lead change some of the rules; what is wrong with them. Raises NotALead."""
        async with self.journey.engine.begin() as connection:
            return await ruling.change(connection, said, self.journey.rules, lead)

    def may_override(self, reviewer: Reviewer) -> bool:
        """Whether this person is a lead."""
        return self.journey.rules.may_override(reviewer)

    async def search(self, text: str, limit: int) -> tuple[Hit, ...]:
        """The best entries for some words."""
        return await shelf.search(self.library, text, limit)

    async def notice(self, text: str, until: datetime, reviewer: Reviewer, when: str) -> str:
        """Keep a known issue until a moment."""
        return await shelf.announce(self.journey, text, until, reviewer, when)

    async def hear(self, url: str, reviewer: Reviewer) -> str:
        """Draft a reply to the post at an address."""
        return await shelf.hear(self.journey, url, reviewer)

    async def keep(self, kept: Kept, reviewer: Reviewer) -> Kept:
        """Keep an answer as a draft entry."""
        return await shelf.keep(self.journey, kept, reviewer)

    async def settle(self, key: str, reviewer: Reviewer, *, live: bool) -> tuple[bool, str]:
        """Let a kept answer be used, or discard it."""
        return await shelf.settle(self.journey, key, reviewer, live=live)

    async def publishing(self) -> Publishing:
        """Whether approved replies go out, and who said so."""
        async with self.journey.engine.connect() as connection:
            return await switching.publishing(connection)

    async def pause(self, reviewer: Reviewer) -> str:
        """Pause publishing; returns the sentence for the person."""
        return await switching.pause(self.journey, reviewer)

    async def resume(self, reviewer: Reviewer) -> str:
        """Resume publishing where this person may say so; returns the sentence for the person."""
        return await switching.resume(self.journey, reviewer)

    async def overview(self, person: Reviewer, look: Look) -> Overview:
        """The queue as one person sees it in Home."""
        rules = self.journey.rules
        ids = rules.ids(person.id)
        groups = [group.name for group in (*rules.groups, Group(LEADS, rules.leads)) if group.members & ids]
        async with self.journey.engine.connect() as connection:
            return await overview.look(connection, look, me=ids, groups=groups, channels=self.journey.channels.keys())

    async def show_again(self) -> None:
        """Look after the cards of all waiting turns: a room is back."""
        await self.journey.show_again()

    async def digest(self, place: Place) -> Digest | None:
        """The daily digest whose message stands there."""
        return await digest.standing_at(self.journey, place)

    async def queue(self, limit: int) -> tuple[Card, ...]:
        """The cards that wait, in the order of the queue."""
        return await self.journey.waiting(limit)

    async def out_of_reach(self) -> Mapping[str, int]:
        """How many wait in each channel that is not connected."""
        return await self.journey.out_of_reach()
