"""The team's own rules: their form, in a file and in the record, and how they stand on the settings.

A key that is left out has the value that the settings hold. Nothing in this form lets a reply go out by itself: there
is no such rule.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
)

from actions.proposal import ProposalKind
from actions.reasons import Lane, Reason
from bot.rules.routes import Route
from bot.rules.rules import Escalation, Group, Right, Rules
from bot.rules.service_hours import Hours

#: What besides lanes, kinds and reasons can need two people: a public correction of what was published.
CORRECTION = "correction"


class Day(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def lanes() -> tuple[str, ...]:
    """The names of all lanes."""
    return tuple(Lane)


def two_people_words() -> tuple[str, ...]:
    """What can be named in `two_people`."""
    return (*lanes(), *ProposalKind, *Reason, CORRECTION)


def _clock(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:00)?", value):
        return time.fromisoformat(value)
    raise ValueError('write a time as "09:00"')


def _zone(value: Any) -> Any:
    if isinstance(value, str) and value in available_timezones():
        return value
    near = difflib.get_close_matches(str(value), sorted(available_timezones()), n=1)
    raise ValueError(f"there is no such time zone{did_you_mean(near)}; one is “Europe/Berlin”")


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _known(words: Iterable[str], what: str) -> BeforeValidator:
    known = tuple(words)

    def check(value: Any) -> Any:
        if value in known:
            return value
        near = did_you_mean(difflib.get_close_matches(str(value), known, n=1))
        raise ValueError(f"there is no {what} “{value}”{near or ': there are ' + ', '.join(known)}")

    return BeforeValidator(check)


def did_you_mean(near: list[str]) -> str:
    """The nearest known word as the end of a sentence, where there is one."""
    return f", did you mean “{near[0]}”?" if near else ""


_Line = StringConstraints(strip_whitespace=True, pattern=r"^[^\n\r]*$")
_Id = Annotated[str, StringConstraints(pattern=r"^\S+$"), Field(max_length=80)]
_Name = Annotated[str, _Line, Field(max_length=60)]
_Word = Annotated[str, _Line, Field(min_length=1, max_length=80)]
_Whole = Annotated[int, Strict()]
_Clock = Annotated[time, BeforeValidator(_clock), PlainSerializer(lambda at: f"{at:%H:%M}", when_used="json")]
_Words = Annotated[tuple[_Word, ...], BeforeValidator(_several)]
_Minutes = Annotated[_Whole, Field(ge=1, le=60 * 24 * 30)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Form):
    """One person: their name as replies are signed with, what they may do, and further ids that are theirs."""

    name: _Name = ""
    may: tuple[Right, ...] = (Right.APPROVE, Right.EDIT)
    also: tuple[_Id, ...] = ()


class Department(_Form):
    """A group of any department that can be handed something, and where its people are told."""

    members: tuple[_Id, ...] = ()
    channel: _Name = ""


class Direction(_Form):
    """Which channel the cards of a lane, product or language go to. What is left out speaks for all."""

    channel: _Word
    lane: Annotated[tuple[Annotated[str, _known(lanes(), "lane")], ...], BeforeValidator(_several)] = ()
    product: _Words = ()
    language: _Words = ()


class ServiceHours(_Form):
    """When the team is there."""

    time_zone: Annotated[str, BeforeValidator(_zone)] = "UTC"
    days: tuple[Day, ...] = tuple(Day)
    from_: _Clock | None = Field(None, alias="from")
    to: _Clock | None = None
    off: tuple[date, ...] = ()

    def kept(self) -> Hours:
        """As the clock keeps them."""
        days = frozenset(n for n, day in enumerate(Day) if day in self.days)
        return Hours(self.time_zone, days, self.from_, self.to, frozenset(self.off))


class Waiting(_Form):
    """What happens to a card that nobody decides on, each so many minutes of service after the step before."""

    remind_minutes: _Minutes | None = None
    next_minutes: _Minutes | None = None
    groups: tuple[_Word, ...] = ()
    lead_minutes: _Minutes | None = None
    expire_minutes: _Minutes | None = None


class TeamRules(_Form):
    """All that a team can rule. `None`: as the settings say."""

    threshold: Annotated[float, Strict(), Field(ge=0, le=1)] | None = None
    cards_per_hour: Annotated[_Whole, Field(ge=1, le=1000)] | None = None
    undo_seconds: Annotated[_Whole, Field(ge=0, le=600)] | None = None
    claim_minutes: Annotated[_Whole, Field(ge=1, le=600)] | None = None
    digest_at: _Clock | None = None
    signed: Annotated[bool, Strict()] | None = None
    two_people: tuple[Annotated[str, _known(two_people_words(), "lane, kind or reason")], ...] | None = None
    people: dict[_Id, Person] | None = None
    groups: dict[_Word, Department] | None = None
    channels: tuple[Direction, ...] | None = None
    hours: ServiceHours | None = None
    escalation: Waiting | None = None

    def body(self) -> dict[str, Any]:
        """As it stands in the record and in a file: plain values, without what is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)

    def over(self, settings: Rules) -> Rules:
        """The rules that hold: these, and what these leave out as the settings have it."""
        plain: dict[str, Any] = {
            "threshold": self.threshold,
            "cards_per_hour": self.cards_per_hour,
            "undo": _span(seconds=self.undo_seconds),
            "lease": _span(minutes=self.claim_minutes),
            "digest_at": self.digest_at,
            "signed": self.signed,
            "two_people": None if self.two_people is None else frozenset(self.two_people),
            "groups": None if self.groups is None else tuple(_group(*item) for item in self.groups.items()),
            "routes": None if self.channels is None else tuple(_route(one) for one in self.channels),
            "hours": None if self.hours is None else self.hours.kept(),
            "escalation": None if self.escalation is None else _escalation(self.escalation),
        }
        said = {name: value for name, value in plain.items() if value is not None}
        people: dict[str, Any] = {} if self.people is None else _people(self.people)
        return replace(settings, **said, **people, settings=settings)

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """The form of the rules that hold, with every key: what `over` any settings would give the same."""
        hours, escalation = rules.hours, rules.escalation
        return cls(
            threshold=rules.threshold,
            cards_per_hour=rules.cards_per_hour,
            undo_seconds=_number(rules.undo, 1),
            claim_minutes=_number(rules.lease, 60),
            digest_at=rules.digest_at,
            signed=rules.signed,
            two_people=tuple(sorted(rules.two_people)),
            people=_persons(rules),
            groups={
                group.name: Department(members=tuple(sorted(group.members)), channel=group.channel)
                for group in rules.groups
            },
            channels=tuple(
                Direction(
                    channel=route.channel,
                    lane=tuple(sorted(route.lanes)),
                    product=tuple(sorted(route.products)),
                    language=tuple(sorted(route.languages)),
                )
                for route in rules.routes
            ),
            hours=ServiceHours(
                time_zone=hours.zone,
                days=tuple(day for n, day in enumerate(Day) if n in hours.days),
                **{"from": hours.start},
                to=hours.end,
                off=tuple(sorted(hours.off)),
            ),
            escalation=Waiting(
                remind_minutes=_number(escalation.remind, 60),
                next_minutes=_number(escalation.next, 60),
                groups=escalation.groups,
                lead_minutes=_number(escalation.lead, 60),
                expire_minutes=_number(escalation.expire, 60),
            ),
        )


def _span(**given: int | None) -> timedelta | None:
    ((unit, value),) = given.items()
    return None if value is None else timedelta(**{unit: value})


def _number(span: timedelta | None, unit: int) -> int | None:
    return None if span is None else round(span.total_seconds() / unit)


def _group(name: str, form: Department) -> Group:
    return Group(name, frozenset(form.members), form.channel)


def _route(form: Direction) -> Route:
    return Route(form.channel, frozenset(form.lane), frozenset(form.product), frozenset(form.language))


def _escalation(form: Waiting) -> Escalation:
    return Escalation(
        remind=_span(minutes=form.remind_minutes),
        next=_span(minutes=form.next_minutes),
        groups=form.groups,
        lead=_span(minutes=form.lead_minutes),
        expire=_span(minutes=form.expire_minutes),
    )


def _people(people: Mapping[str, Person]) -> dict[str, Any]:
    def who(right: Right) -> frozenset[str]:
        return frozenset(key for key, person in people.items() if right in person.may)

    leads, reviewers, editors = who(Right.LEAD), who(Right.APPROVE), who(Right.EDIT)
    closed = bool(reviewers or editors)  # leads alone shut nobody out
    return {
        "leads": leads,
        "reviewers": reviewers | leads if closed else frozenset(),
        "editors": editors | leads if closed and editors != reviewers else None,
        "names": {key: person.name for key, person in people.items() if person.name},
        "same": {other: key for key, person in people.items() for other in person.also},
    }


def _persons(rules: Rules) -> dict[str, Person]:
    editors = rules.reviewers if rules.editors is None else rules.editors
    held = ((Right.APPROVE, rules.reviewers), (Right.EDIT, editors), (Right.LEAD, rules.leads))
    ids = sorted(rules.reviewers | editors | rules.leads | set(rules.names) | set(rules.same.values()))
    return {
        key: Person(
            name=rules.names.get(key, ""),
            may=tuple(right for right, people in held if key in people),
            also=tuple(sorted(other for other, main in rules.same.items() if main == key)),
        )
        for key in ids
    }
