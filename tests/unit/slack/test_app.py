"""What stands in the tables is heard: shortcuts, commands and events reach their handlers, and errors the person."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.app import COMMANDS, EVENTS, SHORTCUTS, Command, Shortcut, create
from bot.slack.clicks import Clicks
from bot.slack.config import SlackConfig
from bot.slack.desk import Desk
from bot.slack.room import SlackRoom
from bot.slack.workspace import Identity, Workspace
from knowledge.errors import GoodwordError

OURS = {"team_id": "T1", "user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "user_id": "U1"}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the handlers were given: by which table, with which mark."""
    found: list[tuple[str, str]] = []

    async def identity(self: Workspace, *, fresh: bool = False) -> Identity:
        return Identity("T1", None, "B1", "U0")

    async def shortcut(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
        found.append((body["type"], body["callback_id"]))

    async def command(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
        if body["text"] == "break":
            raise GoodwordError("It broke.", hint="Mend it.")
        found.append(("command", body["text"]))

    async def event(clicks: Clicks, event: dict[str, Any]) -> None:
        found.append(("event", event["channel"]))

    async def respond(self: AsyncRespond, text: str) -> None:
        found.append(("told", text))

    monkeypatch.setattr(Workspace, "identity", identity)
    monkeypatch.setattr(AsyncRespond, "__call__", respond)
    monkeypatch.setitem(SHORTCUTS, "test_file", Shortcut(shortcut, "message", "File this", "Files a message away"))
    monkeypatch.setitem(SHORTCUTS, "test_ask", Shortcut(shortcut, "global", "Ask this", "Asks a question"))
    monkeypatch.setitem(COMMANDS, "/test", Command(command, "Tests things", "[this|that]"))
    monkeypatch.setitem(EVENTS, "channel_archive", event)
    return found


async def deliver(**payload: Any) -> int:
    """Deliver as Socket Mode does and wait until it was dealt with; returns what Slack is told."""
    config = SlackConfig(bot_token="xoxb-1", channel="reviews", base_url="http://127.0.0.1:9/api/")
    app = create(config, cast(Desk, None), SlackRoom.of(config))
    body = {**OURS, **payload}
    answer = await app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), mode="socket_mode"))
    working = asyncio.all_tasks() - {asyncio.current_task()}  # Bolt answers at once and works on
    await asyncio.gather(*working)
    return int(answer.status)


async def test_a_message_shortcut_and_a_global_one_reach_their_handlers(heard: list[tuple[str, str]]) -> None:
    assert await deliver(type="message_action", callback_id="test_file", response_url="https://x.example") == 200
    assert await deliver(type="shortcut", callback_id="test_ask") == 200
    assert heard == [("message_action", "test_file"), ("shortcut", "test_ask")]


async def test_a_shortcut_of_the_other_type_is_not_heard(heard: list[tuple[str, str]]) -> None:
    assert await deliver(type="shortcut", callback_id="test_file") == 404
    assert heard == []


async def test_a_command_reaches_its_handler(heard: list[tuple[str, str]]) -> None:
    assert await deliver(command="/test", text="this", response_url="https://x.example") == 200
    assert heard == [("command", "this")]


async def test_what_goes_wrong_is_told_to_the_person(heard: list[tuple[str, str]]) -> None:
    assert await deliver(command="/test", text="break", response_url="https://x.example") == 200
    assert heard == [("told", "It broke. Mend it.")]


async def test_an_event_reaches_its_handler(heard: list[tuple[str, str]]) -> None:
    event = {"type": "channel_archive", "channel": "C1"}
    assert await deliver(type="event_callback", event=event) == 200
    assert heard == [("event", "C1")]


async def test_another_workspace_is_not_heard(heard: list[tuple[str, str]]) -> None:
    await deliver(command="/test", text="this", team_id="T9", team={"id": "T9"})
    assert ("command", "this") not in heard
