"""Is this a set of rules? Every value, and whether they agree with each other; each error says how to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.rules.rules import LEADS, Right
from bot.rules.service_hours import MOST_WEEKS
from bot.rules.team_rules import Department, Direction, Person, ServiceHours, TeamRules, Waiting, did_you_mean

#: Where in the rules something stands: `("people", "U1", "may", 0)`.
Where = tuple[int | str, ...]
#: As Slack gives them to people, and what `--as` makes of a name.
_AN_ID = re.compile(r"[UW][A-Z0-9]+|cli:.+")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value, and how to mend it. `where` it stands; empty: about the whole."""

    where: Where
    said: str


def read(body: Any) -> tuple[TeamRules | None, tuple[Problem, ...]]:
    """The rules in a body, or all that is wrong with them."""
    try:
        found = TeamRules.model_validate(body)
    except ValidationError as error:
        return None, tuple(
            Problem(_place(one["loc"]), _said(one["loc"], one["type"], one["msg"])) for one in error.errors()
        )
    wrong = tuple(_disagreements(found))
    return (None, wrong) if wrong else (found, ())


def _place(loc: Where) -> Where:
    return tuple(part for part in loc if part != "[key]")


def _said(loc: Where, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(loc[-1]), _keys_beside(loc), n=1)
        return "unknown key" + (did_you_mean(near) or f"; there are {', '.join(_keys_beside(loc))}")
    if kind == "missing":
        return "this key has to be there"
    if kind in _SHOULD_BE:
        return _SHOULD_BE[kind]
    return message.removeprefix("Value error, ").replace("Input should", "this should").replace("String", "this")


_SHOULD_BE = {
    "int_type": "write a whole number, without quotes",
    "float_type": "write a number, without quotes",
    "bool_type": "write true or false, without quotes",
    "string_type": "write it in quotes",
    "date_from_datetime_parsing": "write a date as 2026-12-31",
    "date_parsing": "write a date as 2026-12-31",
    "date_from_datetime_inexact": "write a date as 2026-12-31",
    "dict_type": "this is a table with keys of its own: see data/rules.example.toml",
    "model_type": "this is a table with keys of its own: see data/rules.example.toml",
    "tuple_type": "this is a list: put it in brackets, [ and ]",
}


def _keys_beside(loc: Where) -> list[str]:
    forms: dict[str, type[BaseModel]] = {
        "people": Person,
        "groups": Department,
        "channels": Direction,
        "hours": ServiceHours,
        "escalation": Waiting,
    }
    form = TeamRules if len(loc) == 1 else forms[str(loc[0])]
    return [field.alias or name for name, field in form.model_fields.items()]


def _disagreements(rules: TeamRules) -> Iterator[Problem]:
    """What is wrong with values that are right each by itself."""
    yield from _people_disagree(rules)
    hours, escalation = rules.hours, rules.escalation
    if hours and (hours.from_ is None) != (hours.to is None):
        yield Problem(("hours",), "“from” and “to” go together: give both, or neither for round the clock")
    if hours and not hours.days:
        yield Problem(("hours", "days"), "name one day at least")
    for name in rules.groups or {}:
        if name == LEADS:
            yield Problem(("groups", name), "the group of leads is there by itself: name this one otherwise")
        elif not (rules.groups or {})[name].members and not (rules.groups or {})[name].channel:
            yield Problem(("groups", name), "nobody could be told: give it members, a channel or both")
    if escalation:
        yield from _too_long(hours or ServiceHours(), escalation)
        for n, name in enumerate(escalation.groups):
            if name not in (rules.groups or {}):
                near = difflib.get_close_matches(name, rules.groups or {}, n=1)
                yield Problem(("escalation", "groups", n), f"there is no group “{name}”{did_you_mean(near)}")
        if (escalation.next_minutes is None) == bool(escalation.groups):
            yield Problem(("escalation",), "“next_minutes” and “groups” go together: after how long, and to whom")
        if escalation.lead_minutes is not None and not _who(rules, Right.LEAD):
            yield Problem(("escalation", "lead_minutes"), 'there is no lead: give somebody in people the right "lead"')


def _too_long(hours: ServiceHours, escalation: Waiting) -> Iterator[Problem]:
    """A step that comes after a year and a half of service or more is a mistake in one of the two."""
    weekly = int(hours.kept().weekly.total_seconds() // 60)
    for name in ("remind_minutes", "next_minutes", "lead_minutes", "expire_minutes"):
        minutes = getattr(escalation, name)
        if weekly and minutes is not None and minutes > weekly * MOST_WEEKS:
            said = f"too long: a week has {weekly} minutes of service, and more than {MOST_WEEKS} weeks are not waited"
            yield Problem(("escalation", name), said)


def _ids(rules: TeamRules) -> Iterator[tuple[Where, str]]:
    for key, person in (rules.people or {}).items():
        yield ("people", key), key
        yield from ((("people", key, "also", n), other) for n, other in enumerate(person.also))
    for name, group in (rules.groups or {}).items():
        yield from ((("groups", name, "members", n), member) for n, member in enumerate(group.members))


def _people_disagree(rules: TeamRules) -> Iterator[Problem]:
    for where, one in _ids(rules):
        if not _AN_ID.fullmatch(one):
            said = f"“{one}” is no id: take Slack's, such as U012AB3CD, or “cli:” and the name given with --as"
            yield Problem(where, said)
    seen = set(rules.people or {})
    for key, person in (rules.people or {}).items():
        for n, other in enumerate(person.also):
            if other in seen:
                yield Problem(("people", key, "also", n), f"{other} is named already: an id belongs to one person")
            seen.add(other)
    approvers = _who(rules, Right.APPROVE) | _who(rules, Right.LEAD)
    closed = _who(rules, Right.APPROVE) or _who(rules, Right.EDIT)
    if rules.two_people and closed and len(approvers) < 2:
        said = "two people have to be named in people who may approve; else nothing of this kind could ever go out"
        yield Problem(("two_people",), said)


def _who(rules: TeamRules, right: Right) -> set[str]:
    return {key for key, person in (rules.people or {}).items() if right in person.may}
