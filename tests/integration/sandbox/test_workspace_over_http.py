"""The same Bolt app with signed HTTP instead of a socket, and the response URLs that both use."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.running import RunningSandbox
from tests.integration.conftest import Serve
from tests.integration.sandbox.review_app import card, review_app
from tests.waiting import until

ANNA = "U0ANNAREYES"


@pytest.fixture
def served(serve: Serve, sandbox: RunningSandbox) -> Callable[[str], tuple[AsyncApp, str]]:
    """Serves the app with a signing secret of one's choice; gives it and its request URL."""

    def start(signing_secret: str) -> tuple[AsyncApp, str]:
        client = AsyncWebClient(token=sandbox.workspace.settings.bot_token, base_url=sandbox.api)
        bolt = review_app(client, signing_secret)
        handler, web = AsyncSlackRequestHandler(bolt), FastAPI()

        @web.post("/slack/events")
        async def events(request: Request) -> Response:
            return await handler.handle(request)

        return bolt, serve(web) + "/slack/events"

    return start


async def test_everything_reaches_the_app_signed(
    sandbox: RunningSandbox,
    served: Callable[[str], tuple[AsyncApp, str]],
    client: AsyncWebClient,
    person: httpx.AsyncClient,
) -> None:
    bolt, url = served(sandbox.workspace.settings.signing_secret)
    assert (await person.post("/sandbox/request_url", json={"url": url})).json() == {"ok": True}
    ts = (await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"]
    press = {"user": ANNA, "message_ts": ts, "block_id": "decide", "action_id": "write"}
    assert (await person.post("/sandbox/click", json=press)).json()["ok"]

    async def opened() -> Any:
        return (await person.get("/sandbox/view", params={"user": ANNA})).json()["view"]

    view = await until(opened, "a modal is open")
    form = {"user": ANNA, "view_id": view["id"], "values": {"body": {"text": "We guarantee it"}}}
    answer = (await person.post("/sandbox/submit", json=form)).json()
    assert answer["errors"] == {"body": "We promise nothing that no entry backs."}
    await person.post("/sandbox/home", json={"user": ANNA})
    await until(lambda: "home" in dict(bolt.seen), "the event came")  # type: ignore[attr-defined]


async def test_commands_and_shortcuts_reach_the_app_signed(
    sandbox: RunningSandbox,
    served: Callable[[str], tuple[AsyncApp, str]],
    person: httpx.AsyncClient,
    impatient: Callable[[], None],
) -> None:
    bolt, url = served(sandbox.workspace.settings.signing_secret)
    await person.post("/sandbox/request_url", json={"url": url})
    line = {"user": ANNA, "channel": "reviews", "text": "/goodword what is “1 & 1”?"}
    assert (await person.post("/sandbox/command", json=line)).json()["ok"]
    ts = (await person.post("/sandbox/say", json={"user": ANNA, "channel": "reviews", "text": "tip"})).json()["ts"]
    chosen = {"user": ANNA, "callback_id": "add_knowledge", "message_ts": ts}
    assert (await person.post("/sandbox/shortcut", json=chosen)).json()["ok"]

    async def said() -> bool:
        found = await person.get("/sandbox/messages", params={"user": ANNA, "channel": "reviews"})
        texts = {message["text"] for message in found.json()["messages"]}
        return {"You asked: what is “1 & 1”?", "All see this", "tip", "Kept: tip"} <= texts

    await until(said)
    assert [name for name, _ in bolt.seen if name != "message"] == ["command", "add_knowledge"]  # type: ignore[attr-defined]
    impatient()
    late = (await person.post("/sandbox/command", json={**line, "text": "/goodword late"})).json()
    assert late["message"] == '/goodword failed with the error "operation_timeout"'


async def test_an_app_with_another_secret_is_not_reached(
    served: Callable[[str], tuple[AsyncApp, str]], client: AsyncWebClient, person: httpx.AsyncClient
) -> None:
    bolt, url = served("another secret")
    answer = await person.post("/sandbox/request_url", json={"url": url})
    assert answer.status_code == 422
    assert "401" in answer.json()["detail"]
    ts = (await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"]
    press = {"user": ANNA, "message_ts": ts, "block_id": "decide", "action_id": "write"}
    said = (await person.post("/sandbox/click", json=press)).json()
    assert not said["ok"]
    assert "not connected" in said["message"]
    assert bolt.seen == []  # type: ignore[attr-defined]


async def test_a_request_url_beyond_this_machine_is_refused(person: httpx.AsyncClient) -> None:
    answer = await person.post("/sandbox/request_url", json={"url": "https://example.org/slack/events"})
    assert answer.status_code == 422


async def test_events_that_are_not_taken_come_again_and_say_so(
    sandbox: RunningSandbox, serve: Serve, person: httpx.AsyncClient
) -> None:
    tries: list[tuple[str | None, str | None]] = []
    web = FastAPI()

    @web.post("/slack/events")
    async def events(request: Request) -> Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return Response(body["challenge"])
        tries.append((request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason")))
        return Response(status_code=200 if len(tries) == 3 else 500)

    await person.post("/sandbox/request_url", json={"url": serve(web) + "/slack/events"})
    await person.post("/sandbox/home", json={"user": ANNA})
    await until(lambda: len(tries) == 3, "it was sent three times")
    await asyncio.sleep(0.3)
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error")]


class TestResponseUrls:
    """What an app posts to the response_url of a click."""

    @pytest.fixture
    async def url(self, app: AsyncApp, client: AsyncWebClient, person: httpx.AsyncClient) -> str:
        """That of a click on the menu of a card."""
        ts = (await client.chat_postMessage(channel="#reviews", text="A card", blocks=card()))["ts"]
        press = {"user": ANNA, "message_ts": ts, "block_id": "post", "action_id": "more", "value": "hide"}
        assert (await person.post("/sandbox/click", json=press)).json()["ok"]
        seen: dict[str, Any] = dict(app.seen)  # type: ignore[attr-defined]
        return str(seen["more"]["response_url"])

    @pytest.fixture
    async def texts(self, person: httpx.AsyncClient) -> Callable[[str], Any]:
        """What a person reads in the channel."""

        async def read(user: str = ANNA) -> list[str]:
            answer = await person.get("/sandbox/messages", params={"user": user, "channel": "reviews"})
            return [message["text"] for message in answer.json()["messages"]]

        return read

    async def test_they_write_beside_replace_and_delete(
        self, url: str, texts: Callable[..., Any], person: httpx.AsyncClient
    ) -> None:
        assert (await person.post(url, json={"text": "to you"})).text == "ok"
        assert (await person.post(url, json={"text": "to all", "response_type": "in_channel"})).text == "ok"
        assert await texts() == ["A card", "to you", "to all"]
        assert await texts("U0TOMOKAFOR") == ["A card", "to all"]
        await person.post(url, json={"text": "another card", "replace_original": True})
        assert (await texts())[0] == "another card"
        await person.post(url, json={"delete_original": "true"})
        assert await texts() == ["to you", "to all"]

    async def test_they_take_five_posts_and_check_them(self, url: str, person: httpx.AsyncClient) -> None:
        for body in ({}, {"text": "", "blocks": []}, {"blocks": [{"type": "section"}]}):
            assert (await person.post(url, json=body)).status_code == 400
        for text in ("one", "two"):
            await person.post(url, content="payload=" + json.dumps({"text": text}), headers={
                "Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
        spent = await person.post(url, json={"text": "six"})
        assert (spent.status_code, spent.json()["error"]) == (404, "used_url")
        assert (await person.post(url + "x", json={"text": "x"})).json()["error"] == "not_found"
