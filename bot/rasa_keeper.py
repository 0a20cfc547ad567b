"""Keeping Rasa: trained for what the entries name, started anew when it ends, given new models as they appear."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.nlu.server import RasaFailed, RasaServer
from bot.nlu.training import Lookups, train
from knowledge import store

log = structlog.get_logger("goodword.rasa")

_LOOK_EVERY = 5.0
_LONGEST_WAIT = 120.0


async def model_for(engine: AsyncEngine, home: Path, python: Path, embedding: Path, console: Console) -> Path:
    """The model for the products, platforms and features of the live entries, trained where it is missing."""
    async with engine.connect() as connection:
        names = await store.lookups(connection)
    return await train(
        home, python, Lookups(names.products, names.platforms, names.features), embedding, console=console
    )


class RasaKeeper:
    """Looks after one Rasa server."""

    def __init__(self, server: RasaServer, home: Path) -> None:
        self._server = server
        self._models = home / "models"

    async def keep(self, model: Path) -> None:
        """Until cancelled: start Rasa anew when it has ended, and put in a model that was trained meanwhile."""
        wait = _LOOK_EVERY
        while True:
            await asyncio.sleep(wait)
            try:
                model = self._newest(model)
                if await self._server.healthy() is None:
                    if self._server.model != model.absolute():
                        await self._server.swap(model)
                        log.info("new model in", model=model.name)
                else:
                    log.warning("starting Rasa anew")
                    await self._server.stop()
                    await self._server.start(model, console=Console(quiet=True))
                wait = _LOOK_EVERY
            except RasaFailed as error:
                wait = min(wait * 2, _LONGEST_WAIT)
                log.warning("Rasa is away", why=str(error), seconds=wait)

    def _newest(self, current: Path) -> Path:
        found = sorted(self._models.glob("goodword-*.tar.gz"), key=lambda path: path.stat().st_mtime)
        return found[-1] if found else current
