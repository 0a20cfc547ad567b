"""Which posts each day's digest told of, and where its message stands."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cards.overview import DIGEST_SHOWN, Digest
from bot.record import overview
from bot.record.tables import digests, turns
from bot.review import Place
from bot.states import State

#: Names the advisory lock of whoever sends it.
_SENDING = 0x676F6F64_0003
#: Silence that is older than this is no news: after a long pause nobody is told of a whole year.
_NEWS = timedelta(days=7)


async def begin_sending(connection: AsyncConnection) -> bool:
    """Whether this session sends from now on; False where another does. `end_sending` ends it."""
    return bool((await connection.execute(select(func.pg_try_advisory_lock(_SENDING)))).scalar_one())


async def end_sending(connection: AsyncConnection) -> None:
    """Let others look."""
    await connection.execute(select(func.pg_advisory_unlock(_SENDING)))


async def begin(connection: AsyncConnection, day: date) -> bool:
    """Write down what this day's digest tells of; False where that was done before."""
    made = await connection.execute(insert(digests).values(day=day).on_conflict_do_nothing().returning(digests.c.day))
    if made.scalar_one_or_none() is None:
        return False
    news = (turns.c.state == State.SILENT.value) & turns.c.digest.is_(None) & (turns.c.heard_at > func.now() - _NEWS)
    await connection.execute(update(turns).where(news).values(digest=day))
    return True


async def is_sent(connection: AsyncConnection, day: date) -> bool:
    """Whether the message of this day was posted, or there was nothing to tell."""
    found = await connection.execute(select(digests.c.message).where(digests.c.day == day))
    return found.scalar_one_or_none() is not None


async def set_place(connection: AsyncConnection, day: date, place: Place) -> None:
    """Record where the message stands; empty where there was nothing to tell."""
    await connection.execute(
        update(digests).where(digests.c.day == day).values(channel=place.channel, message=place.message)
    )


async def day_at(connection: AsyncConnection, place: Place) -> date | None:
    """The day whose digest stands there."""
    where = (digests.c.channel == place.channel, digests.c.message == place.message)
    found: date | None = (await connection.execute(select(digests.c.day).where(*where))).scalar_one_or_none()
    return found


async def of_day(connection: AsyncConnection, day: date) -> Digest:
    """What a day's digest tells of, as it stands now."""
    count = select(func.count()).where(turns.c.digest == day)
    first = (
        select(literal("digest").label("list"), turns.c.id, literal(0).label("in_all"))
        .where(turns.c.digest == day)
        .order_by(turns.c.heard_at, turns.c.id)
        .limit(DIGEST_SHOWN)
    )
    rows = await overview.rows(connection, first)
    return Digest(day, tuple(rows), int((await connection.execute(count)).scalar_one()))
