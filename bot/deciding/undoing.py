"""An approval can be taken back before anything went out: the reply waits a moment, or while publishing is off.

Whatever waits holds no lock: it is looked at again when the time has come, and the record is read anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deciding import two_people
from bot.record import places
from bot.record.turns import Turn
from bot.states import State

if TYPE_CHECKING:
    from bot.deciding.taking import Taking
    from bot.queue import Queue

#: How long a reply waits before it looks again whether publishing was switched on.
STOPPED_WAIT = timedelta(seconds=30)


async def approve(taking: Taking) -> None:
    """It goes out when the time to take it back is over, where nobody else has to approve it too."""
    if not await two_people.enough(taking):
        return
    await taking.go(State.APPROVED, goes_out_at=datetime.now(UTC) + taking.rules.undo)


async def undo(taking: Taking) -> None:
    """The approval counts no more; the same version waits for a decision again."""
    await taking.go(State.ASKED)


async def waits(connection: AsyncConnection, queue: Queue, turn: Turn) -> bool:
    """Whether a reply may not go out yet. If so, it is looked at again in time."""
    now = datetime.now(UTC)
    if turn.state is State.APPROVED and turn.goes_out_at is not None and turn.goes_out_at > now:
        await queue.wake(connection, turn.id, turn.lock, turn.goes_out_at, "undo")
        return True
    if not await places.is_on(connection, places.PUBLISHING):
        await queue.wake(connection, turn.id, turn.lock, now + STOPPED_WAIT, "stopped")
        return True
    return False
