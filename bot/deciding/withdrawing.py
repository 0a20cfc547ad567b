"""Taking back what was published: every part is deleted on the channel, and the answer is knowledge no more.

Each deletion may be repeated: a part that is gone counts as deleted. The last part goes first, so that no reader finds
a beginning that was meant to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.cards import history
from bot.channels.base import Channel, ChannelRefused, ChannelUnavailable
from bot.learning import answer_id
from bot.record import posts, publications, turns
from bot.record.turns import Turn
from bot.review import Decision
from bot.states import State

if TYPE_CHECKING:
    from bot.deciding.taking import Taking
    from bot.journey import Journey


async def can_delete(channel: Channel) -> bool:
    """Whether the channel lets us delete what we published; while it has not answered since the start it is not known,
    and counts as no."""
    try:
        return (await channel.capabilities()).can_delete
    except (ChannelUnavailable, ChannelRefused):
        return False


async def against(connection: AsyncConnection, decision: Decision, turn: Turn, channel: Channel) -> str:
    """Why a published reply cannot be taken back, as one sentence; empty where it can. Nobody is to read a correction
    of what is gone, so that one goes first. A correction that is about to go out waits for this turn's lock, and then
    finds nothing left to correct."""
    if not decision.note.strip():
        return "Say why it is taken back: the reason is kept with the reply."
    if not await can_delete(channel):
        return f"{channel.name.capitalize()} does not let us delete what was published. Correct it instead."
    made = await turns.correction_standing(connection, turn.id)
    return "" if made is None else _CORRECTED.get(made.state, _CORRECTED_ALREADY)


_CORRECTED_ALREADY = "A public correction stands under this. Withdraw that one first, or people read it under nothing."
_CORRECTED = {
    State.PUBLISHING: "A public correction of this is going out now. Once it is out, withdraw that one first.",
    State.UNCLEAR: "A public correction of this may be out already. Look at the channel, and withdraw that one first.",
    State.WITHDRAWING: "The public correction of this is being deleted: withdraw this once that one is gone.",
}


async def withdraw(taking: Taking) -> None:
    """From this transaction on nothing is drafted from it any more; the deletion follows as a step of its own."""
    publication = await publications.of_turn(taking.connection, taking.turn.id)
    if publication is not None:
        by = taking.decision.reviewer.name
        await taking.journey.library.retire(taking.connection, (answer_id(publication.id),), by=by)
    await taking.go(State.WITHDRAWING)


async def step(journey: Journey, turn: Turn) -> None:
    """Delete what was published, as somebody decided; where the channel refuses it still stands."""
    refused = await delete(journey.engine, turn, journey.channel_of(turn))
    async with journey.engine.begin() as connection:
        now = await turns.get(connection, turn.id, lock=True)
        if now.state is not State.WITHDRAWING:
            return
        if refused:
            what = history.not_deleted(refused)
            await journey.go(connection, now, State.CLOSED, who="Goodword", what=what, trouble=refused)
            return
        await finish(connection, now)
        await journey.go(connection, now, State.WITHDRAWN, who="Goodword", what=history.DELETED)


async def delete(engine: AsyncEngine, turn: Turn, channel: Channel) -> str:
    """Delete every part that is out, the last first; returns why the channel refuses, empty where all are gone.

    Raises:
        ChannelUnavailable: call again later and it goes on where it stopped.
    """
    async with engine.connect() as connection:
        publication = await publications.of_turn(connection, turn.id)
    for part in reversed(publication.parts if publication else ()):
        if part.native_id is None:
            continue
        try:
            await channel.delete(part.native_id)
        except ChannelRefused as error:
            return f"{channel.name.capitalize()} refused to delete the reply: {error}"
    return ""


async def finish(connection: AsyncConnection, turn: Turn) -> None:
    """It is gone: what we said there was not said, for whoever drafts in this thread next."""
    publication = await publications.of_turn(connection, turn.id)
    if publication is not None:
        await publications.withdrawn(connection, publication.id)
        gone = tuple(part.native_id for part in publication.parts if part.native_id)
        await posts.forget_ours(connection, turn.channel, gone)
