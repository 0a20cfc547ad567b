"""How clicks reach us, who may click, and what is refused at the door."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp

from bot.sandbox.running import RunningSandbox
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SlackNotConfigured, SocketMode, http_routes
from tests.integration.conftest import Serve
from tests.integration.slack.conftest import ANNA, REVIEWS, TOM
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Person, actions, said
from tests.waiting import PATIENCE, until


@pytest.fixture
def address(app: AsyncApp, config: SlackConfig, serve: Serve) -> str:
    """Where our own server takes Slack's signed deliveries."""
    ours = FastAPI()
    ours.include_router(http_routes(app, config))
    return f"{serve(ours)}/slack/events"


def payload(user: str = ANNA, team: str = "T0SANDBOX01", ts: str = "1.1", **user_facts: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": team, "domain": "x"},
        "user": {"id": user, "name": "anna", **user_facts},
        "api_app_id": "A0GOODWORD1",
        "container": {"type": "message", "message_ts": ts, "channel_id": REVIEWS},
        "channel": {"id": REVIEWS, "name": "reviews"},
        "trigger_id": "1.2.3",
        "actions": [
            {
                "type": "button",
                "action_id": "approve",
                "block_id": "actions",
                "value": "12:1",
                "action_ts": "1710408600.1",
            }
        ],
    }


async def deliver(address: str, secret: str, body: dict[str, Any], *, age: float = 0.0) -> httpx.Response:
    raw = urlencode({"payload": json.dumps(body)})
    stamp = str(int(time.time() - age))
    signed = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{raw}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signed,
    }
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        return await client.post(address, content=raw, headers=headers)


async def test_signed_http_does_what_the_socket_does(
    address: str, room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    (await anna.http.post("/sandbox/request_url", json={"url": address})).raise_for_status()
    await room.post(desk.cards[12])
    (message,) = await anna.messages()
    await anna.click(message, "edit")
    await anna.view("Edit the reply")
    assert (await anna.submit(body="Find the studs first."))["ok"]
    await anna.until(lambda messages: "Find the studs first." in said(messages[0]))
    assert len(desk.decisions) == 1


async def test_a_forged_or_an_old_delivery_decides_nothing(address: str, config: SlackConfig, desk: MemoryDesk) -> None:
    assert (await deliver(address, "guessed", payload())).status_code == 401
    assert (await deliver(address, "", payload())).status_code == 401
    assert (await deliver(address, config.signing_secret, payload(), age=600)).status_code == 401
    assert desk.decisions == []
    assert (await deliver(address, config.signing_secret, payload())).status_code == 200


async def test_the_same_delivery_decides_once(address: str, config: SlackConfig, desk: MemoryDesk) -> None:
    for _ in range(3):
        await deliver(address, config.signing_secret, payload())
    await until(lambda: len(desk.decisions) > 0)
    assert len(desk.decisions) == 1


@pytest.mark.parametrize("foreign", [{"team": "T0ELSEWHERE"}, {"team_id": "T0ELSEWHERE"}])
async def test_clicks_from_another_workspace_are_refused(
    foreign: dict[str, str], address: str, config: SlackConfig, room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    place = await room.post(desk.cards[12])
    answer = await deliver(address, config.signing_secret, payload(ts=place.message, **foreign))
    if "team" in foreign:
        assert "another workspace" in answer.text
    else:  # a guest in a shared channel
        messages = await anna.until(lambda messages: len(messages) == 2)
        assert "another workspace" in messages[1]["text"]
    assert desk.decisions == []


async def test_only_named_reviewers_decide(
    config: SlackConfig, room: SlackRoom, desk: MemoryDesk, anna: Person, tom: Person
) -> None:
    config = replace(config, reviewers=frozenset({TOM}))
    room = SlackRoom.of(config)
    socket = SocketMode(create(config, desk, room), config)
    await socket.start()
    try:
        await room.post(desk.cards[12])
        (message,) = await anna.messages()
        for action in ("approve", "edit", "reject"):
            await anna.click(message, action)
        messages = await anna.until(lambda messages: len(messages) == 4)
        assert {message["text"] for message in messages[1:]} == {
            "Only reviewers can decide here. Ask a lead to add you."
        }
        assert await anna.open_view() is None
        await anna.home("Only reviewers see the queue")
        await tom.home("*1* is waiting")
        await tom.click(message, "approve")
        await tom.until(lambda messages: actions(messages[0]) == ["undo", "more"])
        assert [made.reviewer.id for made in desk.decisions] == [TOM]
    finally:
        await socket.stop()


async def test_with_nobody_named_those_in_the_review_channel_see_home(
    connected: SocketMode, sandbox: RunningSandbox, anna: Person, tom: Person
) -> None:
    sandbox.workspace.channels[REVIEWS].members.discard(ANNA)
    await anna.home("Only reviewers see the queue")
    await tom.home("*1* is waiting")


async def test_a_click_that_comes_too_late_for_a_modal_is_told_so(
    address: str, config: SlackConfig, room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    place = await room.post(desk.cards[12])
    body = payload(ts=place.message)
    body["actions"][0] |= {"action_id": "edit"}
    await deliver(address, config.signing_secret, body)  # its trigger id is not one that Slack gave out
    messages = await anna.until(lambda messages: len(messages) == 2)
    assert "Please click once more" in messages[1]["text"]


async def test_without_a_secret_or_token_nothing_is_served(app: AsyncApp, config: SlackConfig) -> None:
    with pytest.raises(SlackNotConfigured, match="signing secret"):
        http_routes(app, replace(config, signing_secret=""))
    with pytest.raises(SlackNotConfigured, match="app token"):
        SocketMode(app, replace(config, app_token=""))
    assert config.bot_token not in repr(config)
    assert config.signing_secret not in repr(config)


async def test_the_socket_waits_for_slack_and_connects_when_it_comes(app: AsyncApp, config: SlackConfig) -> None:
    nowhere = replace(config, base_url="http://127.0.0.1:9/api/")
    socket = SocketMode(app, nowhere)
    await socket.start(patience=0.2)
    assert "Socket Mode" in str(await socket.healthy())
    await socket.stop()
    assert "not been opened" in str(await socket.healthy())
