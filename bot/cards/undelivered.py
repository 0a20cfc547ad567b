"""A decision that is not carried out in time is a failure that somebody sees: on its card, in its history, on /readyz.

While the channel is away an approved reply, or a deletion, is tried again for as long as it takes. After a while that
is said, once, with what the channel says; the next move clears it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cards import history
from bot.channels.base import ChannelUnavailable
from bot.health import Remark
from bot.record import turns
from bot.record.tables import turns as table
from bot.record.turns import Turn
from bot.states import State
from knowledge.errors import GoodwordError

if TYPE_CHECKING:
    from bot.journey import Journey

#: How long a decision may take to reach the channel before it is spoken of.
PATIENCE = timedelta(minutes=10)
#: Decided, and on its way to the channel.
_UNDER_WAY = (State.APPROVED, State.PUBLISHING, State.WITHDRAWING)
_OVERDUE = table.c.state.in_([state.value for state in _UNDER_WAY]) & (table.c.trouble != "")


async def tell(journey: Journey, turn: Turn, error: ChannelUnavailable) -> None:
    """The channel did not take it now: once that has lasted for too long, say so on the card."""
    if turn.state not in _UNDER_WAY or not _late(turn):
        return
    async with journey.engine.begin() as connection:
        now = await turns.get(connection, turn.id, lock=True)
        if now.state is turn.state and not now.trouble:
            await turns.set_trouble(connection, now, history.undelivered(now.state, str(error)))
            await journey.queue.show(connection, now.id)


async def tell_fault(journey: Journey, turn_id: int, error: Exception) -> None:
    """A step failed for a reason that waiting will not mend: say so on the card and in the history, once.

    Saying so may be the very thing that fails.
    """
    ours = f"Something went wrong on our side ({type(error).__name__}); the log says more."
    why = f"{error} ({error.hint})" if isinstance(error, GoodwordError) else ours
    async with journey.engine.begin() as connection:
        turn = await turns.get(connection, turn_id, lock=True)
        if turn.trouble == why:
            return
        await turns.set_trouble(connection, turn, why)
        await journey.queue.show(connection, turn_id)


def _late(turn: Turn) -> bool:
    since = turn.updated_at if turn.state is State.WITHDRAWING or turn.goes_out_at is None else turn.goes_out_at
    return datetime.now(UTC) - since > PATIENCE


async def trouble(engine: AsyncEngine) -> str | None:
    """For `/readyz`: what was decided and has not reached the channel for too long; as a remark, since the service can
    do no more, what was held back or may be out; None where there is neither."""
    async with engine.connect() as connection:
        found = (await connection.execute(select(table.c.id).where(_OVERDUE).order_by(table.c.id))).scalars().all()
        counted = await turns.counts(connection)
    if found:
        return f"what was decided has not reached the channel: turn {', '.join(map(str, found[:10]))}"
    held, unclear = counted.get(State.WITHHELD, 0), counted.get(State.UNCLEAR, 0)
    said = [f"{held} held back before going out"] * bool(held) + [f"{unclear} perhaps out"] * bool(unclear)
    return Remark(f"approved replies that somebody should look at: {', '.join(said)}") if said else None
