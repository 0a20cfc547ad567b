"""Approving for several in the sandbox: each reply is shown, each decision is its own, what was refused is said."""

from __future__ import annotations

import pytest

from actions.proposal import Check
from bot.review import Verb
from bot.slack.room import SlackRoom
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Person, said
from tests.unit.slack import samples

pytestmark = pytest.mark.usefixtures("connected")


async def test_see_all_and_approve_what_is_ticked(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    blocking = (Check(name="promises", ok=False, note="promises a date", blocking=True),)
    desk.cards = {number: samples.card(turn_id=number) for number in (12, 13, 14, 15)}
    desk.cards[12] = samples.card(shares=(13, 14, 15))
    desk.cards[14] = samples.card(turn_id=14, checks=blocking)
    await room.post(desk.cards[12])
    (message,) = await anna.messages()
    assert "4 posts about the same thing" in said(message)
    await anna.click(message, "more", "shared:12:1")
    view = await anna.view("About the same thing")
    ticks = [block for block in view["blocks"] if block["type"] == "input"]
    assert [block["block_id"] for block in ticks] == ["tick-12", "tick-13", "tick-15"]
    assert all(block["element"]["initial_options"] for block in ticks)
    assert "promises a date" in said(view)
    desk.newer(15)
    body = {"user": anna.user, "view_id": view["id"], "values": {"tick-13": {"tick": []}}}
    assert (await anna.http.post("/sandbox/submit", json=body)).json()["ok"]
    text = said(await anna.view("Goodword"))
    assert "Approved: 1." in text
    assert "Not approved, to Jo Smith: This has changed since you looked at it." in text
    assert [(made.turn_id, made.verb) for made in desk.decisions] == [(12, Verb.APPROVE)]
    assert len({made.delivery_id for made in desk.decisions}) == 1


async def test_many_are_shown_a_dozen_at_a_time(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards = {number: samples.card(turn_id=number) for number in range(1, 31)}
    desk.cards[1] = samples.card(turn_id=1, shares=tuple(range(2, 31)))
    await room.post(desk.cards[1])
    (message,) = await anna.messages()
    await anna.click(message, "more", "shared:1:1")
    view = await anna.view("About the same thing")
    assert len([block for block in view["blocks"] if block["type"] == "input"]) == 12
    assert "and 18 more" in said(view)
