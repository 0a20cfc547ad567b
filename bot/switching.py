"""The switch of publishing. Anyone on the team may pause it, only a lead resumes it; on the command line everybody may.

A new installation is quiet: it hears, drafts and shows Home, posts no cards, and publishes nothing until somebody
switches publishing on for the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record import places, turns
from bot.review import Publishing, Reviewer
from bot.states import State

if TYPE_CHECKING:
    from bot.journey import Journey

#: So many approved replies are moved on at once; the rest is found by the next look.
_AT_ONCE = 1000

PAUSED = "Publishing is paused. Approved replies wait until a lead resumes it."
PAUSED_ALREADY = "Publishing is paused already, by {by}."
QUIET = "Publishing is not switched on yet, so there is nothing to pause."
RESUMED = "Publishing is resumed. Approved replies go out."
SWITCHED_ON = "Publishing is switched on. From now on an approved reply goes out."
ON_ALREADY = "Publishing is not paused: approved replies go out."
NOT_A_LEAD = "Anyone may pause publishing, but only a lead resumes it. Ask one."
NOT_A_LEAD_YET = "Only a lead switches publishing on. Ask one."
NO_LEADS = (
    "Only a lead can do this, and nobody is named as one. Put your id, {id}, into GOODWORD_LEADS and start Goodword "
    "again, or type `goodword resume` where it runs."
)


async def publishing(connection: AsyncConnection) -> Publishing:
    """Whether replies go out, and who said so."""
    found = await places.switch_of(connection, places.PUBLISHING)
    return Publishing(on=False, quiet=True) if found is None else Publishing(found.on, found.who, found.at)


async def pause(journey: Journey, who: Reviewer) -> str:
    """Pause publishing for all processes at once; returns the sentence for the person. A quiet start stays one."""
    async with journey.engine.begin() as connection:
        now = await publishing(connection)
        if now.quiet:
            return QUIET
        if not now.on:
            return PAUSED_ALREADY.format(by=now.by)
        await places.switch(connection, places.PUBLISHING, False, who.name)
        for turn in await turns.in_states(connection, (State.APPROVED,), _AT_ONCE):
            await journey.queue.show(connection, turn.id)
    return PAUSED


async def resume(journey: Journey, who: Reviewer) -> str:
    """Resume publishing, or switch it on for the first time, where this person is a lead; returns what to tell them."""
    async with journey.engine.connect() as connection:
        rules, now = await journey.stand(connection), await publishing(connection)
    if not rules.leads:
        return NO_LEADS.format(id=who.id)
    if not rules.may_resume(who):
        return NOT_A_LEAD_YET if now.quiet else NOT_A_LEAD
    return await switch_on(journey, who.name)


async def switch_on(journey: Journey, who: str) -> str:
    """Publish from now on, whoever says so; what waits for it goes on. Returns the sentence for the person."""
    async with journey.engine.begin() as connection:
        before = await publishing(connection)
        if before.on:
            return ON_ALREADY
        await places.switch(connection, places.PUBLISHING, True, who)
        waiting = await turns.in_states(connection, (State.APPROVED, State.PUBLISHING), _AT_ONCE)
        for turn in waiting:
            await journey.queue.advance(connection, turn.id, turn.lock)
            await journey.queue.show(connection, turn.id)
    return SWITCHED_ON if before.quiet else RESUMED
