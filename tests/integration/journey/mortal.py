"""A process that may die at any moment: its engine and the network as it sees it, with the points at which it can."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.channels.base import HeardPost
from bot.channels.memory import MemoryChannel


class Crash(BaseException):
    """The process died here."""


@dataclass
class Crashes:
    """Counts the points at which a process can die, and dies at the one that was drawn."""

    left: int = -1

    def point(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash


class MortalEngine:
    """The engine of a process that may die before or after a transaction commits."""

    def __init__(self, engine: AsyncEngine, crashes: Crashes) -> None:
        self._engine, self._crashes = engine, crashes

    def connect(self) -> Any:
        return self._engine.connect()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._engine.begin() as connection:
            yield connection
            self._crashes.point()
        self._crashes.point()


class MortalChannel(MemoryChannel):
    """The network as a process sees it that may die before or after each call. It keeps all that was ever posted.

    While a process waits for an answer, `meanwhile` happens, at the call that `waits` counts down to. `watch` is asked
    before anything is sent. With `dies` the process dies at this point from the next publication or deletion on.
    """

    def __init__(
        self, crashes: Crashes, *, limit: int = 500, watch: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        super().__init__(limit=limit)
        self._crashes, self._watch = crashes, watch
        self.ever: list[HeardPost] = []
        self.waits, self.dies = -1, 0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    def forget_keys(self) -> None:
        """An hour passes."""
        self._keys.clear()

    async def others_go_on(self) -> None:
        """The process waits for the network here, and is not alone in the world."""
        self.waits -= 1
        if self.waits == 0 and self.meanwhile is not None:
            work, self.meanwhile = self.meanwhile, None
            await work()

    def _add(self, *args: Any, **more: Any) -> HeardPost:
        post = super()._add(*args, **more)
        self.ever.append(post)
        return post

    async def thread(self, native_id: str) -> tuple[HeardPost, ...]:
        found = await super().thread(native_id)
        await self.others_go_on()
        return found

    def _reached(self) -> None:
        if self.dies:
            self._crashes.left, self.dies = self.dies, 0
        self._crashes.point()

    async def publish(self, text: str, *, key: str, **more: Any) -> Any:
        self._reached()
        if self._watch is not None:
            await self._watch(key)
        await self.others_go_on()
        part = await super().publish(text, key=key, **more)
        await self.others_go_on()
        self._crashes.point()
        return part

    async def delete(self, native_id: str) -> None:
        self._reached()
        await super().delete(native_id)
        await self.others_go_on()
        self._crashes.point()
