"""The app of this package against a sandbox, clicked over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox.running import RunningSandbox
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Person
from tests.unit.slack import samples

ANNA, TOM = "U0ANNAREYES", "U0TOMOKAFOR"
REVIEWS = "C0REVIEWS01"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running


@pytest.fixture
def config(sandbox: RunningSandbox) -> SlackConfig:
    given = sandbox.workspace.settings
    return SlackConfig(
        bot_token=given.bot_token,
        app_token=given.app_token,
        signing_secret=given.signing_secret,
        channel="#reviews",
        base_url=sandbox.api,
    )


@pytest.fixture
def room(config: SlackConfig) -> SlackRoom:
    return SlackRoom.of(config)


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk(samples.card())


@pytest.fixture
def app(config: SlackConfig, desk: MemoryDesk, room: SlackRoom) -> AsyncApp:
    return create(config, desk, room)


@pytest.fixture
async def connected(app: AsyncApp, config: SlackConfig) -> AsyncIterator[SocketMode]:
    socket = SocketMode(app, config)
    await socket.start()
    assert await socket.healthy() is None
    yield socket
    await socket.stop()


@pytest.fixture
async def http(sandbox: RunningSandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.address, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def anna(http: httpx.AsyncClient) -> Person:
    return Person(http, ANNA, REVIEWS)


@pytest.fixture
def tom(http: httpx.AsyncClient) -> Person:
    return Person(http, TOM, REVIEWS)
