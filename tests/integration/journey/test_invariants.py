"""Random people, clicks, retries, crashes, customers and workers against the record, and what must never happen.

hypothesis draws the team's rules and the story and, where one breaks a promise, finds a short one. Between two rules,
and whenever something is sent, the record and the network are looked at (`promises`). A crash is an exception that no
code of ours catches, thrown before or after a transaction commits, or before or after the network takes a call: what a
killed process leaves. While a process waits for the network, others go on.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import create_async_engine

from bot import switching
from bot.postgres import sqlalchemy_url
from bot.queue import Queue
from bot.review import Reviewer, Verb
from tests.integration.journey.story import ANNA_ELSEWHERE, MAY, MAY_NOT, Installation, Life, Stage

#: How many stories and how long; a long session sets more. The seed is printed, so that a story can be told again;
#: where a change is judged it is always the same.
STORIES = int(os.environ.get("INVARIANT_STORIES", "4"))
STEPS = int(os.environ.get("INVARIANT_STEPS", "6"))
SEED = int(os.environ.get("INVARIANT_SEED") or (1 if os.environ.get("CI") else random.randrange(1, 2**31)))
#: Making a story short takes minutes: whoever only wants to know whether there is one leaves that out.
PHASES = (Phase.generate,) if os.environ.get("INVARIANT_SHRINK") == "0" else (Phase.generate, Phase.shrink)

CUSTOMERS = ("ben", "ada")
#: For what a second person has to approve too.
TWO = (frozenset({"correction"}), frozenset({"correction", "advise"}))
#: Who approves a correction, one click after the other: the first click of who has not signed signs.
APPROVALS = (("anna", "anna", "tom"), ("tom", "mia", "mia", "anna"), ("anna", "anna", ANNA_ELSEWHERE), ("tom",))
#: Who approves the reply before, with how old a version; some may not, or are one person.
CLICKS = (
    (("anna", 0), ("anna", 0), ("tom", 0)),
    ((MAY_NOT, 0), ("tom", 0), ("tom", 0), ("mia", 0)),
    (("mia", 1), ("mia", 0), ("mia", 0), ("anna", 0)),
    (("anna", 0), ("anna", 0), (ANNA_ELSEWHERE, 0)),
)
TROUBLE = ("", "written", "undone", "tom leaves", "lost", "crash", "dies sending", "dies sending", "between", "between")
#: What comes between, while a worker waits for the network.
BETWEEN = ("undo", "edit", "reject", "withdraw", "correct", "more", "worker", "stop")
LIVES = st.builds(
    Life,
    customer=st.sampled_from(CUSTOMERS),
    trouble=st.sampled_from(TROUBLE),
    crash=st.integers(0, 23),
    between=st.sampled_from(BETWEEN),
    forgets=st.booleans(),
    clicks=st.sampled_from(CLICKS),
    afterwards=st.sampled_from((None, Verb.CORRECT, Verb.CORRECT, Verb.WITHDRAW)),
    approved_by=st.sampled_from(APPROVALS),
)
#: The points after sending at which a part is confirmed in the record: what then goes on while the network still knows
#: its key shows whether it is sent again.
RECORDED = (3, 4)
EACH = (
    *((trouble, 0, "") for trouble in ("", "written", "undone", "lost", "one person", "tom leaves")),
    *(("dies sending", point, "") for point in range(6)),
    *(("between", 0, between) for between in ("undo", "withdraw", "more", "worker", "stop")),
)
LONG = 999


class Story(RuleBasedStateMachine):
    """One installation, from its first post on."""

    stage: Stage
    steps = 0
    seen: ClassVar[Counter[str]] = Counter()

    @initialize(signed=st.booleans(), two=st.sampled_from(TWO), parts=st.booleans(), life=LIVES)
    def begin(self, signed: bool, two: frozenset[str], parts: bool, life: Life) -> None:
        """With a first reply: stories in which nothing goes out show nothing."""
        self.it = Installation(self.stage, signed=signed, two=two, parts=parts)
        self.it.live(life)

    def teardown(self) -> None:
        Story.steps += self.it.steps if hasattr(self, "it") else 0

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    @rule(life=LIVES)
    def a_reply_goes_the_usual_way(self, life: Life) -> None:
        """Or almost."""
        self.it.live(life)

    @rule(life=LIVES)
    def another_one_does(self, life: Life) -> None:
        """hypothesis leaves out a part of the rules in each story: this one matters most."""
        self.it.live(life)

    @rule(
        who=st.sampled_from(CUSTOMERS),
        words=st.sampled_from(("How do I?", "zeppelin", "lovely", "And now?")),
        at=st.integers(0, 5),
    )
    def a_customer_writes(self, who: str, words: str, at: int) -> None:
        standing = self.it.channel.posts
        reply_to = standing[-at].native_id if 0 < at <= len(standing) else None
        self.it.channel.say(who, words, reply_to=reply_to)

    @rule(
        verb=st.sampled_from((Verb.WITHDRAW, Verb.CORRECT)),
        turn=st.integers(1, 6),
        approved_by=st.sampled_from(APPROVALS),
        crash=st.sampled_from((0, 0, 0, 2, 4, 6, 9, 12, 15)),
    )
    def what_is_out_is_doubted(self, verb: Verb, turn: int, approved_by: tuple[str, ...], crash: int) -> None:
        self.it.run(self.it.doubted(verb, turn, approved_by))
        self.it.crashes.left = crash or -1
        self.it.run(self.it.go_on(3))

    @rule(at=st.integers(0, 9))
    def a_post_is_deleted_by_its_author(self, at: int) -> None:
        theirs = [post for post in self.it.channel.posts if not post.by_us]
        if at < len(theirs):
            self.it.channel.erase(theirs[at].native_id)

    @rule(crash=st.integers(0, 4))
    def it_listens(self, crash: int) -> None:
        self.it.crashes.left = crash or -1
        self.it.run(self.it.listen())

    @rule(turn=st.integers(1, 6), crash=st.integers(0, 8), lost=st.booleans())
    def a_worker_takes_a_step(self, turn: int, crash: int, lost: bool) -> None:
        self.it.crashes.left = crash or -1
        self.it.channel.faults.lost_answers = int(lost)
        self.it.run(self.it.advance(0, turn))
        self.it.channel.faults.lost_answers = 0

    @rule(turn=st.integers(1, 6), crash=st.integers(0, 8))
    def two_workers_take_the_same_step(self, turn: int, crash: int) -> None:
        self.it.crashes.left = crash or -1
        self.it.run(self.it.together(self.it.advance(0, turn), self.it.advance(1, turn)))

    @rule(times=st.integers(1, 6))
    def the_workers_go_on(self, times: int) -> None:
        self.it.run(self.it.go_on(times))

    @rule(
        verb=st.sampled_from(Verb),
        again=st.sampled_from((Verb.APPROVE, Verb.APPROVE, None)),
        turn=st.integers(1, 6),
        who=st.sampled_from((*MAY, MAY_NOT, ANNA_ELSEWHERE)),
        age=st.sampled_from((0, 0, 0, 1, -1)),
        crash=st.integers(0, 4),
    )
    def somebody_decides(self, verb: Verb, again: Verb | None, turn: int, who: str, age: int, crash: int) -> None:
        self.it.crashes.left = crash or -1
        self.it.run(self.it.decide(again or verb, turn, who, age))

    @rule(turn=st.integers(1, 6), one=st.sampled_from(Verb), other=st.sampled_from(Verb))
    def two_people_decide_in_the_same_instant(self, turn: int, one: Verb, other: Verb) -> None:
        self.it.run(self.it.together(self.it.decide(one, turn, "anna"), self.it.decide(other, turn, "tom")))

    @rule(turn=st.integers(1, 6), verb=st.sampled_from((Verb.UNDO, Verb.REJECT, Verb.EDIT, Verb.APPROVE)))
    def somebody_decides_while_a_worker_steps(self, turn: int, verb: Verb) -> None:
        self.it.run(self.it.together(self.it.advance(0, turn), self.it.decide(verb, turn, "tom")))

    @rule(at=st.integers(0, 20))
    def slack_delivers_twice(self, at: int) -> None:
        if self.it.deliveries:
            self.it.run(self.it.deliver(self.it.deliveries[at % len(self.it.deliveries)]))

    @rule(on=st.booleans())
    def the_stop_switch_is_turned(self, on: bool) -> None:
        journey = self.it.journeys[0]
        work = switching.switch_on(journey, "Mia") if on else switching.pause(journey, Reviewer("tom", "Tom"))
        self.it.run(work)

    @rule(seconds=st.sampled_from((0, 0, LONG)), tom_may=st.sampled_from((True, True, False)))
    def the_team_changes_its_rules(self, seconds: int, tom_may: bool) -> None:
        self.it.rule(seconds=seconds, tom_may=tom_may)

    @rule()
    def the_window_passes(self) -> None:
        self.it.run(self.it.window_passes())

    @rule(refuse=st.sampled_from(("", "", "not today")), down=st.sampled_from((False, False, True)))
    def the_network_has_its_moods(self, refuse: str, down: bool) -> None:
        self.it.channel.faults.refuse, self.it.channel.faults.down = refuse, down

    @rule()
    def the_network_forgets_its_keys(self) -> None:
        self.it.run(self.it.hour_passes())

    # ── what must never happen ────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def everything_that_was_promised_holds(self) -> None:
        if hasattr(self, "it"):
            self.stage.loop.run_until_complete(self._look())

    async def _look(self) -> None:
        channel = self.it.channel
        held = await self.it.promises.look(channel.ever, channel.published, self.it.journeys[0].rules)
        for row in held:
            if any(row["native_ids"]):
                said = {"signed": self.it.team.signed, "by two": row["first_id"], "in parts": len(row["parts"]) > 1}
                Story.seen.update([row["state"], *(name for name, it_is in said.items() if it_is)])
                Story.seen["a correction"] += row["corrected_turn"] is not None


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
    Story.stage, Story.steps, Story.seen = stage, 0, Counter()
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
            phases=PHASES,
        ),
    )
    with capsys.disabled():
        print(f"{Story.steps} steps; seen at every look: {dict(sorted(Story.seen.items()))}", flush=True)


def test_each_trouble_in_its_turn(stage: Stage) -> None:
    """What a story may or may not come upon: each with other rules, who dies at each point, what comes between."""
    Story.seen = Counter()
    for n, (trouble, crash, between) in enumerate(EACH):
        one = trouble == "one person"  # who clicks for two
        two = TWO[one or trouble == "tom leaves" or n // 2 % 2]
        clicks = CLICKS[3] if one else CLICKS[0] if trouble == "tom leaves" else CLICKS[n % 3]
        later = Verb.WITHDRAW if n % 3 == 2 else Verb.CORRECT
        story = Story.__new__(Story)
        story.stage, story.it = stage, Installation(stage, signed=n % 2 == 0, two=two, parts=n % 3 == 0)
        forgets = crash not in RECORDED
        story.it.live(Life(CUSTOMERS[0], trouble, crash, between, forgets, clicks, later, APPROVALS[n % 2]))
        story.everything_that_was_promised_holds()
    assert {"learned", "withdrawn", "signed", "by two", "in parts", "a correction"} <= set(+Story.seen)
