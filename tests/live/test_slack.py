"""What `tests/contract/slack.md` says of Slack, as far as it can be asked without a person clicking."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.config import SlackConfig, client
from bot.slack.manifest import scopes
from bot.slack.room import SlackRoom
from tests.unit.slack import samples

WORDS = "A check of Goodword by `make live-check`. It goes away by itself: please leave it alone."
LONG = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
SHORT = {"type": "section", "text": {"type": "mrkdwn", "text": WORDS}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Check"}, "blocks": [SHORT]}
LONG_AGO = "1000000000.000000"

#: Word by word of the contract: the call that Slack has to refuse with it. CHANNEL stands for the review channel.
REFUSALS: list[tuple[str, str, dict[str, Any]]] = [
    ("channel_not_found", "chat.postMessage", {"channel": "C0NOWHERE99", "text": WORDS}),
    ("no_text", "chat.postMessage", {"channel": "CHANNEL"}),
    ("invalid_blocks", "chat.postMessage", {"channel": "CHANNEL", "text": WORDS, "blocks": [{"type": "nothing"}]}),
    ("invalid_blocks_format", "chat.postMessage", {"channel": "CHANNEL", "text": WORDS, "blocks": "{"}),
    ("msg_blocks_too_long", "chat.postMessage", {"channel": "CHANNEL", "text": WORDS, "blocks": LONG}),
    ("invalid_metadata_format", "chat.postMessage", {"channel": "CHANNEL", "text": WORDS, "metadata": {"no": "type"}}),
    ("message_not_found", "chat.update", {"channel": "CHANNEL", "ts": LONG_AGO, "text": WORDS}),
    ("message_not_found", "chat.delete", {"channel": "CHANNEL", "ts": LONG_AGO}),
    ("thread_not_found", "conversations.replies", {"channel": "CHANNEL", "ts": LONG_AGO}),
    ("invalid_cursor", "conversations.members", {"channel": "CHANNEL", "cursor": "nothing"}),
    ("user_not_found", "users.info", {"user": "U0NOBODY999"}),
    ("invalid_trigger_id", "views.open", {"trigger_id": "1.2.nothing", "view": MODAL}),
    ("not_found", "views.update", {"view_id": "V0NOTHING99", "view": MODAL}),
    ("unknown_method", "goodword.nothing", {}),
]


async def refused(web: AsyncWebClient, method: str, arguments: dict[str, Any]) -> str:
    """The word with which Slack refuses; empty where it does not, and then what was posted is taken away again."""
    try:
        said = await web.api_call(method, json=arguments)
    except SlackApiError as error:
        return str(error.response["error"])
    if method == "chat.postMessage":
        await web.chat_delete(channel=said["channel"], ts=said["ts"])
    return ""


async def test_the_token_is_a_bots_and_has_every_scope(config: SlackConfig) -> None:
    said = await client(config).auth_test()
    assert {"team_id", "user_id", "bot_id", "url", "team", "user"} <= set(said.data)
    granted = {scope.strip() for scope in said.headers["x-oauth-scopes"].split(",")}
    assert sorted(set(scopes()) - granted) == []


async def test_the_review_channel_is_there_and_we_are_in_it(room: SlackRoom) -> None:
    assert await room.healthy() is None
    us = await room.workspace.identity()
    members = await room.workspace.web.conversations_members(channel=await room.workspace.channel_id(), limit=200)
    assert us.user_id in members["members"] or members["response_metadata"]["next_cursor"]


async def test_a_card_is_posted_found_changed_and_deleted(room: SlackRoom) -> None:
    card = samples.card(turn_id=secrets.randbelow(2**40) + 2**40, posts=(samples.post(WORDS),), outcome="a check")
    web = room.workspace.web
    place = await room.post(card)
    try:
        assert await room.find(card.turn_id) == place
        await room.update(place, replace(card, version=2, outcome="a check that was changed"))
        page = await web.conversations_history(
            channel=place.channel, latest=place.message, oldest=place.message, inclusive=True, limit=1
        )
        (message,) = page["messages"]
        assert message["bot_id"] == (await room.workspace.identity()).bot_id
        assert "a check that was changed" in str(message["blocks"])
        assert "edited" not in message or message["edited"]["ts"] >= place.message
        await web.chat_update(channel=place.channel, ts=place.message, text="Only the text is changed.")
        assert await room.find(card.turn_id) == place, "metadata that is not sent has to stay"
    finally:
        await web.chat_delete(channel=place.channel, ts=place.message)
    assert await room.find(card.turn_id) is None
    await room.update(place, card)  # a card that was deleted is left alone


@pytest.mark.parametrize(("word", "method", "arguments"), REFUSALS, ids=[f"{m}-{w}" for w, m, _ in REFUSALS])
async def test_slack_refuses(room: SlackRoom, word: str, method: str, arguments: dict[str, Any]) -> None:
    given = dict(arguments)
    if given.get("channel") == "CHANNEL":
        given["channel"] = await room.workspace.channel_id()
    assert await refused(room.workspace.web, method, given) == word


@pytest.mark.parametrize(
    ("word", "method", "token"),
    [
        ("not_authed", "auth.test", ""),
        ("invalid_auth", "auth.test", "xoxb-123456789012-123456789012-ofNobody"),
        ("not_allowed_token_type", "apps.connections.open", "bot"),
        ("not_allowed_token_type", "conversations.list", "app"),
    ],
)
async def test_slack_refuses_a_token(config: SlackConfig, word: str, method: str, token: str) -> None:
    tokens = {"bot": config.bot_token, "app": config.app_token}
    if token == "app" and not config.app_token:
        pytest.skip("there is no app-level token: clicks come by signed HTTP")
    web = client(replace(config, bot_token=tokens.get(token, token)), with_token=bool(token))
    assert await refused(web, method, {}) == word


async def test_the_app_token_gives_an_address_for_a_socket(config: SlackConfig) -> None:
    if not config.app_token:
        pytest.skip("there is no app-level token: clicks come by signed HTTP")
    said = await client(config, with_token=False).apps_connections_open(app_token=config.app_token)
    assert said["url"].startswith(("wss://", "ws://127.0.0.1"))
