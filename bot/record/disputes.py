"""Disputes: entries that a reviewer found wrong or outdated, until their owner or a lead has looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.tables import disputes


@dataclass(frozen=True)
class Dispute:
    """One reviewer's doubt about an entry. `reason` is a `RejectReason`; `settled` is how it ended: `right` (the entry
    is in use again) or `retired`; None while it is open."""

    id: int
    entry_id: str
    turn_id: int
    reason: str
    note: str
    who: str
    at: datetime
    settled_by: str | None
    settled: str | None
    settled_at: datetime | None


_COLUMNS = tuple(getattr(disputes.c, field.name) for field in fields(Dispute))


async def add(connection: AsyncConnection, *, entry_id: str, turn_id: int, reason: str, note: str, who: str) -> int:
    """Write a doubt down; returns its number."""
    values = {"entry_id": entry_id, "turn_id": turn_id, "reason": reason, "note": note, "who": who}
    made = await connection.execute(insert(disputes).values(**values).returning(disputes.c.id))
    return int(made.scalar_one())


async def get(connection: AsyncConnection, number: int, *, lock: bool = False) -> Dispute | None:
    """A dispute by its number; with `lock` nobody else settles it until this transaction ends."""
    statement = select(*_COLUMNS).where(disputes.c.id == number)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return Dispute(*row) if row else None


async def open_ones(connection: AsyncConnection, limit: int = 100) -> tuple[Dispute, ...]:
    """What nobody has settled yet, oldest first."""
    rows = await connection.execute(
        select(*_COLUMNS).where(disputes.c.settled.is_(None)).order_by(disputes.c.id).limit(limit)
    )
    return tuple(Dispute(*row) for row in rows)


async def settle(connection: AsyncConnection, entry_ids: Iterable[str], how: str, by: str) -> tuple[int, ...]:
    """End every open dispute about these entries; returns their numbers."""
    rows = await connection.execute(
        update(disputes)
        .where(disputes.c.entry_id.in_(sorted(entry_ids)), disputes.c.settled.is_(None))
        .values(settled=how, settled_by=by, settled_at=func.now())
        .returning(disputes.c.id)
    )
    return tuple(sorted(rows.scalars()))
