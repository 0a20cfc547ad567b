"""What stands below the field while somebody types: a count and the checks, of the newest text, and nothing is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.sandbox.running import RunningSandbox
from bot.slack.room import SlackRoom
from bot.states import State
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Json, Person, said
from tests.unit.slack import samples

pytestmark = pytest.mark.usefixtures("connected")


async def opened(room: SlackRoom, desk: MemoryDesk, person: Person) -> Json:
    await room.post(desk.cards[12])
    (message,) = await person.messages()
    await person.click(message, "edit" if desk.cards[12].reply else "write")
    return await person.view("reply")


async def typed(person: Person, text: str) -> None:
    view = await person.view()
    body = {"user": person.user, "view": view["id"], "block_id": "body", "action_id": "text", "value": text}
    (await person.http.post("/sandbox/click", json=body)).raise_for_status()


def held(view: Json) -> str:
    return str(view["state"]["values"]["body"]["text"]["value"])


async def test_the_count_and_the_checks_follow_what_is_typed(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    view = await opened(room, desk, anna)
    assert "484 of 500 characters" in said(view)
    await typed(anna, "Send me your password." + "x" * 460)
    view = await anna.view(words="512 of 500 characters: 12 too many.")
    assert "asks for a secret" in said(view)
    assert "must be mended" in said(view)
    assert held(view).startswith("Send me your password.xxx")
    await typed(anna, "Find the studs first.")
    view = await anna.view(words="51 of 500 characters")
    assert "password" not in said(view)
    assert "1 check passed" in said(view)
    assert held(view) == "Find the studs first."
    assert (await anna.submit(body="Find the studs first."))["ok"]
    assert desk.decisions[0].text == "Find the studs first."


async def test_the_newest_text_wins_and_one_drawing_is_under_way_at_most(
    room: SlackRoom, desk: MemoryDesk, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.cards[12] = samples.undrafted()
    view = await opened(room, desk, anna)
    assert "characters:" not in said(view)
    asked: list[str] = []
    under_way = most = 0
    check = desk.check

    async def slow(turn_id: int, text: str, reviewer: object) -> object:
        nonlocal under_way, most
        asked.append(text)
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.15)
        under_way -= 1
        return await check(turn_id, text, reviewer)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "check", slow)
    for length in range(1, 12):
        await typed(anna, "x" * length)
    view = await anna.view(words="41 of 500 characters")
    assert held(view) == "x" * 11
    assert most == 1
    assert len(asked) < 11


async def test_whoever_types_hears_that_it_has_changed_and_keeps_their_words(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    await opened(room, desk, anna)
    desk.newer(12)
    await typed(anna, "My careful words.")
    view = await anna.view(words="A newer version stands here now.")
    assert held(view) == "My careful words."
    answer = await anna.submit(body="My careful words.")  # still decides on the version it was opened for
    assert answer["ok"]
    assert desk.decisions == []
    assert "My careful words." in str((await anna.view("Edit the reply"))["blocks"])


async def test_whoever_types_hears_that_somebody_else_has_decided(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    await opened(room, desk, anna)
    desk.cards[12] = replace(desk.cards[12], state=State.REJECTED, decided_by="Tom Okafor")
    await typed(anna, "My careful words.")
    assert "Rejected by Tom Okafor" in said(await anna.view(words="This was decided meanwhile."))


async def test_a_modal_that_is_closed_meanwhile_is_left_alone(
    room: SlackRoom, desk: MemoryDesk, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    view = await opened(room, desk, anna)
    desk.answers.clear()
    before = desk.asked
    await typed(anna, "x")
    while desk.asked == before:
        await asyncio.sleep(0.01)
    await anna.http.post("/sandbox/close", json={"user": anna.user, "view_id": view["id"]})
    desk.answers.set()
    await asyncio.sleep(0.6)  # what would go wrong would do so by now
    assert await anna.open_view() is None
    assert "Traceback" not in caplog.text


async def test_what_was_drawn_by_another_process_is_no_hindrance(
    room: SlackRoom, desk: MemoryDesk, anna: Person, sandbox: RunningSandbox
) -> None:
    view = await opened(room, desk, anna)
    await typed(anna, "one")
    await anna.view(words="33 of 500 characters")
    sandbox.workspace.views[view["id"]].hash = "1.elsewhere"
    await typed(anna, "three")
    await anna.view(words="35 of 500 characters")


async def test_being_asked_to_wait_is_obeyed(
    room: SlackRoom, desk: MemoryDesk, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(room, desk, anna)
    web, calls = room.workspace.web, 0
    real = web.views_update

    async def limited(**given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            answer = {"ok": False, "error": "ratelimited"}
            headers = {"Retry-After": "1"}
            raise SlackApiError(
                "slow down",
                AsyncSlackResponse(
                    client=web, http_verb="POST", api_url="", req_args={}, data=answer, headers=headers, status_code=429
                ),
            )
        return await real(**given)

    monkeypatch.setattr(web, "views_update", limited)
    before = asyncio.get_running_loop().time()
    await typed(anna, "one")
    await anna.view(words="33 of 500 characters")
    assert asyncio.get_running_loop().time() - before >= 1.0
    assert calls == 2
