"""Telling people what concerns them, each by a task of their own, from the record as it stands by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.letters import Disputed, HandedOver, Letter
from bot.deciding.disputes import UnknownDispute
from bot.record import disputes, places, replies, turns
from bot.record.replies import StoredDecision
from bot.review import RoomRefused
from bot.rules import owners
from bot.states import State
from knowledge import store

if TYPE_CHECKING:
    from bot.journey import Journey

WOKEN, HANDED_BELOW, HANDED_OVER, DISPUTED = "woken", "handed_below", "handed_over", "disputed"


async def tell(journey: Journey, turn_id: int, what: str, number: int, to: str) -> None:
    """Tell `to` (a person's id, a channel, empty: nobody in particular) what stands under this number.

    Raises:
        RoomUnavailable: not now; the same call may succeed later.
    """
    if what == DISPUTED:
        await _disputed(journey, turn_id, number, to)
        return
    if what == WOKEN:
        await _below(journey, turn_id, "this one is back: the time you put it off for is over.", to)
    elif what == HANDED_BELOW:
        async with journey.engine.connect() as connection:
            made = await replies.decision(connection, turn_id, number)
        if made is not None:
            await _below(journey, turn_id, _handed(made), to)
    elif what == HANDED_OVER:
        card = await journey.card(turn_id)
        if card is not None and card.state is State.HANDED_OVER:
            await _directly(journey, turn_id, to, HandedOver(card))


def _handed(made: StoredDecision) -> str:
    return f"{made.reviewer_name} asks you to look at this: “{made.note.strip()}”"


async def _below(journey: Journey, turn_id: int, sentence: str, to: str) -> None:
    for room in journey.rooms:
        async with journey.engine.connect() as connection:
            place = await places.place_of(connection, turn_id, room.name)
        if place is not None:
            await room.remark(place, sentence, (to,) if to else ())


async def _disputed(journey: Journey, turn_id: int, number: int, to: str) -> None:
    told = await dispute(journey, number)
    if told.dispute.settled is None:
        await _directly(journey, turn_id, to, told)


async def dispute(journey: Journey, number: int) -> Disputed:
    """A doubt about an entry with all that is told of it. Raises UnknownDispute."""
    async with journey.engine.connect() as connection:
        found = await disputes.get(connection, number)
        if found is None:
            raise UnknownDispute(f"there is no dispute {number}", hint="`goodword knowledge disputes` lists them")
        entry = await store.get(connection, found.entry_id)
        rules = await journey.stand(connection)
    written = ((entry.owner if entry else "") or "").strip()
    unreached = None if owners.told(written, rules) else written
    return Disputed(found, entry, await journey.card(found.turn_id), unreached)


async def _directly(journey: Journey, turn_id: int, to: str, letter: Letter) -> None:
    """Tell one person or channel; where that can never reach them, the card says so."""
    for room in journey.rooms:
        async with journey.engine.connect() as connection:
            place = await places.place_of(connection, turn_id, room.name)
        try:
            await room.write(to, letter, place)
        except RoomRefused as error:
            async with journey.engine.begin() as connection:
                turn = await turns.get(connection, turn_id, lock=True)
                await turns.put(connection, turn.id, trouble=str(error))
                await turns.note(connection, turn.id, who="Goodword", what=f"could not tell them. {error}")
                await journey.queue.show(connection, turn_id)
