"""Opens the core for a command. What it is made of takes seconds to import: `--help` and wrong options never wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot import settings
from bot.terminal import working

if TYPE_CHECKING:
    from bot.core import Core, Tell


@asynccontextmanager
async def opened(tell: Tell) -> AsyncIterator[Core]:
    """The core with the settings of where the command runs; `tell` hears what happens on the way.

    Raises:
        SettingsError: a setting is wrong.
        DatabaseUnavailable: on entering, the database does not answer.
    """
    async with AsyncExitStack() as stack:
        with working("Opening the record"):
            from bot import core

            opening = await stack.enter_async_context(core.opened(settings.load(), tell))
        yield opening
