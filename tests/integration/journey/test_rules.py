"""The team's rules as they stand in the database hold at once, for every step and every process."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.channels.base import Capabilities
from bot.record import team_rules
from bot.review import Decision, Reviewer, Verb
from bot.review_desk import JourneyDesk
from bot.rules import ruling
from bot.rules.ruling import NotALead
from bot.rules.team_rules import TeamRules
from bot.states import State
from tests.integration.journey.world import World


async def apply(world: World, **body: object) -> tuple[str, ...]:
    """Put rules into force, as another process would."""
    async with world.journey.engine.begin() as connection:
        rules = TeamRules.model_validate(body)
        return await ruling.put_into_force(connection, rules, world.journey.rules, who="cli:mia")


async def test_a_decision_is_judged_by_the_rules_of_that_moment(world: World) -> None:
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    await apply(world, people={"ben": {"may": ["approve"]}})
    no = await world.click(Verb.APPROVE, who="Anna")
    assert not no.accepted
    assert "reviewers" in no.sentence
    await apply(world, people={"anna": {}, "ben": {}})
    assert (await world.click(Verb.APPROVE, who="Anna", delivery="again")).accepted


async def test_two_processes_judge_alike(world: World) -> None:
    other = replace(world.journey)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    await apply(world, people={"ben": {"may": ["lead"]}, "carla": {"may": ["edit"]}})
    for journey in (world.journey, other):
        card = await journey.card(1)
        assert card
        assert card.has_leads
        assert journey.rules.may_override(Reviewer("ben", "Ben"))
    no = await world.click(Verb.APPROVE, who="Carla")
    assert not no.accepted
    assert "approving is for others" in no.sentence
    assert (await world.click(Verb.EDIT, who="Carla", text="Use a wall plug.")).accepted


async def test_the_threshold_reaches_the_next_draft(world: World) -> None:
    await apply(world, threshold=0.9)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    assert world.assistant.asked[-1].threshold == 0.9
    await apply(world)  # an empty file: the settings again
    world.channel.say("mo", "How do I hang a mirror?")
    await world.settle()
    assert world.assistant.asked[-1].threshold == 0.5


async def test_what_changes_nothing_is_not_written_down(world: World) -> None:
    assert await apply(world, cards_per_hour=5) == ("cards_per_hour: 20 → 5",)
    assert await apply(world, cards_per_hour=5, threshold=0.5) == ()
    async with world.journey.engine.connect() as connection:
        (one,) = await team_rules.history(connection)
    assert (one.who, one.what) == ("cli:mia", "cards_per_hour: 20 → 5")


async def test_no_rules_let_a_reply_go_out_without_a_decision(world: World) -> None:
    """Everything that could hurry a reply is set as far as it goes: it still waits for a person."""
    await apply(
        world, threshold=0.0, undo_seconds=0, cards_per_hour=1000, signed=False, two_people=[], people={"bot": {}}
    )
    world.channel.say("jo", "How do I hang a shelf?")
    for _ in range(3):
        await world.settle()
    await world.journey.resume()
    await world.work()
    assert world.channel.published == ()
    assert (await world.card()).state is State.ASKED


async def test_a_lead_changes_some_rules_and_the_rest_stays_where_it_came_from(world: World) -> None:
    await apply(world, people={"cli:anna": {"may": ["lead"]}}, undo_seconds=5)
    desk = JourneyDesk()
    desk.journey = world.journey
    anna, ben = Reviewer("cli:anna", "Anna"), Reviewer("cli:ben", "Ben")
    whole = (await desk.team_rules(anna)).body()
    said = {key: whole[key] for key in ("cards_per_hour", "threshold", "hours")} | {"people": whole["people"]}
    with pytest.raises(NotALead):
        await desk.team_rules(ben)
    with pytest.raises(NotALead):
        await desk.change_rules({**said, "cards_per_hour": 9}, ben)
    assert [one.where for one in await desk.change_rules({**said, "cards_per_hour": 0}, anna)] == [("cards_per_hour",)]
    assert await desk.change_rules(said, anna) == ()  # nothing is different: nothing is written
    said["people"] = {"U1": {"may": ["lead"]}}
    said["cards_per_hour"] = 9
    assert await desk.change_rules(said, anna) == ()
    async with world.journey.engine.connect() as connection:
        newest, first = await team_rules.history(connection)
    assert newest.rules.body() == {
        "people": {"U1": {"may": ["lead"]}},
        "undo_seconds": 5,
        "cards_per_hour": 9,
    }
    assert (newest.who, first.who) == ("Anna (cli:anna)", "cli:mia")
    with pytest.raises(NotALead):  # she took it from herself: it holds at once
        await desk.change_rules(said, anna)


async def test_an_approval_by_somebody_who_may_not_approve_any_more_does_not_go_out(world: World) -> None:
    await apply(world, people={"anna": {}, "ben": {}}, undo_seconds=600)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    assert (await world.click(Verb.APPROVE, who="Anna")).accepted
    await apply(world, people={"anna": {"may": ["edit"]}, "ben": {}})
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET goes_out_at = now()"))
    await world.journey.advance(1)
    card = await world.card()
    assert (card.state, "Anna approved this and may not" in card.trouble) == (State.WITHHELD, True)
    assert world.channel.published == ()
    await apply(world, people={"anna": {"may": ["edit"]}, "ben": {}}, undo_seconds=0)
    assert (await world.click(Verb.APPROVE, who="Ben")).accepted
    await world.work()
    assert len(world.channel.published) == 1


async def test_one_decision_sees_one_set_of_rules(world: World) -> None:
    """A lead changes them, and another task of this process reads that, while a decision is being taken."""
    await apply(world, signed=True)
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    journey, asked = world.journey, world.channel.capabilities

    async def meanwhile() -> Capabilities:
        journey.rules = replace(journey.rules, signed=False)
        return await asked()

    card = await world.card()
    world.channel.capabilities = meanwhile  # type: ignore[method-assign]
    decision = Decision(1, card.version, Verb.APPROVE, Reviewer("anna", "Anna"), "click")
    verdict = await journey.decide(decision)
    assert verdict.card.state is State.ASKED
    assert verdict.card.reply is not None
    assert verdict.card.reply.parts[-1].endswith("\n– Anna")  # as it was judged, so it was carried out
