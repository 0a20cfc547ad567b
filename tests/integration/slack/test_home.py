"""Home in the sandbox: filters and pages by click, and of two drawings the newer stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.cards.overview import Look, Overview
from bot.review import Publishing, Reviewer, Verb
from bot.slack.home import closed_home
from bot.slack.room import SlackRoom
from bot.states import State
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Json, Person, said
from tests.unit.slack import samples

pytestmark = pytest.mark.usefixtures("connected")


async def choose(person: Person, action_id: str, value: str) -> Json:
    view = (await person.http.get("/sandbox/home", params={"user": person.user})).json()["view"]
    filters = next(block["block_id"] for block in view["blocks"] if block["block_id"].startswith("filters-"))
    body = {"user": person.user, "home": True, "block_id": filters, "action_id": action_id, "value": value}
    answer: Json = (await person.http.post("/sandbox/click", json=body)).json()
    return answer


def rows(view: Json) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["block_id"].startswith("turn-")]


@pytest.fixture
def many(desk: MemoryDesk) -> MemoryDesk:
    desk.cards = {number: samples.card(turn_id=number) for number in range(1, 24)}
    desk.cards[1] = samples.undrafted(turn_id=1, lane="urgent")
    return desk


async def test_filters_and_pages_stay_through_a_decision(many: MemoryDesk, anna: Person) -> None:
    await anna.home("*23* are waiting")
    assert (await choose(anna, "home_lane", "lane:deep"))["ok"]
    assert len(rows(await anna.home_says("1 to 20 of 22"))) == 20
    await anna.click_view("pages", "home_next", home=True)
    view = await anna.home_says("21 to 22 of 22")
    assert Look.load(view["private_metadata"]) == Look(lane="deep", page=1)
    await anna.click_view(rows(view)[0], "review", home=True)
    await anna.view("Review")
    await anna.click_view("actions", "reject")
    await anna.view("Reject the reply")
    assert (await anna.submit(reason="wrong"))["ok"]
    view = await anna.home_says("21 to 21 of 21")
    assert many.decisions[0].verb is Verb.REJECT
    assert (await choose(anna, "home_all", "all"))["ok"]
    assert len(rows(await anna.home_says("1 to 20 of 22"))) == 20


async def test_opened_again_it_is_as_it_was_left(many: MemoryDesk, anna: Person) -> None:
    await anna.home("*23* are waiting")
    await choose(anna, "home_lane", "lane:urgent")
    await anna.home_says("🔴 *Jo Smith*")
    view = await anna.home("*23* are waiting")
    assert rows(view) == ["turn-1"]


async def test_of_two_clicks_both_count_and_the_later_one_stays_though_it_is_drawn_first(
    many: MemoryDesk, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await anna.home("*23* are waiting")
    drawing = many.overview

    async def slow_at_first(person: Reviewer, look: Look) -> Overview:
        if look == Look(lane="deep"):
            await asyncio.sleep(0.4)
        return await drawing(person, look)

    monkeypatch.setattr(many, "overview", slow_at_first)
    await choose(anna, "home_lane", "lane:deep")
    await choose(anna, "home_kind", "kind:hand_off")
    await asyncio.sleep(0.8)
    view = await anna.home_says("Nothing passes these filters")
    assert Look.load(view["private_metadata"]) == Look(lane="deep", kind="hand_off")


@pytest.mark.parametrize(("block", "action"), [("", "home_page"), ("pages", "home_next")], ids=["look again", "next"])
async def test_a_click_on_a_list_that_is_being_drawn_anew_does_not_bring_the_old_one_back(
    many: MemoryDesk, anna: Person, monkeypatch: pytest.MonkeyPatch, block: str, action: str
) -> None:
    await anna.home("*23* are waiting")
    await choose(anna, "home_lane", "lane:deep")
    view = await anna.home_says("1 to 20 of 22")
    block = block or next(one["block_id"] for one in view["blocks"] if one["block_id"].startswith("filters-"))
    drawing = many.overview
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(person: Reviewer, look: Look) -> Overview:
        began.set()
        await go_on.wait()
        return await drawing(person, look)

    monkeypatch.setattr(many, "overview", slow)
    await choose(anna, "home_all", "all")
    await began.wait()
    await anna.click_view(block, action, home=True)
    go_on.set()
    await asyncio.sleep(0.3)
    view = await anna.home_says("*23* are waiting")
    assert Look.load(view["private_metadata"]) == Look()


async def test_a_home_that_changed_meanwhile_is_drawn_all_the_same(
    many: MemoryDesk, room: SlackRoom, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await anna.home("*23* are waiting")
    drawing = many.overview
    words: list[Any] = []

    async def overtaken(person: Reviewer, look: Look) -> Overview:
        if not words:  # another process of ours publishes just now
            words.append(await room.workspace.web.views_publish(user_id=anna.user, view=closed_home("…")))
        return await drawing(person, look)

    monkeypatch.setattr(many, "overview", overtaken)
    await choose(anna, "home_lane", "lane:urgent")
    assert rows(await anna.home_says("🔴 *Jo Smith*")) == ["turn-1"]
    assert words[0]["view"]["hash"] != view["hash"]


async def test_draft_one_from_home_says_what_came_of_it(desk: MemoryDesk, anna: Person) -> None:
    desk.cards[12] = samples.undrafted(state=State.SILENT)
    silent = samples.overview(team=(samples.row(state=State.SILENT, kind="no_reply"),))

    async def overview(person: Reviewer, look: Look) -> Overview:
        return replace(silent, look=look)

    desk.overview = overview  # type: ignore[method-assign]
    await anna.home("are waiting")
    await choose(anna, "home_kind", "kind:no_reply")
    await anna.home_says("No reply was proposed")
    await anna.click_view("turn-12", "draft_one", home=True)
    await anna.home_says("Done.")
    assert [(made.verb, made.turn_id) for made in desk.decisions] == [(Verb.DRAFT, 12)]


async def test_anyone_stops_publishing_and_only_a_lead_starts_it_again(
    many: MemoryDesk, anna: Person, tom: Person
) -> None:
    many.leads = {tom.user}
    await anna.home("Approved replies go out")
    await anna.click_view("switch", "pause", home=True)
    view = await anna.home_says("Publishing is paused")
    assert "by Anna Reyes" in said(view)
    assert "'action_id': 'resume'" not in str(view["blocks"])
    assert not many.switch.on
    await tom.home("Publishing is paused")
    await tom.click_view("switch", "resume", home=True)
    await tom.home_says("Approved replies go out")
    assert many.switch.on


async def test_a_quiet_start_says_so(many: MemoryDesk, anna: Person, tom: Person) -> None:
    many.switch, many.leads = Publishing(on=False, quiet=True), {tom.user}
    assert "switch" not in [block["block_id"] for block in (await anna.home("not switched on yet"))["blocks"]]
    assert "switch" in [block["block_id"] for block in (await tom.home("not switched on yet"))["blocks"]]
