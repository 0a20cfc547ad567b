"""Whose an entry is: its owner is written by whoever writes the entry, as a name, an e-mail address, an id or a
group, and the team's rules say which people that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr

from bot.review import GROUP
from bot.rules.rules import Group, Rules

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{6,}")


def person(owner: str | None, rules: Rules) -> str:
    """The main id of the person whom this owner means; empty where the rules know nobody by it, or more than one."""
    for written in _ways(owner or ""):
        if found := _known(written, rules):
            return found
    return ""


def group(owner: str | None, rules: Rules) -> Group | None:
    """The group that this owner means, as `workshop` or `group:workshop`; None where none is called so, or a person is
    and the word `group:` is missing."""
    written = (owner or "").strip().casefold()
    name = written.removeprefix(GROUP)
    if name == written and person(owner, rules):
        return None
    known = next((one.name for one in rules.groups if one.name.casefold() == name), name)
    return rules.group(known)


def told(owner: str | None, rules: Rules) -> tuple[str, ...]:
    """Where this owner is told in Slack: a person directly, a group in its channel, or else each of its people. Empty
    where the rules do not say, or they are not in Slack."""
    if one := slack_id(owner, rules):
        return (one,)
    meant = group(owner, rules)
    if meant is None:
        return ()
    return (meant.channel,) if meant.channel else tuple(sorted({slack_id(one, rules) for one in meant.members} - {""}))


def is_theirs(owner: str | None, reviewer: str, rules: Rules) -> bool:
    """Whether this owner means the person with this id, or a group of theirs."""
    me, one, meant = rules.person(reviewer), person(owner, rules), group(owner, rules)
    return (bool(one) and one == me) or (meant is not None and me in meant.members)


def slack_id(owner: str | None, rules: Rules) -> str:
    """Where this person is told directly in Slack; empty where the rules do not say, or they are not in Slack."""
    main = person(owner, rules)
    return next((one for one in (main, *sorted(rules.ids(main))) if _SLACK_ID.fullmatch(one)), "") if main else ""


def called(owner: str | None, rules: Rules) -> str:
    """What people call this owner: the name in the rules, else as it is written; empty where there is none."""
    if meant := group(owner, rules):
        return meant.name
    return rules.names.get(person(owner, rules), (owner or "").strip())


def _ways(owner: str) -> Iterator[str]:
    """As it is written; of `Anna Berg <anna@holloway.example>` also the address and the name alone."""
    if written := owner.strip():
        yield written
    if "<" in written:
        name, address = parseaddr(written)
        yield from (part for part in (address, name) if part)


def _known(written: str, rules: Rules) -> str:
    if _SLACK_ID.fullmatch(written):
        return rules.person(written)
    ids = rules.reviewers | (rules.editors or frozenset()) | rules.leads | set(rules.names) | set(rules.same)
    folded = written.casefold()
    ways = (
        {one for one in ids if one.casefold() == folded},
        {one for one, name in rules.names.items() if name.casefold() == folded},
        {one for one, name in rules.names.items() if name.casefold().split()[:1] == [folded]},
    )
    found: set[str] = next((way for way in ways if way), set())
    people = {rules.person(one) for one in found}
    return people.pop() if len(people) == 1 else ""  # of two Annas neither is asked: nobody guesses
