"""Work that goes on for as long as the service runs: a part of it that fails is started anew, and says so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog

log = structlog.get_logger("goodword.background")

#: Seconds until a part that failed is started anew, and seconds it gets to end.
_PAUSE, _GRACE = 5.0, 10.0


def in_background(stack: AsyncExitStack, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Keep `work` running until the stack closes."""
    task = asyncio.create_task(_kept(name, work), name=name)

    async def stop() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await asyncio.wait_for(asyncio.shield(task), _GRACE)

    stack.push_async_callback(stop)


async def _kept(name: str, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("a part failed and is started anew", part=name)
        await asyncio.sleep(_PAUSE)
