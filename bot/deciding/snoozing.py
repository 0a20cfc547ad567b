"""Snoozes: a turn is looked at again later. It can still be decided on, and a new message of the person ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record import replies, turns
from bot.record.turns import Turn
from bot.review import Decision, Verb
from bot.states import DECIDABLE

if TYPE_CHECKING:
    from bot.deciding.taking import Taking
    from bot.journey import Journey

#: Nobody means a later moment than this; whoever mistypes a year would lose the post for good.
LONGEST = timedelta(days=90)
#: Said in the history when a snooze is over.
BACK = "took it up again: the time it was put off for is over"


def asleep(turn: Turn, now: datetime | None = None) -> bool:
    """Whether a turn is put off now."""
    return turn.snoozed_until is not None and turn.snoozed_until > (now or datetime.now(UTC))


def against(decision: Decision, turn: Turn) -> str:
    """Why a turn cannot be put off, or woken, as a sentence; empty where it can."""
    now = datetime.now(UTC)
    if decision.verb is Verb.WAKE:
        return "" if asleep(turn, now) else "This one is not put off."
    if decision.until is None:
        return "Say until when."
    if decision.until <= now:
        return "That moment has passed: choose a later one."
    if decision.until - now > LONGEST:
        return f"That is too far away: at most {LONGEST.days} days."
    return ""


async def snooze(taking: Taking) -> None:
    """Put it off. Whoever does that does not work on it now: their claim ends."""
    until = taking.decision.until
    assert until is not None  # looked at before
    values = {"snoozed_until": until, "claimed_by": None, "claimed_name": None, "claimed_until": None}
    await turns.put(taking.connection, taking.turn.id, **values)
    await taking.note_decided()
    await taking.journey.queue.look(taking.connection, taking.turn.id, until)


async def wake(taking: Taking) -> None:
    """It counts as waiting again, before its time."""
    await end(taking.connection, taking.turn)
    await taking.note_decided()


async def end(connection: AsyncConnection, turn: Turn) -> None:
    """It is not put off any more."""
    if turn.snoozed_until is not None:
        await turns.put(connection, turn.id, snoozed_until=None)


async def look(journey: Journey, turn_id: int) -> None:
    """What was put off until now is back: whoever put it off is told. Otherwise only the card is brought up to date,
    for a claim may have lapsed."""
    async with journey.engine.begin() as connection:
        turn = await turns.get(connection, turn_id, lock=True)
        if asleep(turn) and turn.snoozed_until is not None:  # put off for longer meanwhile, or our clock is behind
            await journey.queue.look(connection, turn_id, turn.snoozed_until)
        elif turn.snoozed_until is not None:
            await end(connection, turn)
            if turn.state in DECIDABLE:
                await turns.note(connection, turn_id, who="Goodword", what=BACK)
                put_off = await replies.last_decision(connection, turn_id, Verb.SNOOZE)
                if put_off is not None:
                    await journey.queue.tell(connection, turn_id, "woken", put_off.id, put_off.reviewer_id)
        await journey.queue.show(connection, turn_id)
