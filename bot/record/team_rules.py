"""The team's own rules as they stood from a moment on: the newest row holds, and all of them are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.tables import team_rules
from bot.rules.rules import Rules
from bot.rules.team_rules import TeamRules

#: Names the lock under which rules are changed: two leads in the same instant change one after the other.
_LOCK = "goodword team rules"


@dataclass(frozen=True)
class Change:
    """One row of the history: what the rules were from then on, who said so and what they changed."""

    id: int
    rules: TeamRules
    who: str
    what: str
    at: datetime


async def newest(connection: AsyncConnection) -> TeamRules:
    """What the team has applied last; with nothing applied, rules that leave all to the settings."""
    found = await connection.execute(select(team_rules.c.body).order_by(team_rules.c.id.desc()).limit(1))
    body = found.scalar_one_or_none()
    return TeamRules() if body is None else TeamRules.model_validate(body)


async def standing(connection: AsyncConnection, rules: Rules) -> Rules:
    """The rules that hold now: what the team has applied, over the settings that `rules` stand on."""
    settings = rules.settings or rules
    applied = await newest(connection)
    return settings if applied == TeamRules() else applied.over(settings)


async def lock(connection: AsyncConnection) -> None:
    """Nobody else changes the rules until this transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(_LOCK))))


async def add(connection: AsyncConnection, rules: TeamRules, *, who: str, what: str) -> None:
    """From now on these rules hold. `what` says what changed, as a person reads it."""
    await connection.execute(insert(team_rules).values(body=rules.body(), who=who, what=what))


async def history(connection: AsyncConnection, limit: int = 50) -> tuple[Change, ...]:
    """The last changes, newest first."""
    rows = await connection.execute(select(team_rules).order_by(team_rules.c.id.desc()).limit(limit))
    return tuple(Change(row.id, TeamRules.model_validate(row.body), row.who, row.what, row.at) for row in rows)
