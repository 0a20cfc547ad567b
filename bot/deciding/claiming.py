"""Claims: one person works on a turn for a while, and nobody else decides on it meanwhile.

A claim is a lease: it ends by itself. What has lapsed stays in the record until somebody acts, so that a click made
under it can be told from one that was made without any.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import zones
from bot.record import turns
from bot.record.turns import Turn
from bot.review import Claim, Decision, Reviewer, Verb
from bot.rules.rules import Rules

if TYPE_CHECKING:
    from bot.deciding.taking import Taking

_NOBODY = {"claimed_by": None, "claimed_name": None, "claimed_until": None}


def held(turn: Turn, now: datetime | None = None) -> Claim | None:
    """The claim that holds on a turn now; None where there is none or it has lapsed."""
    claim = _written(turn)
    return claim if claim and claim.until > (now or datetime.now(UTC)) else None


def _written(turn: Turn) -> Claim | None:
    if turn.claimed_by is None or turn.claimed_until is None:
        return None
    return Claim(Reviewer(turn.claimed_by, turn.claimed_name or turn.claimed_by), turn.claimed_until)


async def against(connection: AsyncConnection, decision: Decision, turn: Turn, rules: Rules) -> str:
    """Why a claim speaks against this decision, as a sentence; empty where none does.

    A click under one's own claim that has lapsed is refused once: that claim is cleared here, so the next one counts.
    """
    now = datetime.now(UTC)
    claim, me = _written(turn), decision.reviewer
    if decision.verb is Verb.RELEASE:
        return _not_released(claim, me, rules, now)
    if claim is None or (decision.verb is Verb.CLAIM and claim.by.id == me.id):
        return ""
    until = zones.clock(claim.until, me.zone, now)
    if claim.until > now:
        return (
            "" if claim.by.id == me.id else f"{claim.by.name} is on it until {until} (you can take it over after that)."
        )
    if claim.by.id != me.id:
        return ""
    await clear(connection, turn)
    return f"Your time on this one ran out at {until}. Nobody else has taken it: look once more, then click again."


def _not_released(claim: Claim | None, me: Reviewer, rules: Rules, now: datetime) -> str:
    if claim is None or claim.until <= now:
        return "Nobody is on this one."
    if claim.by.id == me.id or rules.may_release(me):
        return ""
    until = zones.clock(claim.until, me.zone, now)
    return f"{claim.by.name} is on it until {until}: only they or a lead can give it back."


async def claim(taking: Taking) -> None:
    """The reviewer works on it from now on, for as long as the team's lease; claiming one's own again prolongs it."""
    me, until = taking.decision.reviewer, datetime.now(UTC) + taking.rules.lease
    values = {"claimed_by": me.id, "claimed_name": me.name, "claimed_until": until}
    await turns.put(taking.connection, taking.turn.id, **values)
    await taking.note("took this one on")
    await taking.journey.queue.look(taking.connection, taking.turn.id, until)  # the card is drawn anew when it lapses


async def release(taking: Taking) -> None:
    """The claim ends early."""
    await clear(taking.connection, taking.turn)
    whose = taking.turn.claimed_name if taking.turn.claimed_by != taking.decision.reviewer.id else ""
    await taking.note(f"ended {whose}'s claim" if whose else "gave this one back")


async def clear(connection: AsyncConnection, turn: Turn) -> None:
    """Nobody works on it."""
    if turn.claimed_by is not None:
        await turns.put(connection, turn.id, **_NOBODY)
