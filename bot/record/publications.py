"""What went out: one publication a turn, resumed part by part, results only from the newest attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import PublishedPart
from bot.record.tables import publication_parts, publications


@dataclass(frozen=True)
class Part:
    """One part of a publication: `intent_at` is when we first set out to send it, the rest what the network said."""

    n: int
    intent_at: datetime
    native_id: str | None
    permalink: str | None
    at: datetime | None


@dataclass(frozen=True)
class Publication:
    """A publication and how far it got. Only the holder of the highest `attempt` may write results."""

    id: int
    turn_id: int
    decision_id: int
    reply_id: int
    hash: str
    attempt: int
    parts: tuple[Part, ...]

    def key(self, n: int) -> str:
        """The idempotency key of part `n`: the same for every attempt."""
        return f"goodword-{self.id}-{n}-{self.hash[:16]}"

    def part(self, n: int) -> Part | None:
        """The part with this number, if we ever set out to send it."""
        return next((part for part in self.parts if part.n == n), None)


async def begin(
    connection: AsyncConnection,
    *,
    turn_id: int,
    decision_id: int,
    reply_id: int,
    reply_hash: str,
    corrects: int | None = None,
) -> None:
    """Write the intent to publish. The turn's row is locked by the caller; a second begin changes nothing."""
    await connection.execute(
        insert(publications)
        .values(turn_id=turn_id, decision_id=decision_id, reply_id=reply_id, hash=reply_hash, corrects=corrects)
        .on_conflict_do_nothing()
    )


async def withdraw_intent(connection: AsyncConnection, publication_id: int) -> None:
    """Forget a publication of which nothing can have gone out, so that a new decision may begin another."""
    await connection.execute(publication_parts.delete().where(publication_parts.c.publication_id == publication_id))
    await connection.execute(publications.delete().where(publications.c.id == publication_id))


async def claim(connection: AsyncConnection, turn_id: int) -> Publication:
    """Take the next attempt number. Whoever held a lower one may no longer write results."""
    await connection.execute(
        update(publications).where(publications.c.turn_id == turn_id).values(attempt=publications.c.attempt + 1)
    )
    found = await of_turn(connection, turn_id)
    if found is None:
        raise LookupError(f"turn {turn_id} is publishing without a publication row")
    return found


async def of_turn(connection: AsyncConnection, turn_id: int) -> Publication | None:
    """The publication of a turn, if one was begun."""
    row = (await connection.execute(select(publications).where(publications.c.turn_id == turn_id))).one_or_none()
    if row is None:
        return None
    found = await connection.execute(
        select(publication_parts).where(publication_parts.c.publication_id == row.id).order_by(publication_parts.c.n)
    )
    parts = tuple(Part(p.n, p.intent_at, p.native_id, p.permalink, p.at) for p in found)
    return Publication(row.id, row.turn_id, row.decision_id, row.reply_id, row.hash, row.attempt, parts)


async def intend(connection: AsyncConnection, publication_id: int, n: int) -> None:
    """Write down, before the call, that part `n` is about to be sent; the first time stays."""
    await connection.execute(
        insert(publication_parts)
        .values(publication_id=publication_id, n=n, intent_at=func.now())
        .on_conflict_do_nothing()
    )


async def confirm(connection: AsyncConnection, publication: Publication, n: int, part: PublishedPart) -> bool:
    """Write what the network returned, unless a later attempt has taken over; returns whether it was written."""
    newest = select(publications.c.attempt).where(publications.c.id == publication.id).scalar_subquery()
    done = await connection.execute(
        update(publication_parts)
        .where(
            publication_parts.c.publication_id == publication.id,
            publication_parts.c.n == n,
            newest == publication.attempt,
        )
        .values(native_id=part.native_id, permalink=part.permalink, at=part.at)
    )
    return done.rowcount == 1


async def finish(connection: AsyncConnection, publication_id: int) -> None:
    """All parts are confirmed."""
    await connection.execute(
        update(publications).where(publications.c.id == publication_id).values(finished_at=func.now())
    )


async def withdrawn(connection: AsyncConnection, publication_id: int) -> None:
    """Every part is deleted on the channel."""
    await connection.execute(
        update(publications).where(publications.c.id == publication_id).values(withdrawn_at=func.now())
    )


async def ours(connection: AsyncConnection, native_ids: tuple[str, ...]) -> frozenset[str]:
    """Which of these posts are publications of ours (all others by our account were written elsewhere)."""
    if not native_ids:
        return frozenset()
    found = await connection.execute(
        select(publication_parts.c.native_id).where(publication_parts.c.native_id.in_(native_ids))
    )
    return frozenset(found.scalars())
