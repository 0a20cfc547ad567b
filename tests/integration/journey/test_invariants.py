"""Random people, clicks, retries, crashes, customers and workers against the record, and what must never happen.

hypothesis draws the story and, where one breaks a promise, finds a short one. Between two rules the whole record and
the whole network are looked at. A crash is an exception that no code of ours catches, thrown before or after a
transaction commits, or before or after the network takes a call: what a killed process leaves.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from actions.proposal import ProposalKind
from bot import switching
from bot.channels.base import ChannelRefused, ChannelUnavailable
from bot.journey import Journey
from bot.postgres import sqlalchemy_url
from bot.queue import Queue
from bot.record import places, turns
from bot.review import Decision, RejectReason, Reviewer, Verb, Wish
from bot.rules.rules import Rules
from bot.states import State
from tests.integration.journey.mortal import Crash, Crashes, MortalChannel, MortalEngine
from tests.integration.journey.whole_record import OUT, PUBLICATIONS, TABLES
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, publishing_on

T = TypeVar("T")

#: How many stories and how long; a long session sets more. The seed is printed, so that a story can be told again.
STORIES = int(os.environ.get("INVARIANT_STORIES", "12"))
STEPS = int(os.environ.get("INVARIANT_STEPS", "30"))
SEED = int(os.environ.get("INVARIANT_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)

CUSTOMERS = ("ben", "ada")
#: `eve` sees the cards and may not decide; `mia` leads.
MAY, MAY_NOT = ("anna", "tom", "mia"), "eve"
OUT_OF_SIGHT = 999


@dataclass
class Stage:
    """What all stories share: one database, one loop."""

    loop: asyncio.AbstractEventLoop
    engine: AsyncEngine
    queue: Queue


class Story(RuleBasedStateMachine):
    """One installation, from its first post on."""

    stage: Stage
    steps = 0
    seen: ClassVar[set[tuple[str, bool]]] = set()

    @initialize()
    def begin(self) -> None:
        self.crashes = Crashes()
        self.channel = MortalChannel(self.crashes)
        self.assistant = ScriptedAssistant(kinds={"zeppelin": ProposalKind.HAND_OFF, "lovely": ProposalKind.NO_REPLY})
        self.memory, self.room = RecordingMemory(), RecordingRoom()
        self.rules = Rules(
            undo=timedelta(0), reviewers=frozenset(MAY), leads=frozenset({"mia"}), two_people=frozenset({"correction"})
        )
        self.deliveries: list[Decision] = []
        self.undone: set[int] = set()
        self.count = 0
        engine: Any = MortalEngine(self.stage.engine, self.crashes)
        channels = {"memory": self.channel}
        self.journeys = tuple(
            Journey(engine, self.stage.queue, channels, (self.room,), self.assistant, self.memory, self.rules)
            for _ in range(2)
        )
        self.run(self._reset())

    def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do it; where the process dies in it, nothing of it is left but the record."""
        Story.steps += 1
        try:
            return self.stage.loop.run_until_complete(work)
        except Crash:
            return None
        except (ChannelUnavailable, ChannelRefused):
            return None  # the queue would try again
        finally:
            self.crashes.left = -1

    async def _reset(self) -> None:
        async with self.stage.engine.begin() as connection:
            found = await connection.execute(text(TABLES))
            names = ", ".join(f'"{name}"' for name in found.scalars())
            await connection.execute(text(f"TRUNCATE {names}, procrastinate_jobs RESTART IDENTITY CASCADE"))
        await publishing_on(self.stage.engine)

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        who=st.sampled_from(CUSTOMERS),
        words=st.sampled_from(("How do I?", "zeppelin", "lovely", "And now?")),
        at=st.integers(0, 5),
    )
    def a_customer_writes(self, who: str, words: str, at: int) -> None:
        standing = self.channel.posts
        reply_to = standing[-at].native_id if 0 < at <= len(standing) else None
        self.channel.say(who, words, reply_to=reply_to)

    @rule(
        customer=st.sampled_from(CUSTOMERS),
        trouble=st.sampled_from(("", "", "undone", "lost", "crash")),
        crash=st.integers(1, 24),
    )
    def a_reply_goes_the_usual_way(self, customer: str, trouble: str, crash: int) -> None:
        """Or almost: else most stories would end before anything is out."""
        self.channel.say(customer, "How do I?")
        self.crashes.left = crash if trouble == "crash" else -1
        self.channel.faults.lost_answers = int(trouble == "lost")
        self.run(self._usual_way(trouble))
        self.channel.faults.lost_answers = 0
        self.run(self._go_on(3))

    async def _usual_way(self, trouble: str) -> None:
        await self._listen()
        await self._go_on(2)
        async with self.stage.engine.connect() as connection:
            newest = (await connection.execute(text("SELECT max(id) FROM turns"))).scalar_one()
        if newest:
            await self._decide(Verb.APPROVE, newest, MAY_NOT, 0)
            await self._decide(Verb.APPROVE, newest, "mia", 1)
            await self._decide(Verb.APPROVE, newest, "anna", 0)
            if trouble == "undone":
                await self._decide(Verb.UNDO, newest, "tom", 0)
            await self._go_on(3)

    @rule(
        verb=st.sampled_from((Verb.WITHDRAW, Verb.CORRECT)),
        turn=st.integers(1, 6),
        approved_by=st.sampled_from((("anna", "tom"), ("tom", "mia"), ("anna", "anna"), ("tom",))),
        crash=st.sampled_from((0, 0, 0, 2, 4, 6, 9, 12, 15)),
    )
    def what_is_out_is_doubted(self, verb: Verb, turn: int, approved_by: tuple[str, ...], crash: int) -> None:
        self.crashes.left = crash or -1
        self.run(self._doubt(verb, turn, approved_by))

    async def _doubt(self, verb: Verb, turn: int, approved_by: tuple[str, ...]) -> None:
        out = "SELECT id FROM turns WHERE state IN ('published', 'learned', 'closed') ORDER BY id"
        async with self.stage.engine.connect() as connection:
            found = (await connection.execute(text(out))).scalars().all()
        if not found:
            return
        await self._decide(verb, found[turn % len(found)], "anna", 0)
        for who in approved_by if verb is Verb.CORRECT else ():
            async with self.stage.engine.connect() as connection:
                newest = (await connection.execute(text("SELECT max(id) FROM turns"))).scalar_one()
            await self._decide(Verb.APPROVE, newest, who, 0)
        await self._go_on(3)

    async def _existing(self, turn: int) -> int:
        """One of the turns that there are."""
        async with self.stage.engine.connect() as connection:
            newest = (await connection.execute(text("SELECT max(id) FROM turns"))).scalar_one() or 1
        return 1 + (turn - 1) % int(newest)

    @rule(at=st.integers(0, 9))
    def a_post_is_deleted_by_its_author(self, at: int) -> None:
        theirs = [post for post in self.channel.posts if not post.by_us]
        if at < len(theirs):
            self.channel.erase(theirs[at].native_id)

    @rule(crash=st.integers(0, 4))
    def it_listens(self, crash: int) -> None:
        self.crashes.left = crash or -1
        self.run(self._listen())

    async def _listen(self) -> None:
        async with self.stage.engine.connect() as connection:
            cursor = await places.cursor_of(connection, "memory")
        await self.journeys[0].hear("memory", await self.channel.listen(cursor), cursor)

    @rule(turn=st.integers(1, 6), crash=st.integers(0, 8), lost=st.booleans())
    def a_worker_takes_a_step(self, turn: int, crash: int, lost: bool) -> None:
        self.crashes.left = crash or -1
        self.channel.faults.lost_answers = int(lost)
        self.run(self._advance(self.journeys[0], turn))
        self.channel.faults.lost_answers = 0

    @rule(turn=st.integers(1, 6), crash=st.integers(0, 8))
    def two_workers_take_the_same_step(self, turn: int, crash: int) -> None:
        self.crashes.left = crash or -1
        self.run(self._together(*(self._advance(journey, turn) for journey in self.journeys)))

    @rule(times=st.integers(1, 6))
    def the_workers_go_on(self, times: int) -> None:
        self.run(self._go_on(times))

    async def _go_on(self, times: int) -> None:
        async with self.stage.engine.connect() as connection:
            numbers = (await connection.execute(text("SELECT id FROM turns ORDER BY id"))).scalars().all()
        for number in numbers:
            for _ in range(times):
                await self._advance(self.journeys[0], number)

    async def _together(self, *work: Coroutine[Any, Any, Any]) -> None:
        done = await asyncio.gather(*work, return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException) and not isinstance(one, Crash | ChannelUnavailable | ChannelRefused):
                raise one

    async def _advance(self, journey: Journey, turn: int) -> None:
        try:
            await journey.advance(await self._existing(turn))
        except turns.UnknownTurn:
            return
        except (ChannelUnavailable, ChannelRefused):
            return

    @rule(
        verb=st.sampled_from(Verb),
        again=st.sampled_from((Verb.APPROVE, Verb.APPROVE, None)),
        turn=st.integers(1, 6),
        who=st.sampled_from((*MAY, MAY_NOT)),
        age=st.sampled_from((0, 0, 0, 1, -1)),
        crash=st.integers(0, 4),
    )
    def somebody_decides(self, verb: Verb, again: Verb | None, turn: int, who: str, age: int, crash: int) -> None:
        self.crashes.left = crash or -1
        self.run(self._decide(again or verb, turn, who, age))

    @rule(turn=st.integers(1, 6), one=st.sampled_from(Verb), other=st.sampled_from(Verb))
    def two_people_decide_in_the_same_instant(self, turn: int, one: Verb, other: Verb) -> None:
        self.run(self._together(self._decide(one, turn, "anna", 0), self._decide(other, turn, "tom", 0)))

    @rule(turn=st.integers(1, 6), verb=st.sampled_from((Verb.UNDO, Verb.REJECT, Verb.EDIT, Verb.APPROVE)))
    def somebody_decides_while_a_worker_steps(self, turn: int, verb: Verb) -> None:
        self.run(self._together(self._advance(self.journeys[0], turn), self._decide(verb, turn, "tom", 0)))

    @rule(at=st.integers(0, 20))
    def slack_delivers_twice(self, at: int) -> None:
        if self.deliveries:
            self.run(self._deliver(self.deliveries[at % len(self.deliveries)]))

    async def _decide(self, verb: Verb, number: int, who: str, age: int) -> None:
        number = await self._existing(number)
        async with self.stage.engine.connect() as connection:
            try:
                turn = await turns.get(connection, number)
            except turns.UnknownTurn:
                return
        self.count += 1
        decision = Decision(
            number,
            turn.version - age,
            verb,
            Reviewer(who, who.title()),
            f"delivery-{self.count}",
            text=f"In my own words, number {self.count}.",
            note="because",
            reason=RejectReason.WRONG,
            wish=Wish.SHORTER,
            to="tom",
            until=datetime.now(UTC) + timedelta(hours=1),
        )
        self.deliveries.append(decision)
        await self._deliver(decision)

    async def _deliver(self, decision: Decision) -> None:
        try:
            await self.journeys[self.count % 2].decide(decision)
        except (turns.UnknownTurn, KeyError):  # no card yet, or a verb that nobody has built
            return

    @rule(on=st.booleans())
    def the_stop_switch_is_turned(self, on: bool) -> None:
        journey = self.journeys[0]
        work = switching.switch_on(journey, "Mia") if on else switching.pause(journey, Reviewer("tom", "Tom"))
        self.run(work)

    @rule(seconds=st.sampled_from((0, 0, OUT_OF_SIGHT)))
    def the_team_changes_its_window(self, seconds: int) -> None:
        for journey in self.journeys:
            journey.rules = replace(journey.rules, undo=timedelta(seconds=seconds))

    @rule()
    def the_window_passes(self) -> None:
        self.run(self._past("goes_out_at = now() - interval '1 second'"))

    async def _past(self, change: str) -> None:
        async with self.stage.engine.begin() as connection:
            await connection.execute(text(f"UPDATE turns SET {change} WHERE goes_out_at IS NOT NULL"))

    @rule(refuse=st.sampled_from(("", "", "not today")), down=st.sampled_from((False, False, True)))
    def the_network_has_its_moods(self, refuse: str, down: bool) -> None:
        self.channel.faults.refuse, self.channel.faults.down = refuse, down

    @rule()
    def the_network_forgets_its_keys(self) -> None:
        """An hour passes: what was intended before is not remembered any more, and is looked for."""
        self.channel._keys.clear()
        self.run(self._age())

    async def _age(self) -> None:
        async with self.stage.engine.begin() as connection:
            await connection.execute(text("UPDATE publication_parts SET intent_at = intent_at - interval '1 hour'"))

    # ── what must never happen ────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def everything_out_was_decided_by_somebody_who_may(self) -> None:
        if hasattr(self, "channel"):
            self.stage.loop.run_until_complete(self._look())

    async def _look(self) -> None:
        async with self.stage.engine.connect() as connection:
            out = [row._asdict() for row in await connection.execute(text(OUT))]
            held = [row._asdict() for row in await connection.execute(text(PUBLICATIONS))]
            Story.seen |= {(row["state"], row["wrong_turn"] is not None) for row in held}
        ours = [post for post in self.channel.ever if post.by_us]
        # Each thing ever said is a part of a publication that rests on a decision on exactly that reply.
        allowed = {(row["parent"], part) for row in out for part in row["parts"]}
        for post in ours:
            assert (post.parent, post.text) in allowed, f"nobody approved what went out: {post.text!r}"
        for row in out:
            assert row["verb"] == "approve", row
            assert row["reviewer_id"] in MAY, row
            assert row["reply_hash"] == row["hash"] == row["stored_hash"], row
            assert row["decided_version"] == row["version"], row
            assert not row["undone"], f"an approval that was taken back: {row}"
        # Never twice: neither a turn in the record, nor a part on the network.
        said = [(post.parent, post.text) for post in ours]
        assert len(set(said)) == len(said), f"said twice: {said}"
        assert len({row["turn_id"] for row in held}) == len(held)
        ids = [row["native_id"] for row in out if row["native_id"]]
        assert len(set(ids)) == len(ids)
        for row in held:
            if row["corrected_turn"] is not None:
                assert row["wrong_publication"] is not None, f"a correction that is linked to nothing: {row}"
                assert row["wrong_turn"] == row["corrected_turn"], row
            if row["state"] == State.REJECTED.value:
                assert not row["confirmed"], f"rejected and out: {row}"
            if row["state"] == State.WITHDRAWN.value:
                gone = {post.native_id for post in self.channel.published}
                assert not gone & set(row["native_ids"]), f"withdrawn and still there: {row}"


@pytest.fixture
def stage(database: str) -> Any:
    loop = asyncio.new_event_loop()
    engine, queue = create_async_engine(sqlalchemy_url(database)), Queue(database)
    opened = queue.app.open_async()
    loop.run_until_complete(opened.__aenter__())
    yield Stage(loop, engine, queue)
    loop.run_until_complete(opened.__aexit__(None, None, None))
    loop.run_until_complete(engine.dispose())
    loop.close()


def test_no_story_breaks_a_promise(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    Story.stage, Story.steps = stage, 0
    with capsys.disabled():
        print(f"\nINVARIANT_SEED={SEED}", flush=True)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        seed(SEED)(Story),
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    with capsys.disabled():
        print(f"{Story.steps} steps; publications seen: {sorted(Story.seen)}", flush=True)
    assert {"learned"} <= {state for state, _ in Story.seen}, "stories in which nothing goes out show nothing"
