"""A whole service in this process: PostgreSQL, Rasa, the Slack sandbox and a social network in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rich.console import Console

from bot import logs
from bot.channels.memory import MemoryChannel
from bot.record import posts, replies, turns
from bot.record.turns import Turn
from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings as SandboxSettings
from bot.sandbox.workspace import Workspace
from bot.service import Service, running
from bot.settings import Settings
from bot.states import State
from tests.integration.service.command_line import goodword  # noqa: F401 (a fixture)
from tests.integration.service.house import ENVIRONMENTS, home, leaks, learn, processes, reviewing
from tests.waiting import SERVICE_PATIENCE, until


@dataclass
class Whole:
    """A running service with everything around it."""

    service: Service
    place: Path
    channel: MemoryChannel
    sandbox: RunningSandbox
    said: dict[str, str] = field(default_factory=dict)

    def say(self, who: str, text: str) -> str:
        """A customer posts; returns the post's id."""
        return self.channel.say(who, text).native_id

    async def turn(self, native_id: str) -> Turn | None:
        """The turn of a post, once it was heard."""
        async with self.service.core.engine.connect() as connection:
            turn_id = await posts.turn_of(connection, "memory", native_id)
            return await turns.get(connection, turn_id) if turn_id is not None else None

    async def reaches(self, native_id: str, *states: State, seconds: float = SERVICE_PATIENCE) -> Turn:
        """The turn of a post once it stands in one of these states."""

        async def look() -> Turn | None:
            turn = await self.turn(native_id)
            return turn if turn is not None and turn.state in states else None

        return await until(look, f"post {native_id} is {' or '.join(states)}", seconds)

    def cards(self, turn_id: int) -> list[dict[str, Any]]:
        """The messages in the review channel that are this turn's card."""
        review = self.sandbox.workspace.channels["C0REVIEWS01"]
        return [
            message.metadata["event_payload"]
            for message in list(review.messages.values())
            if message.metadata and message.metadata["event_payload"].get("turn_id") == turn_id
        ]

    async def decisions(self, turn_id: int) -> str:
        """Who decided last."""
        async with self.service.core.engine.connect() as connection:
            last = await replies.last_decision(connection, turn_id)
        return last.reviewer_name if last else ""

    def reviewing(self) -> AbstractAsyncContextManager[None]:
        """The automatic reviewer approves whatever stands in the channel."""
        return reviewing(self.sandbox.address)

    def restart_sandbox(self, *, forget: bool) -> None:
        """Slack comes back at the same address, with or without what it held."""
        held = self.sandbox.workspace
        self.sandbox = RunningSandbox(
            Workspace(held.settings) if forget else held, port=int(self.sandbox.address.rpartition(":")[2])
        ).start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(request: pytest.FixtureRequest) -> AsyncIterator[Whole]:
    """One service for all tests of a module; each leaves it whole."""
    place = home(request.module.__name__.rpartition(".")[2])
    channel = MemoryChannel()
    sandbox = RunningSandbox(Workspace(SandboxSettings(burst=500))).start()
    settings = Settings.model_validate(
        {
            "home": place,
            "port": 0,
            "brand": "Holloway",
            "threshold": 0.05,
            "poll_seconds": 0.3,
            "undo_seconds": 0,
            "slack_bot_token": sandbox.workspace.settings.bot_token,
            "slack_app_token": sandbox.workspace.settings.app_token,
            "slack_base_url": sandbox.api,
        }
    )
    logs.configure(place / "logs")
    try:
        async with running(
            settings,
            console=Console(quiet=True),
            channels={"memory": channel},
            environments=ENVIRONMENTS,
            prepare=learn,
        ) as service:
            made = Whole(service, place, channel, sandbox)
            yield made
            sandbox = made.sandbox
    finally:
        await asyncio.to_thread(sandbox.stop)
    assert processes(place) == []
    held = sandbox.workspace.settings
    assert leaks(place, [held.bot_token, held.app_token, "plasterboard"]) == []
