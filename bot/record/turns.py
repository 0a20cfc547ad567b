"""Engagements and their turns: where each stands, and the only way to change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.proposal import Understanding
from bot.cards.history import stuck
from bot.record import sharing
from bot.record.tables import engagements, publications, steps, turns
from bot.review import Step
from bot.states import DECIDABLE, OPEN, OUT, State, move
from knowledge.errors import GoodwordError


class UnknownTurn(GoodwordError):
    """There is no turn with that number."""

    code = "unknown_turn"


@dataclass(frozen=True)
class Turn:
    """A turn with what it needs of its engagement. `lock` names the conversation: one job at a time works on it."""

    id: int
    engagement_id: int
    channel: str
    thread: str
    author_id: str
    state: State
    version: int
    trouble: str
    follow_up_at: datetime | None
    heard_at: datetime
    updated_at: datetime
    outcome: str
    attained: str
    earlier: Understanding | None
    corrects: int | None
    shown_with: int | None
    lane: str
    points: dict[str, int]
    wish: dict[str, Any] | None
    goes_out_at: datetime | None
    claimed_by: str | None
    claimed_name: str | None
    claimed_until: datetime | None
    snoozed_until: datetime | None
    handed_to: str
    handed_name: str
    reminded: int

    @property
    def lock(self) -> str:
        """The queue's lock for everything that happens in this conversation."""
        return f"{self.channel}:{self.thread}"


_COLUMNS = (
    turns,
    engagements.c.channel,
    engagements.c.thread,
    engagements.c.author_id,
    engagements.c.outcome,
    engagements.c.attained,
    engagements.c.understanding,
)


async def engage(connection: AsyncConnection, channel: str, thread: str, author_id: str) -> int:
    """The engagement of this person in this thread, made where there is none, its row locked until commit."""
    key = {"channel": channel, "thread": thread, "author_id": author_id}
    await connection.execute(upsert(engagements).values(**key).on_conflict_do_nothing())
    found = await connection.execute(select(engagements.c.id).filter_by(**key).with_for_update())
    return int(found.scalar_one())


async def open_turn(connection: AsyncConnection, engagement_id: int) -> Turn | None:
    """The engagement's turn that nothing has gone out for yet: what the person adds belongs to it. A correction answers
    nothing that the person says."""
    statement = (
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .where(
            turns.c.engagement_id == engagement_id,
            turns.c.corrects.is_(None),
            turns.c.state.in_([state.value for state in OPEN]),
        )
        .order_by(turns.c.id.desc())
        .limit(1)
        .with_for_update(of=turns)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    return _turn(row) if row else None


async def begin(
    connection: AsyncConnection, engagement_id: int, *, follows: int | None = None, corrects: int | None = None
) -> int:
    """A new turn, heard and waiting for a draft; one that `follows` or `corrects` another has no posts of its own."""
    values = {"engagement_id": engagement_id, "state": State.HEARD.value, "follows": follows, "corrects": corrects}
    made = await connection.execute(insert(turns).values(**values).returning(turns.c.id))
    return int(made.scalar_one())


async def get(connection: AsyncConnection, turn_id: int, *, lock: bool = False) -> Turn:
    """A turn as it stands; with `lock` nobody else changes it until this transaction ends.

    Raises:
        UnknownTurn: no such turn.
    """
    statement = select(*_COLUMNS).join_from(turns, engagements).where(turns.c.id == turn_id)
    if lock:
        statement = statement.with_for_update(of=turns)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise UnknownTurn(f"there is no turn {turn_id}", hint="`goodword review --list` shows the waiting ones")
    return _turn(row)


async def change(connection: AsyncConnection, turn: Turn, to: State, *, who: str, what: str, **values: Any) -> None:
    """Move a turn (read with `lock=True`) to another state and write the step into its history.

    `values` are further columns of the turn to set (version, trouble, follow_up_at).

    Raises:
        IllegalMove: the table of moves does not hold this one.
    """
    move(turn.state, to)
    values.setdefault("trouble", "")
    values.setdefault("reminded", 0)  # something happens: nobody need be reminded yet
    values.setdefault("wish", None)  # it was granted, or something else happened meanwhile
    await connection.execute(
        update(turns).where(turns.c.id == turn.id).values(state=to.value, updated_at=func.now(), **values)
    )
    if to not in (State.PROPOSED, State.ASKED) or "version" in values or values["trouble"]:
        await sharing.leave(connection, turn.id)
    await note(connection, turn.id, who=who, what=what)


async def set_trouble(connection: AsyncConnection, turn: Turn, why: str) -> None:
    """Say what keeps a turn from going on, without moving it; the next move clears it."""
    await connection.execute(update(turns).where(turns.c.id == turn.id).values(trouble=why, updated_at=func.now()))
    await sharing.leave(connection, turn.id)
    await note(connection, turn.id, who="Goodword", what=stuck(why))


async def wait(connection: AsyncConnection, turn: Turn, until: datetime, *, who: str, what: str) -> None:
    """Put the follow-up of a turn off, without moving it."""
    await connection.execute(update(turns).where(turns.c.id == turn.id).values(follow_up_at=until))
    await note(connection, turn.id, who=who, what=what)


async def put(connection: AsyncConnection, turn_id: int, **values: Any) -> None:
    """Set columns of a turn (read with `lock=True`) without moving it: a claim, a snooze, who it was handed to."""
    await connection.execute(update(turns).where(turns.c.id == turn_id).values(**values))


async def wish(connection: AsyncConnection, turn_id: int, wished: dict[str, Any]) -> None:
    """What is wished of the next draft, without moving the turn."""
    await connection.execute(update(turns).where(turns.c.id == turn_id).values(wish=wished))


async def note(connection: AsyncConnection, turn_id: int, *, who: str, what: str) -> None:
    """Add a line to a turn's history."""
    await connection.execute(insert(steps).values(turn_id=turn_id, who=who, what=what))


async def set_understanding(connection: AsyncConnection, engagement_id: int, understanding: Understanding) -> None:
    """Keep what was understood for the next turn of the same person."""
    values: dict[str, Any] = {"understanding": understanding.model_dump(mode="json")}
    if understanding.outcome:
        values["outcome"] = understanding.outcome
    await connection.execute(update(engagements).where(engagements.c.id == engagement_id).values(**values))


async def set_attained(connection: AsyncConnection, engagement_id: int, attained: str) -> None:
    """Record whether the outcome was attained: `attained`, `not_attained` or `unknown`."""
    await connection.execute(update(engagements).where(engagements.c.id == engagement_id).values(attained=attained))


async def answered(connection: AsyncConnection, turn: Turn, within: timedelta) -> tuple[Turn, ...]:
    """What this turn's person was answered on this channel, in any thread, `within` so much time and not yet closed."""
    rows = await connection.execute(
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .join(publications, publications.c.turn_id == turns.c.id)
        .where(
            engagements.c.channel == turn.channel,
            engagements.c.author_id == turn.author_id,
            turns.c.id != turn.id,
            turns.c.state.in_([State.PUBLISHED.value, State.LEARNED.value]),
            publications.c.finished_at > func.now() - within,
        )
        .order_by(turns.c.id)
    )
    return tuple(_turn(row) for row in rows.mappings())


async def correction_of(connection: AsyncConnection, turn_id: int) -> Turn | None:
    """The newest turn that corrects this one, where it waits or is out: one that was rejected or taken back is none."""
    over = (State.REJECTED.value, State.WITHDRAWING.value, State.WITHDRAWN.value)
    found = await connection.execute(
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .where(turns.c.corrects == turn_id, turns.c.state.not_in(over))
        .order_by(turns.c.id.desc())
        .limit(1)
    )
    row = found.mappings().one_or_none()
    return _turn(row) if row else None


async def correction_standing(connection: AsyncConnection, turn_id: int) -> Turn | None:
    """The newest turn that corrects this one and of which something stands on the channel, or may."""
    may_stand = (*OUT, State.PUBLISHING, State.UNCLEAR, State.WITHDRAWING)
    found = await connection.execute(
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .where(turns.c.corrects == turn_id, turns.c.state.in_([state.value for state in may_stand]))
        .order_by(turns.c.id.desc())
        .limit(1)
    )
    row = found.mappings().one_or_none()
    return _turn(row) if row else None


async def open_corrections(connection: AsyncConnection, engagement_id: int) -> tuple[Turn, ...]:
    """The corrections of an engagement that nothing has gone out for yet, their rows locked until commit."""
    rows = await connection.execute(
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .where(
            turns.c.engagement_id == engagement_id,
            turns.c.corrects.is_not(None),
            turns.c.state.in_([state.value for state in OPEN]),
        )
        .order_by(turns.c.id)
        .with_for_update(of=turns)
    )
    return tuple(_turn(row) for row in rows.mappings())


async def followed_by(connection: AsyncConnection, turn_id: int) -> State | None:
    """Where the turn stands of which this one asks how it went, its row locked until commit; None where it asks of
    none."""
    asks = select(turns.c.follows).where(turns.c.id == turn_id).scalar_subquery()
    locked = select(turns.c.state).where(turns.c.id == asks).with_for_update()
    found = (await connection.execute(locked)).scalar_one_or_none()
    return State(found) if found else None


async def followed(connection: AsyncConnection, turn_id: int) -> bool:
    """Whether a turn has been begun that asks how this one went."""
    found = await connection.execute(select(turns.c.id).where(turns.c.follows == turn_id))
    return found.scalar_one_or_none() is not None


async def history(connection: AsyncConnection, turn_id: int) -> tuple[Step, ...]:
    """Every step of a turn, oldest first."""
    rows = await connection.execute(select(steps).where(steps.c.turn_id == turn_id).order_by(steps.c.id))
    return tuple(Step(row.at, row.who, row.what, row.id) for row in rows)


async def in_states(connection: AsyncConnection, states: Iterable[State], limit: int = 100) -> tuple[Turn, ...]:
    """Turns in these states, newest first."""
    rows = await connection.execute(
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .where(turns.c.state.in_([state.value for state in states]))
        .order_by(turns.c.heard_at.desc(), turns.c.id.desc())
        .limit(limit)
    )
    return tuple(_turn(row) for row in rows.mappings())


async def waiting(connection: AsyncConnection, limit: int, channels: Iterable[str]) -> tuple[Turn, ...]:
    """Turns of these channels that wait for a person and are not put off, in the order in which they should be looked
    at."""
    rows = await connection.execute(
        select(*_COLUMNS)
        .join_from(turns, engagements)
        .where(*_waits(), engagements.c.channel.in_(list(channels)))
        .order_by(turns.c.urgency.desc(), turns.c.id)
        .limit(limit)
    )
    return tuple(_turn(row) for row in rows.mappings())


async def waiting_elsewhere(connection: AsyncConnection, channels: Iterable[str]) -> dict[str, int]:
    """How many turns wait for a person in each channel but these."""
    rows = await connection.execute(
        select(engagements.c.channel, func.count().label("waiting"))
        .join_from(turns, engagements)
        .where(*_waits(), engagements.c.channel.not_in(list(channels)))
        .group_by(engagements.c.channel)
        .order_by(engagements.c.channel)
    )
    return {row.channel: row.waiting for row in rows}


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (
        turns.c.state.in_([state.value for state in DECIDABLE]),
        func.coalesce(turns.c.snoozed_until, func.now()) <= func.now(),
    )


async def overdue(
    connection: AsyncConnection, moving: Iterable[State], after: timedelta, limit: int = 1000
) -> tuple[Turn, ...]:
    """Turns in these states that have not moved for `after`, and learned ones whose follow-up is that late."""
    since = func.now() - after
    stands = turns.c.state.in_([state.value for state in moving]) & (turns.c.updated_at < since)
    late = (turns.c.state == State.LEARNED.value) & (turns.c.follow_up_at < since)
    rows = await connection.execute(
        select(*_COLUMNS).join_from(turns, engagements).where(stands | late).order_by(turns.c.updated_at).limit(limit)
    )
    return tuple(_turn(row) for row in rows.mappings())


async def counts(connection: AsyncConnection) -> dict[State, int]:
    """How many turns stand in each state."""
    rows = await connection.execute(select(turns.c.state, func.count()).group_by(turns.c.state))
    return {State(state): count for state, count in rows}


def _turn(row: RowMapping) -> Turn:
    values = {name: row[name] for name in Turn.__dataclass_fields__ if name != "earlier"}
    values["state"] = State(row["state"])
    understanding = row["understanding"]
    return Turn(earlier=Understanding.model_validate(understanding) if understanding else None, **values)
