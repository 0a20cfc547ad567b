"""What happens to the channel and the app is noticed when it happens, shown on the health page, and set right again."""

from __future__ import annotations

import httpx
import pytest

from bot.health import Health, Remark
from bot.sandbox.running import RunningSandbox
from bot.slack.room import SlackRoom
from tests.integration.slack.conftest import ANNA, REVIEWS
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Person, actions, said
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("connected")


async def change(http: httpx.AsyncClient, action: str, **more: str) -> None:
    body = {"user": ANNA, "channel": REVIEWS, "action": action, **more}
    (await http.post("/sandbox/channel", json=body)).raise_for_status()


async def test_an_archived_channel_is_told_and_when_it_is_back_the_cards_are_looked_after(
    room: SlackRoom, desk: MemoryDesk, http: httpx.AsyncClient
) -> None:
    await change(http, "archive")
    assert "is archived. Unarchive it" in str(await room.healthy())
    assert desk.shown_again == 0
    await change(http, "unarchive")
    await until(lambda: desk.shown_again == 1)
    assert await room.healthy() is None


async def test_a_renamed_channel_works_on_and_is_remarked(
    room: SlackRoom, http: httpx.AsyncClient, anna: Person
) -> None:
    await room.workspace.channel_id()
    await change(http, "rename", name="approvals")
    remark = await room.healthy()
    assert isinstance(remark, Remark)
    assert "is now called “approvals”" in remark
    health = Health()
    health.starting = False

    async def probe() -> str | None:
        return await room.healthy()

    health.add("slack", probe)
    assert isinstance((await health.parts())["slack"], Remark)


async def test_taken_out_of_the_channel_is_told_and_an_invitation_brings_the_cards_back(
    room: SlackRoom, desk: MemoryDesk, http: httpx.AsyncClient
) -> None:
    await change(http, "remove")
    assert "/invite @Goodword" in str(await room.healthy())
    await change(http, "add")
    await until(lambda: desk.shown_again == 1)
    assert await room.healthy() is None


async def test_who_leaves_the_channel_sees_the_queue_no_more_at_once(http: httpx.AsyncClient, anna: Person) -> None:
    await anna.home("waiting")
    await change(http, "remove", member=ANNA)
    await anna.home("Only reviewers see the queue")


@pytest.mark.parametrize("state", ["revoked", "removed"])
async def test_without_access_it_is_told_what_to_do(
    room: SlackRoom, http: httpx.AsyncClient, state: str, sandbox: RunningSandbox
) -> None:
    (await http.post("/sandbox/app", json={"state": state})).raise_for_status()
    trouble = str(await room.healthy())
    assert "Slack refuses our token" in trouble
    assert "Install the app again" in trouble
    (await http.post("/sandbox/app", json={"state": "installed"})).raise_for_status()
    assert await room.healthy() is None


async def test_a_click_that_came_too_late_is_offered_again(
    room: SlackRoom, desk: MemoryDesk, http: httpx.AsyncClient, anna: Person
) -> None:
    await room.post(desk.cards[12])
    (message,) = await anna.messages()
    fault = {"kind": "expired_trigger", "times": 1}
    (await http.post("/sandbox/faults", json=fault)).raise_for_status()
    await anna.click(message, "edit")
    _, late = await anna.until(lambda messages: len(messages) == 2)
    assert "too late for Slack" in said(late)
    assert actions(late) == ["edit"]
    (row,) = [block for block in late["blocks"] if block["type"] == "actions"]
    body = {
        "user": ANNA,
        "channel": REVIEWS,
        "message_ts": late["ts"],
        "block_id": row["block_id"],
        "action_id": "edit",
    }
    (await http.post("/sandbox/click", json=body)).raise_for_status()
    await anna.view("Edit the reply")
    assert (await anna.submit(body="Find the studs first."))["ok"]
    await anna.until(lambda messages: "Find the studs first." in said(messages[0]))  # the card itself, not the note


async def test_a_modal_that_slack_makes_wait_comes_all_the_same(
    room: SlackRoom, desk: MemoryDesk, http: httpx.AsyncClient, anna: Person
) -> None:
    await room.post(desk.cards[12])
    (message,) = await anna.messages()
    for method in ("chat.postEphemeral", "views.publish"):
        fault = {"kind": "ratelimited", "target": method, "times": 1, "retry_after": 1}
        (await http.post("/sandbox/faults", json=fault)).raise_for_status()
    desk.newer(12)
    await anna.click(message, "approve")
    await anna.until(lambda messages: len(messages) == 2)
    await anna.home("waiting")
