"""Keeping Rasa: trained for what the entries name, started anew when it ends, given new models as they appear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import structlog
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.job_watch import DATABASE_AWAY, first_line
from bot.nlu.server import RasaFailed, RasaServer
from bot.nlu.training import Lookups, train
from knowledge import store

log = structlog.get_logger("goodword.rasa")

#: Seconds between two looks whether it lives and two questions whether it answers, and the longest wait between two
#: starts that fail.
_LOOK_EVERY, _ASK_EVERY, _LONGEST_WAIT = 1.0, 5.0, 120.0
#: Seconds for which a Rasa that lives may give no answer.
_SILENCE = 30.0


async def model_for(engine: AsyncEngine, home: Path, python: Path, embedding: Path, console: Console) -> Path:
    """The model for the products, platforms and features of the live entries, trained where it is missing."""
    async with engine.connect() as connection:
        names = await store.lookups(connection)
    return await train(
        home, python, Lookups(names.products, names.platforms, names.features), embedding, console=console
    )


def newest_model(home: Path) -> Path | None:
    """The model that was trained or asked for last, None before the first."""
    found = sorted((home.absolute() / "models").glob("goodword-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


class RasaKeeper:
    """Looks after one Rasa server. `back` is called when it answers again."""

    def __init__(self, server: RasaServer, home: Path, back: Callable[[], Awaitable[None]]) -> None:
        self._server = server
        self._back = back
        self._home = home
        self._asked = self._answered = time.monotonic()

    async def keep(self, model: Path) -> None:
        """Until cancelled: start Rasa anew when it has ended, and put in a model that was trained meanwhile."""
        wait = _LOOK_EVERY
        while True:
            await asyncio.sleep(wait)
            try:
                model = newest_model(self._home) or model
                await self._look(model)
                wait = _LOOK_EVERY
            except (RasaFailed, OSError, psutil.Error, *DATABASE_AWAY) as error:
                wait = min(max(wait, 1.0) * 2, _LONGEST_WAIT)
                log.warning("Rasa is away", why=first_line(error), seconds=wait)

    async def _look(self, model: Path) -> None:
        now = time.monotonic()
        if self._lives():
            if now - self._asked < _ASK_EVERY:
                return
            self._asked = now
            if await self._server.healthy() is None:
                self._answered = now
                if self._server.model != model:
                    await self._server.swap(model)
                    log.info("new model in", model=model.name)
                return
            # It may only be busy, and a start takes it away from everybody for half a minute.
            if now - self._answered < _SILENCE:
                return
        log.warning("starting Rasa anew")
        await self._server.stop()
        await self._server.start(model, console=Console(quiet=True))
        self._answered = time.monotonic()
        log.info("Rasa is back")
        await self._back()

    def _lives(self) -> bool:
        try:
            return psutil.Process(self._server.pid or 0).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
