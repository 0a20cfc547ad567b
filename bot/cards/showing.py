"""The cards that stand somewhere, kept up to date, and the thread below each: every step, who and when.

A card that somebody deleted is posted anew while its turn needs a person. Steps are told in the thread once: what is
about to be told is written down before, and after a crash it is looked up whether it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog

from bot.record import places
from bot.review import Card, CardGone, Place, Room
from bot.states import DECIDABLE, State

if TYPE_CHECKING:
    from bot.journey import Journey

log = structlog.get_logger("goodword.showing")

#: Somebody has to see these; a card of any other turn that was deleted stays away.
_NEEDS_SOMEBODY = DECIDABLE | {State.UNCLEAR}
#: So many cards are looked after at once; there are only so many an hour.
MOST = 200
#: So many steps stand in one message: with the longest words they stay below what a room takes (Slack: about 13,200
#: characters of blocks).
TOLD_AT_ONCE = 15


async def show(journey: Journey, turn_id: int) -> None:
    """Bring a turn's cards up to date with the record, and tell its new steps in the threads below them.

    Raises:
        RoomUnavailable: it will be tried again.
    """
    card = await journey.card(turn_id)
    if card is None:
        return
    for room in journey.rooms:
        async with journey.engine.connect() as connection:
            place = await places.place_of(connection, turn_id, room.name)
        if place is None:
            continue
        try:
            await room.update(place, card)
        except CardGone:
            place = await _anew(journey, room, card)
        if place is not None:
            await _tell(journey, room, place, card)


async def updated(room: Room, place: Place, card: Card) -> Place:
    """Bring a card up to date; returns where it stands, elsewhere where it was deleted and posted anew."""
    try:
        await room.update(place, card)
    except CardGone:
        return await room.post(card)
    return place


async def show_again(journey: Journey) -> int:
    """Look after the cards of all waiting turns: those that the room has lost are posted anew. Returns how many are
    looked after; the work is done by the queue."""
    looked_after = [turn_id for room in journey.rooms for turn_id, _ in await _waiting(journey, room)]
    return await _show_all(journey, looked_after)


async def show_lost(journey: Journey, room: Room) -> int:
    """Post those cards of waiting turns anew that do not stand in the room any more: somebody deleted them. Returns how
    many; the work is done by the queue. Raises RoomUnavailable."""
    waiting = await _waiting(journey, room)
    lost = set(await room.lost([place for _, place in waiting])) if waiting else set()
    return await _show_all(journey, [turn_id for turn_id, place in waiting if place in lost])


async def _waiting(journey: Journey, room: Room) -> tuple[tuple[int, Place], ...]:
    async with journey.engine.connect() as connection:
        return await places.standing(connection, room.name, [state.value for state in _NEEDS_SOMEBODY], MOST)


async def _show_all(journey: Journey, turn_ids: Iterable[int]) -> int:
    wanted = set(turn_ids)
    async with journey.engine.begin() as connection:
        for turn_id in sorted(wanted):
            await journey.queue.show(connection, turn_id)
    return len(wanted)


async def _anew(journey: Journey, room: Room, card: Card) -> Place | None:
    async with journey.engine.begin() as connection:
        await places.forget_place(connection, card.turn_id, room.name)
    if card.state not in _NEEDS_SOMEBODY:
        return None
    log.warning("a card was deleted and is posted anew", turn=card.turn_id, room=room.name)
    place = await room.post(card)
    async with journey.engine.begin() as connection:
        await places.set_place(connection, card.turn_id, room.name, place)
    return place


async def _tell(journey: Journey, room: Room, place: Place, card: Card) -> None:
    """Tell the steps that the thread does not hold yet, in one message where they fit."""
    newest = max((step.id for step in card.steps), default=0)
    async with journey.engine.connect() as connection:
        told, telling = await places.told(connection, card.turn_id, room.name)
    if newest <= told:
        return
    if telling > told:  # we set out to tell them before and nobody knows whether it was done
        told = max(told, await room.told(place))
    new = [step for step in card.steps if step.id > told]
    for first in range(0, len(new), TOLD_AT_ONCE):
        steps = new[first : first + TOLD_AT_ONCE]
        async with journey.engine.begin() as connection:
            await places.set_told(connection, card.turn_id, room.name, telling=steps[-1].id)
        await room.tell(place, card.turn_id, steps)
        async with journey.engine.begin() as connection:
            await places.set_told(connection, card.turn_id, room.name, told=steps[-1].id)
    if not new:
        async with journey.engine.begin() as connection:
            await places.set_told(connection, card.turn_id, room.name, told=newest)
