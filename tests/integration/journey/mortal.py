"""A process that may die at any moment: its engine and the network as it sees it, with the points at which it can."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
    """The network as a process sees it that may die before or after each call. It keeps all that was ever posted."""

    def __init__(self, crashes: Crashes) -> None:
        super().__init__()
        self._crashes = crashes
        self.ever: list[HeardPost] = []

    def _add(self, *args: Any, **more: Any) -> HeardPost:
        post = super()._add(*args, **more)
        self.ever.append(post)
        return post

    async def publish(self, text: str, **more: Any) -> Any:
        self._crashes.point()
        part = await super().publish(text, **more)
        self._crashes.point()
        return part

    async def delete(self, native_id: str) -> None:
        self._crashes.point()
        await super().delete(native_id)
        self._crashes.point()
