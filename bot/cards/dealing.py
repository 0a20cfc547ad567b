"""Cards an hour: what needs a person now gets a card, the rest waits in Home until the hour has room again.

Urgent turns, and replies that were stopped before they went out, are never held back. A new installation posts no card
until publishing is switched on for the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from actions.reasons import Lane
from bot import switching
from bot.cards import history, showing
from bot.channels.base import ChannelUnavailable
from bot.record import dealing, places, sharing, turns
from bot.record.turns import Turn
from bot.review import Room, RoomUnavailable
from knowledge.errors import GoodwordError

if TYPE_CHECKING:
    from bot.journey import Journey

log = structlog.get_logger("goodword.dealing")


async def may_ask(journey: Journey, turn: Turn) -> frozenset[str] | None:
    """Whether a turn that was just drafted gets a card now; None where it waits in Home, as all do in a quiet start.

    The intent to post is written before: the rooms returned are those that never had a card of this turn.
    """
    rooms = tuple(room.name for room in journey.rooms)
    if not rooms:
        return frozenset()
    async with journey.engine.begin() as connection:
        if (await switching.publishing(connection)).quiet:
            return None
        per_hour = (await journey.stand(connection)).cards_per_hour
        await dealing.count_alone(connection)
        if not await dealing.has_card(connection, turn.id):
            if not await dealing.free(connection, turn):
                return None
            if turn.lane != Lane.URGENT and not await dealing.room_left(connection, per_hour):
                return None
            first = await dealing.next_waiting(connection, whatever_the_hour=False)
            if first and first[1] > await dealing.urgency_of(connection, turn.id):
                return None  # it is that one's turn, at the next look
        return await dealing.intend(connection, turn.id, rooms)


async def post(journey: Journey, turn: Turn, new: frozenset[str]) -> None:
    """Post a turn's card in every room, or bring it up to date. `new` are the rooms that surely have none of
    it yet."""
    for room in journey.rooms:
        card = await journey.card(turn.id)
        assert card is not None  # a proposed turn has a proposal
        async with journey.engine.connect() as connection:
            place = await places.place_of(connection, turn.id, room.name)
        if place is None and room.name not in new:
            place = await room.find(turn.id)
        if place is None:
            place = await room.post(card)
        else:
            place = await showing.updated(room, place, card)
        async with journey.engine.begin() as connection:
            await places.set_place(connection, turn.id, room.name, place)


async def deal(journey: Journey) -> int:
    """Post the cards that were held back and for which the hour has room now, most urgent first; returns how many.

    One process at a time does it. A room that is away ends the look: the next one goes on.
    """
    if not journey.rooms:
        return 0
    async with journey.engine.connect() as connection:
        if (await switching.publishing(connection)).quiet:
            return 0
    async with journey.engine.connect() as hold:
        await hold.execution_options(isolation_level="AUTOCOMMIT")
        if (await switching.publishing(hold)).quiet or not await dealing.begin_dealing(hold):
            return 0
        try:
            return await _deal(journey)
        finally:
            await dealing.end_dealing(hold)


async def _deal(journey: Journey) -> int:
    dealt = 0
    try:
        async with journey.engine.begin() as connection:
            await sharing.mend(connection)
        await _find_lost(journey)
        while (turn_id := await _next(journey)) is not None:
            for room in journey.rooms:
                await _post(journey, turn_id, room, look_first=False)
            dealt += 1
    except RoomUnavailable as error:
        log.warning("cards wait for their room", why=str(error))
    return dealt


async def _next(journey: Journey) -> int | None:
    async with journey.engine.begin() as connection:
        per_hour = (await journey.stand(connection)).cards_per_hour
        await dealing.count_alone(connection)
        found = await dealing.next_waiting(connection, whatever_the_hour=True)
        if found is None and await dealing.room_left(connection, per_hour):
            found = await dealing.next_waiting(connection, whatever_the_hour=False)
        if found is None:
            return None
        await dealing.intend(connection, found[0], tuple(room.name for room in journey.rooms))
        return found[0]


async def _find_lost(journey: Journey) -> None:
    async with journey.engine.connect() as connection:
        found = await dealing.lost(connection)
    rooms = {room.name: room for room in journey.rooms}
    for turn_id, name in found:
        if name in rooms:
            await _post(journey, turn_id, rooms[name], look_first=True)


async def _post(journey: Journey, turn_id: int, room: Room, *, look_first: bool) -> None:
    try:
        card = await journey.card(turn_id)
        place = await room.find(turn_id) if look_first else None
        if card is None:
            return
        place = place or await room.post(card)
    except (RoomUnavailable, ChannelUnavailable) as error:
        if isinstance(error, RoomUnavailable):
            raise
        log.warning("no card: its channel is not connected", turn=turn_id)
        return
    except GoodwordError as error:
        async with journey.engine.begin() as connection:
            await dealing.give_up(connection, turn_id, room.name)
        await journey.tell_fault(turn_id, error)
        return
    async with journey.engine.begin() as connection:
        await places.set_place(connection, turn_id, room.name, place)
        await turns.note(connection, turn_id, who="Goodword", what=history.asked([room.name]))
        await journey.queue.show(connection, turn_id)  # it may have changed while the card was on its way
