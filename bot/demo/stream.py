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
#: So many steps are looked at again: transactions do not commit in the order of their numbers.
_LOOK_BACK = 200
_COLOURS = {"Goodword": "cyan"}


class Stream:
    """Prints every new step until cancelled."""

    def __init__(self, engine: AsyncEngine, console: Console) -> None:
        self._engine = engine
        self._console = console
        self._begin = 0
        self._printed: set[int] = set()

    async def start(self) -> None:
        """Begin with what comes next."""
        async with self._engine.connect() as connection:
            self._begin = (await connection.execute(select(func.coalesce(func.max(steps.c.id), 0)))).scalar_one()

    async def run(self) -> None:
        """Print until cancelled."""
        while True:
            with contextlib.suppress(OperationalError):
                await self.once()
            await asyncio.sleep(_LOOK_EVERY)

    async def once(self) -> None:
        """Print what is new now. A step with a lower number may become visible after one with a higher number."""
        newest = max(self._printed, default=self._begin)
        new = select(steps).where(steps.c.id > max(self._begin, newest - _LOOK_BACK)).order_by(steps.c.id)
        async with self._engine.connect() as connection:
            found = (await connection.execute(new)).all()
        for step in found:
            if step.id in self._printed:
                continue
            line = Text(f"{step.at.astimezone():%H:%M:%S}  turn {step.turn_id:<3} ", style="dim")
            line.append(f"{step.who} ", style=_COLOURS.get(step.who, "bold"))
            line.append(step.what, style="default")
            self._console.print(line, soft_wrap=True)
            self._printed.add(step.id)
