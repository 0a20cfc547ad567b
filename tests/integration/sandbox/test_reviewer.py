"""The automatic reviewer decides like a person, and will not start anywhere near a real workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.reviewer import AutomaticReviewer, CardUnusable
from bot.sandbox.running import RunningSandbox
from knowledge.errors import GoodwordError
from tests.integration.conftest import Serve
from tests.integration.sandbox.review_app import card


@pytest.fixture
def reviewer(sandbox: RunningSandbox) -> Callable[..., AutomaticReviewer]:
    return lambda **options: AutomaticReviewer(sandbox.address, workspace_connected=False, **options)


def decisions(app: AsyncApp) -> list[str]:
    seen: list[tuple[str, Any]] = app.seen  # type: ignore[attr-defined]
    return [verb for verb, _ in seen if verb in ("approve", "write", "written")]


async def test_a_drafted_card_is_approved_once(
    app: AsyncApp, client: AsyncWebClient, reviewer: Callable[..., AutomaticReviewer]
) -> None:
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card())
    await client.chat_postMessage(channel="#reviews", text="Just talk")
    at_work = reviewer()
    assert await asyncio.to_thread(at_work.step) == 1
    assert await asyncio.to_thread(at_work.step) == 0
    assert decisions(app) == ["approve"]


async def test_where_nothing_was_drafted_it_writes_and_then_approves_the_next_version(
    app: AsyncApp, client: AsyncWebClient, reviewer: Callable[..., AutomaticReviewer]
) -> None:
    posted = await client.chat_postMessage(channel="#reviews", text="A card", blocks=card(drafted=False))
    read: list[str] = []

    def answer(text: str) -> str:
        read.append(text)
        return "Use a wall plug"

    at_work = reviewer(answer=answer)
    assert await asyncio.to_thread(at_work.step) == 1
    assert "*Post* version 1" in read[0]
    assert await asyncio.to_thread(at_work.step) == 0
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="A card", blocks=card(2))
    assert await asyncio.to_thread(at_work.step) == 1
    assert decisions(app) == ["write", "written", "approve"]


async def test_a_card_it_has_no_words_for_is_left_alone(
    app: AsyncApp, client: AsyncWebClient, reviewer: Callable[..., AutomaticReviewer]
) -> None:
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card(drafted=False))
    assert await asyncio.to_thread(reviewer().step) == 0
    assert decisions(app) == []


async def test_words_that_are_not_taken_are_an_error_and_leave_no_window_open(
    app: AsyncApp, client: AsyncWebClient, reviewer: Callable[..., AutomaticReviewer], sandbox: RunningSandbox
) -> None:
    await client.chat_postMessage(channel="#reviews", text="A card", blocks=card(drafted=False))
    at_work = reviewer(answer=lambda _: "We guarantee it")
    with pytest.raises(CardUnusable, match="We promise nothing"):
        await asyncio.to_thread(at_work.step)
    assert sandbox.workspace.open_view("U0ANNAREYES") is None


def test_it_does_not_start_where_a_workspace_is_connected(sandbox: RunningSandbox) -> None:
    with pytest.raises(GoodwordError, match="a Slack workspace is connected"):
        AutomaticReviewer(sandbox.address, workspace_connected=True)


@pytest.mark.parametrize(
    "address",
    [
        "https://slack.com/api/",
        "http://slack.com",
        "https://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "http://[::2]:1",
    ],
)
def test_it_does_not_start_beyond_this_machine(address: str) -> None:
    with pytest.raises(GoodwordError, match="not on this machine"):
        AutomaticReviewer(address, workspace_connected=False)


def test_it_does_not_start_on_anything_else_than_the_sandbox(serve: Serve) -> None:
    other = FastAPI()

    @other.get("/sandbox/whoami")
    def whoami() -> dict[str, str]:
        return {"product": "something else"}

    for address in (serve(other), serve(FastAPI()), "http://127.0.0.1:9"):
        with pytest.raises(GoodwordError, match="not the Goodword sandbox"):
            AutomaticReviewer(address, workspace_connected=False)
