"""Which turns get a card now: counted in the record, for all workers together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.reasons import Lane
from bot.record.tables import cards, turns
from bot.record.turns import Turn
from bot.states import State

#: Names the advisory lock under which cards are counted and given out.
_COUNTING = 0x676F6F64_0001
#: Names the one that whoever posts the held-back cards holds meanwhile.
_DEALING = 0x676F6F64_0002
HOUR = timedelta(hours=1)
#: A card that was meant to be posted this long ago and stands nowhere was lost on the way.
LOST_AFTER = timedelta(minutes=1)

_WAITING = tuple(state.value for state in (State.ASKED, State.WITHHELD, State.EXPIRED, State.UNCLEAR))
#: Whose card is missed, and may have been lost on its way: what was handed over keeps the one that it had.
_MISSED = (*_WAITING, State.HANDED_OVER.value)
_STUCK = tuple(state.value for state in (State.WITHHELD, State.UNCLEAR))


async def count_alone(connection: AsyncConnection) -> None:
    """Until this transaction ends nobody else counts cards or gives them out."""
    await connection.execute(select(func.pg_advisory_xact_lock(_COUNTING)))


async def begin_dealing(connection: AsyncConnection) -> bool:
    """Whether this session deals from now on; False where another does. `end_dealing` ends it."""
    return bool((await connection.execute(select(func.pg_try_advisory_lock(_DEALING)))).scalar_one())


async def end_dealing(connection: AsyncConnection) -> None:
    """Let others deal."""
    await connection.execute(select(func.pg_advisory_unlock(_DEALING)))


async def has_card(connection: AsyncConnection, turn_id: int) -> bool:
    """Whether a card was posted for this turn, or is on its way."""
    found = await connection.execute(select(cards.c.turn_id).where(cards.c.turn_id == turn_id).limit(1))
    return found.scalar_one_or_none() is not None


async def free(connection: AsyncConnection, turn: Turn) -> bool:
    """Whether nothing keeps this turn (as it stands now) from a card: it is not put off, not in somebody's hands, and
    not shown on another's card."""
    found = await connection.execute(select(turns.c.id).where(turns.c.id == turn.id, *_free()))
    return found.scalar_one_or_none() is not None


async def room_left(connection: AsyncConnection, per_hour: int) -> bool:
    """Whether one more card may be posted within this hour. Urgent ones are not counted."""
    counted = (
        select(func.count(func.distinct(cards.c.turn_id)))
        .join_from(cards, turns)
        .where(cards.c.intent_at > func.now() - HOUR, turns.c.lane != Lane.URGENT.value)
    )
    return int((await connection.execute(counted)).scalar_one()) < per_hour


async def next_waiting(connection: AsyncConnection, *, whatever_the_hour: bool) -> tuple[int, float] | None:
    """The most urgent turn that waits without a card, with its urgency; `whatever_the_hour`: of those only that are
    never held back, the urgent lane and what was stopped before it went out."""
    statement = (
        select(turns.c.id, turns.c.urgency)
        .where(turns.c.state.in_(_WAITING), *_free(), ~select(1).where(cards.c.turn_id == turns.c.id).exists())
        .order_by(turns.c.urgency.desc(), turns.c.id)
        .limit(1)
    )
    if whatever_the_hour:
        statement = statement.where(or_(turns.c.lane == Lane.URGENT.value, turns.c.state.in_(_STUCK)))
    row = (await connection.execute(statement)).one_or_none()
    return (row.id, row.urgency) if row else None


async def urgency_of(connection: AsyncConnection, turn_id: int) -> float:
    """The number that the queue is ordered by."""
    return float((await connection.execute(select(turns.c.urgency).where(turns.c.id == turn_id))).scalar_one())


async def intend(connection: AsyncConnection, turn_id: int, rooms: tuple[str, ...]) -> frozenset[str]:
    """Write down that cards are about to be posted; returns the rooms for which that is new."""
    made = await connection.execute(
        insert(cards)
        .values([{"turn_id": turn_id, "room": room} for room in rooms])
        .on_conflict_do_nothing()
        .returning(cards.c.room)
    )
    return frozenset(made.scalars())


async def lost(connection: AsyncConnection) -> tuple[tuple[int, str], ...]:
    """Turns and rooms whose card was meant to be posted a while ago and stands nowhere: whoever posted it died.

    A turn that is still being asked about is not among them: its own step looks after its card.
    """
    rows = await connection.execute(
        select(cards.c.turn_id, cards.c.room)
        .join_from(cards, turns)
        .where(cards.c.message.is_(None), cards.c.intent_at < func.now() - LOST_AFTER, turns.c.state.in_(_MISSED))
        .order_by(turns.c.urgency.desc())
    )
    return tuple((row.turn_id, row.room) for row in rows)


async def give_up(connection: AsyncConnection, turn_id: int, room: str) -> None:
    """This room will not take the card, now or later: it is not looked for any more."""
    where = (cards.c.turn_id == turn_id, cards.c.room == room)
    await connection.execute(update(cards).where(*where).values(message=""))


def _free() -> tuple[ColumnElement[bool], ...]:
    now = func.now()
    return (
        turns.c.shown_with.is_(None),
        func.coalesce(turns.c.snoozed_until, now) <= now,
        func.coalesce(turns.c.claimed_until, now) <= now,
    )
