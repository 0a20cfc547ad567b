"""Which turns stand on one card: `turns.shown_with` names the first one's turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.tables import posts, proposals, turns
from bot.states import State

#: Posts that were heard this far apart may share a card.
WITHIN = timedelta(hours=1)
#: So many others are compared with at most, the newest.
_COMPARED = 20
#: In these a turn waits on a card, its own or another's.
_ON_A_CARD = (State.PROPOSED.value, State.ASKED.value)


async def companions(
    connection: AsyncConnection, turn_id: int, heard_at: datetime, *, kind: str, lane: str, source: str
) -> tuple[tuple[int, str], ...]:
    """Turns that another may share a card with, each with the words of its posts: waiting with a card of their own, of
    this kind and lane, drafted from this source, in nobody's hands, heard within the hour. Newest first."""
    words = select(func.string_agg(posts.c.text, " ")).where(posts.c.turn_id == turns.c.id).scalar_subquery()
    top = (
        select(proposals.c.body["sources"][0]["entry_id"].astext)
        .where(proposals.c.turn_id == turns.c.id)
        .order_by(proposals.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(turns.c.id, words.label("words"))
        .where(
            *_may_lead(),
            turns.c.id != turn_id,
            turns.c.kind == kind,
            turns.c.lane == lane,
            turns.c.heard_at.between(heard_at - WITHIN, heard_at + WITHIN),
            top == source,
        )
        .order_by(turns.c.heard_at.desc(), turns.c.id.desc())
        .limit(_COMPARED)
    )
    return tuple((row.id, row.words or "") for row in rows)


async def put_with(connection: AsyncConnection, turn_id: int, first: int) -> bool:
    """Show a turn on another's card; False where that one does not wait any more. Its row is locked until commit."""
    leads = select(turns.c.id).where(turns.c.id == first, *_may_lead()).with_for_update()
    if (await connection.execute(leads)).scalar_one_or_none() is None:
        return False
    await connection.execute(update(turns).where(turns.c.id == turn_id).values(shown_with=first))
    return True


async def with_turn(connection: AsyncConnection, turn_id: int) -> tuple[int, ...]:
    """The turns that stand on this one's card, most urgent first."""
    found = await connection.execute(
        select(turns.c.id)
        .where(turns.c.shown_with == turn_id, turns.c.state.in_(_ON_A_CARD))
        .order_by(turns.c.urgency.desc(), turns.c.id)
    )
    return tuple(found.scalars())


async def leave(connection: AsyncConnection, turn_id: int) -> None:
    """Take a turn out of its group. Where it was the first, the most urgent of the others becomes that."""
    mine = (turns.c.id == turn_id, turns.c.shown_with.is_not(None))
    await connection.execute(update(turns).where(*mine).values(shown_with=None))
    others = await with_turn(connection, turn_id)
    if others:
        await connection.execute(update(turns).where(turns.c.id == others[0]).values(shown_with=None))
        await connection.execute(update(turns).where(turns.c.shown_with == turn_id).values(shown_with=others[0]))


async def mend(connection: AsyncConnection) -> None:
    """What stands on the card of one that is put off, or waits no more, comes out from behind it."""
    first, behind = turns.alias("first"), turns
    stale = ~first.c.state.in_(_ON_A_CARD) | (first.c.snoozed_until > func.now()) | (first.c.trouble != "")
    found = await connection.execute(
        select(first.c.id).distinct().join_from(first, behind, behind.c.shown_with == first.c.id).where(stale)
    )
    for turn_id in found.scalars().all():
        await leave(connection, turn_id)


def _may_lead() -> tuple[ColumnElement[bool], ...]:
    now = func.now()
    return (
        turns.c.state.in_(_ON_A_CARD),
        turns.c.shown_with.is_(None),
        turns.c.trouble == "",
        func.coalesce(turns.c.snoozed_until, now) <= now,
        func.coalesce(turns.c.claimed_until, now) <= now,
    )
