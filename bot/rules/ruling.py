"""Changing the team's rules: what would change, in words, and who put it into force when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record import team_rules
from bot.review import Reviewer
from bot.rules.checks import Problem, read
from bot.rules.rules import Rules
from bot.rules.team_rules import TeamRules
from knowledge.errors import GoodwordError


class NotALead(GoodwordError):
    """Somebody who is no lead wants to change the rules."""

    code = "not_a_lead"


def changes(before: Rules, after: Rules) -> tuple[str, ...]:
    """What is different, a line each: `cards_per_hour: 20 -> 30`; empty where nothing is."""
    old, new = (_flat(TeamRules.of(rules).body()) for rules in (before, after))
    lines = []
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            lines.append(f"{name}: {_shown(old.get(name))} → {_shown(new.get(name))}")
    return tuple(lines)


def _flat(body: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in body.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and (not above or above.count(".") < 2):
            flat |= _flat(value, f"{name}.") or ({name: {}} if above else {})
        else:
            flat[name] = value
    return flat


def _shown(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(f"({_shown(one)})" if isinstance(one, dict) else _shown(one) for one in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


async def change(
    connection: AsyncConnection, said: Mapping[str, Any], standing: Rules, reviewer: Reviewer
) -> tuple[Problem, ...]:
    """Let a lead change some of the rules, by key as in a file; returns what is wrong, and then nothing is changed.

    Only what is different from what holds is written down: the rest stays with the settings or the file it came from.

    Raises:
        NotALead: this person is none at this moment.
    """
    await team_rules.lock(connection)
    before = await team_rules.standing(connection, standing)
    if not before.may_override(reviewer):
        raise NotALead("Only a lead changes the rules.", hint="Ask one: what you need is quickly done.")
    applied = (await team_rules.newest(connection)).body()
    form, problems = read(dict(said))
    if form is None:
        return problems
    now, wanted = (TeamRules.of(rules).body() for rules in (before, form.over(before)))
    form, problems = read(applied | {key: said[key] for key in said if now[key] != wanted[key]})
    if form is None:
        return problems
    await put_into_force(connection, form, standing, who=f"{reviewer.name} ({reviewer.id})")
    return ()


async def put_into_force(connection: AsyncConnection, new: TeamRules, standing: Rules, *, who: str) -> tuple[str, ...]:
    """Let these rules hold from now on, unless that changes nothing; returns what changed.

    `standing` are rules of this installation, whose settings the new ones stand on.
    """
    await team_rules.lock(connection)
    before = await team_rules.standing(connection, standing)
    changed = changes(before, new.over(before.settings or before))
    if changed:
        await team_rules.add(connection, new, who=who, what="; ".join(changed))
    return changed
