"""Turns that wait for a decision and to which nothing has happened for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.tables import turns
from bot.states import State

#: What a person was asked about, and has not decided.
WAITING = (State.ASKED, State.WITHHELD, State.HANDED_OVER)


async def since(
    connection: AsyncConnection, moment: datetime, reminded: int, *, only: int | None = None, limit: int = 500
) -> tuple[int, ...]:
    """The turns that have waited since this moment or longer and of which so many steps were taken already: nothing
    has happened to them, and no claim or snooze held. With `only` whether this one is among them."""
    quiet_since = func.greatest(turns.c.updated_at, turns.c.claimed_until, turns.c.snoozed_until)
    statement = (
        select(turns.c.id)
        .where(
            turns.c.state.in_([state.value for state in WAITING]),
            turns.c.shown_with.is_(None),
            turns.c.reminded == reminded,
            quiet_since <= moment,
        )
        .order_by(turns.c.id)
        .limit(limit)
    )
    if only is not None:
        statement = statement.where(turns.c.id == only)
    return tuple((await connection.execute(statement)).scalars())


async def reminded(connection: AsyncConnection, turn_id: int, number: int) -> None:
    """So many steps are taken; the wait for the next begins."""
    values = {"reminded": number, "updated_at": func.now()}
    await connection.execute(update(turns).where(turns.c.id == turn_id).values(**values))
