"""The daily digest: what no reply was proposed for comes as one message a day, once, whoever works."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot import switching
from bot.cards.overview import Digest
from bot.record import digests
from bot.review import Place, Room, RoomUnavailable

if TYPE_CHECKING:
    from bot.journey import Journey

log = structlog.get_logger("goodword.digest")


async def send(journey: Journey, now: datetime | None = None) -> int:
    """Send today's digest if it is time and nobody has; returns how many posts it tells of.

    What it tells of is written down first. A message that may have been posted before a crash is looked for.
    """
    async with journey.engine.connect() as connection:
        rules, quiet = await journey.stand(connection), (await switching.publishing(connection)).quiet
    local = (now or datetime.now(UTC)).astimezone(ZoneInfo(rules.hours.zone))
    if quiet or not journey.rooms or local.time() < rules.digest_at:
        return 0
    room, day = journey.rooms[0], local.date()
    async with journey.engine.connect() as hold:
        await hold.execution_options(isolation_level="AUTOCOMMIT")
        if not await digests.begin_sending(hold):
            return 0
        try:
            return await _send(journey, room, day)
        except RoomUnavailable as error:
            log.warning("the digest waits for its room", why=str(error))
            return 0
        finally:
            await digests.end_sending(hold)


async def _send(journey: Journey, room: Room, day: date) -> int:
    async with journey.engine.begin() as connection:
        new = await digests.begin(connection, day)
        if not new and await digests.is_sent(connection, day):
            return 0
        found = await digests.of_day(connection, day)
    place = None if new or not found.in_all else await room.find_digest(day)
    if found.in_all and place is None:
        place = await room.post_digest(found)
    async with journey.engine.begin() as connection:
        await digests.set_place(connection, day, place or Place("", ""))
    return found.in_all


async def standing_at(journey: Journey, place: Place) -> Digest | None:
    """The digest whose message stands there, as its posts stand now."""
    async with journey.engine.connect() as connection:
        day = await digests.day_at(connection, place)
        return await digests.of_day(connection, day) if day else None
