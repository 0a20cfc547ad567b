"""How fast messages are posted: what somebody waits for goes first."""

from __future__ import annotations

import asyncio
import time


class Pace:
    """Lets one through at a time, at least `seconds` apart."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0
        self._lock = asyncio.Lock()
        self._last = asyncio.Lock()
        self._waiting = 0

    async def wait(self, *, last: bool = False) -> None:
        """Return when it is our turn; with `last` once nobody else waits."""
        if not last:
            self._waiting += 1
            try:
                await self._let_through()
            finally:
                self._waiting -= 1
            return
        async with self._last:
            await self._until_due()
            while self._waiting:
                await asyncio.sleep(self._seconds / 2)
                await self._until_due()
            await self._let_through()

    async def _let_through(self) -> None:
        async with self._lock:
            await self._until_due()
            self._next = time.monotonic() + self._seconds

    async def _until_due(self) -> None:
        await asyncio.sleep(max(0.0, self._next - time.monotonic()))
