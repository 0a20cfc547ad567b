"""What happens, as it happens: the steps of all turns, one line each."""

from __future__ import annotations

import asyncio
import contextlib

from rich.console import Console
from rich.text import Text
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.record.tables import steps

_LOOK_EVERY = 0.3
_COLOURS = {"Goodword": "cyan"}


class Stream:
    """Prints every new step until cancelled."""

    def __init__(self, engine: AsyncEngine, console: Console) -> None:
        self._engine = engine
        self._console = console
        self._seen = 0

    async def start(self) -> None:
        """Begin with what comes next."""
        async with self._engine.connect() as connection:
            self._seen = (await connection.execute(select(func.coalesce(func.max(steps.c.id), 0)))).scalar_one()

    async def run(self) -> None:
        """Print until cancelled."""
        while True:
            with contextlib.suppress(OperationalError):
                await self.once()
            await asyncio.sleep(_LOOK_EVERY)

    async def once(self) -> None:
        """Print what is new now."""
        async with self._engine.connect() as connection:
            found = (await connection.execute(select(steps).where(steps.c.id > self._seen).order_by(steps.c.id))).all()
        for step in found:
            line = Text(f"{step.at.astimezone():%H:%M:%S}  turn {step.turn_id:<3} ", style="dim")
            line.append(f"{step.who} ", style=_COLOURS.get(step.who, "bold"))
            line.append(step.what, style="default")
            self._console.print(line, soft_wrap=True)
            self._seen = step.id
