"""One installation that stories are played on: people and processes that do what a rule says, and may die of it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.proposal import ProposalKind
from actions.voice import Voice
from bot import switching
from bot.channels.base import ChannelRefused, ChannelUnavailable
from bot.journey import Journey
from bot.queue import Queue
from bot.record import places, turns
from bot.review import Decision, RejectReason, Reviewer, Verb, Wish
from bot.rules.rules import Rules
from tests.integration.journey.mortal import Crash, Crashes, MortalChannel, MortalEngine
from tests.integration.journey.promises import Promises
from tests.integration.journey.whole_record import TABLES
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, publishing_on
from tests.waiting import PATIENCE

T = TypeVar("T")
#: `eve` sees the cards and may not decide; `mia` leads; Anna has an id on the command line, too.
MAY, MAY_NOT, ANNA_ELSEWHERE = ("anna", "tom", "mia"), "eve", "cli:anna"
MOVING = """
SELECT id FROM turns WHERE state IN ('heard', 'proposed', 'approved', 'publishing', 'published', 'withdrawing')
ORDER BY id
"""
OUT = "SELECT id FROM turns WHERE state IN ('published', 'learned', 'closed') ORDER BY id"


@dataclass
class Stage:
    """What all stories share: one database, one loop."""

    loop: asyncio.AbstractEventLoop
    engine: AsyncEngine
    queue: Queue


@dataclass(frozen=True)
class Life:
    """How it goes with one reply, from its post on. `crash` says when a process dies, where one does, and at which call
    something comes `between`; `forgets`: an hour passes before it goes on. `clicks` are of who approves, and how many
    versions ago. `afterwards` it may be doubted."""

    customer: str
    trouble: str
    crash: int
    between: str
    forgets: bool
    clicks: tuple[tuple[str, int], ...]
    afterwards: Verb | None
    approved_by: tuple[str, ...]


class Installation:
    """Two processes, a network and a record in which nothing has happened yet."""

    def __init__(self, stage: Stage, *, signed: bool, two: frozenset[str], parts: bool) -> None:
        self.stage = stage
        self.crashes, self.promises = Crashes(), Promises(stage.engine, frozenset({*MAY, ANNA_ELSEWHERE}))
        self.channel = MortalChannel(self.crashes, limit=80 if parts else 500, watch=self.promises.sending)
        self.team = Rules(
            undo=timedelta(0),
            reviewers=frozenset(MAY),
            leads=frozenset({"mia"}),
            names={who: who.title() for who in MAY},
            same={ANNA_ELSEWHERE: "anna"},
            two_people=two,
            signed=signed,
            voice=Voice(parts=3) if parts else None,
        )
        self.deliveries: list[Decision] = []
        self.count = self.steps = 0
        assistant = ScriptedAssistant(kinds={"zeppelin": ProposalKind.HAND_OFF, "lovely": ProposalKind.NO_REPLY})
        engine: Any = MortalEngine(stage.engine, self.crashes)
        rooms, memory = (RecordingRoom(),), RecordingMemory()
        self.journeys = tuple(
            Journey(engine, stage.queue, {"memory": self.channel}, rooms, assistant, memory, self.team)
            for _ in range(2)
        )
        self.run(self._reset())

    async def _reset(self) -> None:
        async with self.stage.engine.begin() as connection:
            found = await connection.execute(text(TABLES))
            names = ", ".join(f'"{name}"' for name in found.scalars())
            await connection.execute(text(f"TRUNCATE {names}, procrastinate_jobs RESTART IDENTITY CASCADE"))
        await publishing_on(self.stage.engine)

    def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do it; where the process dies in it, nothing of it is left but the record."""
        self.steps += 1
        try:
            return self.stage.loop.run_until_complete(asyncio.wait_for(work, PATIENCE))
        except Crash:
            return None
        except (ChannelUnavailable, ChannelRefused):
            return None  # the queue would try again
        finally:
            self.crashes.left = -1
            self.channel.meanwhile, self.channel.dies, self.promises.alone = None, 0, True

    async def ask(self, query: str) -> list[int]:
        """Numbers that the record holds."""
        async with self.stage.engine.connect() as connection:
            return list((await connection.execute(text(query))).scalars().all())

    async def newest(self) -> int:
        """The newest turn."""
        return (await self.ask("SELECT coalesce(max(id), 1) FROM turns"))[0]

    async def listen(self) -> None:
        """Hear what was written."""
        async with self.stage.engine.connect() as connection:
            cursor = await places.cursor_of(connection, "memory")
        await self.journeys[0].hear("memory", await self.channel.listen(cursor), cursor)

    async def go_on(self, times: int, process: int = 0) -> None:
        """Each turn that moves takes so many steps."""
        for _ in range(times):
            for number in await self.ask(MOVING):
                await self.advance(process, number)

    async def advance(self, process: int, turn: int) -> None:
        """One of the turns that there are takes a step."""
        try:
            await self.journeys[process].advance(1 + (turn - 1) % await self.newest())
        except (turns.UnknownTurn, ChannelUnavailable, ChannelRefused):
            return

    async def together(self, *work: Coroutine[Any, Any, Any]) -> None:
        """Several at once."""
        self.promises.alone = False
        done = await asyncio.gather(*work, return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException) and not isinstance(one, Crash | ChannelUnavailable | ChannelRefused):
                raise one

    async def decide(self, verb: Verb, turn: int, who: str, age: int = 0) -> None:
        """Somebody clicks on one of the turns that there are, `age` versions ago."""
        number = 1 + (turn - 1) % await self.newest()
        async with self.stage.engine.connect() as connection:
            try:
                found = await turns.get(connection, number)
            except turns.UnknownTurn:
                return
        self.count += 1
        decision = Decision(
            number,
            found.version - age,
            verb,
            Reviewer(who, who.title()),
            f"delivery-{self.count}",
            text=f"In my own words, number {self.count}. Take a wall plug of 8 mm. Then a screw. That is all of it.",
            note="because",
            reason=RejectReason.WRONG,
            wish=Wish.SHORTER,
            to="tom",
            until=datetime.now(UTC) + timedelta(hours=1),
        )
        self.deliveries.append(decision)
        await self.deliver(decision)

    async def deliver(self, decision: Decision) -> None:
        """A click arrives, maybe again."""
        try:
            await self.journeys[self.count % 2].decide(decision)
        except turns.UnknownTurn:  # no card yet
            return

    def rule(self, *, seconds: int = 0, tom_may: bool = True) -> None:
        """The team changes its rules: how long an approval can be taken back, and whether Tom may still decide."""
        reviewers = self.team.reviewers if tom_may else self.team.reviewers - {"tom"}
        for journey in self.journeys:
            journey.rules = replace(self.team, undo=timedelta(seconds=seconds), reviewers=reviewers)

    def live(self, life: Life) -> None:
        """A reply is drafted, approved and sent, with its trouble; and maybe taken back or corrected with the same."""
        self.crashes.left = 1 + life.crash if life.trouble == "crash" else -1
        self.run(self.approved(life))
        if life.trouble == "tom leaves":
            self.rule(tom_may=False)
        self._goes_out(life)
        if life.afterwards is not None:
            self.run(self.doubted(life.afterwards, -1, life.approved_by))
            self._goes_out(life)
        if life.trouble in ("written", "dies sending"):  # what a correction may stand under by now
            self.run(self.doubted(Verb.WITHDRAW, -2, ()))
            self.run(self.go_on(2))

    def _goes_out(self, life: Life) -> None:
        if life.trouble == "dies sending":
            self.channel.dies = 1 + life.crash % 6
        if life.trouble == "between":
            self.channel.waits = 1 + life.crash % 3
            self.channel.meanwhile = lambda: self.come_between(life.between, life.customer)
        self.channel.faults.lost_answers = int(life.trouble == "lost")
        self.run(self.go_on(3))
        self.channel.faults.lost_answers = 0
        if life.forgets:
            self.run(self.hour_passes())
        self.run(self.go_on(3))

    async def approved(self, life: Life) -> None:
        """A post is drafted and approved."""
        self.channel.say(life.customer, "How do I?")
        await self.listen()
        await self.go_on(2)
        newest = await self.newest()
        if life.trouble == "written":
            await self.decide(Verb.EDIT, newest, "anna")
        for who, age in life.clicks:
            await self.decide(Verb.APPROVE, newest, who, age)
        if life.trouble == "undone":
            await self.decide(Verb.UNDO, newest, "tom")
            await self.decide(Verb.APPROVE, newest, "mia")

    async def doubted(self, verb: Verb, turn: int, approved_by: tuple[str, ...]) -> None:
        """What is out is withdrawn, or corrected: the correction is approved by these, one click after the other."""
        found = await self.ask(OUT)
        if not found:
            return
        await self.decide(verb, found[turn % len(found)], "anna")
        for who in approved_by if verb is Verb.CORRECT else ():
            await self.decide(Verb.APPROVE, await self.newest(), who)

    async def come_between(self, what: str, customer: str) -> None:
        """This happens while a process waits for the network: a decision on the newest turn, or something else."""
        self.promises.alone = False
        if what == "more":
            theirs = [post.native_id for post in self.channel.posts if post.author_id == customer]
            self.channel.say(customer, "And now?", reply_to=theirs[-1] if theirs else None)
            await self.listen()
        elif what == "worker":
            await self.go_on(2, process=1)
        elif what == "stop":
            await switching.pause(self.journeys[1], Reviewer("tom", "Tom"))
        else:
            await self.decide(Verb(what), await self.newest(), "tom")

    async def hour_passes(self) -> None:
        """The network forgets its keys: what was intended before is not remembered any more, and is looked for."""
        self.channel.forget_keys()
        async with self.stage.engine.begin() as connection:
            await connection.execute(text("UPDATE publication_parts SET intent_at = intent_at - interval '1 hour'"))

    async def window_passes(self) -> None:
        """What was approved cannot be taken back any more."""
        async with self.stage.engine.begin() as connection:
            past = "UPDATE turns SET goes_out_at = now() - interval '1 second' WHERE goes_out_at IS NOT NULL"
            await connection.execute(text(past))
