"""Calls to the team's language model: each is a row, so that an hour's budget holds for all workers together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.tables import calls

_HOUR = timedelta(hours=1)
#: Rows are of use for an hour and looked at for a while after; then they are done away with.
_KEPT = timedelta(days=30)


async def take(connection: AsyncConnection, turn_id: int, per_hour: int) -> tuple[int | None, int]:
    """Write down a call for a turn, where the last sixty minutes leave one.

    Returns its id and how many were left before it was taken; (None, 0) where none was.
    """
    # Two workers that count at once would both see the last call: one waits for the other.
    await connection.execute(text("LOCK TABLE calls IN SHARE ROW EXCLUSIVE MODE"))
    await connection.execute(delete(calls).where(calls.c.at < func.now() - _KEPT))
    left = per_hour - await in_the_last_hour(connection)
    if left < 1:
        return None, 0
    made = await connection.execute(insert(calls).values(turn_id=turn_id).returning(calls.c.id))
    return int(made.scalar_one()), left


async def give_back(connection: AsyncConnection, call: int) -> None:
    """A call that was written down was not made."""
    await connection.execute(delete(calls).where(calls.c.id == call))


async def in_the_last_hour(connection: AsyncConnection) -> int:
    """How many calls the last sixty minutes saw."""
    counted = await connection.execute(select(func.count()).where(calls.c.at > func.now() - _HOUR))
    return int(counted.scalar_one())
