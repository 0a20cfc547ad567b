"""Where cards stand, how far channels were read, and the switches of the installation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.tables import cards, cursors, switches, turns
from bot.review import Place

#: How many links to messages that were not public are kept for the team to look at.
_LINKS_KEPT = 50
#: The switch without which nothing goes out. In a new installation it was never set, and so it is off.
PUBLISHING = "publishing"


@dataclass(frozen=True)
class Switch:
    """How a switch stands, who set it and when."""

    on: bool
    who: str
    at: datetime


async def set_place(connection: AsyncConnection, turn_id: int, room: str, place: Place) -> None:
    """Record where a turn's card stands."""
    where = (cards.c.turn_id == turn_id, cards.c.room == room)
    await connection.execute(update(cards).where(*where).values(channel=place.channel, message=place.message))


async def place_of(connection: AsyncConnection, turn_id: int, room: str) -> Place | None:
    """Where a turn's card stands in this room, if it was posted."""
    found = await connection.execute(
        select(cards.c.channel, cards.c.message).where(cards.c.turn_id == turn_id, cards.c.room == room)
    )
    row = found.one_or_none()
    return Place(row.channel, row.message) if row and row.message else None


async def cursor_of(connection: AsyncConnection, channel: str) -> str | None:
    """How far a channel was read."""
    return (await connection.execute(select(cursors.c.cursor).where(cursors.c.channel == channel))).scalar_one_or_none()


async def locked_cursor(connection: AsyncConnection, channel: str) -> str | None:
    """How far a channel was read; nobody else moves it until this transaction ends."""
    await connection.execute(insert(cursors).values(channel=channel).on_conflict_do_nothing())
    statement = select(cursors.c.cursor).where(cursors.c.channel == channel).with_for_update()
    cursor: str | None = (await connection.execute(statement)).scalar_one()
    return cursor


async def advance_cursor(
    connection: AsyncConnection, channel: str, cursor: str | None, not_public: tuple[str, ...]
) -> None:
    """Go on from here next time; messages that were not public are counted and their links kept, nothing else."""
    values = {"cursor": cursor, "not_public": len(not_public), "not_public_links": list(not_public)}
    statement = insert(cursors).values(channel=channel, **values)
    links = func.array_cat(statement.excluded.not_public_links, cursors.c.not_public_links)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[cursors.c.channel],
            set_={
                "cursor": statement.excluded.cursor,
                "not_public": cursors.c.not_public + statement.excluded.not_public,
                "not_public_links": func.trim_array(links, func.greatest(func.cardinality(links) - _LINKS_KEPT, 0)),
                "updated_at": func.now(),
            },
        )
    )


async def not_public(connection: AsyncConnection) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """By channel: how many messages were not public, and links to the newest of them."""
    rows = await connection.execute(select(cursors.c.channel, cursors.c.not_public, cursors.c.not_public_links))
    return tuple((row.channel, row.not_public, tuple(row.not_public_links)) for row in rows)


async def is_on(connection: AsyncConnection, name: str) -> bool:
    """Whether a switch is on; one that was never set is off."""
    found = await switch_of(connection, name)
    return found is not None and found.on


async def switch_of(connection: AsyncConnection, name: str) -> Switch | None:
    """How a switch stands; None where it was never set."""
    found = await connection.execute(
        select(switches.c.on, switches.c.who, switches.c.at).where(switches.c.name == name)
    )
    row = found.one_or_none()
    return Switch(row.on, row.who, row.at) if row else None


async def switch(connection: AsyncConnection, name: str, on: bool, who: str) -> None:
    """Turn a switch on or off, and remember who did."""
    statement = insert(switches).values(name=name, on=on, who=who)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[switches.c.name], set_={"on": on, "who": who, "at": func.now()})
    )


async def forget_place(connection: AsyncConnection, turn_id: int, room: str) -> None:
    """The card stands nowhere any more: it was deleted. The intent is of now, as for one that is about to be posted."""
    where = (cards.c.turn_id == turn_id, cards.c.room == room)
    values = {"channel": None, "message": None, "told": 0, "telling": 0, "intent_at": func.now()}
    await connection.execute(update(cards).where(*where).values(**values))


async def standing(
    connection: AsyncConnection, room: str, states: Iterable[str], most: int
) -> tuple[tuple[int, Place], ...]:
    """Turns in these states whose card stands somewhere in this room, and where: the newest card first."""
    rows = await connection.execute(
        select(cards.c.turn_id, cards.c.channel, cards.c.message)
        .join_from(cards, turns)
        .where(
            cards.c.room == room,
            cards.c.message.is_not(None),
            cards.c.message != "",
            turns.c.state.in_(list(states)),
        )
        .order_by(cards.c.intent_at.desc())
        .limit(most)
    )
    return tuple((row.turn_id, Place(row.channel, row.message)) for row in rows)


async def told(connection: AsyncConnection, turn_id: int, room: str) -> tuple[int, int]:
    """The newest step that the thread below a card tells, and the newest that we set out to tell."""
    found = await connection.execute(
        select(cards.c.told, cards.c.telling).where(cards.c.turn_id == turn_id, cards.c.room == room)
    )
    row = found.one_or_none()
    return (row.told, row.telling) if row else (0, 0)


async def set_told(connection: AsyncConnection, turn_id: int, room: str, **values: int) -> None:
    """Record how far the thread below a card has come (`told`), or is about to come (`telling`)."""
    where = (cards.c.turn_id == turn_id, cards.c.room == room)
    await connection.execute(update(cards).where(*where).values(**values))
