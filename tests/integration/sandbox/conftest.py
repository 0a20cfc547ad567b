"""A sandbox on a free port, and a real, unmodified Bolt app against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings, Workspace
from tests.integration.sandbox.review_app import review_app
from tests.waiting import PATIENCE


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """It waits as long as a busy machine may take; a test of being late makes it `impatient`."""
    settings = Settings(ack_seconds=PATIENCE, trigger_seconds=PATIENCE, retry_delays=(0.0, 0.1, 0.1))
    with RunningSandbox(Workspace(settings)) as running:
        yield running


@pytest.fixture
def impatient(sandbox: RunningSandbox) -> Callable[[], None]:
    """From now on the sandbox waits for less than the app of these tests takes when it is late."""

    def hurry() -> None:
        workspace = sandbox.workspace
        workspace.settings = replace(workspace.settings, ack_seconds=0.5)

    return hurry


@pytest.fixture
def client(sandbox: RunningSandbox) -> AsyncWebClient:
    return AsyncWebClient(token=sandbox.workspace.settings.bot_token, base_url=sandbox.api)


@pytest.fixture
async def person(sandbox: RunningSandbox) -> AsyncIterator[httpx.AsyncClient]:
    """What a browser or the automatic reviewer would use."""
    async with httpx.AsyncClient(base_url=sandbox.address, timeout=PATIENCE, trust_env=False) as http:
        yield http


@pytest.fixture
async def app(sandbox: RunningSandbox, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """The app of these tests, connected over Socket Mode."""
    bolt = review_app(client, sandbox.workspace.settings.signing_secret)
    handler = AsyncSocketModeHandler(bolt, sandbox.workspace.settings.app_token)
    await handler.connect_async()
    yield bolt
    await handler.close_async()
