"""Posts through an assistant: as of their time, one failure at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from actions.proposal import Proposal, TurnContext, Writing
from bot.nlu.assistant import AssistantAnswer
from bot.nlu.server import RasaFailed
from bot.rehearsal.drafting import context_of, draft
from bot.rehearsal.rows import Row
from bot.rules.rules import Rules

from . import samples

RULES = Rules(signature="- Anna", allowed_domains=("help.example",), threshold=0.4)


class Assistant:
    """Answers at once; fails where it is told to; knows how many asked at the same time."""

    def __init__(self, failing: dict[str, Exception] | None = None) -> None:
        self.failing = failing or {}
        self.asked: list[TurnContext] = []
        self.now = self.most = 0

    async def propose(self, context: TurnContext) -> Proposal:
        self.asked.append(context)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if error := self.failing.get(context.turn_id.removeprefix("rehearsal-")):
            raise error
        return samples.proposal()


def test_the_turn_is_as_of_the_post_and_does_not_draw_from_its_own_thread() -> None:
    post = samples.post(3, product="mail", answers=("the answer that was given",))
    context = context_of(post, RULES)
    assert (context.as_of, context.exclude) == (post.created, ("p-3",))
    assert (context.title, context.text, context.product) == (post.title, post.text, "mail")
    assert (context.allowed_domains, context.threshold) == (("help.example",), 0.4)
    assert (context.channel.limit, context.channel.counted) == (500, "characters")
    assert 0 < context.reserved < 50
    assert "the answer that was given" not in context.model_dump_json()


async def test_all_posts_are_taken_a_few_at_a_time() -> None:
    assistant, rows = Assistant(), list[Row]()
    await draft([samples.post(n) for n in range(20)], assistant, RULES, rows.append, 4)
    assert sorted(row.post.id for row in rows) == sorted(f"p-{n}" for n in range(20))
    assert assistant.most == 4


async def test_a_failing_post_is_a_row_and_not_the_end() -> None:
    assistant = Assistant({"p-1": AssistantAnswer("two proposals"), "p-2": ZeroDivisionError()})
    rows: list[Row] = []
    await draft([samples.post(n) for n in range(4)], assistant, RULES, rows.append, 2)
    assert {row.post.id: row.reason for row in rows if row.proposal is None} == {
        "p-1": "assistant_answer",
        "p-2": "unexpected",
    }
    assert len(rows) == 4


async def test_a_rasa_that_keeps_ending_stops_the_rehearsal_and_keeps_what_was_done() -> None:
    assistant = Assistant({"p-3": RasaFailed("it ended for the 4th time")})
    rows: list[Row] = []
    with pytest.raises(RasaFailed):
        await draft([samples.post(n) for n in range(50)], assistant, RULES, rows.append, 2)
    assert {"p-0", "p-1", "p-2"} <= {row.post.id for row in rows}
    assert len(assistant.asked) < 10


class WritingAssistant(Assistant):
    """Makes a call wherever one is left."""

    async def propose(self, context: TurnContext) -> Proposal:
        proposal = await super().propose(context)
        made = min(1, context.calls_left)
        return proposal.model_copy(update={"writing": Writing(model="m", used=bool(made), calls=made)})


async def test_a_rehearsal_makes_no_more_calls_than_an_hour_may() -> None:
    assistant, rows = WritingAssistant({"p-1": AssistantAnswer("lost after the call")}), list[Row]()
    rules = replace(RULES, calls_per_hour=4)
    await draft([samples.post(n) for n in range(12)], assistant, rules, rows.append, 3)
    made = [row.proposal.writing.calls for row in rows if row.proposal and row.proposal.writing]
    assert sum(made) == 3  # and the one that may have been made
    plain = Assistant()
    await draft([samples.post(n) for n in range(6)], plain, rules, rows.append, 3)
    assert min(context.calls_left for context in plain.asked) >= 2  # a call that was not made is given back
