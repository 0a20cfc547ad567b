"""The fixture that every test of the journey starts from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import create_async_engine

from bot.channels.memory import MemoryChannel
from bot.journey import Journey
from bot.postgres import sqlalchemy_url
from bot.queue import Queue
from bot.rules.rules import Rules
from tests.integration.journey.world import RecordingMemory, RecordingRoom, ScriptedAssistant, World, publishing_on


@pytest.fixture(autouse=True)
def nothing_is_tried_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: what waits for another try does so until a test says that its time has come."""
    monkeypatch.setattr("bot.queue.BACKOFF", (3600,))


@pytest_asyncio.fixture
async def world(database: str) -> AsyncIterator[World]:
    """A journey with nothing heard yet."""
    engine = create_async_engine(sqlalchemy_url(database))
    queue = Queue(database)
    channel, assistant, room, memory = MemoryChannel(), ScriptedAssistant(), RecordingRoom(), RecordingMemory()
    rules = Rules(brand="Holloway", signature="- the Holloway team", undo=timedelta(0))
    journey = Journey(engine, queue, {"memory": channel}, (room,), assistant, memory, rules)
    queue.bind(journey)
    async with queue.app.open_async():
        await publishing_on(engine)
        yield World(journey, channel, assistant, room, memory, database)
    await engine.dispose()
