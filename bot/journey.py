"""The life of a post, top to bottom: hear, understand and draft, ask, decide, publish, learn, follow up.

Every step reads the record, does its one thing with the outside world, and writes the new state and the next task in
one transaction. A crash anywhere leaves a state from which the same step is done again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.parts import parts
from actions.proposal import Check, ProposalKind
from bot import budget, following_up, learning, publishing, rewriting
from bot.cards import composing, dealing, history, sharing, showing, telling, undelivered
from bot.channels.base import Channel, ChannelUnavailable, Heard, HeardPost
from bot.deciding import correcting, redrafting, signing, snoozing, undoing, withdrawing
from bot.deciding.taking import Taking, carry_out
from bot.deciding.verdicts import refusal, sentence
from bot.queue import Queue
from bot.record import places, posts, replies, standing, team_rules, turns
from bot.record import sharing as record_sharing
from bot.record.turns import Turn
from bot.review import Card, Decision, Reviewer, Room, Verdict
from bot.rewriting import Measured
from bot.rules.rules import Rules
from bot.states import State
from bot.turn_context import turn_context

log = structlog.get_logger("goodword.journey")

#: A turn that should be moving and has not for this long is looked at again: no task can be lost for good.
OVERDUE = timedelta(seconds=60)


@dataclass(eq=False)
class Journey:
    """The steps with all they need. `rooms` are where cards are shown; with none the command line reviews.

    Only `rules` ever change: every step and every decision begins with reading how they stand in the record.
    """

    engine: AsyncEngine
    queue: Queue
    channels: Mapping[str, Channel]
    rooms: tuple[Room, ...]
    assistant: budget.Assistant
    library: learning.Memory
    rules: Rules

    async def stand(self, connection: AsyncConnection) -> Rules:
        """The team's rules as they stand in the record at this moment."""
        self.rules = await team_rules.standing(connection, self.rules)
        return self.rules

    # ── hear ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def hear(self, channel: str, heard: Heard, after: str | None) -> int:
        """Store what a channel gave after this cursor, and the new cursor, in one transaction; returns how many posts
        were new. Where another process went on from the same cursor first, nothing is stored: the next look goes on
        from there."""
        async with self.engine.begin() as connection:
            if await places.locked_cursor(connection, channel) != after:
                return 0
            new = [await self.hear_one(connection, posts.storable(post)) for post in heard.posts]
            await places.advance_cursor(connection, channel, heard.cursor, heard.not_public)
        return sum(new)

    async def hear_one(self, connection: AsyncConnection, post: HeardPost) -> bool:
        """Store one post and make it part of a turn; False where it is known already, or ours."""
        post_id = await posts.add(connection, post)
        if post_id is None or post.by_us:
            return False
        engagement = await turns.engage(connection, post.channel, post.thread, post.author_id)
        for number in await correcting.look_again(connection, engagement, post.author_name):
            await self.queue.show(connection, number)
        turn = await turns.open_turn(connection, engagement)
        if turn is None:
            turn_id = await turns.begin(connection, engagement)
            await turns.note(connection, turn_id, who=post.author_name, what=history.POSTED)
        else:  # nothing has gone out yet: the new words belong to the same turn, under a new version
            turn_id = turn.id
            await turns.change(
                connection,
                turn,
                State.HEARD,
                who=post.author_name,
                what=history.WROTE_MORE,
                version=turn.version + 1,
                snoozed_until=None,
                handed_to="",
                handed_name="",
            )
        await posts.assign(connection, post_id, turn_id)
        await self.queue.advance(connection, turn_id, f"{post.channel}:{post.thread}")
        return True

    # ── understand and draft ──────────────────────────────────────────────────────────────────────────────────────

    async def draft(self, turn: Turn) -> None:
        """Ask the assistant for a proposal and keep it, unless the person has written more meanwhile."""
        async with self.engine.connect() as connection:
            burst = await posts.of_turn(connection, turn.id)
            thread = await posts.of_thread(connection, turn.channel, turn.thread)
        rules = self.rules  # as this step began: another may read newer ones meanwhile
        context = await turn_context(turn, burst, thread, self.channel_of(turn), rules)
        context = redrafting.wishing(context, turn)
        proposal = await budget.propose(self.engine, self.assistant, context, rules.calls_per_hour)
        first = await sharing.companion(self, turn, proposal, burst)
        async with self.engine.begin() as connection:
            now = await turns.get(connection, turn.id, lock=True)
            if (now.state, now.version) != (State.HEARD, turn.version):
                return
            if stood := await redrafting.what_stood(connection, now, proposal):
                await redrafting.bring_back(connection, now, stood)
                what = history.not_granted(now.wish["wish"] if now.wish else "")
                await self.go(connection, now, State.PROPOSED, who="Goodword", what=what)
                return
            await replies.add_proposal(connection, now.id, now.version, proposal)
            await standing.give(connection, now, proposal)
            if not now.wish:  # drafted anew as a reviewer wished it says nothing new of the person
                await turns.set_understanding(connection, now.engagement_id, proposal.understanding)
                await following_up.note_outcome(connection, now, proposal, rules.follow_up)
            if proposal.kind is ProposalKind.NO_REPLY:
                await turns.change(connection, now, State.SILENT, who="Goodword", what=history.drafted(proposal))
                return
            if proposal.text:
                reply = rules.reply_to(burst[-1], parts(proposal.text, context))
                await replies.add_draft(connection, now.id, now.version, proposal, reply)
            await self.go(connection, now, State.PROPOSED, who="Goodword", what=history.drafted(proposal))
            if first is not None and await record_sharing.put_with(connection, now.id, first):
                await self.queue.show(connection, first)

    # ── ask ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def ask(self, turn: Turn) -> None:
        """Show the card in every room, or leave it in Home where this hour has had its cards. The intent is written
        first, so that a crash never asks twice."""
        new = await dealing.may_ask(self, turn)
        if new is not None:
            await dealing.post(self, turn, new)
        async with self.engine.begin() as connection:
            now = await turns.get(connection, turn.id, lock=True)
            asked = (now.state, now.version) == (State.PROPOSED, turn.version)
            if asked:
                what = history.IN_HOME if new is None else history.asked(room.name for room in self.rooms)
                await turns.change(connection, now, State.ASKED, who="Goodword", what=what)
            if new is not None or not asked:  # the steps so far are told below it; or it was decided on the way
                await self.queue.show(connection, turn.id)

    async def show(self, turn_id: int) -> None:
        """Bring the cards that stand somewhere up to date with the record."""
        await showing.show(self, turn_id)

    async def show_again(self) -> int:
        """Look after the cards of all waiting turns; those that a room has lost are posted anew."""
        return await showing.show_again(self)

    async def deal(self) -> int:
        """Post the cards that were held back and that the hour has room for now; returns how many."""
        return await dealing.deal(self)

    async def look(self, turn_id: int) -> None:
        """A snooze is over, or a claim has lapsed."""
        await snoozing.look(self, turn_id)

    async def tell(self, turn_id: int, what: str, number: int, to: str) -> None:
        """Tell somebody what concerns them."""
        await telling.tell(self, turn_id, what, number, to)

    async def card(self, turn_id: int) -> Card | None:
        """The turn as a reviewer sees it. Raises UnknownTurn."""
        async with self.engine.connect() as connection:
            turn, rules = await turns.get(connection, turn_id), await self.stand(connection)
            return await composing.build(connection, turn_id, self.channel_of(turn), rules)

    # ── decide ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def decide(self, decision: Decision) -> Verdict:
        """Record a decision if it may be taken, on exactly the version it names; else say kindly why not."""
        async with self.engine.begin() as connection:
            turn = await turns.get(connection, decision.turn_id, lock=True)
            rules = await self.stand(connection)
            stored = await replies.reply_of(connection, turn.id, turn.version)
            if await replies.was_delivered(connection, turn.id, decision.delivery_id):
                accepted, words = True, "Already recorded."
            elif no := await refusal(connection, decision, turn, stored, rules, self.channel_of(turn)):
                accepted, words = False, no
            else:
                decision = await signing.turned(self, connection, decision, turn, stored, rules)
                await replies.add_decision(connection, decision, stored.hash if stored else None)
                if turn.shown_with is not None:
                    await self.queue.show(connection, turn.shown_with)
                if await record_sharing.with_turn(connection, turn.id):
                    await self.queue.deal(connection)  # what stands on this card may need one of its own
                await carry_out(Taking(self, connection, decision, turn, stored, rules))
                accepted, words = True, ""
            await self.queue.show(connection, turn.id)
            card = await composing.build(connection, turn.id, self.channel_of(turn), rules)
        if card is None:
            raise turns.UnknownTurn(f"turn {decision.turn_id} has no draft yet", hint="try again in a moment")
        return Verdict(accepted, words or sentence(decision, card), card)

    async def check(self, turn_id: int, text: str, reviewer: Reviewer) -> Measured:
        """Measure a text that a reviewer is typing."""
        async with self.engine.connect() as connection:
            turn, rules = await turns.get(connection, turn_id), await self.stand(connection)
            channel, library = self.channel_of(turn), self.library
            return await rewriting.measure(
                connection, turn, text, reviewer=reviewer, channel=channel, rules=rules, library=library
            )

    # ── publish ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def publish(self, turn: Turn) -> None:
        """Take a last look; if nothing speaks against it, write the intent. Sending follows as a step of its own."""
        async with self.engine.begin() as connection:
            if await undoing.waits(connection, self.queue, turn):
                return
        against = await publishing.last_look(self.engine, turn, self.channel_of(turn))
        async with self.engine.begin() as connection:
            now = await turns.get(connection, turn.id, lock=True)
            if (now.state, now.version) != (State.APPROVED, turn.version):
                return
            if await undoing.waits(connection, self.queue, now):  # undone and approved anew, or stopped meanwhile
                return
            if not against:
                against = await publishing.still_true(connection, now, self.library, await self.stand(connection))
            if against:
                what = history.held_back(against)
                await self.go(connection, now, State.WITHHELD, who="Goodword", what=what, trouble=against)
                return
            await publishing.begin(connection, now)
            await self.go(connection, now, State.PUBLISHING, who="Goodword", what=history.SENDING)

    async def send(self, turn: Turn) -> None:
        """Send the parts that are not confirmed yet, exactly once each, and record what the network returned."""
        async with self.engine.begin() as connection:
            if await undoing.waits(connection, self.queue, turn):
                return
        result = await publishing.send(self.engine, turn, self.channel_of(turn))
        async with self.engine.begin() as connection:
            now = await turns.get(connection, turn.id, lock=True)
            if now.state is not State.PUBLISHING or result.overtaken:
                return
            if result.refused:
                to = State.UNCLEAR if result.some_out else State.WITHHELD
                if to is State.WITHHELD:
                    await publishing.forget(connection, now)
                    refused = Check(name="taken_by_the_channel", ok=False, blocking=True, note=result.refused)
                    await replies.fail(connection, now.id, now.version, refused)
                what = history.refused(result.refused, some_out=result.some_out)
                await self.go(connection, now, to, who="Goodword", what=what, trouble=result.refused)
                return
            await publishing.finish(connection, now)
            await self.go(connection, now, State.PUBLISHED, who="Goodword", what=history.PUBLISHED)

    # ── learn ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def learn(self, turn: Turn) -> None:
        """Make the published answer an entry, found by the next search everywhere, and set the follow-up."""
        entry = await learning.entry_of(self.engine, turn)
        due = datetime.now(UTC) + self.rules.follow_up
        async with self.engine.begin() as connection:
            now = await turns.get(connection, turn.id, lock=True)
            if now.state is not State.PUBLISHED:
                return
            if entry is None:
                await self.go(connection, now, State.CLOSED, who="Goodword", what=history.NOTHING_LEARNED)
                return
            await self.library.learn(connection, entry)
            await self.go(connection, now, State.LEARNED, who="Goodword", what=history.LEARNED, follow_up_at=due)
            await self.queue.wake(connection, now.id, now.lock, due, "follow_up")

    # ── follow up ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def follow_up(self, turn: Turn) -> None:
        """When the time is up, an outcome nobody has told us of is unknown, never counted as attained. A team may have
        it asked for once, in public, and then wait as long again."""
        if turn.follow_up_at is None or turn.follow_up_at > datetime.now(UTC):
            return
        async with self.engine.begin() as connection:
            now = await turns.get(connection, turn.id, lock=True)
            late = now.follow_up_at is not None and now.follow_up_at <= datetime.now(UTC)  # not put off meanwhile
            if now.state is not State.LEARNED or not late:
                return
            if now.attained == "open" and self.rules.ask_afterwards and not await turns.followed(connection, now.id):
                number = await following_up.ask_afterwards(connection, now, self.channel_of(now), self.rules)
                await self.queue.advance(connection, number, now.lock)
                due = datetime.now(UTC) + self.rules.follow_up
                await turns.wait(connection, now, due, who="Goodword", what=history.ASKS_AFTERWARDS)
                await self.queue.wake(connection, now.id, now.lock, due, "follow_up")
                return
            if now.attained == "open":
                await turns.set_attained(connection, now.engagement_id, "unknown")
            outcome = "unknown" if now.attained == "open" else now.attained
            await self.go(connection, now, State.CLOSED, who="Goodword", what=history.closed(outcome))

    # ── how it moves ──────────────────────────────────────────────────────────────────────────────────────────────

    async def advance(self, turn_id: int) -> None:
        """Do the next step of a turn, whatever its state asks for; a turn that waits for a person is left alone."""
        async with self.engine.connect() as connection:
            turn = await turns.get(connection, turn_id)
            await self.stand(connection)
        step = self._steps().get(turn.state)
        try:
            if step is not None:
                await step(turn)
        except ChannelUnavailable as error:
            await undelivered.tell(self, turn, error)
            raise

    def channel_of(self, turn: Turn) -> Channel:
        """The channel that a turn came from. Raises ChannelUnavailable where it is not connected any more."""
        if turn.channel not in self.channels:
            raise ChannelUnavailable(f"{turn.channel} is not connected", hint="its address or token was taken away")
        return self.channels[turn.channel]

    def _steps(self) -> dict[State, Callable[[Turn], Awaitable[None]]]:
        return {
            State.HEARD: self.draft,
            State.PROPOSED: self.ask,
            State.APPROVED: self.publish,
            State.PUBLISHING: self.send,
            State.PUBLISHED: self.learn,
            State.LEARNED: self.follow_up,
            State.WITHDRAWING: lambda turn: withdrawing.step(self, turn),
        }

    async def go(
        self,
        connection: AsyncConnection,
        turn: Turn,
        to: State,
        *,
        who: str,
        what: str,
        trouble: str = "",
        follow_up_at: datetime | None = None,
        goes_out_at: datetime | None = None,
    ) -> None:
        """Change the state, and defer what follows from it in the same transaction: now, or when it `goes_out_at`."""
        due = {"goes_out_at": goes_out_at} if goes_out_at else {}
        await turns.change(connection, turn, to, who=who, what=what, trouble=trouble, follow_up_at=follow_up_at, **due)
        if goes_out_at and goes_out_at > datetime.now(UTC):
            await self.queue.wake(connection, turn.id, turn.lock, goes_out_at, "undo")
        elif to in self._steps() and to is not State.LEARNED:  # a learned turn waits for its follow-up
            await self.queue.advance(connection, turn.id, turn.lock, asks=to is State.PROPOSED)
        if to is not State.PROPOSED:  # asking shows it
            await self.queue.show(connection, turn.id)

    async def resume(self) -> int:
        """Defer whatever should be moving and has not for a while; returns how many turns that were."""
        moving = [state for state in self._steps() if state is not State.LEARNED]  # waits for its follow-up
        async with self.engine.begin() as connection:
            overdue = await turns.overdue(connection, moving, OVERDUE)
            for turn in overdue:
                await self.queue.advance(connection, turn.id, turn.lock, asks=turn.state is State.PROPOSED)
        return len(overdue)

    async def tell_fault(self, turn_id: int, error: Exception) -> None:
        """A step failed for a reason that waiting will not mend: show it on the card and in the history."""
        await undelivered.tell_fault(self, turn_id, error)

    async def waiting(self, limit: int = 50) -> tuple[Card, ...]:
        """The cards of connected channels that wait for a decision, most urgent first."""
        async with self.engine.connect() as connection:
            rules = await self.stand(connection)
            found = await turns.waiting(connection, limit, self.channels)
            made = [await composing.build(connection, turn.id, self.channel_of(turn), rules) for turn in found]
        return tuple(card for card in made if card is not None)

    async def out_of_reach(self) -> dict[str, int]:
        """How many wait for a decision in each channel that is not connected: they cannot be shown."""
        async with self.engine.connect() as connection:
            return await turns.waiting_elsewhere(connection, self.channels)
