"""Waiting for what comes about by itself."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

#: Seconds after which a test gives up. It bounds nothing of ours: a busy machine may need most of it.
PATIENCE = 60.0
#: The same for what passes through several processes, some of which have yet to start.
SERVICE_PATIENCE = 240.0


@overload
async def until(
    look: Callable[[], Awaitable[T | None]], what: str | Callable[[], str] = ..., seconds: float = ...
) -> T: ...


@overload
async def until(look: Callable[[], T | None], what: str | Callable[[], str] = ..., seconds: float = ...) -> T: ...


async def until(
    look: Callable[[], Any], what: str | Callable[[], str] = "it came about", seconds: float = PATIENCE
) -> Any:
    """What `look` finds, once it finds something. `what` says for the report what was waited for."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < end, f"{what() if callable(what) else what}: not within {seconds:g} s"
        await asyncio.sleep(0.05)
