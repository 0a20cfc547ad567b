"""Looks after a room: when it has come back, whoever waits for it goes on at once; lost cards are posted anew."""

from __future__ import annotations

import asyncio

import structlog

from bot.cards import showing
from bot.health import Remark
from bot.journey import Journey
from bot.review import Room

log = structlog.get_logger("goodword.room")

#: Seconds between two looks.
LOOK_EVERY = 15.0


class RoomKeeper:
    """Watches one room. The first look after a start counts as coming back: nobody looked meanwhile."""

    def __init__(self, journey: Journey, room: Room) -> None:
        self._journey = journey
        self._room = room
        self._well = False

    async def keep(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # the database may be away: the next look does it
                log.warning("cannot look after the room", why=str(error).splitlines()[0] if str(error) else "")
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> bool:
        """One look; returns whether the room has come back since the last one."""
        trouble = await self._room.healthy()
        well = trouble is None or isinstance(trouble, Remark)
        back = well and not self._well
        if not well and self._well:
            log.warning("the room is away", room=self._room.name, why=trouble)
        if back:
            await self._journey.queue.hurry()
            await showing.show_again(self._journey)
            async with self._journey.engine.begin() as connection:
                await self._journey.queue.deal(connection)  # what was on its way when the room went
        elif well and (lost := await showing.show_lost(self._journey, self._room)):
            log.warning("cards are not there any more", room=self._room.name, cards=lost)
        self._well = well
        return back
