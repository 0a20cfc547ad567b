"""The demo's daily digest: nobody who tries Goodword waits for the next morning to see it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from bot.cards import digest
from bot.core import Core
from bot.record.tables import digests, turns
from bot.states import State

#: So many posts without a proposed reply are worth a digest.
_ENOUGH = 2
_LOOK_EVERY = 1.0


async def forget(core: Core) -> None:
    """The stand-in Slack starts empty each time: what it was told today is told again."""
    async with core.transaction() as connection:
        today = _evening(core).date()
        await connection.execute(update(turns).where(turns.c.digest == today).values(digest=None))
        await connection.execute(delete(digests).where(digests.c.day == today))


async def send_once_there_is_enough(core: Core, console: Console) -> None:
    """Send today's digest as soon as a few posts were heard that nobody should answer."""
    while not await _enough(core):
        await asyncio.sleep(_LOOK_EVERY)
    while not (told := await digest.send(core.journey, _evening(core))):
        await asyncio.sleep(_LOOK_EVERY)
    console.print(
        f"The daily digest is in the review channel: {told} posts that no reply was proposed for. "
        "A team gets it once a day, at an hour of its own.",
        highlight=False,
    )


async def _enough(core: Core) -> bool:
    untold = select(func.count()).where(turns.c.state == State.SILENT.value, turns.c.digest.is_(None))
    with contextlib.suppress(OperationalError):
        async with core.engine.connect() as connection:
            return int((await connection.execute(untold)).scalar_one()) >= _ENOUGH
    return False


def _evening(core: Core) -> datetime:
    """The moment of today at which the rules want the digest."""
    rules = core.journey.rules
    zone = ZoneInfo(rules.hours.zone)
    return datetime.combine(datetime.now(zone).date(), rules.digest_at, zone)
