"""What becomes of a turn on which nobody decides: reminded of, handed to the next group, to the leads, expired.

Nothing is planned ahead. A turn is due when its next step's wait has passed in service hours since anything last
happened to it, a claim or a snooze of it ended, or publishing was resumed: so what waits for a reason waits,
and the rules of the moment count. Each step is written down under the turn's lock with its number: once, whatever
crashes and however many look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cards import history
from bot.deciding import handing_over
from bot.record import places, unattended
from bot.record import turns as turns_
from bot.record.turns import Turn
from bot.rules.rules import LEADS, Rules
from bot.states import State

if TYPE_CHECKING:
    from bot.journey import Journey


class Kind(StrEnum):
    """What a step does."""

    REMIND = "remind"
    HAND_OVER = "hand_over"
    EXPIRE = "expire"


@dataclass(frozen=True)
class Rung:
    """One step: after `wait` of service since the one before, to which group it is handed over."""

    wait: timedelta
    kind: Kind
    group: str = ""


@dataclass(frozen=True)
class Due:
    """A turn whose step of this number is due, because nothing has happened to it since then."""

    turn_id: int
    number: int
    rung: Rung
    since: datetime


def ladder(rules: Rules) -> tuple[Rung, ...]:
    """The steps that the rules hold, in order."""
    said = rules.escalation
    rungs = [Rung(said.remind, Kind.REMIND)] if said.remind else []
    if said.next:
        rungs += [Rung(said.next, Kind.HAND_OVER, name) for name in said.groups]
    if said.lead and rules.leads:
        rungs.append(Rung(said.lead, Kind.HAND_OVER, LEADS))
    if said.expire:
        rungs.append(Rung(said.expire, Kind.EXPIRE))
    return tuple(rungs)


def cutoff(rung: Rung, rules: Rules, now: datetime, running_since: datetime) -> datetime | None:
    """What nothing has happened to since this moment is due for the step now; None while nothing can be: nobody is
    there, publishing has not been on for long enough, or the last two years held less service than the step waits."""
    if not rules.hours.open_at(now):
        return None
    since = rules.hours.before(now, rung.wait)
    return since if since is not None and since >= running_since else None


async def escalate(journey: Journey, now: datetime | None = None) -> int:
    """Take every step that is due; returns how many were taken."""
    now = now or datetime.now(UTC)
    due: list[Due] = []
    async with journey.engine.connect() as connection:
        rules = await journey.stand(connection)
        rungs = ladder(rules)
        switch = await places.switch_of(connection, places.PUBLISHING)
        if not rungs or switch is None or not switch.on:
            return 0
        for number, rung in enumerate(rungs):
            if since := cutoff(rung, rules, now, switch.at):
                found = await unattended.since(connection, since, number)
                due += [Due(turn_id, number, rung, since) for turn_id in found]
    taken = 0
    for step in due:
        async with journey.engine.begin() as connection:
            turn = await turns_.get(connection, step.turn_id, lock=True)
            if turn.id in await unattended.since(connection, step.since, step.number, only=turn.id):
                await _take(journey, connection, turn, step, rules)
                taken += 1
    return taken


async def _take(journey: Journey, connection: AsyncConnection, turn: Turn, step: Due, rules: Rules) -> None:
    """The step, its line in the history and its number, in one transaction."""
    rung, number = step.rung, step.number
    done = {"reminded": number + 1, "trouble": turn.trouble}
    to = f"group:{rung.group}"
    if rung.kind is Kind.EXPIRE:
        await turns_.change(connection, turn, State.EXPIRED, who="Goodword", what=history.EXPIRED, **done)
    elif rung.kind is Kind.HAND_OVER and turn.handed_to != to:
        name = "the leads" if rung.group == LEADS else rung.group
        handed = {"handed_to": to, "handed_name": name}
        what = history.escalated(name)
        await turns_.change(connection, turn, State.HANDED_OVER, who="Goodword", what=what, **done, **handed)
        await handing_over.tell(journey, connection, turn.id, to, rules)
    else:
        await unattended.reminded(connection, turn.id, number + 1)
        await turns_.note(connection, turn.id, who="Goodword", what=history.REMINDED)
    await journey.queue.show(connection, turn.id)
