"""The desk that Slack asks: every answer from the journey's record."""

from __future__ import annotations

from collections.abc import Mapping

from actions.proposal import Check
from bot import choosing, disputes, handing_over, switching, telling
from bot.disputes import Settled
from bot.journey import Journey
from bot.letters import Disputed
from bot.overview import Look, Overview
from bot.record import overview, turns
from bot.review import Card, Decision, Publishing, Reviewer, Team, Verdict, Version
from bot.rules import LEADS, Group
from bot.states import State


class JourneyDesk:
    """Implements `bot.slack.desk.Desk`. The journey is set once it is complete: it needs the rooms, those need this."""

    journey: Journey

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

    async def dispute(self, number: int) -> Disputed:
        """A doubt about an entry, as it is told to whoever looks after it."""
        return await telling.dispute(self.journey, number)

    async def settle(self, number: int, how: str, person: Reviewer) -> Settled:
        """End a dispute, if this person may and nobody was faster."""
        return await disputes.settle(self.journey, number, how, person)

    async def team(self) -> Team:
        """Who the team's rules name at this moment, and where their cards may stand."""
        async with self.journey.engine.connect() as connection:
            rules = await self.journey.stand(connection)
        return Team(rules.insiders, tuple(dict.fromkeys(route.channel for route in rules.routes)))

    def may_override(self, reviewer: Reviewer) -> bool:
        """Whether this person is a lead."""
        return self.journey.rules.may_override(reviewer)

    async def publishing(self) -> Publishing:
        """Whether approved replies go out, and who said so."""
        async with self.journey.engine.connect() as connection:
            return await switching.publishing(connection)

    async def pause(self, reviewer: Reviewer) -> str:
        """Stop publishing; returns the sentence for the person."""
        return await switching.pause(self.journey, reviewer)

    async def resume(self, reviewer: Reviewer) -> str:
        """Publish again where this person may say so; returns the sentence for the person."""
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

    async def queue(self, limit: int) -> tuple[Card, ...]:
        """The cards that wait, in the order of the queue."""
        return await self.journey.waiting(limit)

    async def counts(self) -> Mapping[State, int]:
        """How many turns stand in each state."""
        async with self.journey.engine.connect() as connection:
            return await turns.counts(connection)
