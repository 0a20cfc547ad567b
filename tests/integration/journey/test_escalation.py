"""A turn on which nobody decides is reminded of, handed on and told of as expired; each step once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.cards.letters import HandedOver
from bot.record import places, turns
from bot.review import Verb
from bot.rules.escalation import escalate
from bot.states import State
from tests.integration.journey.test_rules import apply
from tests.integration.journey.world import World

RULES = {
    "people": {"anna": {}, "mia": {"may": ["lead"]}},
    "groups": {"service": {"members": ["ben"]}, "it": {"channel": "it-help"}},
    "escalation": {
        "remind_minutes": 10,
        "next_minutes": 20,
        "groups": ["service", "it"],
        "lead_minutes": 30,
        "expire_minutes": 60,
    },
}


async def asked(world: World, **more: object) -> None:
    await apply(world, **{**RULES, **more})
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()


async def later(world: World, minutes: float) -> int:
    """Let so much time pass: everything on the record lies that much further back."""
    async with world.journey.engine.begin() as connection:
        back = {"back": timedelta(minutes=minutes)}
        for column in ("updated_at", "claimed_until", "snoozed_until"):
            await connection.execute(text(f"UPDATE turns SET {column} = {column} - :back"), back)
        await connection.execute(text("UPDATE switches SET at = at - :back"), back)
    return await escalate(world.journey)


async def now(world: World) -> turns.Turn:
    async with world.journey.engine.connect() as connection:
        return await turns.get(connection, 1)


async def test_the_whole_ladder_and_a_decision_after_its_end(world: World) -> None:
    await asked(world)
    assert await later(world, 9) == 0
    assert await later(world, 2) == 1
    assert ((await now(world)).state, (await now(world)).reminded) == (State.ASKED, 1)
    assert await later(world, 19) == 0
    found = []
    for minutes in (2, 21, 31, 61):
        assert await later(world, minutes) == 1
        turn = await now(world)
        found.append((turn.state, turn.handed_to, turn.handed_name))
    assert found == [
        (State.HANDED_OVER, "group:service", "service"),
        (State.HANDED_OVER, "group:it", "it"),
        (State.HANDED_OVER, "group:leads", "the leads"),
        (State.EXPIRED, "group:leads", "the leads"),
    ]
    assert await later(world, 10_000) == 0
    card = await world.card()
    assert [step.what for step in card.steps if step.who == "Goodword"][-5:] == [
        "reminded of this one: nobody has decided yet",
        "handed this over to service: nobody had decided",
        "handed this over to it: nobody had decided",
        "handed this over to the leads: nobody had decided",
        "says: nobody decided in time. It can still be decided",
    ]
    await world.work()
    assert world.room.shown["1"].state is State.EXPIRED  # the card says so
    assert (await world.click(Verb.APPROVE, who="Anna")).accepted  # expired is not rejected
    await world.settle()
    assert len(world.channel.published) == 1


async def test_each_step_once_over_many_workers(world: World) -> None:
    await asked(world)
    await later(world, 0)
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE turns SET updated_at = updated_at - interval '11 minutes'"))
        await connection.execute(text("UPDATE switches SET at = at - interval '1 day'"))
    assert sum(await asyncio.gather(*(escalate(world.journey) for _ in range(5)))) == 1
    assert (await now(world)).reminded == 1


async def test_a_crash_takes_the_whole_step_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await asked(world)

    async def dies(*arguments: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as crash:
        crash.setattr(world.journey.queue, "show", dies)
        with pytest.raises(RuntimeError, match="killed here"):
            await later(world, 11)
    assert (await now(world)).reminded == 0
    assert await escalate(world.journey) == 1
    lines = [step.what for step in (await world.card()).steps]
    assert lines.count("reminded of this one: nobody has decided yet") == 1


@pytest.mark.parametrize("column", ["claimed_until", "snoozed_until"])
async def test_what_is_claimed_or_snoozed_waits_and_is_counted_anew_afterwards(world: World, column: str) -> None:
    await asked(world)
    async with world.journey.engine.begin() as connection:
        until = {"until": datetime.now(UTC) + timedelta(minutes=60)}
        await connection.execute(text(f"UPDATE turns SET {column} = :until, claimed_by = 'anna'"), until)
    assert await later(world, 55) == 0
    assert await later(world, 10) == 0  # over for five minutes
    assert await later(world, 6) == 1


async def test_while_publishing_is_stopped_nothing_is_escalated(world: World) -> None:
    await asked(world)
    async with world.journey.engine.begin() as connection:
        await places.switch(connection, "publishing", False, "cli:mia")
    assert await later(world, 100) == 0
    async with world.journey.engine.begin() as connection:
        await places.switch(connection, "publishing", True, "cli:mia")
    assert await later(world, 9) == 0
    assert await later(world, 2) == 1


async def test_whatever_happens_to_it_begins_the_count_anew(world: World) -> None:
    await asked(world)
    assert await later(world, 11) == 1
    await world.click(Verb.EDIT, who="Anna", text="Use a wall plug.")
    assert (await now(world)).reminded == 0
    assert await later(world, 9) == 0
    assert await later(world, 2) == 1
    assert (await now(world)).state is State.ASKED


async def test_a_decided_turn_is_never_escalated(world: World) -> None:
    await asked(world)
    await world.click(Verb.REJECT, who="Anna")
    assert await later(world, 10_000) == 0


async def test_only_service_hours_count(world: World) -> None:
    await asked(world, hours={"from": "09:00", "to": "10:00"})
    async with world.journey.engine.begin() as connection:
        heard = {"heard": datetime(2026, 11, 2, 9, 55, tzinfo=UTC)}
        await connection.execute(text("UPDATE turns SET updated_at = :heard"), heard)
        await connection.execute(text("UPDATE switches SET at = :heard"), heard)
    assert await escalate(world.journey, datetime(2026, 11, 2, 12, 0, tzinfo=UTC)) == 0  # nobody is there
    assert await escalate(world.journey, datetime(2026, 11, 3, 9, 4, tzinfo=UTC)) == 0
    assert await escalate(world.journey, datetime(2026, 11, 3, 9, 6, tzinfo=UTC)) == 1


async def test_with_no_escalation_in_the_rules_nothing_happens(world: World) -> None:
    world.channel.say("jo", "How do I hang a shelf?")
    await world.settle()
    assert await later(world, 100_000) == 0


async def test_what_has_expired_can_still_be_edited_and_chosen_from(world: World) -> None:
    await asked(world)
    for minutes in (11, 21, 21, 31, 61):
        await later(world, minutes)
    assert (await now(world)).state is State.EXPIRED
    assert (await world.click(Verb.EDIT, text="Use a plug for plasterboard.")).accepted
    assert (await now(world)).state is State.ASKED
    assert await later(world, 11) == 1  # and the steps begin anew
    for minutes in (21, 21, 31, 61):
        await later(world, minutes)
    assert (await now(world)).state is State.EXPIRED
    assert (await world.click(Verb.CHOOSE, candidate=0)).accepted
    assert (await now(world)).state is State.ASKED


async def test_each_group_is_told_once_where_it_wants_to_be(world: World) -> None:
    """People directly, a group in its channel, the leads each; with the turn that it is about."""
    await asked(world, people={"anna": {}, "mia": {"may": ["lead"]}, "zoe": {"may": ["lead"]}})
    assert world.room.letters == []
    told = []
    for minutes in (11, 21, 21, 31):
        assert await later(world, minutes) == 1
        assert await later(world, 0) == 0
        await world.work()
        told.append([to for to, _ in world.room.letters])
    assert told == [[], ["ben"], ["ben", "it-help"], ["ben", "it-help", "mia", "zoe"]]
    letters = [letter for _, letter in world.room.letters]
    assert {type(letter) for letter in letters} == {HandedOver}
    assert {letter.card.turn_id for letter in letters if isinstance(letter, HandedOver)} == {1}


async def test_a_group_is_told_although_the_room_is_away_just_then(world: World) -> None:
    await asked(world)
    await later(world, 11)
    await world.work()
    world.room.down = True
    assert await later(world, 21) == 1
    await world.work()
    assert world.room.letters == []
    world.room.down = False
    await world.journey.queue.hurry()
    await world.work()
    assert [to for to, _ in world.room.letters] == ["ben"]


async def test_a_step_that_is_taken_back_tells_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await asked(world)
    await later(world, 11)
    await world.work()

    async def dies(*arguments: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as crash:
        crash.setattr(world.journey.queue, "show", dies)  # after the group's letter was deferred
        with pytest.raises(RuntimeError, match="killed here"):
            await later(world, 21)
    await world.work()
    assert world.room.letters == []
    assert (await now(world)).state is State.ASKED
    assert await escalate(world.journey) == 1
    await world.work()
    assert [to for to, _ in world.room.letters] == ["ben"]
