"""The team's language model, where the settings connect one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from actions.writer import EndpointWriter
from bot.settings import Settings


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[EndpointWriter | None]:
    """The model that the settings name, for as long as the block lasts; None where they name none.

    Raises:
        SettingsError: only a half of it is set.
    """
    settings.check()
    if not (settings.llm_base_url and settings.llm_model):
        yield None
        return
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    # Its library takes a second to load: in a thread, so that nothing else waits for it.
    writer = await asyncio.to_thread(
        EndpointWriter, settings.llm_base_url, settings.llm_model, key, settings.llm_timeout
    )
    try:
        yield writer
    finally:
        await writer.aclose()
