"""A whole review without Rasa: a journey on a real database, its cards in a sandbox, the real app over Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import create_async_engine

from bot.channels.memory import MemoryChannel
from bot.journey import Journey
from bot.learning import Memory
from bot.listening import Listener
from bot.postgres import sqlalchemy_url
from bot.queue import Queue
from bot.review_desk import JourneyDesk
from bot.rules.rules import Rules
from bot.sandbox.running import RunningSandbox
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from tests.integration.journey.world import RecordingMemory, ScriptedAssistant, publishing_on


@dataclass
class Review:
    """Customers write with `say`; reviewers look at the sandbox."""

    sandbox: RunningSandbox
    journey: Journey
    channel: MemoryChannel

    async def say(self, author: str, words: str, reply_to: str | None = None) -> str:
        """A customer writes, and it is heard; drafting and asking follow by themselves. The post's own id."""
        post = self.channel.say(author, words, reply_to=reply_to)
        await Listener(self.journey, self.channel, 1.0).once()
        return post.native_id


@contextlib.asynccontextmanager
async def reviewing(database: str, rules: Rules, library: Memory | None = None) -> AsyncIterator[Review]:
    """Everything, with one worker, until the block ends."""
    engine, queue, channel = create_async_engine(sqlalchemy_url(database)), Queue(database), MemoryChannel()
    with RunningSandbox() as sandbox:
        given = sandbox.workspace.settings
        config = SlackConfig(
            bot_token=given.bot_token,
            app_token=given.app_token,
            signing_secret=given.signing_secret,
            channel="#reviews",
            base_url=sandbox.api,
        )
        room, desk = SlackRoom.of(config), JourneyDesk()
        memory = library or RecordingMemory()
        journey = Journey(engine, queue, {"memory": channel}, (room,), ScriptedAssistant(), memory, rules)
        desk.journey = journey
        queue.bind(journey)
        await publishing_on(engine)
        socket = SocketMode(create(config, desk, room), config)
        async with queue.app.open_async():
            await socket.start()
            worker = asyncio.create_task(queue.work())
            try:
                yield Review(sandbox, journey, channel)
            finally:
                worker.cancel()
                await asyncio.wait([worker])
                await socket.stop()
    await engine.dispose()
