"""Listening: one loop a channel, from the cursor on; what a channel gives is kept before the cursor moves."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.base import Channel, ChannelRefused, ChannelUnavailable
from bot.job_watch import DATABASE_AWAY, first_line
from bot.journey import Journey
from bot.record import places

log = structlog.get_logger("goodword.listening")

#: The longest wait between two looks at a channel that does not answer, in seconds.
LONGEST_WAIT = 60.0


class Listener:
    """Listens to one channel for as long as it is told to. `trouble` says what is wrong, None where nothing is."""

    def __init__(self, journey: Journey, channel: Channel, every: float) -> None:
        self.trouble: str | None = None
        self._journey = journey
        self._channel = channel
        self._every = every

    async def listen(self) -> None:
        """Listen until cancelled. A channel or database that is away is asked again, ever more slowly."""
        wait = self._every
        while True:
            try:
                await self.once()
                self.trouble, wait = None, self._every
            except (ChannelUnavailable, ChannelRefused) as error:
                self._tell(first_line(error))
                wait = min(max(wait * 2, getattr(error, "retry_after", None) or 0), LONGEST_WAIT)
            except DATABASE_AWAY:  # the database's own probe says what is wrong with it
                self._tell("waits for the database")
                wait = self._every
            except Exception as error:  # a fault of ours must be seen, and the other posts heard once it is mended
                self._tell(f"internal fault while listening: {type(error).__name__}")
                log.exception("listening failed", channel=self._channel.name)
                wait = LONGEST_WAIT
            await asyncio.sleep(wait)

    def _tell(self, trouble: str) -> None:
        self.trouble = trouble
        log.warning("not listening", channel=self._channel.name, why=trouble)

    async def once(self) -> int:
        """One look: hear what is new; returns how many posts that were."""
        cursor = await _cursor(self._journey.engine, self._channel.name)
        heard = await self._channel.listen(cursor)
        if not heard.posts and not heard.not_public and heard.cursor == cursor:
            return 0
        return await self._journey.hear(self._channel.name, heard, cursor)


async def _cursor(engine: AsyncEngine, channel: str) -> str | None:
    async with engine.connect() as connection:
        return await places.cursor_of(connection, channel)
