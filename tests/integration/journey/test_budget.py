"""The hour's budget of calls to the team's model holds through crashes and any number of workers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import text

from actions.proposal import Proposal, TurnContext, Writing
from bot.nlu.assistant import AssistantUnavailable
from bot.record import calls
from bot.review import Verb
from bot.rules.rules import Rules
from tests.integration.journey.world import ScriptedAssistant, World

ASK = "How do I hang a shelf on plasterboard?"


@dataclass
class WritingAssistant(ScriptedAssistant):
    """Makes a call where one is left and the post asks for one; `fails` raises after the call."""

    fails: AssistantUnavailable | None = None
    made: list[int] = field(default_factory=list)

    async def propose(self, context: TurnContext) -> Proposal:
        proposal = await super().propose(context)
        if self.fails is not None:
            raise self.fails
        await asyncio.sleep(0.02)  # as a model would
        if "thanks" in context.text:
            return proposal
        if context.calls_left < 1:
            return proposal.model_copy(update={"writing": Writing(model="m", used=False, note="none left")})
        self.made.append(context.calls_left)
        return proposal.model_copy(update={"writing": Writing(model="m", used=True, calls=1)})


def with_budget(world: World, per_hour: int) -> tuple[World, WritingAssistant]:
    assistant = WritingAssistant()
    rules = replace(world.journey.rules, calls_per_hour=per_hour)
    journey = replace(world.journey, assistant=assistant, rules=rules)
    world.journey.queue.bind(journey)
    return replace(world, journey=journey, assistant=assistant), assistant


async def spent(world: World) -> int:
    async with world.journey.engine.connect() as connection:
        return await calls.in_the_last_hour(connection)


async def test_each_turn_is_told_what_is_left_and_the_rest_get_extracts(world: World) -> None:
    world, assistant = with_budget(world, 2)
    for name in ("ben", "noor", "mia"):
        world.channel.say(name, ASK)
        await world.settle()
    assert [context.calls_left for context in assistant.asked] == [2, 1, 0]
    assert await spent(world) == 2
    card = await world.card(3)
    assert card.writing == Writing(model="m", used=False, note="none left")
    assert card.reply is not None


async def test_a_call_that_was_not_made_is_given_back(world: World) -> None:
    world, _ = with_budget(world, 1)
    world.channel.say("ben", "thanks, all good")
    await world.settle()
    assert await spent(world) == 0


async def test_an_hour_later_there_are_calls_again(world: World) -> None:
    world, assistant = with_budget(world, 1)
    world.channel.say("ben", ASK)
    await world.settle()
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE calls SET at = now() - interval '61 minutes'"))
    world.channel.say("noor", ASK)
    await world.settle()
    assert assistant.made == [1, 1]


async def test_many_workers_at_once_never_spend_more_than_there_is(world: World) -> None:
    world, assistant = with_budget(world, 3)
    for number in range(12):
        world.channel.say(f"person{number}", ASK)
    await world.settle()
    assert len(assistant.asked) == 12
    assert sorted(assistant.made) == [1, 2, 3]
    assert await spent(world) == 3


@pytest.mark.parametrize(("maybe_done", "kept"), [(True, 1), (False, 0)])
async def test_a_call_that_may_have_been_made_before_the_failure_counts(
    maybe_done: bool, kept: int, world: World
) -> None:
    world, assistant = with_budget(world, 5)
    assistant.fails = AssistantUnavailable("Rasa does not answer", maybe_done=maybe_done)
    world.channel.say("ben", ASK)
    await world.settle()
    assert await spent(world) == kept
    assert len(assistant.asked) == 1


async def test_a_kill_between_the_call_and_its_answer_is_counted(world: World) -> None:
    """The row is committed before the assistant is asked: whoever dies after that leaves it."""
    world, assistant = with_budget(world, 5)
    world.channel.say("ben", ASK)
    await world.listen()
    assistant.pause = asyncio.Event()
    working = asyncio.create_task(world.work())
    while not assistant.asked:
        await asyncio.sleep(0.01)
    assert await spent(world) == 1
    assistant.pause.set()
    await working


async def test_without_a_model_nothing_is_counted(world: World) -> None:
    world.channel.say("ben", ASK)
    await world.settle()
    assert world.assistant.asked[0].calls_left == 0
    assert await spent(world) == 0
    assert Rules().calls_per_hour == 0


async def test_a_rejected_draft_has_cost_its_call_all_the_same(world: World) -> None:
    world, _ = with_budget(world, 5)
    world.channel.say("ben", ASK)
    await world.settle()
    await world.click(Verb.REJECT)
    assert await spent(world) == 1
